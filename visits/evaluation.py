"""Evaluates stores and keeps the result as their present ``StoreShare``.

The nightly run evaluates all of them; a new count evaluates its store against the market as the last
evaluation of the other stores left it, so that it costs the same however long the history is.
"""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
from django.db import transaction

from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.criteria.queries import settings_of
from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.lib import clock
from ka_crm.lib.bulk import load_rows, read_integers
from ka_crm.records.queries import business_today
from visits.evidence import configured_market_shares, load_evidence
from visits.models import StoreShare
from visits.rules import market as market_rules
from visits.rules.evaluation import (
    Evaluation,
    Measured,
    estimate_potential,
    judge,
    market_shares,
    measure_shares,
)
from visits.rules.evidence import Evidence, FloatArray
from visits.rules.patterns import Patterns, pooled_patterns

_FIELDS = [
    "store_id", "category_id", "basis", "in_units", "clusters", "total", "own", "share", "low", "high",
    "market_share", "market_share_source", "status", "potential_amount", "potential_low", "potential_high",
    "grade", "gap_amount", "gap_low_amount", "last_seen_on", "warnings", "evaluated_at",
]  # fmt: skip


@dataclasses.dataclass(frozen=True)
class EvaluatedStores:
    """Evidence and what was found, row by row."""

    evidence: Evidence
    evaluation: Evaluation
    settings: CriteriaSettings


def evaluate_all(as_of: dt.date, settings: CriteriaSettings) -> EvaluatedStores:
    """Evaluate every store and category as of a date; nothing is written."""
    evidence = load_evidence(as_of, settings)
    measured = measure_shares(evidence, settings)
    potential = estimate_potential(evidence, measured, pooled_patterns(evidence), settings.window_months)
    region, country = configured_market_shares(evidence, as_of)
    shares, source = market_shares(evidence, measured, potential, region, country, settings)
    return EvaluatedStores(evidence, judge(measured, potential, shares, source, settings), settings)


def evaluate_stores(store_ids: Sequence[int]) -> EvaluatedStores:
    """Evaluate some stores with the newest counts (today's included) and keep their ``StoreShare``."""
    settings = settings_of(ensure_published_criteria())
    today = business_today()
    evidence = load_evidence(today, settings, store_ids=store_ids, visits_before=today + dt.timedelta(days=1))
    patterns = _kept_patterns(evidence)
    measured = measure_shares(evidence, settings)
    potential = estimate_potential(evidence, measured, patterns, settings.window_months)
    region, country = configured_market_shares(evidence, today + dt.timedelta(days=1))
    shares, source = market_rules.market_share_for(
        region, country, _computed_from_kept(evidence, measured, settings), settings.market_share_source
    )
    evaluated = EvaluatedStores(evidence, judge(measured, potential, shares, source, settings), settings)
    with transaction.atomic():
        StoreShare.objects.filter(store_id__in=list(store_ids)).delete()
        load_rows(StoreShare, _FIELDS, store_share_rows(evaluated))
    return evaluated


