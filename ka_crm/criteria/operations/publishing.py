"""Publishing of criteria: a version is frozen from the moment it is published."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import OPEN_STATES, CriteriaState
from ka_crm.criteria.permissions import has_second_person, may_publish_criteria
from ka_crm.criteria.queries import published_criteria
from ka_crm.criteria.rules.settings import InvalidSettings, settings_from
from ka_crm.criteria.scopes import known_scopes
from ka_crm.lib import clock
from ka_crm.people.models import User
from ka_crm.records.operations import differences, record_change


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

    The version before is retired at the same moment. Raises ``InvalidSettings`` with every reason, and
    ``PublishedMeanwhile`` where two people publish at once: exactly one version stays published.
    """
    version = CriteriaVersion(scope=scope, settings=settings_from(values).as_json(), author=by, reason=reason)
    return put_in_force(version=version, effective_from=effective_from, by=by)


def publish_at_once(
    *, values: Mapping[str, Any], reason: str, by: User, effective_from: dt.date | None = None
) -> CriteriaVersion:
    """Publish without a draft, where nobody else could approve it.

    Raises ``PermissionDenied`` for other roles, and ``ApproverNeeded`` where somebody could.
    """
    if not may_publish_criteria(by):
        raise PermissionDenied
    if has_second_person(by):
        raise ApproverNeeded
    return publish_criteria(values=values, reason=reason, by=by, effective_from=effective_from)


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
            first = _first_day(previous, effective_from)
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
                by=by, action="publish_criteria", record=version, before=before, after=after,
                reason=version.reason,
            )  # fmt: skip
    except IntegrityError as error:
        raise PublishedMeanwhile(scope) from error
    return version


@transaction.atomic
def retire_scope(*, scope: str, reason: str, by: User) -> CriteriaVersion:
    """End the criteria of a region from today on: its accounts follow the company's again.

    Raises ``ValueError`` for the company itself, which always has criteria, and where none are published.
    """
    if not may_publish_criteria(by):
        raise PermissionDenied
    version = published_criteria(scope) if scope else None
    if version is None:
        raise ValueError("Only the criteria of a region can be ended.")
    _retire(version, max(clock.today(), version.effective_from or clock.today()))
    version.refresh_from_db()
    record_change(
        by=by, action="retire_criteria", record=version, before={"state": "published"},
        after={"state": "retired"}, reason=reason,
    )  # fmt: skip
    return version


def ensure_published_criteria(*, by: User | None = None) -> CriteriaVersion:
    """Return the published version; the product's defaults are published where there is none yet."""
    version = published_criteria()
    return version or publish_criteria(values={}, reason="Defaults of the product", by=by)


def _first_day(previous: CriteriaVersion | None, wanted: dt.date | None) -> dt.date:
    begun = previous.effective_from if previous else None
    if wanted is None:
        return max(clock.today(), begun or clock.today())
    if begun and wanted < begun:
        raise InvalidSettings(
            {"effective_from": f"{previous} holds from {begun.isoformat()}; this day or a later one"}
        )
    return wanted


def _retire(version: CriteriaVersion, next_day: dt.date) -> None:
    """End a version the day before ``next_day``; one that somebody else ended is left as it is."""
    rows = CriteriaVersion.objects.filter(pk=version.pk, state=CriteriaState.PUBLISHED)
    if not rows.update(state=CriteriaState.RETIRED, effective_to=next_day - dt.timedelta(days=1)):
        raise PublishedMeanwhile(version.scope)
