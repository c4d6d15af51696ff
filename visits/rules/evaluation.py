"""From evidence to an evaluation: share, certainty, potential and gap of each store and category.

The same function serves the nightly run (all stores) and a single new count (one store): only where the
market's figures come from differs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.lib.money import SCALE
from visits.rules import market as market_rules
from visits.rules import potential as potential_rules
from visits.rules import potential_sources, share
from visits.rules.evidence import BoolArray, Counted, Evidence, FloatArray, IntArray
from visits.rules.patterns import Patterns, visit_potential_units
from visits.rules.share import ShareEstimate

TOTALS, VISITS, ESTIMATE, NOTHING = "totals", "visits", "estimate", ""
TextArray = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Measured:
    """Shares with the evidence they rest on; arrays by row."""

    basis: TextArray
    in_units: BoolArray
    clusters: IntArray
    total: FloatArray
    own: FloatArray
    share: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n_eff: FloatArray
    is_measured: BoolArray
    estimates: dict[tuple[str, bool], ShareEstimate]

    def share_by(self, in_units: bool) -> FloatArray:
        """Measured shares by units or by amount, whichever was chosen for the row; nan where unknown."""
        found = np.full(len(self.share), np.nan)
        for kind in (TOTALS, VISITS):
            rows = (self.basis == kind) & self.is_measured
            found[rows] = self.estimates[(kind, in_units)].share[rows]
        return found


@dataclass(frozen=True)
class Potential:
    """What a row buys of the category over the window's length, in ten-thousandths; nan unknown."""

    amount: FloatArray
    low: FloatArray
    high: FloatArray
    rse: FloatArray
    units: FloatArray
    grade: TextArray
    disagree: BoolArray
    weekday_missing: BoolArray


@dataclass(frozen=True)
class Evaluation:
    """The result for every row of the evidence."""

    measured: Measured
    potential: Potential
    market_share: FloatArray
    market_share_source: TextArray
    status: TextArray
    flagged: BoolArray
    gap_amount: FloatArray  # over the window
    gap_low_amount: FloatArray  # over the window, with the upper limit of the share


def measure_shares(evidence: Evidence, settings: CriteriaSettings) -> Measured:
    """Choose the evidence of each row (full count or visits) and its unit, and estimate the share."""
    basis = _basis(evidence, settings.share_source)
    in_units = _in_units(evidence, basis, settings.share_measure)
    sources: dict[tuple[str, bool], Counted] = {
        (TOTALS, True): evidence.month_units,
        (TOTALS, False): evidence.month_amount,
        (VISITS, True): evidence.visit_units,
        (VISITS, False): evidence.visit_amount,
    }
    n = len(evidence)
    figures = {name: np.full(n, np.nan) for name in ("total", "own", "share", "se", "low", "high", "n_eff")}
    clusters = np.zeros(n, dtype=np.int64)
    enough = np.zeros(n, dtype=bool)
    estimates = {}
    for (kind, units), counted in sources.items():
        rows = (basis == kind) & (in_units == units)
        pieces = evidence.month_units if kind == TOTALS else evidence.visit_units
        estimate = share.clustered_share(
            counted.total,
            counted.own,
            counted.complete,
            in_units=units,
            scale=SCALE,
            units_behind=None if units else units_behind(counted, pieces),
        )
        estimates[(kind, units)] = estimate
        clusters[rows] = estimate.clusters[rows]
        for name, column in figures.items():
            column[rows] = getattr(estimate, name)[rows]
        untold = rows & (estimate.clusters == 0)  # ours is blank throughout: unknown, not 0
        figures["own"][untold], figures["total"][untold] = np.nan, counted.total_sum()[untold] / SCALE
        unknown_market = np.full(n, np.nan)
        status = share.share_status(estimate, unknown_market, min_clusters=_min_clusters(kind))
        enough[rows] = (status != share.INSUFFICIENT)[rows]
    known = np.isfinite(figures["share"])
    # A full count is a measurement even where it is too thin for certainty; a few visits are not.
    is_measured = known & (enough | (basis == TOTALS))
    return Measured(basis, in_units, clusters, is_measured=is_measured, estimates=estimates, **figures)


