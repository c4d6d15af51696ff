"""Reads of criteria versions."""

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import CriteriaState
from ka_crm.criteria.rules.settings import CriteriaSettings, settings_from


def published_criteria(scope: str = "") -> CriteriaVersion | None:
    """Return the version published now for a scope, or ``None`` where nothing was ever published."""
    return CriteriaVersion.objects.filter(scope=scope, state=CriteriaState.PUBLISHED).first()


def settings_of(version: CriteriaVersion) -> CriteriaSettings:
    """Return a version's settings, checked and typed."""
    return settings_from(version.settings)
