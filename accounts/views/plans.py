"""Acts of a plan that are no forms of entries: steps, closing, copying, ticking, the buyer's page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.plans import CloseForm
from accounts.models import AccountPlan, Customer, PlanAction
from accounts.operations.plan_parts import tick_action
from accounts.operations.plans import agree_plan, close_plan, copy_plan_forward, reopen_plan, revise_plan
from accounts.permissions import may_edit_customer
from accounts.queries import customer_by_code
from accounts.queries.team import mirrors_of
from accounts.queries.value import value_case_of
from ka_crm.lib.conflict import conflict_page
from ka_crm.lib.editing import changed_in_place, form_in_place
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.viewer import viewer_of

_ACTS: dict[str, Any] = {"agree": agree_plan, "revise": revise_plan, "reopen": reopen_plan}


def plan_url(plan: AccountPlan) -> str:
    """Return the address of a customer's plan of a year."""
    return f"{reverse('accounts:customer_tab', args=[plan.customer.code, 'plan'])}?year={plan.year}"


@require_POST
def step(request: HttpRequest, code: str, pk: int, act: str) -> HttpResponse:
    """Agree a plan, make it a draft again, or open it again."""
    plan = plan_to_edit(request, code, pk)
    if act not in _ACTS:
        raise Http404
    try:
        _ACTS[act](by=viewer_of(request), plan=plan, version=_number(request, "version"))
    except StaleVersion as conflict:
        return conflict_page(request, conflict, record_url=plan_url(plan))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(plan_url(plan))


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Close a plan with how the year went."""
    plan = plan_to_edit(request, code, pk)
    form = CloseForm(request.POST or None, instance=plan, viewer=viewer_of(request), customer=plan.customer)

    def save(values: dict[str, Any]) -> str:
        close_plan(
            by=viewer_of(request),
            plan=plan,
            version=values["version"],
            evaluation=values["evaluation"],
            evaluation_score=values["evaluation_score"],
        )
        return plan_url(plan)

    context = {
        "heading": _("Close the plan of %(year)s") % {"year": plan.year},
        "back_url": plan_url(plan),
        "back": plan.customer,
        "save_label": _("Close the plan"),
    }
    return form_in_place(
        request, form, save=save, said=_("The plan is closed."), record_url=plan_url(plan), context=context
    )


@require_POST
def copy_forward(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Start next year's plan from this one."""
    plan = plan_to_edit(request, code, pk)
    try:
        copied = copy_plan_forward(by=viewer_of(request), plan=plan)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(plan_url(plan))
    messages.success(request, _("Copied to %(year)s: check its numbers and days.") % {"year": copied.year})
    return redirect(plan_url(copied))


@require_POST
def tick(request: HttpRequest, code: str, pk: int, act: str) -> HttpResponse:
    """Say that an action is done, or that it is not; the notice offers to take it back."""
    if act not in ("tick", "untick"):
        raise Http404
    customer = _customer_to_edit(request, code)
    rows = PlanAction.objects.kept().filter(customer=customer, plan__archived_at__isnull=True)
    action = get_object_or_404(rows.select_related("customer", "plan"), pk=pk)
    is_done = act == "tick"
    try:
        tick_action(by=viewer_of(request), action=action, is_done=is_done)
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=409, content_type="text/plain")
    if request.headers.get("HX-Request"):
        undo_url = reverse("accounts:action_tick", args=[code, pk, "untick" if is_done else "tick"])
        said = _("Done: %(action)s") if is_done else _("Open again: %(action)s")
        return changed_in_place(said % {"action": action}, undo_url=undo_url, undo=_("Undo"))
    return redirect(plan_url(action.plan))


@require_safe
def value_case(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """One page for the buyer, to print: nothing of ours stands on it that they should not read."""
    customer = customer_by_code(viewer_of(request), code)
    value = value_case_of(customer, year)
    if value is None:
        raise Http404
    context = {"customer": customer, "value": value, "mirrors": mirrors_of(customer)}
    return render(request, "dossier/value_case.html", context)


def plan_to_edit(request: HttpRequest, code: str, pk: int) -> AccountPlan:
    """Return a plan; 404 for whoever may not see the customer, 403 for whoever may only see it."""
    customer = _customer_to_edit(request, code)
    rows = AccountPlan.objects.kept().filter(customer=customer).select_related("customer")
    plan: AccountPlan = get_object_or_404(rows, pk=pk)
    return plan


def _customer_to_edit(request: HttpRequest, code: str) -> Customer:
    customer = customer_by_code(viewer_of(request), code)
    if not may_edit_customer(viewer_of(request), customer):
        raise PermissionDenied
    return customer


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return int(text)
