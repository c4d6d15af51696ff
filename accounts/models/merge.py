"""Duplicates that were made one, so that it can be undone; and pairs that somebody said are two."""

from django.conf import settings
from django.db import models


class RecordMerge(models.Model):
    """Two customers, or two contacts, made one. ``moved``: what pointed at the other, by model and field.

    ``before`` holds the kept record's fields as they were; ``dropped`` references that stood twice.
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
