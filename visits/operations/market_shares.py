"""Writes of market shares that somebody stated."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied

from accounts.permissions import may_edit_terms
from ka_crm.people.models import User
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record
from visits.models import MarketShare


def create_market_share(*, by: User, values: Mapping[str, Any]) -> MarketShare:
    """Keep a market share; it counts from the next computation on. Raises ``ValidationError`` by field."""
    _may(by)
    return create_record(MarketShare(**values), by=by)


def change_market_share(
    *, by: User, market_share: MarketShare, version: int, changes: Mapping[str, Any]
) -> MarketShare:
    """Change a market share. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    _may(by)
    return change_record(market_share, by=by, version=version, changes=changes)


def archive_market_share(*, by: User, market_share: MarketShare, reason: str = "") -> MarketShare:
    """Put a market share away: it no longer counts."""
    _may(by)
    return archive_record(market_share, by=by, reason=reason)


def restore_market_share(*, by: User, market_share: MarketShare) -> MarketShare:
    """Let an archived market share count again."""
    _may(by)
    return restore_record(market_share, by=by)


def _may(by: User) -> None:
    if not may_edit_terms(by):
        raise PermissionDenied
