"""Writes of what customers owe."""

from collections.abc import Mapping
from typing import Any

from ka_crm.people.models import User
from purchases.models import Receivable
from purchases.operations.facts import archive_fact, change_fact, create_fact, restore_fact


def create_receivable(*, by: User, values: Mapping[str, Any]) -> Receivable:
    """Keep an invoice or credit note; unless said otherwise all of it is open. Raises ``ValidationError``
    by field."""
    open_amount = values.get("open_amount")
    whole = {"open_amount": values["amount"] if open_amount is None else open_amount}
    return create_fact(Receivable(**{**values, **whole}), by=by)


def change_receivable(
    *, by: User, receivable: Receivable, version: int, changes: Mapping[str, Any]
) -> Receivable:
    """Change an invoice, mostly what is open of it. Raises ``StaleVersion`` and ``ValidationError``."""
    return change_fact(receivable, by=by, version=version, changes=changes)


def archive_receivable(*, by: User, receivable: Receivable, reason: str = "") -> Receivable:
    """Put an invoice away: it no longer counts."""
    return archive_fact(receivable, by=by, reason=reason)


def restore_receivable(*, by: User, receivable: Receivable) -> Receivable:
    """Let an archived invoice count again. Raises ``ValidationError`` where another took its place."""
    return restore_fact(receivable, by=by)
