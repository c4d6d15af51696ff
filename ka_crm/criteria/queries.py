"""Reads of criteria versions."""

import datetime as dt
from typing import Any

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import OPEN_STATES, CriteriaState
from ka_crm.criteria.permissions import may_publish_criteria, may_read_drafts
from ka_crm.criteria.rules.effective import NoVersionForDate, Period, version_on
from ka_crm.criteria.rules.settings import CriteriaSettings, region_values, settings_from
from ka_crm.people.models import User


def published_criteria(scope: str = "") -> CriteriaVersion | None:
    """Return the version published now for a scope, or ``None`` where nothing was ever published."""
    return CriteriaVersion.objects.filter(scope=scope, state=CriteriaState.PUBLISHED).first()


def criteria_in_force(scope: str = "") -> CriteriaVersion:
    """Return the published version: a region's own, else the company's, else the product's defaults as a
    version that is not stored."""
    own = published_criteria(scope) if scope else None
    return (
        own
        or published_criteria()
        or CriteriaVersion(number=0, settings=CriteriaSettings().as_json(), reason="Defaults of the product")
    )


def criteria_on(day: dt.date, scope: str = "") -> CriteriaVersion:
    """Return the version that holds on a day for the register; a region without its own has the company's.

    Raises ``NoVersionForDate`` where none does: nobody is selected by guessed criteria.
    """
    versions = {version.number: version for version in versions_newest_first(scope)}
    periods = [
        Period(number, version.effective_from, version.effective_to)
        for number, version in versions.items()
        if version.effective_from
    ]
    try:
        return versions[version_on(periods, day)]
    except NoVersionForDate:
        if not scope:
            raise
        return criteria_on(day)


def settings_of(version: CriteriaVersion) -> CriteriaSettings:
    """Return a version's settings, checked and typed."""
    return settings_from(version.settings)


def values_in_force(scope: str = "") -> dict[str, Any]:
    """Return the settings by which a scope is judged now: a region decides its list, the company the rest."""
    company = values_of(criteria_in_force())
    return region_values(company, values_of(criteria_in_force(scope))) if scope else company


def values_of(version: CriteriaVersion) -> dict[str, Any]:
    """Return a version's settings as plain JSON, those that came later with their defaults."""
    return settings_of(version).as_json()


def versions_newest_first(scope: str = "") -> list[CriteriaVersion]:
    """Return the published and retired versions of a scope, the newest first."""
    versions = CriteriaVersion.objects.filter(scope=scope).exclude(state__in=OPEN_STATES)
    return list(versions.select_related("author", "approver").order_by("-number"))


def scopes_in_use() -> list[str]:
    """Return the regions that have published criteria of their own."""
    rows = CriteriaVersion.objects.filter(state=CriteriaState.PUBLISHED).exclude(scope="")
    return list(rows.order_by("scope").values_list("scope", flat=True))


def drafts_for(viewer: User) -> list[CriteriaVersion]:
    """Return the drafts that a viewer may read, the last changed first; archived ones are left out."""
    if not may_read_drafts(viewer):
        return []
    rows = CriteriaVersion.objects.filter(state__in=OPEN_STATES, archived_at__isnull=True)
    return list(rows.select_related("author", "changed_by", "based_on").order_by("-changed_at", "-pk"))


def drafts_to_approve(viewer: User) -> int:
    """Return how many drafts wait for this viewer's approval."""
    if not may_publish_criteria(viewer):
        return 0
    waiting = CriteriaVersion.objects.filter(state=CriteriaState.SUBMITTED, archived_at__isnull=True)
    return waiting.exclude(author=viewer).exclude(changed_by=viewer).count()


def draft_for(pk: int, viewer: User) -> CriteriaVersion | None:
    """Return one draft, archived or not, or ``None`` where there is none that concerns the viewer."""
    if not may_read_drafts(viewer):
        return None
    rows = CriteriaVersion.objects.filter(pk=pk, state__in=OPEN_STATES)
    return rows.select_related("author", "changed_by", "based_on").first()


def published_draft(pk: int, viewer: User) -> CriteriaVersion | None:
    """Return what has become of a draft that was published."""
    if not may_read_drafts(viewer):
        return None
    return CriteriaVersion.objects.filter(pk=pk).exclude(state__in=OPEN_STATES).first()


def version_numbered(number: int, scope: str = "") -> CriteriaVersion | None:
    """Return a version that is or was in force, by its number."""
    rows = CriteriaVersion.objects.filter(scope=scope, number=number).exclude(state__in=OPEN_STATES)
    return rows.select_related("author", "approver").first()
