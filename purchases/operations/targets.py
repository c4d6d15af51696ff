"""Writes of targets."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ka_crm.people.models import User
from purchases.models import Target
from purchases.operations.facts import archive_fact, change_fact, check_month, create_fact, restore_fact


def create_target(*, by: User, values: Mapping[str, Any]) -> Target:
    """Set a target for a customer or a key account manager. Raises ``ValidationError`` by field."""
    return create_fact(Target(**values), by=by, check=_check)


def change_target(*, by: User, target: Target, version: int, changes: Mapping[str, Any]) -> Target:
    """Change a target. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    return change_fact(target, by=by, version=version, changes=changes, check=_check)


def archive_target(*, by: User, target: Target, reason: str = "") -> Target:
    """Put a target away: it no longer counts."""
    return archive_fact(target, by=by, reason=reason)


def restore_target(*, by: User, target: Target) -> Target:
    """Let an archived target count again. Raises ``ValidationError`` where another took its place."""
    return restore_fact(target, by=by)


def _check(by: User, target: Target) -> None:
    if (target.customer is None) == (target.kam is None):
        raise ValidationError({"kam": _("Name either a customer or a key account manager.")})
    check_month(by, target)
