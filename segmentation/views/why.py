"""Why a result is what it is: inputs, dates, interval, arithmetic, distance to the next line."""

import math
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ka_crm.lib import shown
from ka_crm.lib.money import SCALE
from segmentation.models import SegmentationRun
from segmentation.queries.why import Why, why_customer, why_store
from segmentation.rules.explanations import explain_abc, explain_quadrant, explain_share, explain_xyz
from segmentation.views import wording
from segmentation.views.key_account import key_account_context
from segmentation.views.month_bars import month_bars
from segmentation.views.shared import asks_for_part, viewer_of, with_run

_DECADES = 2.0
_MIN_MONTHS, _MIN_DAYS, _MIN_UNITS = 6, 5, 30


@require_GET
@with_run
def customer_why(request: HttpRequest, run: SegmentationRun, code: str) -> HttpResponse:
    """Answer with the page, or to htmx with the panel alone."""
    why = why_customer(run, viewer_of(request), code)
    if why is None:
        raise Http404
    more = {}
    if not asks_for_part(request):
        more = {"key_account": key_account_context(why.result.customer, viewer_of(request))}
    return _answer(request, customer_context(why), more)


@require_GET
@with_run
def store_why(request: HttpRequest, run: SegmentationRun, code: str, category: str) -> HttpResponse:
    """Answer with the page, or to htmx with the panel alone."""
    why = why_store(run, viewer_of(request), code, category)
    if why is None:
        raise Http404
    return _answer(request, store_context(why))


def _answer(
    request: HttpRequest, context: dict[str, Any], more: dict[str, Any] | None = None
) -> HttpResponse:
    template = "segmentation/_why.html" if asks_for_part(request) else "segmentation/why.html"
    return render(request, template, {"why": context, **(more or {})})


def customer_context(why: Why) -> dict[str, Any]:
    """Return a customer's explanation for ``segmentation/_why.html``."""
    row = why.result
    customer = row.customer
    context = _common(why, customer.name, customer.code)
    context |= {
        "url": reverse("accounts:customer", args=[customer.code]),
        "why_url": reverse("segmentation:why_customer", args=[customer.code]),
        "level": "customers",
        "second": str(customer.kam or ""),
        "cell": row.cell,
        "receipt": _receipt(why, row.own_sales),
        "rulers": [
            _ruler(_("Potential class"), row.potential_class, row.potential, why.lines.potential),
            _ruler(_("Own class"), row.own_class, row.own_sales, why.lines.own),
        ],
        "parts": [
            {"title": _("Quadrant"), **wording.explained(_quadrant(why))},
            {"title": _("Class %(cls)s by value") % {"cls": row.abc}, **wording.explained(_abc(why))},
            {"title": _("Class %(cls)s by regularity") % {"cls": row.xyz}, **wording.explained(_xyz(why))},
        ],
    }
    return context


def store_context(why: Why) -> dict[str, Any]:
    """Return a store's explanation in one category for ``segmentation/_why.html``."""
    row = why.result
    store, category = row.store, row.category
    own = row.own_sales
    context = _common(why, store.name, store.code)
    context |= {
        "url": reverse("stores:store", args=[store.code]),
        "why_url": reverse("segmentation:why_store", args=[store.code, category.code]),
        "level": "stores",
        "second": f"{store.customer.name} · {category}",
        "cell": "",
        "receipt": _receipt(why, own),
        "rulers": [
            _ruler(_("Potential class"), row.potential_class, row.potential, why.lines.potential),
            _ruler(_("Own class"), row.own_class, own, why.lines.own),
        ],
        "parts": [
            {"title": _("Share"), **wording.explained(_share(why))},
            {"title": _("Quadrant"), **wording.explained(_quadrant(why))},
        ],
        "seen": _seen(row),
        "grade": str(wording.GRADES.get(row.grade, "")),
    }
    return context


def _common(why: Why, name: str, code: str) -> dict[str, Any]:
    row = why.result
    month = max(why.run.window_months, 1)
    steps = [wording.sentence_text(step) for step in _quadrant(why).next_steps]
    return {
        "name": name,
        "code": code,
        "run": why.run,
        "run_line": wording.run_line(why.run),
        "window": wording.window_text(why.run),
        "quadrant": row.quadrant,
        "quadrant_word": str(wording.QUADRANTS.get(row.quadrant, row.quadrant)),
        "rank_own": row.rank_own,
        "rank_potential": row.rank_potential if row.potential else None,
        "status": row.status,
        "share": row.share,
        "share_low": row.share_low,
        "share_high": row.share_high,
        "market_share": row.market_share,
        "gap_amount": row.gap_amount,
        "gap_month_amount": row.gap_amount // month,
        "bars": month_bars(why.months),
        "steps": steps,
    }


