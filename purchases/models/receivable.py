"""What customers owe us."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from purchases.models.fact import Fact


class Receivable(Fact):
    """One invoice or credit note (negative) of the ledger, in ten-thousandths of the company's currency.

    ``open_amount`` is what is not paid yet; a paid one has 0.
    """

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="receivables"
    )
    document_no = models.CharField(_("document no."), max_length=60)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    amount = models.BigIntegerField(_("amount"))
    open_amount = models.BigIntegerField(_("open amount"))

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("receivable")
        verbose_name_plural = _("receivables")
        constraints = [
            models.CheckConstraint(
                condition=Q(open_amount__gte=0, open_amount__lte=F("amount"))
                | Q(open_amount__lte=0, open_amount__gte=F("amount")),
                name="receivable_open_within_amount",
                violation_error_message=_("What is open lies between nothing and the amount."),  # type: ignore[arg-type]
            ),
            models.UniqueConstraint(
                fields=["customer", "document_no"],
                condition=Q(archived_at__isnull=True),
                name="receivable_once",
                violation_error_message=_("This customer has a document with this number already."),  # type: ignore[arg-type]
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "due_on"], name="receivable_open", condition=~Q(open_amount=0)),
        ]

    def __str__(self) -> str:
        return self.document_no
