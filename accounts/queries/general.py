"""Reads of the general part: its fields as people read them, who wrote them last, and what is missing."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dates import MONTHS
from django.utils.text import capfirst

from accounts.models import Customer, Document, Profile
from accounts.rules.general_part import POINTS, missing_points
from ka_crm.people.models import User
from ka_crm.records.models import AuditRow

#: So many of the newest audit rows are looked through for who changed a field last.
AUDIT_ROWS = 100


@dataclass(frozen=True)
class Part:
    """One field of the general part. ``value`` is what people read, empty for unknown."""

    name: str
    label: str
    value: Any
    points: int
    changed_by: str = ""
    changed_at: dt.datetime | None = None


def profile_of(customer: Customer) -> Profile | None:
    """Return a customer's general part, if anything of it was written."""
    found: Profile | None = Profile.objects.filter(customer=customer).first()
    return found


def general_parts(customer: Customer, profile: Profile | None) -> list[Part]:
    """Return all fields in the order of the page, each with who changed it last; one query."""
    changes = _last_changes(customer, profile)
    return [_part(name, customer, profile, changes.get(name)) for name in POINTS]


def missing_parts(parts: list[Part]) -> list[Part]:
    """Return the empty fields, the most telling first."""
    by_name = {part.name: part for part in parts}
    filled = {part.name for part in parts if part.value}
    return [by_name[name] for name, _points in missing_points(filled)]


def documents_of(customer: Customer, viewer: User) -> "QuerySet[Document]":
    """Return the papers of a customer that ``viewer`` may see, newest first."""
    rows: QuerySet[Document] = Document.objects.visible_to(viewer).kept().filter(customer=customer)
    return rows.select_related("file", "created_by")


def _part(name: str, customer: Customer, profile: Profile | None, change: AuditRow | None) -> Part:
    record: Any = customer if name in ("headcount", "website") else profile or Profile()
    field = record._meta.get_field(name)
    value = getattr(record, name)
    if field.choices and value:
        value = getattr(record, f"get_{name}_display")()
    if name == "fiscal_year_month" and value:
        value = MONTHS[value]
    who = change.by.name if change and change.by else ""
    label = str(capfirst(field.verbose_name))
    return Part(name, label, value or "", POINTS[name], who, change.at if change else None)


def _last_changes(customer: Customer, profile: Profile | None) -> dict[str, AuditRow]:
    about = Q(record_type="accounts.customer", record_id=str(customer.pk))
    if profile is not None:
        about |= Q(record_type="accounts.profile", record_id=str(profile.pk))
    found: dict[str, AuditRow] = {}
    for row in AuditRow.objects.filter(about).select_related("by").order_by("-pk")[:AUDIT_ROWS]:
        for name in row.after:
            found.setdefault(name, row)
    return found
