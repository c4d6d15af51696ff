"""A visit: who went to which store on which day, what was looked at, and what hangs on it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from ka_crm.records.models import StoredFile


class VisitKind(models.TextChoices):
    """Routine visits feed the estimates; control and joint visits test them."""

    ROUTINE = "routine", _("Routine visit")
    CONTROL = "control", _("Control visit")
    JOINT = "joint", _("Joint visit")


class Visit(models.Model):
    """One person in one store on one day. Sent again with the same ``client_uuid`` it stays one."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=8, choices=VisitKind.choices, default=VisitKind.ROUTINE)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="visits",
    )
    joint_with = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("together with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.TextField(_("note"), blank=True)
    client_uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    body_digest = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField(_("began"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    is_generated = models.BooleanField(default=False)

    class Meta:
        ordering = ["-on", "-id"]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [
            models.Index(fields=["store", "-on", "-id"], name="visit_store_on"),
            models.Index(fields=["by", "-on", "-id"], name="visit_by_on"),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.on}"


class CheckPart(models.TextChoices):
    DISPLAY = "display", _("Display")
    PROMOTION = "promotion", _("Promotion")
    PRICE = "price", _("Price")
    STOCK = "stock", _("Stock")
    STAFF = "staff", _("Sales staff")


class CheckPoint(models.Model):
    """Something to look at on every visit; admins edit the list."""

    name = models.CharField(_("what to look at"), max_length=60, unique=True)
    part = models.CharField(_("belongs to"), max_length=9, choices=CheckPart.choices)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("check point")
        verbose_name_plural = _("check points")

    def __str__(self) -> str:
        return self.name


class Check(models.Model):
    """What was found at a check point; no row means not looked at."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="checks")
    point = models.ForeignKey(CheckPoint, on_delete=models.PROTECT, related_name="checks")
    is_ok = models.BooleanField(_("in order"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["point__order", "id"]
        constraints = [models.UniqueConstraint(fields=["visit", "point"], name="check_once")]

    def __str__(self) -> str:
        return f"{self.point_id}: {self.is_ok}"


class VisitPhoto(models.Model):
    """A photo taken on a visit; its position data were removed."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(_("shows"), max_length=9, choices=CheckPart.choices, blank=True)
    client_uuid = models.UUIDField(default=uuid.uuid4, unique=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.visit_id}"
