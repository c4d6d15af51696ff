"""Papers of a dossier."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.dossier import DossierEntry
from ka_crm.records.models import StoredFile


class DocumentKind(models.TextChoices):
    CONTRACT = "contract", _("Contract")
    OFFER = "offer", _("Offer")
    MINUTES = "minutes", _("Minutes")
    PRESENTATION = "presentation", _("Presentation")
    REPORT = "report", _("Report")
    PHOTO = "photo", _("Photo")
    OTHER = "other", _("Other")


class Document(DossierEntry):
    """A file of the dossier; downloaded only through the check of who may see the customer."""

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(
        _("kind"), max_length=12, choices=DocumentKind.choices, default=DocumentKind.OTHER
    )
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="documents", editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.title
