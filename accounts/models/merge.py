"""Duplicates that were made one, so that it can be undone; and pairs that somebody said are two."""

from django.conf import settings
from django.db import models


class RecordMerge(models.Model):
    """Two customers, or two contacts, made one, with all that it takes to undo it (docs/adr/0008).

    ``moved`` lists the steps in their order: model, field, from which record to which, how many rows; which
    rows stands in ``MergedReference``. ``before`` holds single values that were changed ({"changes": [{model,
    pk, before, after}], "ownerships": […]}), ``dropped`` whole rows that stood twice.
    """

    record_type = models.CharField(max_length=60)
    kept_id = models.BigIntegerField()
    merged_id = models.BigIntegerField()
    moved = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    dropped = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["record_type", "kept_id"], name="merge_kept")]
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "merged_id"],
                condition=models.Q(undone_at__isnull=True),
                name="merge_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.merged_id} → {self.kept_id}"


class MergedReference(models.Model):
    """One row that a merge pointed at the kept record: ``step`` is its place in the merge's ``moved``."""

    merge = models.ForeignKey(
        RecordMerge, on_delete=models.CASCADE, related_name="references", db_index=False
    )
    step = models.PositiveSmallIntegerField()
    record_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merge", "step", "record_id"], name="merged_reference_once")
        ]

    def __str__(self) -> str:
        return f"{self.merge_id}/{self.step}: {self.record_id}"


class DuplicateProposal(models.Model):
    """Two records that look like one; computed at night, and for one record when it is written.

    ``score`` from 0 to 1; ``reasons`` as ``accounts.rules.duplicates.Reason.as_json`` writes them.
    """

    record_type = models.CharField(max_length=60)
    low_id = models.BigIntegerField()
    high_id = models.BigIntegerField()
    score = models.FloatField()
    reasons = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["record_type", "-score", "id"], name="proposal_score"),
            models.Index(fields=["record_type", "high_id"], name="proposal_high"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["record_type", "low_id", "high_id"], name="proposal_once"),
            models.CheckConstraint(condition=models.Q(low_id__lt=models.F("high_id")), name="proposal_order"),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.low_id} ≟ {self.high_id}"


class NotDuplicate(models.Model):
    """Two records that look alike and are not the same; ``low_id`` is the smaller id."""

    record_type = models.CharField(max_length=60)
    low_id = models.BigIntegerField()
    high_id = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_type", "low_id", "high_id"], name="not_duplicate_once"),
            models.CheckConstraint(
                condition=models.Q(low_id__lt=models.F("high_id")), name="not_duplicate_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.low_id} ≠ {self.high_id}"
