"""``/segmentation/service/``: accounts that get more or less service than their strategy asks for."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ka_crm.lib.exports import csv_response
from ka_crm.lib.money import from_scaled
from ka_crm.people.models import Role, User
from ka_crm.records.queries import business_today
from segmentation.models import SegmentationRun
from segmentation.queries.load import team_of
from segmentation.queries.service import FILTERS, ServiceList, ServiceRow, service_list
from segmentation.queries.strategy import strategies_in_force
from segmentation.rules.service_given import OVER, UNDER
from segmentation.views import wording
from segmentation.views.service_tabs import figure, service_tabs
from segmentation.views.shared import viewer_of, with_run

#: Rows of a page.
PAGE = 50
_CELLS = [row + column for row in "ABC" for column in "XYZN"]


@require_GET
@with_run
def service(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Show the list; its filters stand in the address."""
    filters, verdict = _asked(request)
    viewer = viewer_of(request)
    first = _first(request.GET.get("from", ""))
    found = _found(request, run, first, PAGE)
    first = first if first < found.count else 0
    context = {
        "run": run,
        "run_line": wording.run_line(run),
        "tabs": service_tabs("service"),
        "found": found,
        "found_count": found.count,
        "rows": [_shown(row) for row in found.rows],
        "first": first + 1,
        "last": first + len(found.rows),
        "next_url": _with(request, first + PAGE) if first + PAGE < found.count else "",
        "previous_url": _with(request, max(first - PAGE, 0)) if first else "",
        "verdicts": _verdicts(request, found, verdict),
        "chips": _chips(request, filters),
        "sheet": _sheet(filters, viewer),
        "verdict": verdict,
        "clear_url": reverse("segmentation:service"),
        "query": _query(request).urlencode(),
    }
    return render(request, "segmentation/service.html", context)


@require_GET
@with_run
def service_csv(request: HttpRequest, run: SegmentationRun) -> HttpResponseBase:
    """Answer with the same rows as a file."""
    header = [
        _("code"), _("customer"), _("account manager"), _("cell"), _("quadrant"), _("gap to market share"),
        _("meetings a month asked for"), _("meetings a month given"), _("meetings"),
        _("store visits a month asked for"), _("store visits a month given"), _("store visits"),
    ]  # fmt: skip
    return csv_response(f"service-run-{run.pk}", header, _lines(_found(request, run)))


def _lines(found: ServiceList) -> Iterator[list[Any]]:
    for row in found.rows:
        yield [
            row.code, row.name, row.kam, row.cell, str(wording.QUADRANTS.get(row.quadrant, row.quadrant)),
            from_scaled(row.gap_amount), row.meetings, round(row.meetings_given, 2),
            verdict_word(row.meetings_verdict), row.visits,
            None if row.visits is None else round(row.visits_given, 2), verdict_word(row.visits_verdict),
        ]  # fmt: skip


def verdict_word(verdict: str) -> str:
    """Return what a verdict means, in words."""
    return {UNDER: _("too little"), OVER: _("too much"), "planned": _("as planned")}.get(verdict, "")


def _found(
    request: HttpRequest, run: SegmentationRun, first: int = 0, limit: int | None = None
) -> ServiceList:
    filters, verdict = _asked(request)
    return service_list(
        run, viewer_of(request), business_today(), strategies_in_force(), filters=filters, verdict=verdict,
        first=first, limit=limit,
    )  # fmt: skip


def _asked(request: HttpRequest) -> tuple[dict[str, str], str]:
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    verdict = request.GET.get("verdict", "")
    return {name: value for name, value in filters.items() if value}, verdict if verdict in (
        UNDER,
        OVER,
    ) else ""


def _shown(row: ServiceRow) -> dict[str, Any]:
    return {
        "row": row,
        "meetings": figure(row.meetings),
        "meetings_given": figure(row.meetings_given, 1),
        "visits": figure(row.visits, 1) if row.visits is not None else "",
        "visits_given": figure(row.visits_given, 1),
        "meetings_word": verdict_word(row.meetings_verdict),
        "visits_word": verdict_word(row.visits_verdict),
        "tone": {UNDER: "late", OVER: "warn"}.get(row.verdict, ""),
    }


def _query(request: HttpRequest) -> Any:
    query = request.GET.copy()
    query.pop("from", None)
    return query


def _with(request: HttpRequest, first: int) -> str:
    query = _query(request)
    query["from"] = str(first)
    return f"?{query.urlencode()}"


def _first(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _verdicts(request: HttpRequest, found: ServiceList, verdict: str) -> list[dict[str, Any]]:
    labels = {
        "": _("All that differ %(n)s") % {"n": found.under + found.over},
        UNDER: _("Too little %(n)s") % {"n": found.under},
        OVER: _("Too much %(n)s") % {"n": found.over},
    }
    items = []
    for key, label in labels.items():
        query = _query(request)
        query.pop("verdict", None)
        if key:
            query["verdict"] = key
        items.append({"label": label, "url": f"?{query.urlencode()}", "active": key == verdict})
    return items


def _chips(request: HttpRequest, filters: dict[str, str]) -> list[dict[str, str]]:
    labels = {"kam": _("Account manager"), "cell": _("Cell"), "quadrant": _("Quadrant"), "abc": _("Class")}
    chips = []
    for name, value in filters.items():
        query = _query(request)
        query.pop(name, None)
        words = value
        if name == "quadrant":
            words = str(wording.QUADRANTS.get(value, value))
        elif name == "kam" and value.isdecimal() and len(value) < 19:
            words = User.objects.filter(pk=value).values_list("name", flat=True).first() or value
        chips.append({"label": labels[name], "value": words, "remove_url": f"?{query.urlencode()}"})
    return chips


def _sheet(filters: dict[str, str], viewer: User) -> list[dict[str, Any]]:
    fields: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("cell", _("Cell"), [(cell, cell) for cell in _CELLS]),
        ("quadrant", _("Quadrant"), [(key, str(word)) for key, word in wording.QUADRANTS.items()]),
    ]
    if viewer.role != Role.KAM:
        people = [(str(kam.pk), str(kam)) for kam in team_of(viewer)]
        fields.insert(0, ("kam", _("Account manager"), people))
    return [
        {
            "key": key,
            "label": label,
            "choices": [
                {"value": value, "label": word, "chosen": filters.get(key) == value}
                for value, word in choices
            ],
        }
        for key, label, choices in fields
    ]
