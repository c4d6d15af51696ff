"""Which stated rows count: those kept by hand, and those of files that are loaded (ADR 1)."""

from django.db.models import Q

from ka_crm.imports.models import BatchState


def loaded(path: str = "") -> Q:
    """Return the condition that leaves out rows of files that are being loaded or taken back."""
    return Q(**{f"{path}batch__isnull": True}) | Q(**{f"{path}batch__state": BatchState.COMMITTED})
