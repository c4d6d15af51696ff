"""The tree of territories."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ka_crm.people import operations, queries
from ka_crm.people.forms import MoveTerritoryForm, TerritoryForm
from ka_crm.people.models import Territory
from ka_crm.people.views.access import add_errors, administrators_only, user_of


@require_GET
@administrators_only
def territory_tree(request: HttpRequest) -> HttpResponse:
    """The whole tree, with what can be done to each."""
    parent = request.GET.get("parent", "")
    form = TerritoryForm(initial={"parent": parent if parent.isdigit() else None})
    return _tree_page(request, form)


@require_POST
@administrators_only
def territory_new(request: HttpRequest) -> HttpResponse:
    """Add a territory."""
    form = TerritoryForm(request.POST)
    if form.is_valid():
        try:
            operations.add_territory(by=user_of(request), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Added."))
            return redirect("people:territories")
    return _tree_page(request, form, status=422)


@require_http_methods(["GET", "POST"])
@administrators_only
def territory_edit(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Rename or move a territory."""
    territory = get_object_or_404(Territory, pk=territory_id)
    initial = {"name": territory.name, "parent": territory.parent_id}
    form = TerritoryForm(request.POST or None, initial=initial)
    places = MoveTerritoryForm(territory=territory).fields["parent"]
    form.fields["parent"].queryset = places.queryset  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            operations.rename_territory(
                by=user_of(request), territory=territory, name=form.cleaned_data["name"]
            )
            operations.move_territory(
                by=user_of(request), territory=territory, parent=form.cleaned_data["parent"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:territories")
    status = 422 if form.is_bound else 200
    return render(request, "people/territory.html", {"territory": territory, "form": form}, status=status)


@require_POST
@administrators_only
def territory_delete(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Delete a territory that nothing belongs to."""
    territory = get_object_or_404(Territory, pk=territory_id)
    try:
        operations.delete_territory(by=user_of(request), territory=territory)
    except operations.TerritoryInUse:
        text = _("Users, accounts, stores or smaller territories still belong to %(name)s. Move them first.")
        messages.error(request, text % {"name": territory})
    else:
        messages.success(request, _("%(name)s is gone.") % {"name": territory.name})
    return redirect("people:territories")


def _tree_page(request: HttpRequest, form: TerritoryForm, status: int = 200) -> HttpResponse:
    context = {"territories": queries.territory_tree(), "form": form}
    return render(request, "people/territories.html", context, status=status)
