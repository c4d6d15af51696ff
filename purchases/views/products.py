"""Products: list, create, change, archive; and the page of categories."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import may_edit_terms
from ka_crm.lib.editing import changes_of, form_page
from ka_crm.lib.listing import Column, Listing, flag_filter, list_response, record_filter
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from purchases import operations
from purchases.forms import CategoryForm, ProductForm
from purchases.models import Category, Product
from purchases.queries import product_text, products

HIDDEN = Q(archived_at__isnull=False)
LISTING = Listing(
    key="products",
    title=gettext_lazy("Products"),
    columns=(
        Column("name", gettext_lazy("Product"), "name", fixed=True, cell="purchases/cells/product.html",
               also=("code", "archived_at")),
        Column("category", gettext_lazy("Category"), "category__name"),
        Column("brand", gettext_lazy("Brand"), "brand"),
        Column("list_price", gettext_lazy("List price"), "list_price", kind="number", falling=True),
        Column("unit_cost", gettext_lazy("Unit cost"), "unit_cost", kind="number", falling=True),
        Column("code", gettext_lazy("Code"), "code", shown=False),
    ),
    filters=(
        record_filter("category", gettext_lazy("Category"), "category", Category.objects.all,
                      without=gettext_lazy("none")),
        flag_filter(
            "archived",
            gettext_lazy("Archived"),
            {"only": gettext_lazy("only archived"), "with": gettext_lazy("archived too")},
            {"only": HIDDEN, "with": Q(pk__isnull=False)},
        ),
    ),
    sort="name",
    search=product_text,
    extra_paths=("code", "category__name", "brand"),
)  # fmt: skip


@require_safe
def product_list(request: HttpRequest) -> HttpResponseBase:
    """All products."""
    may_edit = may_edit_terms(viewer_of(request))
    new_url = reverse("purchases:new") if may_edit else ""

    def more(context: dict[str, Any]) -> dict[str, Any]:
        return {
            "new_url": new_url,
            "row_card": "purchases/_card.html",
            "setup_url": reverse("purchases:categories") if may_edit else "",
            "setup_label": _("Categories"),
            "empty": {
                "title": _("No products yet."),
                "text": _("Import them from a spreadsheet, or create the first one by hand."),
                "url": reverse("imports:list"),
                "action": _("Import a file"),
                "second_url": new_url,
                "second_action": _("Create one"),
            },
        }

    return list_response(
        request, LISTING, products(), hidden=HIDDEN, template="listing/setup_page.html", more=more
    )


@require_http_methods(["GET", "POST"])
@sent_once
def new_product(request: HttpRequest) -> HttpResponse:
    """Create a product."""
    _may(request)
    form = ProductForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        operations.create_product(by=viewer_of(request), values=values)
        return reverse("purchases:products")

    return form_page(
        request, form, save=save, said=_("The product is there."), context=_to_list(_("New product"))
    )


@require_http_methods(["GET", "POST"])
def edit_product(request: HttpRequest, code: str) -> HttpResponse:
    """Change a product."""
    _may(request)
    product = get_object_or_404(Product, code=code)
    form = ProductForm(request.POST or None, instance=product)

    def save(values: dict[str, Any]) -> str:
        operations.change_product(
            by=viewer_of(request), product=product, version=values["version"], changes=changes_of(form)
        )
        return reverse("purchases:products")

    context = {
        **_to_list(_("Edit %(name)s") % {"name": product}),
        "archive_url": reverse("purchases:archive", args=[code]),
        "is_archived": product.archived_at is not None,
    }
    return form_page(
        request,
        form,
        save=save,
        said=_("Saved."),
        record_url=reverse("purchases:edit", args=[code]),
        context=context,
    )


@require_POST
def archive_product(request: HttpRequest, code: str) -> HttpResponse:
    """Put a product away, or bring it back (``restore``)."""
    _may(request)
    product = get_object_or_404(Product, code=code)
    if request.POST.get("restore"):
        operations.restore_product(by=viewer_of(request), product=product)
        messages.success(request, _("Restored."))
    else:
        operations.archive_product(by=viewer_of(request), product=product)
        messages.success(request, _("Archived."))
    return redirect("purchases:products")


@require_safe
def category_list(request: HttpRequest) -> HttpResponse:
    """All categories with the number of their products."""
    _may(request)
    rows: QuerySet[Any] = Category.objects.annotate(used=Count("products"))
    return render(request, "purchases/categories.html", {"categories": rows})


@require_http_methods(["GET", "POST"])
def new_category(request: HttpRequest) -> HttpResponse:
    """Create a category."""
    _may(request)
    form = CategoryForm(request.POST or None)

    def save(values: dict[str, Any]) -> str:
        operations.create_category(by=viewer_of(request), values=values)
        return reverse("purchases:categories")

    context = _to_categories(_("New category"))
    return form_page(request, form, save=save, said=_("The category is there."), context=context)


@require_http_methods(["GET", "POST"])
def edit_category(request: HttpRequest, code: str) -> HttpResponse:
    """Rename a category."""
    _may(request)
    category = get_object_or_404(Category, code=code)
    form = CategoryForm(request.POST or None, instance=category)

    def save(values: dict[str, Any]) -> str:
        operations.change_category(by=viewer_of(request), category=category, changes=changes_of(form))
        return reverse("purchases:categories")

    context = _to_categories(_("Edit %(name)s") % {"name": category})
    return form_page(request, form, save=save, said=_("Saved."), context=context)


@require_POST
def delete_category(request: HttpRequest, code: str) -> HttpResponse:
    """Remove a category that nothing belongs to."""
    _may(request)
    try:
        operations.delete_category(by=viewer_of(request), category=get_object_or_404(Category, code=code))
        messages.success(request, _("Removed."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("purchases:categories")


def _may(request: HttpRequest) -> None:
    if not may_edit_terms(viewer_of(request)):
        raise PermissionDenied


def _to_list(heading: str) -> dict[str, Any]:
    return {"heading": heading, "back_url": reverse("purchases:products"), "back": _("Products")}


def _to_categories(heading: str) -> dict[str, Any]:
    return {"heading": heading, "back_url": reverse("purchases:categories"), "back": _("Categories")}
