"""Publishing of criteria: a version is frozen from the moment it is published."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import CriteriaState
from ka_crm.criteria.queries import published_criteria
from ka_crm.criteria.rules.settings import settings_from
from ka_crm.lib import clock
from ka_crm.people.models import User
from ka_crm.records.operations import differences, record_change


class PublishedMeanwhile(Exception):
    """Somebody else published at the same moment; look at theirs first."""


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
    settings = settings_from(values).as_json()
    now = clock.now()
    today = effective_from or clock.today()
    try:
        with transaction.atomic():
            previous = published_criteria(scope)
            if previous is not None:
                CriteriaVersion.objects.filter(pk=previous.pk).update(
                    state=CriteriaState.RETIRED, effective_to=today
                )
            last = CriteriaVersion.objects.filter(scope=scope).aggregate(number=Max("number"))["number"]
            version = CriteriaVersion.objects.create(
                number=(last or 0) + 1,
                scope=scope,
                state=CriteriaState.PUBLISHED,
                settings=settings,
                effective_from=today,
                author=by,
                reason=reason,
                published_at=now,
            )
            before, after = differences(previous.settings if previous else {}, settings)
            record_change(
                by=by, action="publish_criteria", record=version, before=before, after=after, reason=reason
            )
    except IntegrityError as error:
        raise PublishedMeanwhile(scope) from error
    return version


def ensure_published_criteria(*, by: User | None = None) -> CriteriaVersion:
    """Return the published version; the product's defaults are published where there is none yet."""
    version = published_criteria()
    return version or publish_criteria(values={}, reason="Defaults of the product", by=by)
