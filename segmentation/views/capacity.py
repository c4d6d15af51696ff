"""``/segmentation/capacity/``: do the meetings fit into the hours, what to cut, where time and money go."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from ka_crm.lib import shown
from ka_crm.lib.editing import form_in_place
from ka_crm.people.models import Role, User
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import SegmentationRun
from segmentation.operations.strategies import set_hours
from segmentation.queries.capacity import CutPlan, PlannedMeetings, Spent, cut_plan, spent_by
from segmentation.queries.load import KamLoad, is_of_team, kam_loads, own_hours, team_of
from segmentation.queries.strategy import strategies_in_force
from segmentation.rules.ninebox import MINIMUM_MEETINGS
from segmentation.rules.strategy_set import LIMITS
from segmentation.views import wording
from segmentation.views.service_tabs import figure, service_tabs
from segmentation.views.shared import for_readers, viewer_of, with_run

#: Accounts of a list that the page shows.
SHOWN = 200


class HoursForm(forms.Form):
    """Hours a month that one person has for buyers; empty: as everybody."""

    hours = forms.FloatField(
        label=gettext_lazy("Hours a month for meetings with buyers"),
        required=False,
        min_value=LIMITS["hours_a_month"][0],
        max_value=LIMITS["hours_a_month"][1],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_GET
@with_run
def capacity(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Show everybody's hours, or what to cut for one manager (``?kam=``)."""
    viewer = viewer_of(request)
    strategies = strategies_in_force()
    loads = kam_loads(run, viewer, strategies)
    wanted = str(viewer.pk) if viewer.role == Role.KAM else request.GET.get("kam", "")
    chosen = next((row for row in loads if str(row.kam.pk) == wanted), None)
    if wanted and chosen is None:
        raise Http404
    people = [chosen] if chosen else loads
    context: dict[str, Any] = {
        "run": run,
        "run_line": wording.run_line(run),
        "tabs": service_tabs("capacity"),
        "minutes": figure(strategies.minutes_a_meeting),
        "minimum": wording.visits_text(MINIMUM_MEETINGS),
        "spent": spent_shown(spent_by(run, viewer, people, business_today(), strategies)),
        "is_own": viewer.role == Role.KAM,
        "chosen": chosen,
    }
    if chosen:
        plan = cut_plan(run, viewer, chosen.kam, chosen.available, strategies)
        context |= {
            "plan": plan,
            "sentence": plan_sentence(chosen, plan),
            "cut": [_planned(row) for row in plan.cut[:SHOWN]],
            "cut_rest": max(len(plan.cut) - SHOWN, 0),
            "kept": [_planned(row) for row in plan.kept[:SHOWN]],
            "kept_rest": max(len(plan.kept) - SHOWN, 0),
            "row": hours_row(chosen),
            "may_set": access.may_reassign(viewer) and is_of_team(viewer, chosen.kam),
        }
    else:
        rows = sorted(loads, key=lambda row: (-row.used, row.kam.name))
        context |= {
            "rows": [hours_row(row) for row in rows],
            "sentence": team_sentence(
                sum(row.meetings for row in loads),
                len(loads),
                sum(row.available for row in loads),
                strategies.minutes_a_meeting,
            ),
        }
    return render(request, "segmentation/capacity.html", context)


