"""Many flags assigned at once; those that are refused are shown with their reason."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from ka_crm.lib.editing import CHANGED, form_in_place
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from visits.flag_forms import AssignManyForm
from visits.models import Flag, FlagState
from visits.operations.flags import MOST_AT_ONCE
from visits.operations.many_flags import AssignedMany, assign_many
from visits.queries.flags import flags_seen_by
from visits.views.flags.shared import for_movers
from visits.views.flags.steps import as_shown


@require_http_methods(["GET", "POST"])
@for_movers
@sent_once
def assign(request: HttpRequest) -> HttpResponse:
    """Say of the chosen flags who answers for them and who inspects until when."""
    viewer = viewer_of(request)
    offered = _offered(request)
    form = AssignManyForm(request.POST or None, offered=offered)
    done: list[AssignedMany] = []

    def save(values: dict[str, Any]) -> str:
        people = {name: values[name] for name in ("supervisor", "inspector", "planned_on")}
        done.append(assign_many(by=viewer, flags=form.chosen(), **people))
        return reverse("flags:list") + "?view=open"

    heading = ngettext("Assign %(n)s flag", "Assign %(n)s flags", len(offered)) % {"n": len(offered)}
    context = {
        "heading": heading,
        "intro": _("What is left as it is stays. Every store is checked by itself."),
        "back_url": reverse("flags:list") + "?view=open",
        "back": _("Flags"),
        "save_label": _("Assign"),
    }
    response = form_in_place(request, form, save=save, said=_("Assigned."), context=context)
    if not done or not done[0].refused:
        return response
    return _partly(request, done[0])


def _offered(request: HttpRequest) -> list[Flag]:
    """Open flags that were chosen in the list; with the versions that were shown once the form is sent."""
    rows = flags_seen_by(viewer_of(request)).exclude(state=FlagState.CLOSED)
    if request.method == "POST":
        return as_shown(request, rows)
    chosen = [value for value in request.GET.getlist("selected") if value.isdecimal() and len(value) < 19]
    found = list(rows.filter(pk__in=chosen[:MOST_AT_ONCE]).order_by("-opening_gap_amount", "pk"))
    if not found:
        raise Http404
    return found


def _partly(request: HttpRequest, result: AssignedMany) -> HttpResponse:
    """Show what was refused; the page behind learns that the others changed."""
    list(messages.get_messages(request))  # "Assigned." would be half the truth
    in_place = bool(request.headers.get("HX-Request"))
    template = "visits/flags/_assigned.html" if in_place else "visits/flags/assigned.html"
    response = render(request, template, {"result": result})
    if in_place:
        response["HX-Trigger"] = json.dumps({CHANGED: {}})
    return response
