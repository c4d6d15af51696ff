"""Facts about this installation that are data, not environment."""

from django.db import models


class SystemSetting(models.Model):
    """One named value, for example the pinned day of the demo company."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.name
