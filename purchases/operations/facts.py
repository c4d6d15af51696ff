"""What the writes of all facts have in common: who may, about whom, and one audit row each."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from ka_crm.people.models import User
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record
from purchases.models import OrderLine, Receivable, Target
from purchases.models.fact import Fact
from purchases.operations.standing import refresh_purchase_standing
from purchases.permissions import check_may_keep, check_whose

Row = TypeVar("Row", bound=Fact)
#: Looks at a fact as it is about to be stored; raises ``ValidationError`` by field.
Check = Callable[[User, Any], None]


def _no_check(by: User, fact: Any) -> None:
    """Most facts have nothing to be held to besides their constraints."""


def whose(fact: Any) -> dict[str, Any]:
    """Return whom a fact is about: customer, store and person, as far as it names them."""
    return {name: getattr(fact, name, None) for name in ("customer", "store", "kam")}


def create_fact(fact: Row, *, by: User, check: Check = _no_check) -> Row:
    """Keep a new fact. Raises ``ValidationError`` by field."""
    check_may_keep(by)
    check_whose(by, whose(fact))
    check(by, fact)
    with transaction.atomic():
        kept = create_record(fact, by=by)
        _bring_standings_up_to_date(kept)
    return kept


def change_fact(
    fact: Row, *, by: User, version: int, changes: Mapping[str, Any], check: Check = _no_check
) -> Row:
    """Change a fact. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    check_may_write(by, fact)
    wanted = type(fact)._base_manager.get(pk=fact.pk)
    for name, value in changes.items():
        setattr(wanted, name, value)
    check_whose(by, whose(wanted))
    check(by, wanted)
    with transaction.atomic():
        changed = change_record(fact, by=by, version=version, changes=changes)
        _bring_standings_up_to_date(fact, changed)
    return changed


def archive_fact(fact: Row, *, by: User, reason: str = "") -> Row:
    """Put a fact away: it no longer counts."""
    check_may_write(by, fact)
    with transaction.atomic():
        archived = archive_record(fact, by=by, reason=reason)
        _bring_standings_up_to_date(archived)
    return archived


def restore_fact(fact: Row, *, by: User, check: Check = _no_check) -> Row:
    """Let an archived fact count again. Raises ``ValidationError`` where another one took its place."""
    check_may_write(by, fact)
    wanted: Any = type(fact)._base_manager.get(pk=fact.pk)
    wanted.archived_at = None
    check(by, wanted)
    try:
        wanted.validate_constraints()
        with transaction.atomic():
            restored = restore_record(fact, by=by)
            _bring_standings_up_to_date(restored)
        return restored
    except IntegrityError as error:
        raise ValidationError(_("Somebody else has just saved the same.")) from error


def check_month(by: User, fact: Any) -> None:
    """Raise ``ValidationError`` for a month that is not named by its first day."""
    if fact.month.day != 1:
        raise ValidationError({"month": _("A month is named by its first day.")})


def check_may_write(by: User, fact: Fact) -> None:
    """Raise ``PermissionDenied`` for a fact that ``by`` may not see or not write."""
    check_may_keep(by)
    try:
        check_whose(by, whose(fact))
    except ValidationError as error:
        raise PermissionDenied from error


def _bring_standings_up_to_date(*facts: Fact) -> None:
    """Let the header and the lists follow what was stated about a customer."""
    moved = [fact for fact in facts if isinstance(fact, Target | Receivable | OrderLine)]
    refresh_purchase_standing(customers={fact.customer_id for fact in moved if fact.customer_id})