def estimate_potential(
    evidence: Evidence, measured: Measured, patterns: Patterns, window_months: int
) -> Potential:
    """Potential over the window: measured where there is a full count, else visits and desk sources."""
    counted = evidence.month_amount.total_sum()
    counted_units = evidence.month_units.total_sum()
    price = patterns.price
    full = np.where(np.isfinite(counted), counted, counted_units * price)
    visits = visit_potential_units(evidence, patterns, window_months)
    combined = _combined(evidence, visits.units * price, visits.rse, visits.age_days, price, window_months)
    use_full = np.isfinite(full) & (measured.basis != VISITS)
    value = np.where(use_full, full, combined.value)
    floored, raised = potential_rules.at_least_own(value, evidence.own_sales)
    rse = np.where(use_full, 0.0, combined.sd_log)
    low = np.where(use_full, full, np.where(raised, floored, combined.low))
    high = np.where(use_full, full, np.maximum(combined.high, floored))
    with np.errstate(divide="ignore", invalid="ignore"):
        units = np.where(use_full & np.isfinite(counted_units), counted_units, floored / price)
    return Potential(
        amount=floored,
        low=low,
        high=high,
        rse=rse,
        units=units,
        grade=potential_rules.grade(np.where(np.isfinite(floored), rse, np.nan)),
        disagree=~use_full & combined.disagree,
        weekday_missing=~use_full & (visits.warning == potential_rules.WEEKDAY_NOT_COVERED),
    )


def judge(
    measured: Measured,
    potential: Potential,
    market_share: FloatArray,
    market_share_source: TextArray,
    settings: CriteriaSettings,
) -> Evaluation:
    """Compare each row with its market share: status, flag and gap in money."""
    n = len(market_share)
    status = np.full(n, share.INSUFFICIENT, dtype="<U16")
    for (kind, units), estimate in measured.estimates.items():
        rows = (measured.basis == kind) & (measured.in_units == units)
        judged = share.share_status(estimate, market_share, min_clusters=_min_clusters(kind))
        status[rows] = judged[rows]
    flagged = share.flagged_by(settings.share_rule, status, measured.share, market_share)
    flagged &= measured.is_measured & np.isfinite(market_share)
    money = np.where(measured.is_measured, np.nan_to_num(potential.amount), 0.0)
    gap = np.nan_to_num(np.maximum(0.0, market_share - measured.share)) * money
    cautious = np.nan_to_num(np.maximum(0.0, market_share - measured.high)) * money
    return Evaluation(measured, potential, market_share, market_share_source, status, flagged, gap, cautious)


def statuses_to_watch(found: Evaluation) -> TextArray:
    """What hysteresis counts of each row: with the rule ``plain`` whatever is below counts as confirmed."""
    return np.where(found.flagged, share.BELOW_CONFIRMED, found.status).astype("<U16")


def market_groups(evidence: Evidence, by_format: bool) -> IntArray:
    """Number of each row's market, from 0: category × region (× store format where the criteria say so)."""
    keys = [evidence.category, evidence.region] + ([evidence.format] if by_format else [])
    if not len(evidence):
        return np.zeros(0, dtype=np.int64)
    _, group = np.unique(np.stack(keys, axis=1), axis=0, return_inverse=True)
    return group.reshape(-1).astype(np.int64)


def market_shares(
    evidence: Evidence,
    measured: Measured,
    potential: Potential,
    configured_region: FloatArray,
    configured_country: FloatArray,
    settings: CriteriaSettings,
) -> tuple[FloatArray, TextArray]:
    """The market share of each row: configured, or computed over the (other) stores that were measured."""
    groups = market_groups(evidence, settings.market_by_format)
    # Like is compared with like: a share by units with the market by units, by amount with it by amount.
    by_units, by_amount = (
        market_rules.computed_market_share(
            weight, measured.share_by(in_units), groups, settings.market_share_leave_out
        )
        for in_units, weight in ((True, potential.units), (False, potential.amount))
    )
    computed = np.where(measured.in_units, by_units, by_amount)
    return market_rules.market_share_for(
        configured_region, configured_country, computed, settings.market_share_source
    )