def _receipt(why: Why, own: int | None) -> list[dict[str, str]]:
    row = why.result
    lines = [
        {"label": _("Buys at all"), "value": shown.money_text(row.potential)},
        {"label": _("Buys from us"), "value": shown.money_text(own)},
        {"label": _share_label(why), "value": shown.percent_text(row.share, 1)},
    ]
    if row.share_low is not None and row.share_high is not None:
        interval = f"{shown.number_text(row.share_low * 100, 1)}–{shown.percent_text(row.share_high, 1)}"
        lines.append(
            {"label": _("90 %% interval, %(window)s") % {"window": _evidence(why)}, "value": interval}
        )
    if (
        row.potential_low is not None
        and row.potential_high is not None
        and row.potential_low != row.potential
    ):
        between = f"{shown.about_money_text(row.potential_low)}–{shown.about_money_text(row.potential_high)}"
        lines.insert(1, {"label": _("that is between"), "value": between})
    lines.append({"label": _("Market share"), "value": shown.percent_text(row.market_share, 1)})
    if row.gap_amount and row.market_share is not None:
        arithmetic = _("Gap, (%(market)s − %(share)s) × %(buys)s") % {
            "market": shown.percent_text(row.market_share, 1),
            "share": shown.percent_text(row.share, 1),
            "buys": shown.money_text(row.potential),
        }
        about = _("about %(amount)s") % {"amount": shown.about_money_text(row.gap_amount)}
        lines.append({"label": arithmetic, "value": about})
    return lines


def _share_label(why: Why) -> str:
    """A share of units is not the quotient of the amounts above it, so it says what it was counted in."""
    in_units = getattr(why.result, "in_units", why.settings.share_measure == "units")
    return _("Our share, in units") if in_units else _("Our share, in money")


def _evidence(why: Why) -> str:
    row = why.result
    clusters = getattr(row, "clusters", 0)
    if clusters and row.basis == "visits":
        return _("%(n)s counts") % {"n": clusters}
    if clusters:
        return _("%(n)s months") % {"n": clusters}
    return wording.window_text(why.run)


def _seen(row: Any) -> str:
    if row.last_seen_on is None:
        return ""
    words = {
        "totals": _("full counts to %(day)s"),
        "visits": _("visits to %(day)s"),
        "estimate": _("estimate of %(day)s"),
    }
    return words.get(row.basis, "%(day)s") % {"day": date_format(row.last_seen_on, "j M Y")}


def _ruler(title: str, name: str, value: int | None, cuts: dict[str, int | None]) -> dict[str, Any]:
    """A class on a log rule: where its line lies, where the value does, how far it is."""
    cut = cuts.get("A")
    ruler: dict[str, Any] = {"title": title, "name": name or "–", "text": "", "mark": "", "line": "50%"}
    if not cut or not value or value <= 0:
        return ruler
    place = 0.5 + math.log10(value / cut) / _DECADES
    distance = shown.about_money_text(abs(value - cut))
    words = (
        _("A ends at %(cut)s, %(distance)s below")
        if value >= cut
        else _("A begins at %(cut)s, %(distance)s more")
    )
    mark = min(max(place, 0.01), 0.99)
    low_edge, high_edge = sorted((mark, 0.5))
    return {
        **ruler,
        "text": words % {"cut": shown.about_money_text(cut), "distance": distance},
        "mark": f"{mark * 100:.1f}%",
        "span_x": f"{low_edge * 100:.1f}%",
        "span": f"{(high_edge - low_edge) * 100:.1f}%",
    }


def _abc(why: Why) -> Any:
    row, settings = why.result, why.settings
    measure = why.run.summary.get("measure") or settings.abc_measure
    whole = why.run.summary.get("abc_total") or 0
    first, second = settings.abc_thresholds
    return explain_abc(
        abc_class=row.abc,
        value=row.total,
        measure=measure,
        rank=row.rank,
        accounts=why.lines.ranked,
        share=max(row.total, 0) / whole if whole else 0.0,
        before=row.before,
        thresholds=(float(first), float(second)),
        cut_values=why.lines.abc,
        note=row.abc_note,
    )


def _xyz(why: Why) -> Any:
    row, settings = why.result, why.settings
    first, second = settings.xyz_thresholds
    return explain_xyz(
        xyz_class=row.xyz,
        cv=row.cv,
        mean=row.mean,
        months=row.months_span,
        active=row.months_active,
        thresholds=(float(first), float(second)),
        min_periods=settings.xyz_min_periods,
        overridden=row.is_overridden,
    )


def _share(why: Why) -> Any:
    row = why.result
    unit = "units" if row.in_units else "amount"
    of_visits = row.basis == "visits"
    return explain_share(
        status=row.status,
        own=row.own or 0,
        total=row.total or 0,
        clusters=row.clusters,
        share=row.share,
        low=row.share_low,
        high=row.share_high,
        market_share=row.market_share,
        gap_amount=row.gap_amount / max(why.run.window_months, 1),
        min_clusters=_MIN_DAYS if of_visits else _MIN_MONTHS,
        min_total=_MIN_UNITS * SCALE if row.in_units else 0,
        unit=unit,
    )


def _quadrant(why: Why) -> Any:
    row, settings = why.result, why.settings
    high = row.potential_class in settings.high_potential_classes
    cut = why.lines.potential.get(settings.high_potential_classes[-1])
    measured = row.share is not None and row.status != "insufficient"
    return explain_quadrant(
        quadrant=row.quadrant,
        potential=row.potential,
        potential_class=row.potential_class,
        own=row.own,
        share=row.share if measured else None,
        market_share=row.market_share,
        high=high,
        cut=cut,
    )
