"""What the first list of flags leaves out: an administrator sets the smallest gap worth showing."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ka_crm.lib.money import LARGEST
from ka_crm.people.models import User
from ka_crm.records.models import SystemSetting
from ka_crm.records.operations import record_change, set_system_setting
from visits.permissions import may_set_flags
from visits.queries.flags import MINIMUM_GAP, minimum_gap


def set_minimum_gap(*, by: User, amount: int) -> None:
    """Set the gap a month (ten-thousandths) below which flags are opened, and shown only on demand."""
    if not may_set_flags(by):
        raise PermissionDenied
    if not 0 <= amount <= LARGEST:
        raise ValidationError({"amount": _("An amount from 0 on.")})
    with transaction.atomic():
        before = minimum_gap()
        if before == amount:
            return
        set_system_setting(name=MINIMUM_GAP, value=amount)
        record_change(
            by=by,
            action="update",
            record=SystemSetting.objects.get(pk=MINIMUM_GAP),
            before={"amount": before},
            after={"amount": amount},
        )
