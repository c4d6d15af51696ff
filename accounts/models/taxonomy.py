"""Words by which customers and stores are sorted; every company has its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NamedTerm(models.Model):
    """A word of a list that admins may edit."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Channel(NamedTerm):
    """Modern retail, wholesale, online …"""


class Format(NamedTerm):
    """Hypermarket, convenience store, liquor store …"""


class Region(NamedTerm):
    """Part of the market with a market share of its own (a market is category × region)."""
