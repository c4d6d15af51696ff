"""Drafts of criteria: written by one person, approved by another, frozen from then on."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import OPEN_STATES, CriteriaState
from ka_crm.criteria.operations.publishing import (
    LONGEST_REASON,
    ApproverNeeded,
    PublishedMeanwhile,
    checked_day,
    checked_reason,
    put_in_force,
    settings_of_scope,
)
from ka_crm.criteria.permissions import may_approve, may_publish_criteria
from ka_crm.criteria.queries import published_criteria
from ka_crm.criteria.rules.settings import InvalidSettings
from ka_crm.criteria.scopes import known_scopes
from ka_crm.lib import clock
from ka_crm.lib.versions import apply_changes
from ka_crm.people.models import User
from ka_crm.records.operations import differences, record_change
from ka_crm.records.queries import business_today


@transaction.atomic
def create_draft(
    *, values: Mapping[str, Any], by: User, scope: str = "", reason: str = ""
) -> CriteriaVersion:
    """Begin a draft from the settings of any version, a preset or a file; missing ones take their defaults.

    A region's draft keeps what the company decides. Raises ``InvalidSettings`` with every reason.
    """
    _need_editor(by)
    if scope and scope not in known_scopes():
        raise InvalidSettings({"scope": "not a known region"})
    settings = settings_of_scope(values, scope)
    reason = _short_enough(reason)
    numbers = CriteriaVersion.objects.filter(scope=scope).exclude(state__in=OPEN_STATES)
    draft = CriteriaVersion.objects.create(
        number=(numbers.aggregate(number=Max("number"))["number"] or 0) + 1,
        scope=scope,
        settings=settings,
        author=by,
        changed_by=by,
        changed_at=clock.now(),
        based_on=published_criteria(scope),
        reason=reason,
    )
    record_change(by=by, action="create", record=draft, after={"settings": settings, "reason": draft.reason})
    return draft


@transaction.atomic
def change_draft(
    *,
    draft: CriteriaVersion,
    version: int,
    values: Mapping[str, Any],
    reason: str,
    effective_from: dt.date | None,
    by: User,
) -> CriteriaVersion:
    """Save a draft's settings; one that waited for approval is a draft again.

    Raises ``InvalidSettings`` beside each field, ``StaleVersion`` where somebody else saved first.
    """
    _need_editor(by)
    _need_open(draft)
    settings = settings_of_scope(values, draft.scope)
    base = published_criteria(draft.scope)
    if effective_from and base and base.effective_from and effective_from < base.effective_from:
        raise InvalidSettings({"effective_from": f"{base} holds from {base.effective_from.isoformat()}"})
    if effective_from != draft.effective_from:
        checked_day(effective_from)
    before = {"settings": draft.settings, "reason": draft.reason, "effective_from": draft.effective_from}
    after = {"settings": settings, "reason": _short_enough(reason), "effective_from": effective_from}
    _change(
        draft, version, by, action="change", before=before, after=after,
        fields={**after, "changed_by": by, "based_on": base, "state": CriteriaState.DRAFT},
    )  # fmt: skip
    return draft


@transaction.atomic
def submit_draft(*, draft: CriteriaVersion, version: int, by: User) -> CriteriaVersion:
    """Ask for approval; the reason has to be written first (``InvalidSettings``)."""
    _need_editor(by)
    _need_open(draft)
    _need_reason(draft)
    _change(
        draft, version, by, action="submit", before={"state": draft.state},
        after={"state": "submitted"}, fields={"state": CriteriaState.SUBMITTED, "note": ""},
    )  # fmt: skip
    return draft


@transaction.atomic
def send_for_approval(
    *,
    values: Mapping[str, Any],
    reason: str,
    by: User,
    effective_from: dt.date | None = None,
    scope: str = "",
) -> CriteriaVersion:
    """Write a draft and ask for approval in one step: a roll-back, or what a machine wants to publish."""
    checked_reason(reason)
    checked_day(effective_from)
    draft = create_draft(values=values, by=by, scope=scope, reason=reason)
    if effective_from:
        draft = change_draft(
            draft=draft,
            version=draft.version,
            values=values,
            reason=reason,
            effective_from=effective_from,
            by=by,
        )
    return submit_draft(draft=draft, version=draft.version, by=by)


@transaction.atomic
def return_draft(*, draft: CriteriaVersion, version: int, note: str, by: User) -> CriteriaVersion:
    """Send a draft back to its author with what should change."""
    _need_editor(by)
    _need_open(draft)
    if not note.strip() or len(note) > LONGEST_REASON:
        raise InvalidSettings({"note": "Say what should change."})
    _change(
        draft, version, by, action="return", before={"state": draft.state},
        after={"state": "draft", "note": note.strip()},
        fields={"state": CriteriaState.DRAFT, "note": note.strip()},
    )  # fmt: skip
    return draft


@transaction.atomic
def publish_draft(*, draft: CriteriaVersion, version: int, by: User) -> CriteriaVersion:
    """Approve a draft and put it in force; frozen from then on.

    Raises ``PermissionDenied`` for other roles, ``ApproverNeeded`` for its author, ``PublishedMeanwhile``
    where another version came into force since the draft was saved, ``StaleVersion`` where somebody
    changed it.
    """
    _need_editor(by)
    _need_open(draft)
    if not may_approve(by, draft):
        raise ApproverNeeded
    _need_reason(draft)
    base = published_criteria(draft.scope)
    if draft.based_on_id != (base.pk if base else None):
        raise PublishedMeanwhile(draft.scope)
    apply_changes(draft, version=version, changes={"approver": by})
    wanted = draft.effective_from
    if wanted and wanted < business_today():
        wanted = None  # the day went by while the draft waited
    return put_in_force(version=draft, effective_from=wanted, by=by)


@transaction.atomic
def remove_draft(*, draft: CriteriaVersion, version: int, by: User) -> CriteriaVersion:
    """Put a draft away; it can be taken out again."""
    _need_editor(by)
    _need_open(draft)
    _change(
        draft, version, by, action="archive", before={}, after={"archived": True},
        fields={"archived_at": clock.now(), "state": CriteriaState.DRAFT},
    )  # fmt: skip
    return draft


@transaction.atomic
def restore_draft(*, draft: CriteriaVersion, version: int, by: User) -> CriteriaVersion:
    """Take a draft out again."""
    _need_editor(by)
    _change(
        draft, version, by, action="restore", before={"archived": True}, after={"archived": False},
        fields={"archived_at": None},
    )  # fmt: skip
    return draft


def _need_editor(by: User) -> None:
    if not may_publish_criteria(by):
        raise PermissionDenied


def _need_open(draft: CriteriaVersion) -> None:
    if not draft.is_open or draft.archived_at:
        raise PermissionDenied("This version is not a draft any more.")


def _need_reason(draft: CriteriaVersion) -> None:
    checked_reason(draft.reason)


def _short_enough(reason: str) -> str:
    """A draft's reason may wait, but it is no book."""
    return checked_reason(reason) if reason.strip() else ""


def _change(
    draft: CriteriaVersion,
    version: int,
    by: User,
    *,
    action: str,
    before: dict[str, Any],
    after: dict[str, Any],
    fields: dict[str, Any],
) -> None:
    """Write fields of a draft if nobody else did since, with its audit row."""
    apply_changes(draft, version=version, changes={**fields, "changed_at": clock.now()})
    was, now = differences(before, after)
    record_change(by=by, action=action, record=draft, before=was, after=now, reason=draft.reason)
