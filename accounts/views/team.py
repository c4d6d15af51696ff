"""Answers to requests for help, and service cases that are done."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.plans import AnswerForm
from accounts.models import Customer, ResourceRequest, ServiceCase
from accounts.operations.requests import answer_request, reopen_request
from accounts.operations.service import finish_case
from accounts.permissions import may_answer, may_edit_customer
from accounts.queries import customer_by_code
from accounts.queries.team import request_by_id
from ka_crm.lib.editing import changed_in_place, form_in_place
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Answer what a team asks for: the person asked, or whoever may edit the customer."""
    asked = _request_to_answer(request, code, pk)
    form = AnswerForm(
        request.POST or None, instance=asked, viewer=viewer_of(request), customer=asked.customer
    )

    def save(values: dict[str, Any]) -> str:
        answer_request(
            by=viewer_of(request),
            request=asked,
            version=values["version"],
            answer=values["answer"],
            text=values["answer_text"],
        )
        return _after(viewer_of(request), asked)

    context = {
        "heading": _("Answer the request"),
        "intro": _("%(customer)s needs: %(text)s") % {"customer": asked.customer, "text": asked.text},
        "back_url": _after(viewer_of(request), asked),
        "back": asked.customer,
        "save_label": _("Answer"),
    }
    return form_in_place(
        request,
        form,
        save=save,
        said=_("Answered."),
        record_url=_after(viewer_of(request), asked),
        context=context,
    )


@require_POST
def ask_again(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take an answer back: the request is open again."""
    asked = _request_to_answer(request, code, pk)
    try:
        reopen_request(by=viewer_of(request), request=asked, version=asked.version)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    if request.headers.get("HX-Request"):
        return changed_in_place(_("It is open again."))
    return redirect(_after(viewer_of(request), asked))


@require_POST
def finish(request: HttpRequest, code: str, pk: int, act: str) -> HttpResponse:
    """Say that a service case is done, or that it is not; the notice offers to take it back."""
    if act not in ("done", "open"):
        raise Http404
    customer = customer_by_code(viewer_of(request), code)
    if not may_edit_customer(viewer_of(request), customer):
        raise PermissionDenied
    rows = ServiceCase.objects.kept().filter(customer=customer).select_related("customer")
    case = get_object_or_404(rows, pk=pk)
    is_done = act == "done"
    finish_case(by=viewer_of(request), case=case, is_done=is_done)
    if request.headers.get("HX-Request"):
        undo_url = reverse("accounts:case_done", args=[code, pk, "open" if is_done else "done"])
        said = _("Done: %(case)s") if is_done else _("Open again: %(case)s")
        return changed_in_place(said % {"case": case}, undo_url=undo_url, undo=_("Undo"))
    return redirect(reverse("accounts:customer_tab", args=[code, "plan"]))


def _request_to_answer(request: HttpRequest, code: str, pk: int) -> ResourceRequest:
    asked = request_by_id(viewer_of(request), code, pk)
    if not may_answer(viewer_of(request), asked):
        raise PermissionDenied
    return asked


def _after(viewer: User, asked: ResourceRequest) -> str:
    """The team of the customer, for whoever sees it; others are asked from the first page."""
    if Customer.objects.visible_to(viewer).filter(pk=asked.customer_id).exists():
        return reverse("accounts:customer_tab", args=[asked.customer.code, "team"])
    return reverse("home")
