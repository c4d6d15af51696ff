"""Writes of what serving customers costs."""

from collections.abc import Mapping
from typing import Any

from ka_crm.people.models import User
from purchases.models import AccountCost
from purchases.operations.facts import archive_fact, change_fact, check_month, create_fact, restore_fact


def create_account_cost(*, by: User, values: Mapping[str, Any]) -> AccountCost:
    """Keep what one kind of service cost in a month. Raises ``ValidationError`` by field."""
    return create_fact(AccountCost(**values), by=by, check=check_month)


def change_account_cost(
    *, by: User, cost: AccountCost, version: int, changes: Mapping[str, Any]
) -> AccountCost:
    """Change a cost. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    return change_fact(cost, by=by, version=version, changes=changes, check=check_month)


def archive_account_cost(*, by: User, cost: AccountCost, reason: str = "") -> AccountCost:
    """Put a cost away: it no longer counts."""
    return archive_fact(cost, by=by, reason=reason)


def restore_account_cost(*, by: User, cost: AccountCost) -> AccountCost:
    """Let an archived cost count again. Raises ``ValidationError`` where another took its place."""
    return restore_fact(cost, by=by)
