"""How a file's columns were understood the last time."""

from django.db import models


class RememberedMapping(models.Model):
    """The mapping last used for files of this kind with these headers."""

    kind = models.CharField(max_length=30)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "signature"], name="mapping_signature_unique")]

    def __str__(self) -> str:
        return self.kind