@require_http_methods(["GET", "POST"])
@for_readers
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the hours of one manager."""
    viewer = viewer_of(request)
    if not access.may_reassign(viewer):
        raise PermissionDenied
    kam = next((row for row in team_of(viewer) if row.pk == pk and is_of_team(viewer, row)), None)
    if kam is None:
        raise Http404
    return _hours_form(request, viewer, kam)


def _hours_form(request: HttpRequest, viewer: User, kam: User) -> HttpResponse:
    own = own_hours([kam]).get(kam.pk)
    everybody = strategies_in_force().hours_a_month
    form = HoursForm(
        request.POST or None,
        initial={"hours": own.hours_a_month if own else None, "version": own.version if own else 0},
    )
    form.fields["hours"].help_text = _("Empty: %(hours)s, as everybody.") % {"hours": figure(everybody)}
    page = f"{reverse('segmentation:capacity')}?kam={kam.pk}"

    def save(values: dict[str, Any]) -> str:
        set_hours(by=viewer, kam=kam, hours=values["hours"], version=values["version"])
        return page

    context = {"heading": _("Hours of %(name)s") % {"name": kam}, "back_url": page, "back": kam}
    return form_in_place(request, form, save=save, said=_("Saved."), record_url=page, context=context)


def team_sentence(needed: float, people: int, hours: float, minutes: float) -> str:
    """Return "Meetings a month: 617 needed, 13 account managers hold about 690."; hours a month."""
    text = ngettext(
        "Meetings a month: %(needed)s needed, %(people)s account manager holds about %(held)s.",
        "Meetings a month: %(needed)s needed, %(people)s account managers hold about %(held)s.",
        people,
    )
    return text % {
        "needed": shown.number_text(needed),
        "people": shown.number_text(people),
        "held": shown.number_text(hours * 60 / minutes),
    }


def plan_sentence(row: KamLoad, plan: CutPlan) -> str:
    """Return what the hours allow, in a sentence."""
    values = {
        "meetings": figure(row.meetings, 1),
        "needed": shown.number_text(plan.needed),
        "available": figure(plan.available, 1),
        "n": shown.number_text(len(plan.cut)),
        "after": shown.number_text(plan.after),
    }
    if plan.fits:
        return _("%(meetings)s meetings a month take %(needed)s of %(available)s hours: they fit.") % values
    first = _("%(meetings)s meetings a month take %(needed)s hours; %(available)s are there.") % values
    if plan.is_enough:
        return f"{first} " + _("With %(n)s accounts at the least service it is %(after)s.") % values
    return f"{first} " + _("Even with all accounts at the least service it is %(after)s.") % values


def hours_row(row: KamLoad) -> dict[str, Any]:
    """Return one manager's hours for the table."""
    return {
        "row": row,
        "kam": row.kam,
        "meetings": figure(row.meetings, 1),
        "hours": shown.number_text(row.hours),
        "available": figure(row.available, 1),
        "missing": shown.number_text(max(row.hours - row.available, 0)),
        "url": f"{reverse('segmentation:capacity')}?kam={row.kam.pk}",
    }


def spent_shown(spent: Spent) -> list[dict[str, Any]]:
    """Return the parts of key accounts in accounts, sales, time and money, for the bars."""
    accounts = spent.key_accounts + spent.rest_accounts
    hours = spent.key_hours + spent.rest_hours
    lines: list[dict[str, Any]] = [
        {
            "label": _("accounts"),
            "part": spent.key_accounts / accounts if accounts else None,
            "text": f"{shown.number_text(spent.key_accounts)} / {shown.number_text(accounts)}",
        },
        {
            "label": _("our sales"),
            "part": spent.key_sales_part,
            "text": f"{shown.money_short_text(spent.key_sales)} / "
            f"{shown.money_short_text(spent.key_sales + spent.rest_sales)}",
        },
        {
            "label": _("time in talks, last three months"),
            "part": spent.key_part,
            "text": _("%(key)s / %(all)s hours")
            % {"key": shown.number_text(spent.key_hours), "all": shown.number_text(hours)}
            if hours
            else _("no talks written down"),
        },
        {
            "label": _("cost to serve"),
            "part": spent.key_cost_part,
            "text": f"{shown.money_short_text(spent.key_costs)} / "
            f"{shown.money_short_text(spent.key_costs + spent.rest_costs)}"
            if spent.has_costs
            else _("no costs known"),
        },
    ]
    return lines


def _planned(row: PlannedMeetings) -> dict[str, Any]:
    return {"row": row, "meetings": figure(row.meetings), "planned": figure(row.planned)}
