"""What is sold: categories and products."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

_NOT_NEGATIVE = MinValueValidator(0, message=_("This cannot be negative."))


class Category(models.Model):
    """A product category; shares and quadrants are judged per category."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)

    class Meta:
        ordering = ["name", "code"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name or self.code


class Product(models.Model):
    """One article of ours (or of a rival, where brand data are kept)."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
    )
    brand = models.CharField(_("brand"), max_length=120, blank=True)
    list_price = models.DecimalField(
        _("list price"), max_digits=14, decimal_places=4, null=True, blank=True, validators=[_NOT_NEGATIVE]
    )
    unit_cost = models.DecimalField(
        _("unit cost"), max_digits=14, decimal_places=4, null=True, blank=True, validators=[_NOT_NEGATIVE]
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(code="") & ~models.Q(code__contains="/"), name="product_code_ok"
            )
        ]

    def __str__(self) -> str:
        return self.name
