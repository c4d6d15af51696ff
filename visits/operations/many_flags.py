"""Many flags at once: who answers for them, who inspects until when; each is done or refused by itself."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ka_crm.lib.versions import StaleVersion
from ka_crm.people.models import User
from visits.models import Flag
from visits.operations.flags import MOST_AT_ONCE, assign_flag, plan_inspection


@dataclass(frozen=True)
class RefusedFlag:
    """A flag that stayed as it was, and why."""

    flag: Flag
    reason: str


@dataclass(frozen=True)
class AssignedMany:
    """How many flags were assigned, and those that were not."""

    done: int
    refused: tuple[RefusedFlag, ...]


def assign_many(
    *,
    by: User,
    flags: Sequence[tuple[Flag, int]],
    supervisor: User | None = None,
    inspector: User | None = None,
    planned_on: dt.date | None = None,
) -> AssignedMany:
    """Say of many flags (each with its version) who answers for them, and who inspects until which day.

    What is not named stays. Every flag is checked by itself, with its own permission and its own audit row:
    one that is refused keeps none of the others back. Raises ``ValidationError`` where nothing is named.
    """
    if not 0 < len(flags) <= MOST_AT_ONCE:
        raise ValidationError(_("Choose at least one store, and at most %(n)s.") % {"n": MOST_AT_ONCE})
    if supervisor is None and inspector is None:
        raise ValidationError(_("Say who answers for them, or who inspects."))
    if inspector is not None and planned_on is None:
        raise ValidationError({"planned_on": _("Say until when.")})
    done, refused = 0, []
    for flag, version in sorted(flags, key=lambda pair: pair[0].pk):
        reason = _assign_one(by, flag, version, supervisor, inspector, planned_on)
        if reason:
            refused.append(RefusedFlag(flag, reason))
        else:
            done += 1
    return AssignedMany(done, tuple(refused))


def _assign_one(
    by: User,
    flag: Flag,
    version: int,
    supervisor: User | None,
    inspector: User | None,
    planned_on: dt.date | None,
) -> str:
    """Do both or neither; return why not."""
    try:
        with transaction.atomic():
            if supervisor is not None:
                version = assign_flag(by=by, flag=flag, version=version, supervisor=supervisor).version
            if inspector is not None and planned_on is not None:
                plan_inspection(by=by, flag=flag, version=version, inspector=inspector, planned_on=planned_on)
    except PermissionDenied:
        return str(_("You may not work on this flag."))
    except StaleVersion:
        return str(_("Somebody else was first."))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
