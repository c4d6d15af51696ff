"""Passwords that somebody tried, so that nobody can try many."""

from django.db import models


class PasswordCheck(models.Model):
    """One try of a password for one mail address; successful ones are taken out again."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="password_check_key")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.at}"
