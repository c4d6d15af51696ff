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
from django.db.models.functions import Coalesce

from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.criteria.queries import settings_of
from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.lib import clock
from ka_crm.lib.bulk import load_rows
from ka_crm.lib.locks import hold_until_commit
from ka_crm.records.operations import set_system_setting
from ka_crm.records.queries import business_today, system_setting
from visits.effects import follow_effects
from visits.evidence import configured_market_shares, load_evidence
from visits.models import StoreShare
from visits.rechecks import propose_rechecks
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
from visits.watching import WRITING, judge_watches

_PATTERNS = "market_patterns"
_FIELDS = [
    "store_id", "category_id", "basis", "in_units", "clusters", "n_eff", "total", "own", "share",
    "unit_share", "amount_share", "low", "high",
    "market_share", "market_share_source", "status", "potential_amount", "potential_units", "potential_low",
    "potential_high", "grade", "gap_amount", "gap_low_amount", "last_seen_on", "warnings", "evaluated_at",
]  # fmt: skip


@dataclasses.dataclass(frozen=True)
class EvaluatedStores:
    """Evidence and what was found, row by row."""

    evidence: Evidence
    evaluation: Evaluation
    settings: CriteriaSettings
    patterns: Patterns


def evaluate_all(as_of: dt.date, settings: CriteriaSettings) -> EvaluatedStores:
    """Evaluate every store and category as of a date; nothing is written."""
    evidence = load_evidence(as_of, settings)
    measured = measure_shares(evidence, settings)
    patterns = pooled_patterns(evidence)
    potential = estimate_potential(evidence, measured, patterns, settings.window_months)
    region, country = configured_market_shares(evidence, as_of)
    shares, source = market_shares(evidence, measured, potential, region, country, settings)
    found = judge(measured, potential, shares, source, settings)
    return EvaluatedStores(evidence, found, settings, patterns)


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
    found = judge(measured, potential, shares, source, settings)
    evaluated = EvaluatedStores(evidence, found, settings, patterns)
    with transaction.atomic():
        hold_until_commit(WRITING)
        StoreShare.objects.filter(store_id__in=list(store_ids)).delete()
        load_rows(StoreShare, _FIELDS, store_share_rows(evaluated))
        judge_watches(evidence, found, settings)
        follow_effects(store_ids)
        propose_rechecks(store_ids)
    return evaluated


def keep_store_shares(evaluated: EvaluatedStores) -> int:
    """Replace all ``StoreShare`` rows by these, in short transactions; return how many there are.

    Stores with newer evidence are judged anew: that is where flags are opened.
    """
    rows = store_share_rows(evaluated)  # in the order of their stores
    done = 0
    for _, group in groupby(rows, key=lambda row: row[0] // 2000):
        chunk = list(group)
        with transaction.atomic():
            hold_until_commit(WRITING)
            StoreShare.objects.filter(store_id__gt=done, store_id__lte=chunk[-1][0]).delete()
            load_rows(StoreShare, _FIELDS, chunk)
        done = chunk[-1][0]
    StoreShare.objects.filter(store_id__gt=done).delete()
    _keep_patterns(evaluated)
    judge_watches(evaluated.evidence, evaluated.evaluation, evaluated.settings)
    return len(rows)


def store_share_rows(evaluated: EvaluatedStores) -> list[list[Any]]:
    """Rows of ``StoreShare`` in the order of its loaded fields."""
    evidence, found = evaluated.evidence, evaluated.evaluation
    measured, potential = found.measured, found.potential
    months = max(1, evaluated.settings.window_months)
    now = clock.now()
    days = last_seen(evidence)
    notes = warnings_of(found)
    by_units, by_amount = measured.share_by(True), measured.share_by(False)
    return [
        [
            int(evidence.store[i]),
            int(evidence.category[i]),
            str(measured.basis[i]),
            bool(measured.in_units[i]),
            int(measured.clusters[i]),
            number(measured.n_eff[i]),
            scaled(measured.total[i], 10_000),
            scaled(measured.own[i], 10_000),
            number(measured.share[i]),
            number(by_units[i]),
            number(by_amount[i]),
            number(measured.low[i]),
            number(measured.high[i]),
            number(found.market_share[i]),
            str(found.market_share_source[i]),
            str(found.status[i]),
            scaled(potential.amount[i]),
            scaled(potential.units[i]),
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


def _keep_patterns(evaluated: EvaluatedStores) -> None:
    """Keep prices and patterns of every market: a single store could not teach them again."""
    evidence, patterns = evaluated.evidence, evaluated.patterns
    keys = [f"{c}:{r}" for c, r in zip(evidence.category.tolist(), evidence.region.tolist(), strict=True)]
    kept = {
        key: [
            float(patterns.price[row]),
            [round(value, 6) for value in patterns.weekday[row].tolist()],
            [round(value, 6) for value in patterns.season[row].tolist()],
        ]
        for key, row in {key: row for row, key in enumerate(keys)}.items()
    }
    set_system_setting(name=_PATTERNS, value=kept)


def _kept_patterns(evidence: Evidence) -> Patterns:
    """Prices and patterns as the last full evaluation left them; a market never seen has none."""
    kept = system_setting(_PATTERNS, {})
    flat = [1.0, [1.0] * 7, [1.0] * 12]
    markets = zip(evidence.category.tolist(), evidence.region.tolist(), strict=True)
    found = [kept.get(f"{category}:{region}", flat) for category, region in markets]
    return Patterns(
        price=np.array([row[0] for row in found], dtype=np.float64),
        weekday=np.array([row[1] for row in found], dtype=np.float64).reshape(-1, 7),
        season=np.array([row[2] for row in found], dtype=np.float64).reshape(-1, 12),
    )


def _computed_from_kept(evidence: Evidence, measured: Measured, settings: CriteriaSettings) -> FloatArray:
    """Market share over the other stores of each market, from their present ``StoreShare``."""
    others = StoreShare.objects.exclude(store_id__in=np.unique(evidence.store).tolist()).annotate(
        market_region=Coalesce("store__region_id", "store__customer__region_id", -1),
        market_format=Coalesce("store__format_id", -1),
    )
    by_format = settings.market_by_format
    result = np.full(len(evidence), np.nan)
    columns = (evidence.category.tolist(), evidence.region.tolist(), evidence.format.tolist())
    for in_units, share, weight in (
        (True, "unit_share", "potential_units"),
        (False, "amount_share", "potential_amount"),
    ):
        markets: dict[tuple[int, int, int], tuple[float, float, int]] = {}
        known = others.filter(**{f"{share}__isnull": False, f"{weight}__gt": 0})
        for category, region, kind, part, size in known.values_list(
            "category_id", "market_region", "market_format", share, weight
        ):
            key = (category, region, kind if by_format else -1)
            total, own, stores = markets.get(key, (0.0, 0.0, 0))
            markets[key] = (total + size, own + size * part, stores + 1)
        for i, (category, region, kind) in enumerate(zip(*columns, strict=True)):
            total, own, stores = markets.get((category, region, kind if by_format else -1), (0.0, 0.0, 0))
            if measured.in_units[i] == in_units and stores >= market_rules.MIN_STORES and total > 0:
                result[i] = own / total
    return result
