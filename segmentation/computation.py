"""Computes a whole run in arrays; nothing is written here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.lib.periods import Window
from segmentation import inputs
from segmentation.inputs import BoolArray, CustomerInputs, FloatArray, IntArray
from segmentation.rules.abc import AbcResult, abc_classes, rank_order
from segmentation.rules.account_shares import AccountShares, account_shares
from segmentation.rules.comparison import Comparison, compare_lists, misfiled_marks, missed_marks
from segmentation.rules.ninebox import cells
from segmentation.rules.quadrants import quadrants
from segmentation.rules.xyz import XyzResult, XyzSettings, cadence_candidates, with_cadence, xyz_classes
from visits.evaluation import EvaluatedStores, evaluate_all

TextArray = npt.NDArray[np.str_]
NO_COST = "no_cost_known"
NO_COST_TO_SERVE = "no_cost_to_serve_known"


@dataclass(frozen=True)
class Side:
    """Potential against own sales for accounts or stores: classes, ranks, quadrants and marks."""

    potential_class: TextArray
    own_class: TextArray
    rank_potential: IntArray
    rank_own: IntArray
    quadrant: TextArray
    is_missed: BoolArray
    is_misfiled: BoolArray
    list_mark: TextArray


@dataclass(frozen=True)
class Computed:
    """Everything a run found out."""

    window: Window
    settings: CriteriaSettings
    stores: EvaluatedStores
    store_code: TextArray
    store_own: FloatArray
    store_side: Side
    customers: CustomerInputs
    measure: str
    value: IntArray
    gross_profit: IntArray | None
    abc: AbcResult
    abc_rank: IntArray
    abc_before: FloatArray
    abc_class: TextArray
    abc_note: TextArray
    xyz: XyzResult
    cell: TextArray
    own_sales: IntArray
    accounts: AccountShares
    customer_side: Side
    summary: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def compute(
    window: Window, settings: CriteriaSettings, previous_quadrants: dict[str, dict[Any, str]] | None = None
) -> Computed:
    """Compute every class of one run from the data of its window.

    ``previous_quadrants`` (``customers`` by id, ``stores`` by (store, category)) is used with
    ``quadrant_hold`` only.
    """
    previous = previous_quadrants or {}
    stores = evaluate_all(window.as_of, settings)
    evidence, found = stores.evidence, stores.evaluation
    store_code = inputs.store_codes(evidence.store)
    store_own = _store_own(stores)
    summary: dict[str, Any] = {}
    store_side = _store_side(stores, store_code, store_own, settings, previous.get("stores", {}), summary)

    store_customer = inputs.customers_of_stores(evidence.store)
    known = np.isfinite(found.potential.amount)
    covered = set(zip(store_customer[known].tolist(), evidence.category[known].tolist(), strict=True))
    customers = inputs.load_customers(
        window,
        np.unique(store_customer),
        covered,
        _prices(stores),
        settings.xyz_span == "since_first_purchase",
    )
    net = customers.months.sum(axis=1)
    account = np.searchsorted(customers.customer, store_customer)
    shares = account_shares(evidence, found, account, len(net), store_own, customers.desk)
    shares = _at_least_own(shares, net)
    # Without sales lines, what was counted in the stores is what the old list would rank by.
    own_sales = np.where(customers.has_sales, net, np.nan_to_num(shares.own)).round().astype(np.int64)

    measure, value, profit, warnings = _measure(
        settings.abc_measure, customers, net, shares.potential, window
    )
    ranked = customers.has_sales if measure != "potential" else np.ones(len(net), dtype=bool)
    abc = abc_classes(value[ranked], customers.code[ranked], settings.abc_thresholds)
    xyz = _regularity(customers, window, settings)
    spread = _spread_abc(abc, ranked, customers.code)
    customer_side = _side(
        customers.code, own_sales, shares.potential, shares.share, shares.market_share,
        settings,
        _previous(previous.get("customers", {}), customers.customer.tolist()),
        summary.setdefault("customers", {}),
    )  # fmt: skip
    summary.update(
        measure=measure,
        abc_total=abc.total,
        abc_cuts=abc.cut_values,
        market_shares=_market_summary(stores),
    )
    if abc.warning:
        warnings.append(abc.warning)
    warnings += _evidence_warnings(stores)
    return Computed(
        window=window, settings=settings, stores=stores, store_code=store_code,
        store_own=store_own, store_side=store_side,
        customers=customers, measure=measure, value=value, gross_profit=profit, abc=abc,
        abc_rank=spread[0], abc_before=spread[1], abc_class=spread[2], abc_note=spread[3], xyz=xyz,
        cell=cells(spread[2], xyz.xyz_class), own_sales=own_sales, accounts=shares,
        customer_side=customer_side, summary=summary, warnings=warnings,
    )  # fmt: skip


def _prices(stores: EvaluatedStores) -> dict[int, float]:
    """Mean price of a unit by category, over the rows of all regions."""
    category, price = stores.evidence.category, stores.patterns.price
    return {int(one): float(price[category == one].mean()) for one in np.unique(category)}


def _store_own(stores: EvaluatedStores) -> FloatArray:
    """What each store buys from us over the window: counted, else our sales lines, else share × potential."""
    evidence, found = stores.evidence, stores.evaluation
    counted = evidence.month_amount
    own_counted = np.where(
        counted.has_own.any(axis=1), np.where(counted.has_own, counted.own, 0).sum(axis=1), np.nan
    )
    implied = np.where(found.measured.is_measured, found.measured.share * found.potential.amount, np.nan)
    full = (found.measured.basis == "totals") & np.isfinite(own_counted)
    return np.where(full, own_counted, np.where(np.isfinite(evidence.own_sales), evidence.own_sales, implied))


def _store_side(
    stores: EvaluatedStores,
    code: TextArray,
    own: FloatArray,
    settings: CriteriaSettings,
    previous: dict[Any, str],
    summary: dict[str, Any],
) -> Side:
    """Classes of stores are per category; so are their ranks."""
    evidence, found = stores.evidence, stores.evaluation
    n = len(evidence)
    parts: list[tuple[IntArray, Side]] = []
    by_category = summary.setdefault("stores", {})
    for category in np.unique(evidence.category):
        rows = np.flatnonzero(evidence.category == category)
        keys = zip(evidence.store[rows].tolist(), evidence.category[rows].tolist(), strict=True)
        side = _side(
            code[rows], np.nan_to_num(own[rows]).round().astype(np.int64), found.potential.amount[rows],
            np.where(found.measured.is_measured, found.measured.share, np.nan)[rows],
            found.market_share[rows], settings,
            _previous(previous, keys),
            by_category.setdefault(str(int(category)), {}),
        )  # fmt: skip
        parts.append((rows, side))
    return _joined(parts, n)


def _previous(quadrants_before: dict[Any, str], keys: Iterable[Any]) -> TextArray:
    return np.array([quadrants_before.get(key, "") for key in keys], dtype=np.str_)


def _joined(parts: list[tuple[IntArray, Side]], n: int) -> Side:
    columns: dict[str, npt.NDArray[Any]] = {}
    for name, kind in [
        ("potential_class", "<U1"), ("own_class", "<U1"), ("rank_potential", "int64"),
        ("rank_own", "int64"), ("quadrant", "<U8"), ("is_missed", "bool"), ("is_misfiled", "bool"),
        ("list_mark", "<U8"),
    ]:  # fmt: skip
        column = np.zeros(n, dtype=np.dtype(kind))
        for rows, side in parts:
            column[rows] = getattr(side, name)
        columns[name] = column
    return Side(**columns)


def _side(
    code: TextArray,
    own: IntArray,
    potential: FloatArray,
    share: FloatArray,
    market_share: FloatArray,
    settings: CriteriaSettings,
    previous: TextArray,
    summary: dict[str, Any],
) -> Side:
    """Classes by potential and by own sales, quadrants, and the two lists beside each other."""
    whole = np.nan_to_num(potential).round().astype(np.int64)
    by_potential = abc_classes(whole, code, settings.abc_thresholds)
    by_own = abc_classes(own, code, settings.abc_thresholds)
    high_set = list(settings.high_potential_classes)
    # With no potential known at all nobody is large; "all equal" must not make everybody an A either.
    high = np.isin(by_potential.abc_class, high_set) & (whole > 0)
    high_own = np.isin(by_own.abc_class, high_set) & (own > 0)
    cut = by_potential.cut_values.get(high_set[-1]) or by_potential.cut_values.get("A")
    quadrant = quadrants(
        share, market_share, potential, high, hold=settings.quadrant_hold, previous=previous, cut=cut
    )
    comparison = compare_lists(code, own, whole, share, market_share, quadrant)
    summary.update(_comparison_summary(comparison))
    summary.update(
        cut_potential=by_potential.cut_values,
        cut_own=by_own.cut_values,
        total_potential=by_potential.total,
        total_own=by_own.total,
    )
    return Side(
        potential_class=np.where(np.isfinite(potential), by_potential.abc_class, ""),
        own_class=by_own.abc_class,
        rank_potential=comparison.rank_potential,
        rank_own=comparison.rank_own,
        quadrant=quadrant,
        is_missed=missed_marks(high, high_own),
        is_misfiled=misfiled_marks(high, high_own) & (whole > 0),
        list_mark=_list_marks(comparison, len(code)),
    )


def _list_marks(comparison: Comparison, n: int) -> TextArray:
    marks = np.full(n, "", dtype="<U8")
    marks[comparison.kept] = "kept"
    for rows in comparison.missed.values():
        marks[rows] = "missed"
    marks[comparison.misfiled] = "misfiled"
    return marks


def _comparison_summary(comparison: Comparison) -> dict[str, Any]:
    return {
        "list_length": comparison.size,
        "kept": len(comparison.kept),
        "missed": {name: len(rows) for name, rows in comparison.missed.items()},
        "misfiled": len(comparison.misfiled),
        "jaccard": _number(comparison.jaccard),
        "covered_old": _number(comparison.covered_old),
        "covered_new": _number(comparison.covered_new),
        "gap_missed": round(comparison.gap_missed),
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _measure(
    wanted: str, customers: CustomerInputs, net: IntArray, potential: FloatArray, window: Window
) -> tuple[str, IntArray, IntArray | None, list[str]]:
    """The value that ABC ranks by; gross profit only where every line has a cost, and contribution is what
    it leaves after the cost to serve."""
    profit = net - customers.cost if customers.all_costed else None
    if wanted == "potential":
        return "potential", np.nan_to_num(potential).round().astype(np.int64), profit, []
    if wanted in ("gross_profit", "contribution"):
        if profit is None:
            return "net_sales", net, None, [NO_COST]
        serving = inputs.serving_costs(customers.customer, window) if wanted == "contribution" else None
        if serving is not None:
            return wanted, profit - serving, profit, []
        return wanted, profit, profit, [NO_COST_TO_SERVE] if wanted == "contribution" else []
    return "net_sales", net, profit, []


def _regularity(customers: CustomerInputs, window: Window, settings: CriteriaSettings) -> XyzResult:
    wanted = XyzSettings(
        thresholds=settings.xyz_thresholds,
        deviation="sample" if settings.xyz_deviation == "sample" else "population",
        span="full_window" if settings.xyz_span == "full_window" else "since_first_purchase",
        returns="floor" if settings.xyz_returns == "floor" else "net",
        min_periods=settings.xyz_min_periods,
        cadence_override=settings.xyz_cadence_override,
    )
    result = xyz_classes(customers.months, wanted, first_month=customers.first_month)
    candidates = cadence_candidates(result, wanted)
    gaps = inputs.order_gaps(customers.customer, candidates, window.end)
    return with_cadence(result, wanted, gaps) if gaps else result


def _spread_abc(
    abc: AbcResult, ranked: BoolArray, code: TextArray
) -> tuple[IntArray, FloatArray, TextArray, TextArray]:
    """Ranks and classes for everybody: who was not ranked stands behind, in C, in the order of the codes."""
    n = len(ranked)
    rank, before = np.zeros(n, dtype=np.int64), np.ones(n)
    classes, note = np.full(n, "C", dtype="<U1"), np.full(n, "zero", dtype="<U8")
    rank[ranked], before[ranked] = abc.rank, abc.before
    classes[ranked], note[ranked] = abc.abc_class, abc.note
    rest = np.flatnonzero(~ranked)
    rank[rest[rank_order(np.zeros(len(rest), dtype=np.int64), code[rest])]] = int(ranked.sum()) + np.arange(
        1, len(rest) + 1
    )
    return rank, before, classes, note


def _at_least_own(shares: AccountShares, net: IntArray) -> AccountShares:
    """An account buys at least what it buys from us; an unknown potential stays unknown."""
    raised = net > shares.potential
    return AccountShares(
        **{
            **vars(shares),
            "potential": np.where(raised, net, shares.potential),
            "high": np.where(raised, np.maximum(shares.high, net), shares.high),
        }
    )


def _market_summary(stores: EvaluatedStores) -> list[dict[str, Any]]:
    """Mean market share of each category and region, for headlines."""
    evidence, found = stores.evidence, stores.evaluation
    result = []
    for category, region in sorted(
        set(zip(evidence.category.tolist(), evidence.region.tolist(), strict=True))
    ):
        rows = (evidence.category == category) & (evidence.region == region)
        known = rows & found.measured.is_measured & np.isfinite(found.market_share)
        amount = np.where(known, np.nan_to_num(found.potential.amount), 0.0)
        if amount.sum() > 0:
            mean = float((np.nan_to_num(found.market_share) * amount).sum() / amount.sum())
            sources = sorted(set(found.market_share_source[known].tolist()))
            result.append({"category": category, "region": region, "share": mean, "sources": sources})
    return result


def _evidence_warnings(stores: EvaluatedStores) -> list[str]:
    measured = stores.evaluation.measured
    warnings = []
    if stores.settings.share_measure == "units" and (~measured.in_units & np.isfinite(measured.share)).any():
        warnings.append("units_unknown_amounts_compared")
    if stores.settings.share_measure == "amount" and (measured.in_units & np.isfinite(measured.share)).any():
        warnings.append("amounts_unknown_units_compared")
    if stores.settings.market_share_source == "configured" and "computed" in set(
        stores.evaluation.market_share_source.tolist()
    ):
        warnings.append("market_share_computed")
    return warnings