def units_behind(money: Counted, pieces: Counted) -> FloatArray:
    """Units behind the money of each row; nan where a part of it was counted without units."""
    known = (pieces.has_total | ~money.complete).all(axis=1) & money.complete.any(axis=1)
    units = np.where(money.complete & pieces.has_total, pieces.total, 0).sum(axis=1) / SCALE
    return np.where(known, units, np.nan)


def _min_clusters(kind: str) -> int:
    return share.MIN_MONTHS if kind == TOTALS else share.MIN_DAYS


def _basis(evidence: Evidence, share_source: str) -> TextArray:
    """Which evidence a row's share rests on."""
    counted = (evidence.month_amount.has_total | evidence.month_units.has_total).any(axis=1)
    visited = (evidence.visit_day > 0).any(axis=1)
    desk = np.isfinite(evidence.desk.rse).any(axis=1)
    if share_source == "totals":
        choice = [counted]
        names = [TOTALS]
    elif share_source == "visits":
        choice, names = [visited], [VISITS]
    else:
        choice, names = [counted & ~_newer_visits(evidence), visited, counted], [TOTALS, VISITS, TOTALS]
    return np.select([*choice, counted | visited | desk], [*names, ESTIMATE], NOTHING).astype("<U8")


def _newer_visits(evidence: Evidence) -> BoolArray:
    """Enough visit days and units that are newer than the last month of the full count."""
    months = evidence.month_amount.has_total | evidence.month_units.has_total
    width = months.shape[1]
    last = np.where(months.any(axis=1), width - 1 - months[:, ::-1].argmax(axis=1), -1)
    ends = (
        np.array(
            [
                np.datetime64(evidence.first_month - 1970 * 12 + i + 1, "M")
                .astype("datetime64[D]")
                .astype(np.int64)
                for i in range(-1, width)
            ]
        )
        + 719163
    )  # ordinal of 1 January 1970
    newer = evidence.visit_day >= ends[last + 1][:, None]
    units = np.where(newer & evidence.visit_units.complete, evidence.visit_units.total, 0).sum(axis=1)
    return np.asarray((newer.sum(axis=1) >= share.MIN_DAYS) & (units >= share.MIN_UNITS * SCALE), dtype=bool)


def _in_units(evidence: Evidence, basis: TextArray, share_measure: str) -> BoolArray:
    """Whether a row's share is by units: the measure asked for, else what the category has."""
    counted = basis == TOTALS
    in_pieces, in_money = (
        grid.complete.any(axis=1) for grid in (evidence.month_units, evidence.month_amount)
    )
    untold = ~(in_pieces | in_money)  # ours is blank throughout: what the totals are stated in
    in_pieces |= untold & evidence.month_units.has_total.any(axis=1)
    in_money |= untold & evidence.month_amount.has_total.any(axis=1)
    units = np.where(counted, in_pieces, True)
    amounts = np.where(counted, in_money, _all_known(evidence.visit_amount, evidence.visit_day > 0))
    if share_measure == "amount":
        return np.asarray(~amounts & units, dtype=bool)
    # One category, one measure: a category counted without units is compared by amount throughout.
    without = np.unique(evidence.category[counted & ~units & amounts])
    fallback = np.isin(evidence.category, without) & amounts
    return np.asarray(units & ~fallback, dtype=bool)


def _all_known(counted: Counted, cells: BoolArray) -> BoolArray:
    return np.asarray(cells.any(axis=1) & (counted.complete | ~cells).all(axis=1), dtype=bool)


def _combined(
    evidence: Evidence,
    visit_amount: FloatArray,
    visit_rse: FloatArray,
    visit_age: FloatArray,
    price: FloatArray,
    window_months: int,
) -> potential_sources.Combined:
    """Visits and desk sources in one figure over the window's length."""
    desk = evidence.desk
    desk_amount = np.where(np.isfinite(desk.amount), desk.amount, desk.units * price[:, None])
    desk_amount = desk_amount * window_months / 12
    half_life = float(potential_sources.HALF_LIFE_DAYS[potential_sources.MEASURED])
    return potential_sources.combine_sources(
        np.column_stack([visit_amount, desk_amount]),
        np.column_stack([np.maximum(visit_rse, 1e-6), desk.rse]),
        np.column_stack([visit_age, desk.age_days]),
        np.column_stack([np.full(len(evidence), half_life), desk.half_life_days]),
    )
