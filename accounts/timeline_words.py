"""Words, icons and addresses that the lines of a timeline share."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import ngettext

from accounts.dossier_records import record_kinds
from accounts.models import (
    Customer,
    DossierEntry,
    Interaction,
)
from ka_crm.people.models import User

CHANNEL_ICONS = {
    "meeting": "users", "visit": "map-pin", "phone": "phone", "mail": "mail", "event": "calendar",
    "social": "link", "app": "phone", "note": "note",
}  # fmt: skip
_LONGEST_LINE = 220


def entry_url(entry: DossierEntry, code: str) -> str:
    """Return the address of an entry's form; empty where no room has one."""
    for kind in record_kinds():
        if kind.model is type(entry):
            return reverse("accounts:entry_edit", args=[code, kind.key, entry.pk])
    return ""


def names_of(interaction: Interaction) -> str:
    """Return who took part; the names must be prefetched."""
    return ", ".join(sorted(contact.name for contact in interaction.contacts.all()))


def short_line(*parts: str) -> str:
    """Return texts as one quiet line."""
    return Truncator(" · ".join(part.strip() for part in parts if part and part.strip())).chars(_LONGEST_LINE)


def day_text(day: dt.date) -> str:
    """Return a day as lines write it: 1 Nov 2022."""
    return date_format(day, "j M Y")


def days_text(days: int) -> str:
    """Return by how much something is late, in words."""
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


def own_entries(model: type[DossierEntry], *related: str) -> Any:
    """Return the function that reads a customer's kept entries of a model, with what belongs to them."""

    def rows(customer: Customer, viewer: User) -> "QuerySet[Any]":
        return model._default_manager.kept().filter(customer=customer).select_related("customer", *related)  # type: ignore[attr-defined, no-any-return]

    return rows
