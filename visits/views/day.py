"""The visits of a day: the list in its order, and what can be done with it."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ka_crm.people.models import Role, User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.queries import business_today
from visits.models import TaskReason, TaskState
from visits.operations import plan_day, reorder_day
from visits.permissions import may_count, may_read_samples
from visits.queries.route_settings import route_rules
from visits.queries.visits import (
    Stop,
    counts_by_visit,
    may_plan_for,
    people_visiting,
    stops_of,
    stores_losing_most,
)
from visits.rules.route import Place, distance_km, route_km
from visits.wording import below_text, reason_text, status_text


@require_safe
def today(request: HttpRequest) -> HttpResponseBase:
    """A day's visits: the next one first, those done at the end; ``?on=`` another day, ``?user=`` somebody
    else's, for those who may plan them."""
    viewer = viewer_of(request)
    if not may_count(viewer):
        raise Http404
    user, on = whose(request, viewer), day_of(request)
    return render(request, "visits/today.html", day_context(viewer, user, on))


def day_context(viewer: User, user: User, on: dt.date) -> dict[str, Any]:
    """Return the context of ``visits/today.html``."""
    stops = stops_of(viewer, user, on)
    planned = [stop for stop in stops if stop.task.state == TaskState.PLANNED]
    done = [stop for stop in stops if stop.task.state == TaskState.DONE]
    counts = counts_by_visit([stop.task.visit_id for stop in done if stop.task.visit_id])
    people = list(people_visiting(viewer)) if viewer.role not in (Role.KAM, Role.REP) else []
    today = business_today()
    return {
        "on": on,
        "today": today,
        "is_today": on == today,
        "before": on - dt.timedelta(days=1),
        "after": on + dt.timedelta(days=1),
        "user": user,
        "is_own": user == viewer,
        "people": people,
        "user_query": "" if user == viewer else f"&{urlencode({'user': user.email})}",
        "stops": _shown(planned, viewer),
        "done": [_done(stop, counts) for stop in done],
        "skipped": [stop.task for stop in stops if stop.task.state == TaskState.SKIPPED],
        "total": len(planned) + len(done),
        "minutes_left": _minutes(planned),
        "near": [] if stops else [(share, below_text(share, viewer)) for share in stores_losing_most(viewer)],
        "may_plan": on >= today,
        "sees_accounts": viewer.role != Role.REP,
        "samples_url": reverse("visiting:samples") if may_read_samples(viewer) else "",
        "team_url": reverse("visiting:team") if people else "",
    }


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Fill the day with what is due."""
    viewer = viewer_of(request)
    user, on = whose(request, viewer), day_of(request)
    try:
        planned = plan_day(by=viewer, user=user, on=on)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = _("Planned: %(n)s visits.") % {"n": len(planned)}
        messages.success(request, text if planned else _("Nothing more is due, or nothing more fits."))
    return redirect(day_url(user, viewer, on))


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Keep the order of a day: ``order`` is the ids with commas, or ``task`` goes ``up`` or ``down``."""
    viewer = viewer_of(request)
    user, on = whose(request, viewer), day_of(request)
    ids = _wanted_order(request, viewer, user, on)
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        reorder_day(by=viewer, user=user, on=on, order=ids)
    except ValidationError as error:
        if wants_json:
            return JsonResponse({"detail": " ".join(error.messages)}, status=409)
        messages.error(request, " ".join(error.messages))
    if wants_json:
        return JsonResponse({"order": ids})
    return redirect(day_url(user, viewer, on))


def _wanted_order(request: HttpRequest, viewer: User, user: User, on: dt.date) -> list[int]:
    if "order" in request.POST:
        parts = request.POST["order"].split(",")
        return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]
    stops = [stop.task.pk for stop in stops_of(viewer, user, on) if stop.task.state == TaskState.PLANNED]
    text = request.POST.get("task", "")
    task = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    if task in stops:
        place = stops.index(task)
        other = place - 1 if request.POST.get("to") == "up" else place + 1
        if 0 <= other < len(stops):
            stops[place], stops[other] = stops[other], stops[place]
    return stops


def whose(request: HttpRequest, viewer: User) -> User:
    """Return the person whose day is meant; 404 for people whose days the viewer may not see."""
    email = (request.POST.get("user") or request.GET.get("user") or "").strip()
    if not email or email.lower() == viewer.email.lower():
        return viewer
    user = people_visiting(viewer).filter(email__iexact=email[:254]).first()
    if user is None or not may_plan_for(viewer, user):
        raise Http404
    return user


def day_of(request: HttpRequest) -> dt.date:
    """Return the day that is asked for; today where none is, 404 for what is no day."""
    text = request.POST.get("on") or request.GET.get("on") or ""
    if not text:
        return business_today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def day_url(user: User, viewer: User, on: dt.date) -> str:
    """Return the address of somebody's day."""
    query = {} if on == business_today() else {"on": on.isoformat()}
    if user != viewer:
        query["user"] = user.email
    return reverse("visiting:today") + (f"?{urlencode(query)}" if query else "")


def back_to(request: HttpRequest, fallback: str) -> str:
    """Return the page of ours that asked (``next``), or ``fallback``."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else fallback


def _shown(planned: list[Stop], viewer: User) -> list[dict[str, Any]]:
    rows = []
    for place, stop in enumerate(planned):
        before = planned[place - 1].task.store if place else None
        store = stop.task.store
        km = None
        if before is not None and store.latitude is not None and before.latitude is not None:
            km = distance_km(_place(before), _place(store))
        rows.append(
            {
                "task": stop.task,
                "store": store,
                "km": km,
                "reason": reason_text(stop, viewer),
                "status": "" if stop.task.reason == TaskReason.FLAG else status_text(stop.share),
                "certainty": stop.share.status if stop.share else "insufficient",
                "is_first": place == 0,
                "is_last": place == len(planned) - 1,
            }
        )
    return rows


def _done(stop: Stop, counts: dict[int, tuple[int, int]]) -> dict[str, Any]:
    return {"task": stop.task, "visit": stop.task.visit, "counts": counts.get(stop.task.visit_id or 0)}


def _minutes(planned: list[Stop]) -> int:
    """What is left of the day, visits and ways, by the settings of the route."""
    capacity = route_rules().capacity
    ways = capacity.travel(route_km([_place(stop.task.store) for stop in planned]))
    return round(len(planned) * capacity.minutes_a_visit + ways)


def _place(store: Any) -> Place:
    return Place(store.latitude, store.longitude)
