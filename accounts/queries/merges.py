"""Reads of what was made one: where an old code leads, what would move, what was done."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.merge_rules import references_to, rows_name, why_it_stays
from accounts.models import AccountStanding, Contact, Customer, RecordMerge
from accounts.visibility import customer_scope
from ka_crm.people.models import User

CUSTOMER, CONTACT = Customer._meta.label_lower, Contact._meta.label_lower
MODELS: Mapping[str, type[Customer] | type[Contact]] = {CUSTOMER: Customer, CONTACT: Contact}


def active_merges(record_type: str) -> "QuerySet[RecordMerge]":
    """Return the merges of customers or contacts that were not undone."""
    return RecordMerge.objects.filter(record_type=record_type, undone_at__isnull=True)


def kept_ids(record_type: str = CUSTOMER) -> dict[int, int]:
    """Return merged id → id of the record that stands for it in the end."""
    direct = dict(active_merges(record_type).order_by().values_list("merged_id", "kept_id"))
    return {merged: _end(direct, merged) for merged in direct}


def kept_id(pk: int, record_type: str = CUSTOMER) -> int | None:
    """Return the id of the record that stands for a merged one; ``None`` for all others."""
    merges = active_merges(record_type)
    found: int | None = None
    while (
        after := merges.filter(merged_id=found or pk).values_list("kept_id", flat=True).first()
    ) is not None:
        found = after
    return found


def is_merged(record: Customer | Contact) -> bool:
    """Whether a record was made one with another and stands for it no more."""
    return active_merges(record._meta.label_lower).filter(merged_id=record.pk).exists()


def kept_codes() -> dict[str, int]:
    """Return code of every merged customer → id of the customer that stands for it."""
    kept = kept_ids()
    codes = Customer.objects.filter(pk__in=active_merges(CUSTOMER).values("merged_id")).order_by()
    return {code: kept[pk] for pk, code in codes.values_list("pk", "code")}


def merges_seen_by(viewer: User) -> "QuerySet[RecordMerge]":
    """Return the merges whose kept record ``viewer`` may see, newest first."""
    customers = Customer.objects.visible_to(viewer).values("pk")
    contacts = Contact.objects.filter(customer_scope(viewer, "customer__")).values("pk")
    mine = Q(record_type=CUSTOMER, kept_id__in=customers) | Q(record_type=CONTACT, kept_id__in=contacts)
    return RecordMerge.objects.select_related("by").filter(mine)


def records_of(merges: list[RecordMerge]) -> dict[tuple[str, int], Customer | Contact]:
    """Return the records that merges name, by (type, id): one query for each type."""
    found: dict[tuple[str, int], Customer | Contact] = {}
    for record_type, model in MODELS.items():
        ids = {pk for one in merges if one.record_type == record_type for pk in (one.kept_id, one.merged_id)}
        related = ("customer",) if model is Contact else ("kam",)
        rows = model._base_manager.select_related(*related).in_bulk(ids) if ids else {}
        found |= {(record_type, pk): record for pk, record in rows.items()}
    return found


def reference_counts(record: Customer | Contact) -> list[dict[str, Any]]:
    """Return what points at a record: label, number of rows, and why it stays (empty where it moves)."""
    found: dict[str, dict[str, Any]] = {}
    for model, field in references_to(type(record)):
        if model is AccountStanding:  # computed, nothing of its own
            continue
        rows = model._base_manager.filter(**{field.attname: record.pk}).aggregate(rows=Count("pk"))["rows"]
        if not rows:
            continue
        label = rows_name(model)
        entry = found.setdefault(label, {"label": label, "rows": 0, "stays": why_it_stays(model) or ""})
        entry["rows"] += rows
    return sorted(found.values(), key=lambda entry: (bool(entry["stays"]), -entry["rows"], entry["label"]))


def rows_at_merged_records() -> int:
    """Return how many rows still point at a record that was made one with another; 0 expected."""
    count = 0
    for record_type, model in MODELS.items():
        merged = active_merges(record_type).order_by().values("merged_id")
        for other, field in references_to(model):
            if why_it_stays(other) is None and other._meta.label_lower != "accounts.profile":
                count += other._base_manager.filter(**{f"{field.attname}__in": merged}).count()
    return count


def _end(direct: dict[int, int], pk: int) -> int:
    """Follow merges to the last one; they never form a circle, since a merged record keeps nothing."""
    while pk in direct:
        pk = direct[pk]
    return pk
