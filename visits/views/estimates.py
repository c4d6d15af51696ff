"""Potential estimates: list, create, change, archive."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import may_edit_accounts
from ka_crm.lib.editing import changes_of, form_page
from ka_crm.lib.listing import Column, Listing, choice_filter, flag_filter, list_response, record_filter
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from purchases.models import Category
from visits import operations
from visits.forms import EstimateForm
from visits.models import PotentialEstimate
from visits.models.estimate import EstimateSource
from visits.queries import estimate_text, estimates_seen_by

HIDDEN = Q(archived_at__isnull=False)
SOURCES = {source.value: source.label for source in EstimateSource}
LISTING = Listing(
    key="estimates",
    title=gettext_lazy("Potential estimates"),
    columns=(
        Column("who", gettext_lazy("Whose purchases"), "who", fixed=True, cell="visits/cells/estimate.html",
               also=("pk", "customer__code", "store__code", "archived_at")),
        Column("category", gettext_lazy("Category"), "category__name"),
        Column("year", gettext_lazy("Year"), "year", kind="text", falling=True),
        Column("amount", gettext_lazy("Amount a year"), "amount", kind="money", falling=True),
        Column("units", gettext_lazy("Units a year"), "units", kind="units", falling=True),
        Column("source", gettext_lazy("How we know"), "source", kind="term", words=SOURCES),
        Column("stated", gettext_lazy("Stated on"), "stated_on", kind="date", falling=True),
        Column("customer_code", gettext_lazy("Customer code"), "customer__code", shown=False),
        Column("store_code", gettext_lazy("Store code"), "store__code", shown=False),
    ),
    filters=(
        choice_filter("source", gettext_lazy("How we know"), "source", SOURCES),
        record_filter("category", gettext_lazy("Category"), "category", Category.objects.all),
        flag_filter(
            "archived",
            gettext_lazy("Archived"),
            {"only": gettext_lazy("only archived"), "with": gettext_lazy("archived too")},
            {"only": HIDDEN, "with": Q(pk__isnull=False)},
        ),
    ),
    sort="-year",
    search=estimate_text,
    extra_paths=("who", "category__name", "year", "amount", "units", "source"),
)  # fmt: skip


@require_safe
def estimate_list(request: HttpRequest) -> HttpResponseBase:
    """The estimates of the customers and stores that the viewer may see."""
    rows = estimates_seen_by(viewer_of(request)).annotate(who=Coalesce(F("customer__name"), F("store__name")))
    new_url = reverse("visits:estimate_new") if may_edit_accounts(viewer_of(request)) else ""

    def more(context: dict[str, Any]) -> dict[str, Any]:
        return {
            "new_url": new_url,
            "row_card": "visits/_estimate_card.html",
            "note": _("An estimate counts from the next computation on."),
            "empty": {
                "title": _("No estimates yet."),
                "text": _("Where nothing was counted, a budget, a headcount or a judgement is a start."),
                "url": new_url or reverse("imports:list"),
                "action": _("Enter one") if new_url else _("Import a file"),
                "second_url": reverse("imports:list") if new_url else "",
                "second_action": _("Import a file"),
            },
        }

    return list_response(request, LISTING, rows, hidden=HIDDEN, template="listing/setup_page.html", more=more)


@require_http_methods(["GET", "POST"])
@sent_once
def new_estimate(request: HttpRequest) -> HttpResponse:
    """Enter an estimate."""
    if not may_edit_accounts(viewer_of(request)):
        raise PermissionDenied
    form = EstimateForm(request.POST or None, viewer=viewer_of(request))

    def save(values: dict[str, Any]) -> str:
        operations.create_estimate(by=viewer_of(request), values=values)
        return reverse("visits:estimates")

    said = _("Saved. It counts from the next computation on.")
    return form_page(request, form, save=save, said=said, context=_context(_("New estimate")))


@require_http_methods(["GET", "POST"])
def edit_estimate(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an estimate."""
    estimate = _found(request, pk)
    form = EstimateForm(request.POST or None, instance=estimate, viewer=viewer_of(request))

    def save(values: dict[str, Any]) -> str:
        operations.change_estimate(
            by=viewer_of(request),
            estimate=_found(request, pk),
            version=values["version"],
            changes=changes_of(form),
        )
        return reverse("visits:estimates")

    context = {
        **_context(_("Edit estimate")),
        "archive_url": reverse("visits:estimate_archive", args=[pk]),
        "is_archived": estimate.archived_at is not None,
    }
    url = reverse("visits:estimate_edit", args=[pk])
    return form_page(request, form, save=save, said=_("Saved."), record_url=url, context=context)


@require_POST
def archive_estimate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an estimate away, or bring it back (``restore``)."""
    estimate = _found(request, pk)
    if request.POST.get("restore"):
        operations.restore_estimate(by=viewer_of(request), estimate=estimate)
        messages.success(request, _("Restored."))
    else:
        operations.archive_estimate(by=viewer_of(request), estimate=estimate)
        messages.success(request, _("Archived."))
    return redirect("visits:estimates")


def _found(request: HttpRequest, pk: int) -> PotentialEstimate:
    if not may_edit_accounts(viewer_of(request)):
        raise PermissionDenied
    return get_object_or_404(estimates_seen_by(viewer_of(request)).select_related("customer", "store"), pk=pk)


def _context(heading: str) -> dict[str, Any]:
    return {"heading": heading, "back_url": reverse("visits:estimates"), "back": _("Potential estimates")}
