"""What all facts of the dossier have in common: the batch that brought them, version, archive."""

from typing import TypeVar

from django.db import models
from django.db.models import Q

from ka_crm.imports.models import BatchState, ImportBatch

Row = TypeVar("Row", bound=models.Model)


class FactQuerySet(models.QuerySet[Row]):
    """Facts kept by hand, or by a file that counts."""

    def loaded(self) -> "FactQuerySet[Row]":
        """Leave out rows of files that are being loaded or taken back."""
        return self.filter(Q(batch__isnull=True) | Q(batch__state=BatchState.COMMITTED))

    def counted(self) -> "FactQuerySet[Row]":
        """Leave out what was archived, too."""
        return self.loaded().filter(archived_at__isnull=True)


class Fact(models.Model):
    """One stated thing; ``batch`` is the import that made it, none where somebody typed it."""

    batch = models.ForeignKey(ImportBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True
