"""What the customer gains with us, and how fast we promised to serve which tier."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.contact import Contact
from accounts.models.dossier import DossierEntry
from accounts.models.team import Function


class ValueCase(DossierEntry):
    """What a year with us brings the customer: their turnover, margin and savings, and problems solved."""

    year = models.PositiveSmallIntegerField(_("year"))
    their_turnover = models.DecimalField(
        _("their turnover with our goods"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    their_margin_share = models.DecimalField(
        _("their margin on it"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("As a fraction: 0.28"),
    )
    category_margin_share = models.DecimalField(
        _("their margin in the category"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("As a fraction: 0.25"),
    )
    savings = models.DecimalField(
        _("what they save with us"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    savings_text = models.TextField(_("how they save it"), blank=True)
    problems = models.TextField(_("which of their problems we solve"), blank=True)
    joint_plan = models.TextField(_("what we do together"), blank=True)

    class Meta:
        ordering = ["-year", "-id"]
        verbose_name = _("value case")
        verbose_name_plural = _("value cases")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "year"],
                condition=models.Q(archived_at__isnull=True),
                name="value_case_once_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(their_margin_share__isnull=True)
                | models.Q(their_margin_share__gte=0, their_margin_share__lte=1),
                name="value_case_margin",
                violation_error_message=_("A share lies between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=models.Q(category_margin_share__isnull=True)
                | models.Q(category_margin_share__gte=0, category_margin_share__lte=1),
                name="value_case_category_margin",
                violation_error_message=_("A share lies between 0 and 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"


class MirroredFunction(DossierEntry):
    """A function on their side and its counterpart on ours."""

    function = models.CharField(_("our function"), max_length=12, choices=Function.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who of us"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    their_function = models.CharField(_("their function"), max_length=120)
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("who of them"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mirrors",
    )

    class Meta:
        ordering = ["function", "id"]
        verbose_name = _("mirrored function")
        verbose_name_plural = _("mirrored functions")

    def __str__(self) -> str:
        return self.their_function


class ServiceStep(models.TextChoices):
    RECEPTION = "reception", _("Reception")
    TALKS = "talks", _("Talks")
    SIGNING = "signing", _("Signing")
    AFTER_SALES = "after_sales", _("After-sales")


class ServiceTier(models.TextChoices):
    """The tier follows from the quadrant; accounts without a result are standard."""

    TOP = "top", _("Attack and Defend")
    MIDDLE = "middle", _("Explore and Maintain")
    STANDARD = "standard", _("All others")


class ServiceStandard(models.Model):
    """How many hours a step may take for a tier; admins set it."""

    tier = models.CharField(_("tier"), max_length=8, choices=ServiceTier.choices)
    step = models.CharField(_("step"), max_length=11, choices=ServiceStep.choices)
    promised_hours = models.PositiveIntegerField(
        _("promised within … hours"), validators=[MinValueValidator(1)]
    )
    note = models.CharField(_("what is promised"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["tier", "step"]
        verbose_name = _("service standard")
        verbose_name_plural = _("service standards")
        constraints = [models.UniqueConstraint(fields=["tier", "step"], name="service_standard_once")]

    def __str__(self) -> str:
        return f"{self.tier} {self.step}"


class ServiceCase(DossierEntry):
    """One thing the customer asked for; kept when done within the promised hours, frozen when it began."""

    step = models.CharField(_("step"), max_length=11, choices=ServiceStep.choices)
    subject = models.CharField(_("what they asked for"), max_length=200)
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("who asked"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="service_cases",
    )
    began_at = models.DateTimeField(_("asked at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    promised_hours = models.PositiveIntegerField(_("promised within … hours"), null=True, blank=True)

    class Meta:
        ordering = ["-began_at", "-id"]
        verbose_name = _("service case")
        verbose_name_plural = _("service cases")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(done_at__gte=models.F("began_at")),
                name="service_case_times",
                violation_error_message=_("It cannot be done before it was asked for."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
