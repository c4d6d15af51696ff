"""Reads of what was put away: archived customers and stores, and entries taken out of a dossier."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst

from accounts.dossier_records import record_kinds
from accounts.models import Customer, Store
from accounts.queries.merges import CONTACT, CUSTOMER, active_merges
from ka_crm.people.models import User
from ka_crm.records.models import AuditRow

#: So many of each kind are shown; older ones are in the lists with the filter "archived".
MOST_SHOWN = 100
_ACTS = ("archive",)


def removed_entries(customer: Customer) -> list[dict[str, Any]]:
    """Return what was taken out of a dossier, newest first: kind, entry, when, by whom, and why not to
    restore it (``merge``). Two queries more than there are kinds."""
    found: list[dict[str, Any]] = []
    for kind in record_kinds():
        rows = kind.model._default_manager.filter(customer=customer, archived_at__isnull=False)
        what = capfirst(str(kind.model._meta.verbose_name))
        found += [
            {"kind": kind, "what": what, "entry": entry, "at": entry.archived_at}
            for entry in rows.order_by("-archived_at", "-pk")[:MOST_SHOWN]
        ]
    _add_who(found)
    _add_merges(found, CONTACT)
    return sorted(found, key=lambda row: row["at"], reverse=True)


def archived_customers(viewer: User) -> list[dict[str, Any]]:
    """Return the customers put away last that ``viewer`` may see: when, by whom, and by which merge."""
    rows = (
        Customer.objects.visible_to(viewer).filter(archived_at__isnull=False).order_by("-archived_at", "-pk")
    )
    found: list[dict[str, Any]] = [{"entry": row, "at": row.archived_at} for row in rows[:MOST_SHOWN]]
    _add_who(found)
    _add_merges(found, CUSTOMER)
    return found


def archived_stores(viewer: User) -> list[dict[str, Any]]:
    """Return the stores put away last that ``viewer`` may see, with when and by whom."""
    rows = Store.objects.visible_to(viewer).filter(archived_at__isnull=False).select_related("customer")
    newest = rows.order_by("-archived_at", "-pk")[:MOST_SHOWN]
    found: list[dict[str, Any]] = [{"entry": row, "at": row.archived_at} for row in newest]
    _add_who(found)
    return found


def _add_who(found: list[dict[str, Any]]) -> None:
    """Add who put each away, from the audit rows: one query."""
    by_record: dict[tuple[str, str], AuditRow] = {}
    rows = AuditRow.objects.select_related("by").filter(
        record_type__in={_label(row["entry"]) for row in found},
        record_id__in={str(row["entry"].pk) for row in found},
        action__in=_ACTS,
    )
    for row in rows.order_by("pk"):
        by_record[row.record_type, row.record_id] = row
    for item in found:
        audit = by_record.get((_label(item["entry"]), str(item["entry"].pk)))
        item["by"] = audit.by if audit else None
        item["reason"] = audit.reason if audit else ""


def _add_merges(found: Iterable[dict[str, Any]], record_type: str) -> None:
    """Add the merge that put a record away: it is undone, not restored."""
    items = [item for item in found if _label(item["entry"]) == record_type]
    ids = [item["entry"].pk for item in items]
    merges = {
        one.merged_id: one
        for one in active_merges(record_type).select_related("by").filter(merged_id__in=ids)
    }
    for item in items:
        merge = merges.get(item["entry"].pk)
        item["merge"] = merge
        if merge is not None:
            item["by"] = merge.by


def _label(record: Model) -> str:
    return record._meta.label_lower
