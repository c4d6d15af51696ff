"""What every entry of a dossier has in common: whose it is, who wrote it, its version, put away or not."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models.customer import Customer
from accounts.visibility import customer_scope
from ka_crm.people.models import User


class DossierQuerySet(QuerySet[Any]):
    """Entries of dossiers, narrowed to what somebody may see."""

    def visible_to(self, viewer: User) -> Self:
        return self.filter(customer_scope(viewer, "customer__"))

    def kept(self) -> Self:
        """Return what was not put away."""
        return self.filter(archived_at__isnull=True)


class DossierEntry(models.Model):
    """One entry of a customer's dossier. Whoever sees the customer sees it."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="%(class)s_entries"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_generated = models.BooleanField(default=False, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DossierQuerySet.as_manager()

    class Meta:
        abstract = True
