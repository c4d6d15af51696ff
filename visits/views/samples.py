"""Samples: stores drawn for control and joint visits, and what the control says of routine counts."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ka_crm.lib.editing import form_page
from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.money import from_scaled
from ka_crm.people.models import Role, User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from ka_crm.records.queries import business_today
from visits.models import SampleRound, TaskState
from visits.operations import cancel_round, draw_round
from visits.permissions import may_draw, may_read_samples
from visits.queries.deviations import numbers_to_judge_by, pairs_seen_by
from visits.queries.samples import drawable, kams_to_control, rounds_seen_by, tasks_of_round
from visits.rules.sampling import draw
from visits.sample_forms import CancelForm, DrawForm
from visits.sample_rows import people_rows, row_of_person, shown_pairs

MOST_ROUNDS = 30
MOST_PAIRS = 200


@require_safe
def samples(request: HttpRequest) -> HttpResponse:
    """How routine counts stand to the control's, person by person, and the rounds drawn so far."""
    viewer = _reader(request)
    today = business_today()
    rounds = list(rounds_seen_by(viewer)[: MOST_ROUNDS + 1])
    people = people_rows(pairs_seen_by(viewer, today))
    kams = [viewer] if viewer.role == Role.KAM else list(kams_to_control(viewer))
    judged = numbers_to_judge_by(viewer, kams, today)
    context = {
        "people": people,
        "is_own": viewer.role == Role.KAM,
        "rounds": rounds[:MOST_ROUNDS],
        "more_rounds": len(rounds) > MOST_ROUNDS,
        "judged": [(kam, judged[kam.pk]) for kam in kams if _known(judged[kam.pk])],
        "draw_url": reverse("visiting:sample_draw") if may_draw(viewer) else "",
        "team_url": reverse("visiting:team") if may_draw(viewer) else "",
    }
    return render(request, "visits/samples.html", context)


@require_http_methods(["GET", "POST"])
@sent_once
def draw_page(request: HttpRequest) -> HttpResponse:
    """Draw stores. A GET with the form's values shows how many would be drawn of whom; which ones nobody
    knows before they are drawn."""
    viewer = _drawer(request)
    asked = request.POST or (request.GET if "per_person" in request.GET else None)
    form = DrawForm(asked, viewer=viewer, on=business_today())
    preview = _preview(viewer, form) if request.method == "GET" and form.is_bound else None
    if request.headers.get("HX-Request") and request.method == "GET":
        return render(request, "visits/_draw_preview.html", {"preview": preview, "form": form})
    drawn: list[SampleRound] = []

    def save(values: dict[str, Any]) -> str:
        drawn.append(draw_round(by=viewer, **{**values, "kams": list(values["kams"])}))
        return reverse("visiting:sample", args=[drawn[0].pk])

    return form_page(
        request,
        form,
        save=save,
        said=_("Drawn. The visits are on the lists of their days."),
        context={"preview": preview, "back_url": reverse("visiting:samples")},
        template="visits/sample_draw.html",
    )


@require_safe
def sample_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its stores by day, what became of each, and how it was drawn."""
    viewer = _reader(request)
    sample = _found(viewer, pk)
    tasks = tasks_of_round(viewer, sample)
    context = {
        "sample": sample,
        "tasks": tasks,
        "may_cancel": may_draw(viewer) and any(task.state == TaskState.PLANNED for task in tasks),
        "may_plan": may_draw(viewer),
    }
    return render(request, "visits/sample.html", context)


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave out what is still open of a round, with the reason."""
    viewer = _drawer(request)
    sample = _found(viewer, pk)
    url = reverse("visiting:sample", args=[pk])
    form = CancelForm(request.POST or None, initial={"version": sample.version})

    def save(values: dict[str, Any]) -> str:
        cancel_round(by=viewer, sample=sample, **values)
        return url

    context = {
        "heading": _("Call the rest off"),
        "intro": _("What was counted stays and counts. What is planned is left out, with your reason."),
        "back_url": url,
        "back": str(sample),
        "save_label": _("Call off"),
    }
    return form_page(request, form, save=save, said=_("Called off."), record_url=url, context=context)


@require_safe
def person_pairs(request: HttpRequest, pk: int) -> HttpResponse:
    """The pairs behind the comparison of one person, newest first."""
    viewer = _reader(request)
    pairs = [pair for pair in pairs_seen_by(viewer, business_today()) if pair.person.pk == pk]
    if not pairs:
        raise Http404
    context = {
        "person": pairs[0].person,
        "rows": [row_of_person(pairs)],
        "pairs": shown_pairs(pairs[:MOST_PAIRS]),
        "count": len(pairs),
        "is_own": viewer.pk == pk,
    }
    return render(request, "visits/sample_pairs.html", context)


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All pairs that the viewer may see, as a file; ``?person=`` those of one person."""
    viewer = _reader(request)
    if kind not in ("csv", "xlsx"):
        raise Http404
    pairs = pairs_seen_by(viewer, business_today())
    person = request.GET.get("person", "")
    header = [
        _("Who"), _("Store code"), _("Store"), _("Category"), _("Control on"), _("Control by"),
        _("Drawn at random"), _("Control, all brands"), _("Control, ours"), _("Own count nearest on"),
        _("Own counts, all brands"), _("Own counts, ours"),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [
            str(one.person), one.control.store.code, one.control.store.name, str(one.control.category),
            one.control.date, str(one.control.rep), _("yes") if one.is_drawn else _("no"),
            from_scaled(one.control.total_units), from_scaled(one.control.own_units), one.routine.on,
            from_scaled(round(one.routine.total)), from_scaled(round(one.routine.own)),
        ]
        for one in pairs
        if not person or str(one.person.pk) == person
    ]  # fmt: skip
    answer = xlsx_response if kind == "xlsx" else csv_response
    return answer("control-counts", header, rows)


def _known(numbers: Any) -> bool:
    return bool(numbers.full_total or numbers.sample_total)


def _preview(viewer: User, form: DrawForm) -> dict[str, Any] | None:
    """How many stores would be drawn of whom, and how many rest."""
    if not form.is_valid():
        return None
    values = form.cleaned_data
    today: dt.date = business_today()
    pool = drawable(viewer, values["visitor"], values["kams"], today, values["last_on"])
    strata = {row.person: row for row in draw(pool, seed=0, per_person=values["per_person"])}
    rows = []
    for kam in values["kams"]:
        stratum = strata.get(kam.pk)
        stores, resting = (stratum.stores, stratum.resting) if stratum else (0, 0)
        count = len(stratum.drawn) if stratum else 0
        rows.append({"kam": kam, "stores": stores, "resting": resting, "count": count})
    return {"rows": rows, "total": sum(row["count"] for row in rows)}


def _reader(request: HttpRequest) -> User:
    viewer = viewer_of(request)
    if not may_read_samples(viewer):
        raise Http404
    return viewer


def _drawer(request: HttpRequest) -> User:
    viewer = viewer_of(request)
    if not may_draw(viewer):
        raise Http404
    return viewer


def _found(viewer: User, pk: int) -> SampleRound:
    sample = rounds_seen_by(viewer).filter(pk=pk).first()
    if sample is None:
        raise Http404
    return sample
