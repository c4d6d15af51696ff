"""Explanations of results in words, for the pages of customers and stores."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import Store
from ka_crm.lib.money import SCALE
from ka_crm.pages.queries.store_page import StoreNow
from ka_crm.people.models import User
from segmentation.models import SegmentationRun
from segmentation.queries.why import Why, why_customer, why_store
from segmentation.rules.explanations import (
    Explanation,
    explain_abc,
    explain_quadrant,
    explain_share,
    explain_xyz,
)
from segmentation.views.wording import explained
from visits.models import StoreShare
from visits.rules.share import MIN_DAYS, MIN_MONTHS, MIN_UNITS

Shown = dict[str, Any]


def customer_explanations(run: SegmentationRun | None, viewer: User, code: str) -> list[Shown]:
    """Return quadrant, ABC and XYZ of a customer: a sentence, its arithmetic, what would change it."""
    why = why_customer(run, viewer, code) if run else None
    if why is None:
        return []
    return [_quadrant(why), _abc(why), _xyz(why)]


def _quadrant(why: Why) -> Shown:
    result = why.result
    classes = why.settings.high_potential_classes
    explanation = explain_quadrant(
        quadrant=result.quadrant,
        potential=result.potential,
        potential_class=result.potential_class,
        own=result.own,
        share=result.share,
        market_share=result.market_share,
        high=result.potential_class in classes,
        cut=why.lines.potential.get(classes[-1]) or why.lines.potential.get("A"),
    )
    return {"title": _("Quadrant"), "quadrant": result.quadrant, **_in_words(explanation)}


def _abc(why: Why) -> Shown:
    result, settings = why.result, why.settings
    whole = why.run.summary.get("abc_total") or 0
    explanation = explain_abc(
        abc_class=result.abc,
        value=result.total,
        measure=why.run.summary.get("measure", "net_sales"),
        rank=result.rank,
        accounts=why.lines.ranked,
        share=result.total / whole if whole else 0.0,
        before=result.before,
        thresholds=(float(settings.abc_thresholds[0]), float(settings.abc_thresholds[1])),
        cut_values=why.lines.abc,
        note=result.abc_note,
    )
    return {"title": _("ABC: %(cls)s") % {"cls": result.abc}, **_in_words(explanation)}


def _xyz(why: Why) -> Shown:
    result, settings = why.result, why.settings
    explanation = explain_xyz(
        xyz_class=result.xyz,
        cv=result.cv,
        mean=result.mean,
        months=result.months_span,
        active=result.months_active,
        thresholds=(float(settings.xyz_thresholds[0]), float(settings.xyz_thresholds[1])),
        min_periods=settings.xyz_min_periods,
        overridden=result.is_overridden,
    )
    return {"title": _("XYZ: %(cls)s") % {"cls": result.xyz}, **_in_words(explanation)}


def store_explanations(run: SegmentationRun | None, viewer: User, store: Store, now: StoreNow) -> list[Shown]:
    """Return where the newest evidence puts a store: quadrant and share, explained."""
    share = now.share
    if share is None:
        return []
    why = why_store(run, viewer, store.code, share.category.code) if run else None
    found = [_store_share(share)]
    if why is not None:
        found.insert(0, _store_quadrant(why, now, share))
    return found


def _store_quadrant(why: Why, now: StoreNow, share: StoreShare) -> Shown:
    classes = why.settings.high_potential_classes
    cut = why.lines.potential.get(classes[-1]) or why.lines.potential.get("A")
    potential = share.potential_amount
    known = None not in (potential, share.share)
    explanation = explain_quadrant(
        quadrant=now.quadrant,
        potential=potential,
        potential_class=why.result.potential_class,
        own=round((potential or 0) * (share.share or 0)) if known else None,
        share=None if now.quadrant == "explore" else share.share,
        market_share=share.market_share,
        high=bool(cut and potential and potential >= cut),
        cut=cut,
    )
    return {"title": _("Quadrant"), "quadrant": now.quadrant, **_in_words(explanation)}


def _store_share(share: StoreShare) -> Shown:
    explanation = explain_share(
        status=share.status,
        own=share.own or 0,
        total=share.total or 0,
        clusters=share.clusters,
        share=share.share,
        low=share.low,
        high=share.high,
        market_share=share.market_share,
        gap_amount=share.gap_amount,
        min_clusters=MIN_MONTHS if share.basis == "totals" else MIN_DAYS,
        min_total=MIN_UNITS * SCALE,
        unit="units" if share.in_units else "amount",
    )
    return {"title": _("Share against market"), **_in_words(explanation)}


def _in_words(explanation: Explanation) -> Shown:
    words = explained(explanation)
    lines = [{**line, "label": capfirst(line["label"])} for line in words["lines"]]
    return {**words, "lines": lines}
