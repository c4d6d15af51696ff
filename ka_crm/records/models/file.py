"""Files that people put into records: kept outside the web root, served only behind a check."""

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """One uploaded file, by its content. ``content_type`` was read from the content, not from its name."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to="files/%Y/%m/", max_length=200)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
