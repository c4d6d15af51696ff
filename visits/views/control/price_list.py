"""``/control/price-list/``: recommended prices and floors: list, create, change, archive."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Region
from ka_crm.lib.editing import changes_of, form_page
from ka_crm.lib.listing import Column, Listing, flag_filter, list_response, record_filter
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from ka_crm.records.queries import business_today
from visits.control_access import may_edit_price_list
from visits.control_forms import ShelfPriceForm
from visits.models import ShelfPrice
from visits.operations import shelf_prices
from visits.queries.control import shelf_price_text, shelf_prices_seen_by
from visits.views.control.shared import control_context, for_control, require

HIDDEN = Q(archived_at__isnull=False)


def listing() -> Listing:
    """Return the price list; what holds today depends on the day."""
    today = business_today()
    holds = Q(from_on__lte=today) & (Q(to_on__isnull=True) | Q(to_on__gte=today))
    kinds: dict[Any, Any] = {True: gettext_lazy("promotion"), False: gettext_lazy("usual")}
    return Listing(
        key="shelf-prices",
        title=gettext_lazy("Price list"),
        columns=(
            Column("product", gettext_lazy("Product"), "product__name", fixed=True,
                   cell="visits/control/cells/product.html",
                   also=("pk", "product__code", "archived_at")),
            Column("whom", gettext_lazy("For whom"), "customer__name",
                   cell="visits/control/cells/whom.html", also=("customer__code", "region__name")),
            Column("price", gettext_lazy("Recommended"), "price", kind="money", falling=True,
                   cell="visits/control/cells/cents.html"),
            Column("floor", gettext_lazy("Floor"), "floor", kind="money", falling=True,
                   cell="visits/control/cells/cents.html"),
            Column("kind", gettext_lazy("Kind"), "is_promotion", kind="term", words=kinds),
            Column("from", gettext_lazy("From"), "from_on", kind="date", falling=True),
            Column("to", gettext_lazy("Until"), "to_on", kind="date", falling=True),
            Column("note", gettext_lazy("Note"), "note", shown=False),
        ),
        filters=(
            flag_filter(
                "holds",
                gettext_lazy("In force"),
                {"today": gettext_lazy("today"), "not": gettext_lazy("not today")},
                {"today": holds, "not": ~holds},
            ),
            flag_filter(
                "kind",
                gettext_lazy("Kind"),
                {"promotion": kinds[True], "usual": kinds[False]},
                {"promotion": Q(is_promotion=True), "usual": Q(is_promotion=False)},
            ),
            record_filter("region", gettext_lazy("Region"), "region", Region.objects.all,
                          without=gettext_lazy("no region")),
            flag_filter(
                "archived",
                gettext_lazy("Archived"),
                {"only": gettext_lazy("only archived"), "with": gettext_lazy("archived too")},
                {"only": HIDDEN, "with": Q(pk__isnull=False)},
            ),
        ),
        sort="product",
        search=shelf_price_text,
        extra_paths=("product__name", "product__code", "customer__name", "region__name", "floor", "from_on",
                     "to_on", "is_promotion"),
    )  # fmt: skip


@require_safe
@for_control
def price_list(request: HttpRequest) -> HttpResponseBase:
    """The price list: what may be seen of it."""
    viewer = viewer_of(request)
    new_url = reverse("control:price_list_new") if may_edit_price_list(viewer) else ""

    def more(context: dict[str, Any]) -> dict[str, Any]:
        return {
            **control_context(viewer, "price_list"),
            "new_url": new_url,
            "row_card": "visits/control/_listed_card.html",
            "note": _("The customer's own line goes first, then its region's, then the general one."),
            "empty": {
                "title": _("There is no price list yet."),
                "text": _("Until then prices seen in stores are kept and not judged."),
                "url": new_url or reverse("imports:list"),
                "action": _("Add a line") if new_url else _("Import a file"),
                "second_url": reverse("imports:list") if new_url else "",
                "second_action": _("Import a file"),
            },
        }

    rows = shelf_prices_seen_by(viewer)
    return list_response(
        request, listing(), rows, hidden=HIDDEN, template="visits/control/price_list.html", more=more
    )


@require_http_methods(["GET", "POST"])
@for_control
@sent_once
def new_line(request: HttpRequest) -> HttpResponse:
    """Add a line to the price list."""
    viewer = viewer_of(request)
    require(may_edit_price_list(viewer))
    form = ShelfPriceForm(request.POST or None, viewer=viewer)

    def save(values: dict[str, Any]) -> str:
        shelf_prices.create_shelf_price(by=viewer, values=values)
        return reverse("control:price_list")

    return form_page(request, form, save=save, said=_("Saved."), context=_context(_("New shelf price")))


@require_http_methods(["GET", "POST"])
@for_control
def edit_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a line of the price list."""
    viewer = viewer_of(request)
    record = get_object_or_404(shelf_prices_seen_by(viewer), pk=pk)
    require(may_edit_price_list(viewer))
    form = ShelfPriceForm(request.POST or None, instance=record, viewer=viewer)

    def save(values: dict[str, Any]) -> str:
        shelf_prices.change_shelf_price(
            by=viewer, shelf_price=record, version=values["version"], changes=changes_of(form)
        )
        return reverse("control:price_list")

    context = {
        **_context(_("Edit shelf price")),
        "archive_url": reverse("control:price_list_archive", args=[pk]),
        "is_archived": record.archived_at is not None,
    }
    url = reverse("control:price_list_edit", args=[pk])
    return form_page(request, form, save=save, said=_("Saved."), record_url=url, context=context)


@require_POST
@for_control
def archive_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a line away, or bring it back (``restore``)."""
    viewer = viewer_of(request)
    record: ShelfPrice = get_object_or_404(shelf_prices_seen_by(viewer), pk=pk)
    if not request.POST.get("restore"):
        shelf_prices.archive_shelf_price(by=viewer, shelf_price=record)
        messages.success(request, _("Archived."))
        return redirect("control:price_list")
    try:
        shelf_prices.restore_shelf_price(by=viewer, shelf_price=record)
        messages.success(request, _("Restored."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("control:price_list")


def _context(heading: str) -> dict[str, Any]:
    return {"heading": heading, "back_url": reverse("control:price_list"), "back": _("Price list")}
