"""People's word that two records which look alike are two."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Customer, NotDuplicate
from accounts.operations.entries import check_may_edit
from accounts.permissions import may_edit_customer, may_organise
from ka_crm.people.models import User
from ka_crm.records.operations import record_change


def say_two(*, by: User, one: Customer | Contact, other: Customer | Contact) -> NotDuplicate:
    """Remember that two records that look alike are not the same; said twice is said once."""
    record_type, low, high = _pair(by, one, other)
    with transaction.atomic():
        said, is_new = NotDuplicate.objects.get_or_create(
            record_type=record_type, low_id=low, high_id=high, defaults={"by": by}
        )
        if is_new:
            record_change(by=by, action="not the same", record=one, after={"other": str(other)})
    return said


def take_back_two(*, by: User, one: Customer | Contact, other: Customer | Contact) -> None:
    """Let two records be proposed again."""
    record_type, low, high = _pair(by, one, other)
    with transaction.atomic():
        said = NotDuplicate.objects.filter(record_type=record_type, low_id=low, high_id=high)
        if said.delete()[0]:
            record_change(by=by, action="perhaps the same", record=one, after={"other": str(other)})


def _pair(by: User, one: Customer | Contact, other: Customer | Contact) -> tuple[str, int, int]:
    if type(one) is not type(other) or one.pk == other.pk:
        raise ValidationError(_("Two records of one kind are needed."))
    for record in (one, other):
        if isinstance(record, Contact):
            check_may_edit(by, record.customer)
        elif not may_organise(by) or not may_edit_customer(by, record):
            raise PermissionDenied
    return one._meta.label_lower, min(one.pk, other.pk), max(one.pk, other.pk)
