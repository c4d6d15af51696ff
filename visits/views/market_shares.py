"""Market shares: list, create, change, archive."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Region
from accounts.permissions import may_edit_terms
from ka_crm.lib.editing import changes_of, form_page
from ka_crm.lib.listing import Column, Listing, flag_filter, list_response, record_filter
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from ka_crm.records.queries import business_today
from purchases.models import Category
from visits import operations
from visits.forms import MarketShareForm
from visits.models import MarketShare
from visits.queries import market_share_text, market_shares

HIDDEN = Q(archived_at__isnull=False)


def listing() -> Listing:
    """Return the list of market shares; what holds today depends on the day."""
    today = business_today()
    holds = Q(from_on__lte=today) & (Q(to_on__isnull=True) | Q(to_on__gte=today))
    return Listing(
        key="market-shares",
        title=gettext_lazy("Market shares"),
        columns=(
            Column("category", gettext_lazy("Market"), "category__name", fixed=True,
                   cell="visits/cells/market.html",
                   also=("pk", "category__code", "region__name", "archived_at")),
            Column("region", gettext_lazy("Region"), "region__name", shown=False),
            Column("share", gettext_lazy("Our market share"), "share", kind="percent", falling=True),
            Column("from", gettext_lazy("From"), "from_on", kind="date", falling=True),
            Column("to", gettext_lazy("Until"), "to_on", kind="date", falling=True),
            Column("source", gettext_lazy("Source"), "source"),
        ),
        filters=(
            flag_filter(
                "holds",
                gettext_lazy("In force"),
                {"today": gettext_lazy("today"), "not": gettext_lazy("not today")},
                {"today": holds, "not": ~holds},
            ),
            record_filter("category", gettext_lazy("Category"), "category", Category.objects.all),
            record_filter("region", gettext_lazy("Region"), "region", Region.objects.all,
                          without=gettext_lazy("whole country")),
            flag_filter(
                "archived",
                gettext_lazy("Archived"),
                {"only": gettext_lazy("only archived"), "with": gettext_lazy("archived too")},
                {"only": HIDDEN, "with": Q(pk__isnull=False)},
            ),
        ),
        sort="-from",
        search=market_share_text,
        extra_paths=("category__name", "category__code", "region__name", "share", "source"),
    )  # fmt: skip


@require_safe
def market_share_list(request: HttpRequest) -> HttpResponseBase:
    """All stated market shares."""
    new_url = reverse("visits:market_share_new") if may_edit_terms(viewer_of(request)) else ""

    def more(context: dict[str, Any]) -> dict[str, Any]:
        return {
            "new_url": new_url,
            "row_card": "visits/_market_card.html",
            "note": _("A share counts from the next computation on."),
            "empty": {
                "title": _("No market share is stated yet."),
                "text": _("Until then stores are compared with the share computed over all counted stores."),
                "url": new_url or reverse("imports:list"),
                "action": _("State one") if new_url else _("Import a file"),
                "second_url": reverse("imports:list") if new_url else "",
                "second_action": _("Import a file"),
            },
        }

    return list_response(
        request, listing(), market_shares(), hidden=HIDDEN, template="listing/setup_page.html", more=more
    )


@require_http_methods(["GET", "POST"])
@sent_once
def new_market_share(request: HttpRequest) -> HttpResponse:
    """State a market share."""
    _may(request)
    form = MarketShareForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        operations.create_market_share(by=viewer_of(request), values=values)
        return reverse("visits:market_shares")

    context = _context(_("New market share"))
    return form_page(
        request, form, save=save, said=_("Saved. It counts from the next computation on."), context=context
    )


@require_http_methods(["GET", "POST"])
def edit_market_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a market share."""
    _may(request)
    record = get_object_or_404(MarketShare, pk=pk)
    form = MarketShareForm(request.POST or None, instance=record)

    def save(values: dict[str, Any]) -> str:
        operations.change_market_share(
            by=viewer_of(request), market_share=record, version=values["version"], changes=changes_of(form)
        )
        return reverse("visits:market_shares")

    context = {
        **_context(_("Edit market share")),
        "archive_url": reverse("visits:market_share_archive", args=[pk]),
        "is_archived": record.archived_at is not None,
    }
    url = reverse("visits:market_share_edit", args=[pk])
    return form_page(request, form, save=save, said=_("Saved."), record_url=url, context=context)


@require_POST
def archive_market_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a market share away, or bring it back (``restore``)."""
    _may(request)
    record = get_object_or_404(MarketShare, pk=pk)
    if request.POST.get("restore"):
        operations.restore_market_share(by=viewer_of(request), market_share=record)
        messages.success(request, _("Restored."))
    else:
        operations.archive_market_share(by=viewer_of(request), market_share=record)
        messages.success(request, _("Archived."))
    return redirect("visits:market_shares")


def _may(request: HttpRequest) -> None:
    if not may_edit_terms(viewer_of(request)):
        raise PermissionDenied


def _context(heading: str) -> dict[str, Any]:
    return {"heading": heading, "back_url": reverse("visits:market_shares"), "back": _("Market shares")}
