"""Making two customers, or two people of a customer, one (docs/adr/0008).

What points at the merged record points at the kept one afterwards; the merged record is archived, and its
code leads to the kept one. ``accounts.operations.unmerging`` takes it back.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.merge_rules import follow_up
from accounts.models import Contact, Customer, DuplicateProposal, Ownership, RecordMerge
from accounts.operations.customers import pass_on
from accounts.operations.entries import check_may_edit
from accounts.operations.moving import Mover
from accounts.operations.standing import refresh_standing
from accounts.permissions import may_edit_customer, may_organise
from accounts.queries.merges import is_merged
from accounts.rules.merge_fields import KEPT, chosen_value, proposed_choice, unknown_choices
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.undoing import facts_are_moving
from ka_crm.lib import clock
from ka_crm.lib.locks import hold_until_commit
from ka_crm.lib.versions import apply_changes
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today

Mergeable = TypeVar("Mergeable", Customer, Contact)
Choices = Mapping[str, str]

#: The fields that people choose between.
CUSTOMER_FIELDS = tuple("name parent channel format region territory kam headcount website".split())
CONTACT_FIELDS = tuple(
    "name title department reports_to introduced_by phone email preferred_channel language consent "
    "consent_on influence attitude covered_by notes".split()
)
LOCK = "merges"
_MERGING = (BatchState.LOADING, BatchState.UNDOING)


def merge_customers(
    *, by: User, kept: Customer, merged: Customer, choices: Choices | None = None, versions: str = ""
) -> RecordMerge:
    """Make two customers one; ``choices`` says by field whether ``kept`` or ``merged`` counts.

    What is not chosen keeps what says something. ``versions`` (``versions_of``) is what the person saw.
    Raises ``ValidationError`` with the reason where it is not possible.
    """
    if not may_organise(by) or not (may_edit_customer(by, kept) and may_edit_customer(by, merged)):
        raise PermissionDenied
    return _merge(by, kept, merged, choices or {}, versions)


def merge_contacts(
    *, by: User, kept: Contact, merged: Contact, choices: Choices | None = None, versions: str = ""
) -> RecordMerge:
    """Make two people of one customer one; see ``merge_customers``. ``notes`` may keep ``both``."""
    check_may_edit(by, kept.customer)
    check_may_edit(by, merged.customer)
    return _merge(by, kept, merged, choices or {}, versions)


def versions_of(kept: models.Model, merged: models.Model) -> str:
    """Return what tells whether somebody changed either record since it was looked at."""
    return f"{kept.version}-{merged.version}"  # type: ignore[attr-defined]


def fields_of(model: type[models.Model]) -> tuple[str, ...]:
    """Return the fields that people choose between."""
    return CUSTOMER_FIELDS if model is Customer else CONTACT_FIELDS


def joined_fields(model: type[models.Model]) -> tuple[str, ...]:
    """Return the fields of which both values may be kept: long texts."""
    return tuple(
        name for name in fields_of(model) if isinstance(model._meta.get_field(name), models.TextField)
    )


def reason_against(kept: Customer | Contact, merged: Customer | Contact) -> str:
    """Return why two records cannot be made one; empty where nothing speaks against it."""
    if kept.pk == merged.pk:
        return _("This is one and the same.")
    for record in (kept, merged):
        if is_merged(record):
            return _("%(name)s was made one with another already.") % {"name": record}
        if record.archived_at is not None:
            return _("%(name)s is put away. Restore it first.") % {"name": record}
    if isinstance(kept, Contact) and isinstance(merged, Contact) and kept.customer_id != merged.customer_id:
        return _("They belong to two customers. Where these are one, make the customers one first.")
    if _is_above(merged, kept):
        return _("%(one)s belongs to %(other)s. Change that first, or keep the other one.") % {
            "one": kept,
            "other": merged,
        }
    return ""


def settled_choices(kept: Customer | Contact, merged: Customer | Contact, choices: Choices) -> dict[str, str]:
    """Return a choice for every field that people choose between: theirs, else the proposed one."""
    joined = joined_fields(type(kept))
    found = {}
    for name in fields_of(type(kept)):
        old, other = getattr(kept, name), getattr(merged, name)
        proposed = proposed_choice(name, old, other, joins=name in joined)
        if isinstance(other, type(kept)) and (other.pk == kept.pk or _is_above(kept, other)):
            proposed = KEPT  # what is below the kept one cannot be above it
        found[name] = choices.get(name) or proposed
    return found


def lock_for_merging() -> None:
    """Let no other merge and no import happen before the end of this transaction.

    Raises ``ValidationError`` while a file is being loaded or taken back.
    """
    hold_until_commit(LOCK)
    facts_are_moving()
    if ImportBatch.objects.filter(state__in=_MERGING).exists():
        raise ValidationError(
            _("An import is being loaded or taken back right now. Please try again afterwards.")
        )


@transaction.atomic
def _merge(by: User, kept: Mergeable, merged: Mergeable, choices: Choices, versions: str) -> RecordMerge:
    model = type(kept)
    wrong = unknown_choices(choices, fields_of(model), joined_fields(model))
    if wrong:
        raise ValidationError(_("Unknown choice: %(names)s.") % {"names": ", ".join(sorted(wrong))})
    lock_for_merging()
    kept, merged = _locked(kept, merged)
    _refuse(kept, merged, versions)
    values = _values(kept, merged, settled_choices(kept, merged, choices))
    merge = RecordMerge.objects.create(
        record_type=model._meta.label_lower, kept_id=kept.pk, merged_id=merged.pk, by=by
    )
    mover = Mover(merge)
    if "kam" in values:
        merge.before = {"ownerships": _ownerships(kept)}
        pass_on(kept, values["kam"], business_today())  # type: ignore[arg-type]
    before = {name: getattr(kept, name) for name in values}
    apply_changes(kept, version=kept.version, changes=values)
    mover.note_change(model, kept.pk, before, values)
    mover.repoint(model, merged.pk, kept.pk)
    away = {"archived_at": clock.now()}
    apply_changes(merged, version=merged.version, changes=away)
    mover.note_change(model, merged.pk, {"archived_at": None}, away)
    mover.remember()
    _forget_proposals(model, merged.pk)
    record_change(
        by=by, action="merge", record=kept, before=before, after={**values, "merged": _told(merged)}
    )
    _bring_up_to_date(kept, merged)
    return merge


def _locked(kept: Mergeable, merged: Mergeable) -> tuple[Mergeable, Mergeable]:
    rows = type(kept)._base_manager.select_for_update().order_by("pk").filter(pk__in=[kept.pk, merged.pk])
    found = {row.pk: row for row in rows}
    return found[kept.pk], found[merged.pk]


def _refuse(kept: Mergeable, merged: Mergeable, versions: str) -> None:
    reason = reason_against(kept, merged)
    if reason:
        raise ValidationError(reason)
    if versions and versions != versions_of(kept, merged):
        raise ValidationError(_("Somebody has changed one of them meanwhile. Please look at both again."))


def _values(kept: Mergeable, merged: Mergeable, choices: Mapping[str, str]) -> dict[str, Any]:
    """What changes at the kept record."""
    found = {}
    for name, choice in choices.items():
        old, other = getattr(kept, name), getattr(merged, name)
        value = chosen_value(choice, old, other)
        if isinstance(value, models.Model) and value.pk in (kept.pk, merged.pk) and type(value) is type(kept):
            value = None  # nobody belongs to themselves
        if isinstance(value, type(kept)) and _is_above(kept, value):
            raise ValidationError({name: _("%(name)s belongs to it already.") % {"name": value}})
        if value != old:
            found[name] = value
    return found


def _is_above(high: models.Model, low: models.Model) -> bool:
    """Whether one record is above another in any tree that its model has (parent, boss)."""
    model = type(high)
    for field in model._meta.concrete_fields:
        if field.related_model is not model or field.name == "introduced_by":
            continue
        seen: set[int] = set()
        step = getattr(low, field.attname)
        while step is not None and step not in seen:
            if step == high.pk:
                return True
            seen.add(step)
            step = model._base_manager.filter(pk=step).values_list(field.attname, flat=True).first()
    return False


def _ownerships(customer: Any) -> list[dict[str, Any]]:
    rows = Ownership.objects.filter(customer=customer).order_by("pk")
    return [
        {"pk": row.pk, "kam": row.kam_id, "from_on": f"{row.from_on}", "to_on": row.to_on and f"{row.to_on}"}
        for row in rows
    ]


def _forget_proposals(model: type[models.Model], pk: int) -> None:
    rows = DuplicateProposal.objects.filter(record_type=model._meta.label_lower)
    rows.filter(models.Q(low_id=pk) | models.Q(high_id=pk)).delete()


def _told(record: Customer | Contact) -> str:
    return f"{record} ({record.code})" if isinstance(record, Customer) else str(record)


def _bring_up_to_date(kept: Customer | Contact, merged: Customer | Contact) -> None:
    if isinstance(kept, Contact):
        refresh_standing(customers=[kept.customer_id])
        return
    ids = [kept.pk, merged.pk]
    refresh_standing(customers=ids)
    transaction.on_commit(lambda: follow_up(ids), robust=True)
