"""The tree of territories that decides what a supervisor sees."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode


class Territory(TreeNode):
    """A part of the market that somebody answers for; a supervisor sees the whole subtree."""

    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["name"]
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        constraints = [models.UniqueConstraint(Lower("name"), name="territory_name_unique")]

    def __str__(self) -> str:
        return self.name
