"""One loaded file, what it changed, and what is needed to take it back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    LOADING = "loading", _("Loading")
    COMMITTED = "committed", _("Loaded")
    FAILED = "failed", _("Failed")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class ImportBatch(models.Model):
    """A file (or an API call, or an entry by hand) that brings rows of one kind.

    Fact rows carry their batch; readers see only rows whose batch is ``committed``, so that flipping
    the state in one short transaction makes all of them visible, or none.
    """

    kind = models.CharField(max_length=30)
    source = models.CharField(max_length=10, default="file")  # file, cli, api, hand
    file_name = models.CharField(max_length=255, blank=True)
    path = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    mapping_digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.UPLOADED)
    report = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("import")
        indexes = [models.Index(fields=["kind", "digest", "state"], name="batch_kind_digest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name or self.pk}"


class ImportChange(models.Model):
    """What a batch did to one record of master data: ``before`` is null where it created it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="changes")
    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    before = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["record_type", "record_id"], name="change_record")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id}"
