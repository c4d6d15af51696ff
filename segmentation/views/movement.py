"""Movement between any two runs: the picture, who is behind each flow, and why one of them moved."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ka_crm.criteria.wording import SETTINGS, setting_text
from ka_crm.people.models import User
from segmentation.models import SegmentationRun
from segmentation.queries import complete_runs, current_run, previous_run
from segmentation.queries.moves import (
    CELL,
    QUADRANT,
    flows_between,
    grouped_moves,
    labels_of,
    moved_rows,
)
from segmentation.queries.results import Level, Row, level_of
from segmentation.queries.why_moved import changed_settings, pair_of, with_causes
from segmentation.rules.movement import cell_direction
from segmentation.rules.quadrants import QUADRANTS
from segmentation.views import wording
from segmentation.views.flow_picture import flow_picture
from segmentation.views.moved_words import input_lines, sentence, short_reasons
from segmentation.views.runs import MOST
from segmentation.views.shared import before_any_run, for_readers, level_items, run_or_404, viewer_of

_CELL = re.compile(r"[ABC][XYZNABC]\Z")


@require_GET
@for_readers
def movement(request: HttpRequest) -> HttpResponse:
    """Show what moved between two runs; ``flow=attack-defend`` keeps one flow, ``by=cell`` counts cells."""
    after = chosen_run(request, "to") or current_run()
    if after is None:
        return render(request, "segmentation/no_run.html", before_any_run(viewer_of(request)))
    before = chosen_run(request, "from") or previous_run(after)
    level, by = level_of(request.GET.get("level")), by_of(request.GET.get("by"))
    context: dict[str, Any] = {
        "run": after,
        "before": before,
        "level": level,
        "by": by,
        "levels": level_items(request, level),
        "runs": list(complete_runs()[:MOST]),
        "download": request.GET.urlencode(),
        "is_same": before is not None and before.pk == after.pk,
    }
    if before is not None:
        flow = flow_of(request.GET.get("flow", ""), by)
        context |= movement_context(viewer_of(request), level, before, after, by=by, flow=flow)
        if before.pk != after.pk:
            context["changed"] = [str(SETTINGS[key]) for key in changed_settings(before, after)]
    return render(request, "segmentation/movement.html", context)


def movement_context(
    viewer: User,
    level: Level,
    before: SegmentationRun,
    after: SegmentationRun,
    *,
    by: str = QUADRANT,
    flow: tuple[str, str] | None = None,
    shown_per_group: int | None = None,
) -> dict[str, Any]:
    """Return what ``segmentation/_movement.html`` shows of two runs: picture, flows, who moved and why."""
    flows = flows_between(level, before, after, viewer, by)
    moved = moved_rows(level, before, after, viewer, flow=flow, by=by)
    query = urlencode({"from": before.pk, "to": after.pk, "level": level})
    base = f"{reverse('segmentation:movement')}?{query}"
    by_query = f"&by={by}" if by != QUADRANT else ""
    if flow is None:
        groups = _grouped(moved, by)
        count = sum(item.count for item in flows if not item.stayed and item.before and item.after)
    else:
        groups = [(flow_words(flow), moved)] if moved else []
        count = sum(item.count for item in flows if (item.before, item.after) == flow)
    shown_rows = [row for _label, rows in groups for row in rows[:shown_per_group]]
    with_causes(level, before, after, shown_rows)
    pair = urlencode({"from": before.pk, "to": after.pk})
    for row in shown_rows:
        row["reason_texts"] = short_reasons(row, by)
        row["why_moved_url"] = f"{_why_url(level, row)}?{pair}"
        row["move_words"] = label_words(row["before_label"]), label_words(row["label"])
    url = f"{base}{by_query}"
    lines = [
        {
            "flow": item,
            "before": label_words(item.before),
            "after": label_words(item.after),
            "direction": cell_direction(item.before, item.after) if by == CELL else "",
            "url": f"{url}&flow={item.before or 'none'}-{item.after or 'none'}#moved",
            "active": flow == (item.before, item.after),
        }
        for item in flows
    ]
    return {
        "before": before,
        "by": by,
        "flows": [line for line, item in zip(lines, flows, strict=True) if not item.stayed],
        "picture": flow_picture(lines, labels_of(level, by), by),
        "moved_count": sum(item.count for item in flows if not item.stayed),
        "all_count": sum(item.count for item in flows),
        "groups": [
            {
                "label": label,
                "rows": rows[:shown_per_group],
                "count": len(rows),
                "rest": max(len(rows) - shown_per_group, 0) if shown_per_group else 0,
            }
            for label, rows in groups
        ],
        "is_cut": count > len(moved),
        "flow_words": flow_words(flow) if flow else "",
        "base_url": url,
        "bys": [
            {"label": _("Quadrants"), "url": base, "active": by == QUADRANT},
            {"label": _("Cells"), "url": f"{base}&by=cell", "active": by == CELL},
        ],
    }


def _grouped(moved: list[Row], by: str) -> list[tuple[str, list[Row]]]:
    if by == QUADRANT:
        return [(str(wording.MOVES[name]), rows) for name, rows in grouped_moves(moved).items()]
    labels = {"better": _("Better class"), "worse": _("Worse class"), "": _("New to be rated, or too new")}
    groups: dict[str, list[Row]] = {key: [] for key in labels}
    for row in moved:
        groups[cell_direction(row["before_label"] or "", row["label"])].append(row)
    return [(labels[key], rows) for key, rows in groups.items() if rows]


def _why_url(level: Level, row: Row) -> str:
    if level == "customers":
        return reverse("segmentation:moved_customer", args=[row["code"]])
    return reverse("segmentation:moved_store", args=[row["code"], row["category_code"]])


@require_GET
@for_readers
def customer_moved(request: HttpRequest, code: str) -> HttpResponse:
    """Show why a customer moved between two runs."""
    return _why_moved(request, "customers", code)


@require_GET
@for_readers
def store_moved(request: HttpRequest, code: str, category: str) -> HttpResponse:
    """Show why a store moved between two runs in a category."""
    return _why_moved(request, "stores", code, category)


def _why_moved(request: HttpRequest, level: Level, code: str, category: str = "") -> HttpResponse:
    after = chosen_run(request, "to") or current_run()
    before = chosen_run(request, "from") or (previous_run(after) if after else None)
    pair = pair_of(level, before, after, viewer_of(request), code, category) if before and after else None
    if pair is None or before is None or after is None:
        raise Http404
    result = pair.result
    if level == "customers":
        record, second = result.customer, str(result.customer.kam or "")
        url = reverse("accounts:customer", args=[record.code])
        why_url = reverse("segmentation:why_customer", args=[record.code])
    else:
        record, second = result.store, f"{result.store.customer.name} · {result.category}"
        url = reverse("stores:store", args=[record.code])
        why_url = reverse("segmentation:why_store", args=[record.code, result.category.code])
    query = urlencode({"from": before.pk, "to": after.pk, "level": level})
    return render(
        request,
        "segmentation/why_moved.html",
        {
            "name": record.name,
            "second": second,
            "level": level,
            "run": after,
            "before": before,
            "pair": pair,
            "sentence": sentence(pair, record.name),
            "lines": input_lines(pair, before, after),
            "changed": [
                {
                    "label": SETTINGS[key],
                    "was": setting_text(before.settings.get(key), key),
                    "now": setting_text(after.settings.get(key), key),
                }
                for key in changed_settings(before, after)
            ],
            "url": url,
            "why_url": why_url if pair.after is not None and after.is_current else "",
            "back_url": f"{reverse('segmentation:movement')}?{query}",
        },
    )


def by_of(text: str | None) -> str:
    """Return what an address counts moves in: quadrants, or cells."""
    return CELL if text == CELL else QUADRANT


def flow_of(text: str, by: str = QUADRANT) -> tuple[str, str] | None:
    """Return (from, to) of "attack-defend", empty text for "none"; ``None`` where it names no flow."""
    before, dash, after = text.partition("-")

    def known(label: str) -> bool:
        return label == "none" or (label in QUADRANTS if by == QUADRANT else bool(_CELL.match(label)))

    if not dash or not known(before) or not known(after):
        return None
    return ("" if before == "none" else before, "" if after == "none" else after)


def label_words(label: str | None) -> str:
    """Return a quadrant or cell in words; "not there" for neither."""
    if not label:
        return _("not there")
    return str(wording.QUADRANTS.get(label, label))


def flow_words(flow: tuple[str, str]) -> str:
    """Return a flow in words."""
    before, after = (label_words(name) if name else "" for name in flow)
    if not before:
        return _("New, now %(after)s") % {"after": after}
    if not after:
        return _("Gone, was %(before)s") % {"before": before}
    if before == after:
        return _("Stayed %(after)s") % {"after": after}
    return _("%(before)s → %(after)s") % {"before": before[:1].upper() + before[1:], "after": after}


def chosen_run(request: HttpRequest, key: str) -> SegmentationRun | None:
    """Return the run that an address names, none where it names none, 404 where there is no such run."""
    text = request.GET.get(key, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return run_or_404(int(text))
