"""Reads of criteria versions."""

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import CriteriaState
from ka_crm.criteria.rules.settings import CriteriaSettings, settings_from


def published_criteria(scope: str = "") -> CriteriaVersion | None:
    """Return the version published now for a scope, or ``None`` where nothing was ever published."""
    return CriteriaVersion.objects.filter(scope=scope, state=CriteriaState.PUBLISHED).first()


def criteria_in_force(scope: str = "") -> CriteriaVersion:
    """Return the published version, or the product's defaults as a version that is not stored."""
    return published_criteria(scope) or CriteriaVersion(
        number=0, scope=scope, settings=CriteriaSettings().as_json(), reason="Defaults of the product"
    )


def settings_of(version: CriteriaVersion) -> CriteriaSettings:
    """Return a version's settings, checked and typed."""
    return settings_from(version.settings)


def versions_newest_first(scope: str = "") -> list[CriteriaVersion]:
    """Return the published and retired versions of a scope, the newest first."""
    versions = CriteriaVersion.objects.filter(scope=scope).exclude(state=CriteriaState.DRAFT)
    return list(versions.select_related("author", "approver").order_by("-number"))
