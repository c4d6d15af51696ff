"""Publishing of criteria: a version is frozen from the moment it is published."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import OPEN_STATES, CriteriaState
from ka_crm.criteria.permissions import has_second_person, may_be_named, may_publish_criteria
from ka_crm.criteria.queries import criteria_in_force, published_criteria, values_of
from ka_crm.criteria.rules.settings import InvalidSettings, region_values, settings_from
from ka_crm.criteria.scopes import known_scopes
from ka_crm.lib import clock
from ka_crm.people.models import User
from ka_crm.records.operations import differences, record_change
from ka_crm.records.queries import business_today

#: Most characters of a reason; it is told in lists and kept for good.
LONGEST_REASON = 2000


class PublishedMeanwhile(Exception):
    """Somebody else published at the same moment; look at theirs first."""


class ApproverNeeded(PermissionDenied):
    """Criteria come into force with the approval of somebody other than their author."""


def publish_criteria(
    *,
    values: Mapping[str, Any],
    reason: str,
    by: User | None,
    scope: str = "",
    effective_from: dt.date | None = None,
) -> CriteriaVersion:
    """Publish ``values`` (missing settings take their defaults) as the next version of ``scope``.

    For the operator and for code: it asks nobody, and may state the past. The version before is retired
    at the same moment. Raises ``InvalidSettings`` with every reason, and
    ``PublishedMeanwhile`` where two people publish at once: exactly one version stays published.
    """
    version = CriteriaVersion(
        scope=scope, settings=settings_of_scope(values, scope), author=by, reason=reason
    )
    return put_in_force(version=version, effective_from=effective_from, by=by)


def publish_at_once(
    *,
    values: Mapping[str, Any],
    reason: str,
    by: User,
    effective_from: dt.date | None = None,
    scope: str = "",
    approver: User | None = None,
) -> CriteriaVersion:
    """Publish without a draft: where nobody else could approve it, or with the approval of ``approver``.

    An administrator states whose approval was given elsewhere, such as in minutes; the audit row says that
    it was stated. Raises ``PermissionDenied`` for other roles, ``ApproverNeeded`` where somebody else could
    approve and nobody is named, and ``InvalidSettings`` for one who may not, a day that is over, no reason.
    """
    if not may_publish_criteria(by):
        raise PermissionDenied
    checked_reason(reason)
    checked_day(effective_from)
    if approver is None and has_second_person(by):
        raise ApproverNeeded
    if approver is not None and not may_be_named(approver, by):
        raise InvalidSettings(
            {"approver": "another active director or administrator, named by an administrator"}
        )
    version = CriteriaVersion(
        scope=scope,
        settings=settings_of_scope(values, scope),
        author=by,
        reason=reason.strip(),
        approver=approver,
    )
    return put_in_force(version=version, effective_from=effective_from, by=by)


def put_in_force(
    *, version: CriteriaVersion, effective_from: dt.date | None, by: User | None
) -> CriteriaVersion:
    """Make a version, stored or not, the published one of its scope; the one before it is retired.

    Its days begin where those of the one before end, so that no two versions hold on one day. Raises
    ``InvalidSettings`` for a date before that, ``PublishedMeanwhile`` where two publish at once.
    """
    scope = version.scope
    if scope and scope not in known_scopes():
        raise InvalidSettings({"scope": "not a known region"})
    try:
        with transaction.atomic():
            previous = published_criteria(scope)
            first = _first_day(scope, previous, effective_from)
            if previous is not None:
                _retire(previous, first)
            numbers = CriteriaVersion.objects.filter(scope=scope).exclude(state__in=OPEN_STATES)
            version.number = (numbers.aggregate(number=Max("number"))["number"] or 0) + 1
            version.state = CriteriaState.PUBLISHED
            version.effective_from = first
            version.effective_to = None
            version.published_at = clock.now()
            version.save()
            before, after = differences(previous.settings if previous else {}, version.settings)
            record_change(
                by=by, action="publish_criteria", record=version, before=before,
                after={**after, **_approval(version, by)}, reason=version.reason,
            )  # fmt: skip
    except IntegrityError as error:
        raise PublishedMeanwhile(scope) from error
    return version


@transaction.atomic
def retire_scope(*, scope: str, reason: str, by: User) -> CriteriaVersion:
    """End the criteria of a region from today on: its accounts follow the company's again.

    Raises ``ValueError`` for the company itself, which always has criteria, and where none are published;
    ``InvalidSettings`` without a reason.
    """
    if not may_publish_criteria(by):
        raise PermissionDenied
    checked_reason(reason)
    version = published_criteria(scope) if scope else None
    if version is None:
        raise ValueError("Only the criteria of a region can be ended.")
    _retire(version, max(business_today(), version.effective_from or business_today()))
    version.refresh_from_db()
    record_change(
        by=by, action="retire_criteria", record=version, before={"state": "published"},
        after={"state": "retired"}, reason=reason.strip(),
    )  # fmt: skip
    return version


def ensure_published_criteria(*, by: User | None = None) -> CriteriaVersion:
    """Return the published version; the product's defaults are published where there is none yet."""
    version = published_criteria()
    return version or publish_criteria(values={}, reason="Defaults of the product", by=by)


