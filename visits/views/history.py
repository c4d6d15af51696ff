"""All visits as a list, and planned against done, week by week."""

import datetime as dt
from typing import Any

from django.db.models import Q, Sum
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ka_crm.lib.listing import Column, Listing, choice_filter, flag_filter, list_response, record_filter
from ka_crm.lib.listing.definition import Preset
from ka_crm.people.models import Role, User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.queries import business_today
from visits.models import VisitKind
from visits.permissions import may_count
from visits.queries.visits import people_visiting, visit_text, visits_with_sums
from visits.queries.weeks import week_of_people


def listing(viewer: User) -> Listing:
    """Return the list of visits; whose, the viewer's own people."""
    today = business_today()
    week = today - dt.timedelta(days=today.weekday())
    month = today.replace(day=1)
    return Listing(
        key="visits",
        title=gettext_lazy("Visits"),
        columns=(
            Column("on", gettext_lazy("Day"), "on", kind="date", falling=True),
            Column("store", gettext_lazy("Store"), "store__name", fixed=True,
                   cell="visits/cells/visit.html",
                   also=("client_uuid", "store__code", "store__city", "waits")),
            Column("by", gettext_lazy("Who"), "by__name"),
            Column("total", gettext_lazy("All brands"), "total", kind="units", falling=True, total="total"),
            Column("own", gettext_lazy("Ours"), "own", kind="units", falling=True, total="own"),
            Column("kind", gettext_lazy("Kind"), "kind", kind="term", words=dict(VisitKind.choices)),
            Column("photos", gettext_lazy("Photos"), "photo_count", kind="count", falling=True),
            Column("note", gettext_lazy("Note"), "note", shown=False),
        ),
        filters=(
            record_filter("by", gettext_lazy("Who"), "by", lambda: people_visiting(viewer)),
            choice_filter("kind", gettext_lazy("Kind"), "kind", dict(VisitKind.choices)),
            flag_filter(
                "when",
                gettext_lazy("When"),
                {"today": gettext_lazy("today"), "week": gettext_lazy("this week"),
                 "month": gettext_lazy("this month")},
                {"today": Q(on=today), "week": Q(on__gte=week), "month": Q(on__gte=month)},
            ),
            flag_filter(
                "waits",
                gettext_lazy("Unusual numbers"),
                {"yes": gettext_lazy("wait to be confirmed")},
                {"yes": Q(waits=True)},
            ),
        ),
        sort="-on",
        search=visit_text,
        sums={
            "total": lambda wanted: Sum("total", filter=wanted),
            "own": lambda wanted: Sum("own", filter=wanted),
        },
        presets=(
            Preset("all", gettext_lazy("All")),
            Preset("week", gettext_lazy("This week"), "when=week"),
            Preset("waits", gettext_lazy("To confirm"), "waits=yes"),
        ),
        extra_paths=("client_uuid", "store__name", "store__city", "on", "by__name", "total", "own", "waits"),
    )  # fmt: skip


@require_safe
def visit_list(request: HttpRequest) -> HttpResponseBase:
    """Visits that the viewer may see, newest first."""
    viewer = viewer_of(request)
    if not may_count(viewer):
        raise Http404

    def more(context: dict[str, Any]) -> dict[str, Any]:
        return {
            "setup_url": reverse("visiting:today"),
            "setup_label": _("Visits today"),
            "row_card": "visits/_visit_card.html",
            "empty": {
                "title": _("No visit has been made yet."),
                "text": _("Start with today's list: two numbers in each store are enough."),
                "url": reverse("visiting:today"),
                "action": _("Visits today"),
            },
        }

    rows = visits_with_sums(viewer)
    return list_response(request, listing(viewer), rows, template="listing/setup_page.html", more=more)


@require_safe
def team(request: HttpRequest) -> HttpResponseBase:
    """Planned against done in a week, person by person; for those who plan for others."""
    viewer = viewer_of(request)
    if viewer.role not in (Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN):
        raise Http404
    today = business_today()
    try:
        asked = dt.date.fromisoformat(request.GET.get("week", "") or today.isoformat())
    except ValueError:
        raise Http404 from None
    monday = asked - dt.timedelta(days=asked.weekday())
    rows = week_of_people(viewer, monday)
    context = {
        "rows": rows,
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "before": monday - dt.timedelta(days=7),
        "after": monday + dt.timedelta(days=7),
        "is_now": monday <= today < monday + dt.timedelta(days=7),
        "planned": sum(row.planned for row in rows),
        "done": sum(row.done for row in rows),
        "skipped": sum(row.skipped for row in rows),
        "unplanned": sum(row.unplanned for row in rows),
    }
    return render(request, "visits/team.html", context)
