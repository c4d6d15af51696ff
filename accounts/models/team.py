"""Who of us works for the customer, and what they ask of other departments."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.dossier import DossierEntry


class Function(models.TextChoices):
    SALES = "sales", _("Sales")
    MARKETING = "marketing", _("Marketing")
    DEVELOPMENT = "development", _("Research and development")
    SERVICE = "service", _("Service")
    LOGISTICS = "logistics", _("Logistics")
    FINANCE = "finance", _("Finance")
    MANAGEMENT = "management", _("Management")


class TeamMember(DossierEntry):
    """Somebody of ours who works for the customer beside its key account manager."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        on_delete=models.PROTECT,
        related_name="team_memberships",
    )
    function = models.CharField(
        _("function"), max_length=12, choices=Function.choices, default=Function.SALES
    )
    is_sponsor = models.BooleanField(_("executive sponsor"), default=False)
    duty = models.CharField(_("what for"), max_length=200, blank=True)

    class Meta:
        ordering = ["-is_sponsor", "function", "id"]
        verbose_name = _("member of the team")
        verbose_name_plural = _("members of the team")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "user"],
                condition=models.Q(archived_at__isnull=True),
                name="team_member_once",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(archived_at__isnull=True, is_sponsor=True),
                name="team_one_sponsor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}"


class RequestAnswer(models.TextChoices):
    OPEN = "open", _("No answer yet")
    GRANTED = "granted", _("Granted")
    PARTLY = "partly", _("Partly granted")
    REFUSED = "refused", _("Refused")


class ResourceRequest(DossierEntry):
    """What the team asks of a department, and its answer."""

    text = models.CharField(_("what is needed"), max_length=300)
    function = models.CharField(_("asked of"), max_length=12, choices=Function.choices)
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person asked"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="resource_requests",
    )
    asked_on = models.DateField(_("asked on"))
    needed_by = models.DateField(_("needed by"), null=True, blank=True)
    answer = models.CharField(
        _("answer"), max_length=7, choices=RequestAnswer.choices, default=RequestAnswer.OPEN
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer_text = models.TextField(_("what was answered"), blank=True)

    class Meta:
        ordering = ["-asked_on", "-id"]
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="open", answered_on__isnull=True)
                | models.Q(~models.Q(answer="open"), answered_on__isnull=False),
                name="request_answered_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.text