def settings_of_scope(values: Mapping[str, Any], scope: str) -> dict[str, Any]:
    """Return settings checked and complete; in a region the company's wherever the region does not decide."""
    settings = settings_from(values).as_json()
    return region_values(values_of(criteria_in_force()), settings) if scope else settings


def checked_reason(reason: str) -> str:
    """Return a reason without blanks around it; ``InvalidSettings`` for none, or a very long one."""
    text = reason.strip()
    if not text:
        raise InvalidSettings({"reason": "Say why the criteria change; the reason is kept for good."})
    if len(text) > LONGEST_REASON:
        raise InvalidSettings({"reason": f"At most {LONGEST_REASON} characters."})
    return text


def checked_day(day: dt.date | None) -> None:
    """Refuse a day that is over: a register that was decided is not decided anew."""
    if day and day < business_today():
        raise InvalidSettings({"effective_from": f"today, {business_today().isoformat()}, or a later day"})


def _approval(version: CriteriaVersion, by: User | None) -> dict[str, str]:
    """What the audit row says of an approval that somebody else stated."""
    if version.approver is None or by is None or version.approver_id == by.pk:
        return {}
    return {"approver": f"{version.approver.name}, as stated by {by.name}"}


def _first_day(scope: str, previous: CriteriaVersion | None, wanted: dt.date | None) -> dt.date:
    """Return the first day of the next version: not before the one in force, or after the last that ended."""
    earliest = previous.effective_from if previous else _day_after_the_last(scope)
    if wanted is None:
        return max(business_today(), earliest or business_today())
    if earliest and wanted < earliest:
        who = f"{previous} holds from" if previous else "the version before holds until"
        day = earliest if previous else earliest - dt.timedelta(days=1)
        raise InvalidSettings({"effective_from": f"{who} {day.isoformat()}"})
    return wanted


def _day_after_the_last(scope: str) -> dt.date | None:
    """The day after the criteria of a scope ended, where none are in force."""
    ended = CriteriaVersion.objects.filter(scope=scope, state=CriteriaState.RETIRED)
    last: dt.date | None = ended.aggregate(last=Max("effective_to"))["last"]
    return last + dt.timedelta(days=1) if last else None


def _retire(version: CriteriaVersion, next_day: dt.date) -> None:
    """End a version the day before ``next_day``; one that somebody else ended is left as it is."""
    rows = CriteriaVersion.objects.filter(pk=version.pk, state=CriteriaState.PUBLISHED)
    if not rows.update(state=CriteriaState.RETIRED, effective_to=next_day - dt.timedelta(days=1)):
        raise PublishedMeanwhile(version.scope)
