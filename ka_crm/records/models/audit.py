"""One row for every change of state, written by the operation that makes it."""

from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditQuerySet(models.QuerySet["AuditRow"]):
    """Audit rows are added and read, nothing else; a trigger in the database says so too."""

    def update(self, **values: Any) -> NoReturn:
        raise ValidationError(_("An audit row is never altered."))

    def delete(self) -> NoReturn:
        raise ValidationError(_("An audit row is never deleted."))


class AuditRow(models.Model):
    """Who did what to which record, when, with the values before and after. Never altered."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    action = models.CharField(_("action"), max_length=60)
    record_type = models.CharField(max_length=60)
    record_id = models.CharField(max_length=40)
    label = models.CharField(max_length=200, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["record_type", "record_id", "-id"], name="audit_record")]

    def __str__(self) -> str:
        return f"{self.action} {self.record_type} {self.record_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValidationError(_("An audit row is never altered."))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError(_("An audit row is never deleted."))
