"""Writes of what the team asks of other departments: asked, answered, opened again."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, RequestAnswer, ResourceRequest
from accounts.operations.entries import add_entry, change_entry, check_may_edit
from accounts.operations.standing import refresh_standing
from accounts.permissions import may_answer
from ka_crm.people.models import User
from ka_crm.records.editing import change_record
from ka_crm.records.queries import business_today


def ask_for(
    *, by: User, customer: Customer, values: Mapping[str, Any], model: type[ResourceRequest] = ResourceRequest
) -> ResourceRequest:
    """Ask a department for something; asked today where no day is given."""
    check_may_edit(by, customer)
    values = {**values, "asked_on": values.get("asked_on") or business_today()}
    return add_entry(by=by, customer=customer, model=model, values=values)


def change_request(
    *, by: User, entry: ResourceRequest, version: int, changes: Mapping[str, Any]
) -> ResourceRequest:
    """Change what is asked, as long as it has no answer."""
    check_may_edit(by, entry.customer)
    fresh = ResourceRequest.objects.get(pk=entry.pk)
    if fresh.version == version and fresh.answer != RequestAnswer.OPEN:
        raise ValidationError(_("It is answered. Open it again to change it."))
    return change_entry(by=by, entry=fresh, version=version, changes=changes)


def answer_request(
    *, by: User, request: ResourceRequest, version: int, answer: str, text: str = ""
) -> ResourceRequest:
    """Grant a request, wholly or partly, or refuse it with the reason.

    The person asked may, and whoever may edit the customer.
    """
    if not may_answer(by, request):
        raise PermissionDenied
    if answer not in RequestAnswer.values or answer == RequestAnswer.OPEN:
        raise ValidationError({"answer": _("Please choose an answer.")})
    if answer == RequestAnswer.REFUSED and not text.strip():
        raise ValidationError({"answer_text": _("Please say why it is refused.")})
    values = {"answer": answer, "answer_text": text.strip(), "answered_on": business_today()}
    return _moved(by, request, version, "answer", values, from_open=True)


def reopen_request(*, by: User, request: ResourceRequest, version: int) -> ResourceRequest:
    """Ask again what was answered; the words of the answer stay."""
    if not may_answer(by, request):
        raise PermissionDenied
    values = {"answer": RequestAnswer.OPEN.value, "answered_on": None}
    return _moved(by, request, version, "reopen", values, from_open=False)


def _moved(
    by: User, request: ResourceRequest, version: int, act: str, values: dict[str, Any], *, from_open: bool
) -> ResourceRequest:
    with transaction.atomic():
        fresh = ResourceRequest.objects.select_for_update().get(pk=request.pk)
        is_open = fresh.answer == RequestAnswer.OPEN
        if fresh.version == version and (is_open != from_open or fresh.archived_at is not None):
            raise ValidationError(_("It is answered already.") if from_open else _("It is open already."))
        changed = change_record(fresh, by=by, version=version, changes=values, action=act)
        refresh_standing(customers=[changed.customer_id])
    return changed