def keep_store_shares(evaluated: EvaluatedStores) -> int:
    """Replace all ``StoreShare`` rows by these, in short transactions; return how many there are."""
    rows = store_share_rows(evaluated)  # in the order of their stores
    done = 0
    for _, group in groupby(rows, key=lambda row: row[0] // 2000):
        chunk = list(group)
        with transaction.atomic():
            StoreShare.objects.filter(store_id__gt=done, store_id__lte=chunk[-1][0]).delete()
            load_rows(StoreShare, _FIELDS, chunk)
        done = chunk[-1][0]
    StoreShare.objects.filter(store_id__gt=done).delete()
    return len(rows)


def store_share_rows(evaluated: EvaluatedStores) -> list[list[Any]]:
    """Rows of ``StoreShare`` in the order of its loaded fields."""
    evidence, found = evaluated.evidence, evaluated.evaluation
    measured, potential = found.measured, found.potential
    months = max(1, evaluated.settings.window_months)
    now = clock.now()
    days = last_seen(evidence)
    notes = warnings_of(found)
    return [
        [
            int(evidence.store[i]),
            int(evidence.category[i]),
            str(measured.basis[i]),
            bool(measured.in_units[i]),
            int(measured.clusters[i]),
            scaled(measured.total[i], 10_000),
            scaled(measured.own[i], 10_000),
            number(measured.share[i]),
            number(measured.low[i]),
            number(measured.high[i]),
            number(found.market_share[i]),
            str(found.market_share_source[i]),
            str(found.status[i]),
            scaled(potential.amount[i]),
            scaled(potential.low[i]),
            scaled(potential.high[i]),
            str(potential.grade[i]),
            round(float(found.gap_amount[i]) / months),
            round(float(found.gap_low_amount[i]) / months),
            days[i],
            notes[i],
            now,
        ]
        for i in range(len(evidence))
    ]


def number(value: float) -> float | None:
    """A float for the database; nan is unknown."""
    return float(value) if np.isfinite(value) else None


def scaled(value: float, scale: int = 1) -> int | None:
    """A whole number for the database; nan is unknown."""
    return round(float(value) * scale) if np.isfinite(value) else None


def last_seen(evidence: Evidence) -> list[dt.date | None]:
    """The newest day that anything was counted in each row: a visit, or the end of the last month."""
    from_visits = evidence.visit_day.max(axis=1, initial=0)
    months = evidence.month_amount.has_total | evidence.month_units.has_total
    width = months.shape[1]
    last = np.where(months.any(axis=1), width - months[:, ::-1].argmax(axis=1), 0)
    ends = [0] + [
        (dt.date((evidence.first_month + i) // 12, (evidence.first_month + i) % 12 + 1, 1)).toordinal() - 1
        for i in range(1, width + 1)
    ]
    newest = np.maximum(from_visits, np.array(ends)[last])
    return [dt.date.fromordinal(int(day)) if day > 0 else None for day in newest]


def warnings_of(found: Evaluation) -> list[str]:
    """JSON lists of what a reader should know about each row."""
    disagree, weekday = found.potential.disagree, found.potential.weekday_missing
    names = {(False, False): "[]", (True, False): '["sources_disagree"]',
             (False, True): '["weekday_not_covered"]',
             (True, True): '["sources_disagree", "weekday_not_covered"]'}  # fmt: skip
    return [names[pair] for pair in zip(disagree.tolist(), weekday.tolist(), strict=True)]


def _kept_patterns(evidence: Evidence) -> Patterns:
    """Prices and patterns of the whole market, as the last full evaluation would see them.

    A single store cannot teach them, so its own counts are read beside a sample of its market.
    """
    patterns = pooled_patterns(evidence)
    prices = _prices_by_category(np.unique(evidence.category).tolist())
    price = np.array([prices.get(c, np.nan) for c in evidence.category.tolist()])
    return Patterns(np.where(np.isfinite(price), price, patterns.price), patterns.weekday, patterns.season)


def _prices_by_category(category_ids: list[int]) -> dict[int, float]:
    """Amount per unit of full counts, by category."""
    marks = ", ".join(["%s"] * len(category_ids)) or "NULL"
    rows = read_integers(
        f"""
        SELECT category_id, SUM(total_amount), SUM(total_units) FROM visits_categorytotal
        WHERE is_live AND total_amount IS NOT NULL AND total_units IS NOT NULL AND category_id IN ({marks})
        GROUP BY category_id
        """,
        category_ids,
    )
    return {
        int(category): amount / units
        for category, amount, units in zip(*(column.tolist() for column in rows), strict=True)
        if units > 0
    }


def _computed_from_kept(evidence: Evidence, measured: Measured, settings: CriteriaSettings) -> FloatArray:
    """Market share over the other stores of each market, from their present ``StoreShare``."""
    own_stores = set(evidence.store.tolist())
    rows = (
        StoreShare.objects.exclude(store_id__in=own_stores)
        .filter(share__isnull=False, potential_amount__gt=0)
        .exclude(basis="visits", status="insufficient")
        .values_list(
            "category_id", "store__region_id", "store__customer__region_id", "share", "potential_amount"
        )
    )
    markets: dict[tuple[int, int], tuple[float, float, int]] = {}
    for category, region, customer_region, share, potential in rows:
        key = (category, region or customer_region or -1)
        weight, own, stores = markets.get(key, (0.0, 0.0, 0))
        markets[key] = (weight + potential, own + potential * share, stores + 1)
    result = np.full(len(evidence), np.nan)
    for i, key in enumerate(zip(evidence.category.tolist(), evidence.region.tolist(), strict=True)):
        weight, own, stores = markets.get(key, (0.0, 0.0, 0))
        if stores >= market_rules.MIN_STORES and weight > 0:
            result[i] = own / weight
    return result
