"""An account's potential and share: its stores and categories added up.

What an account buys is the sum of what its stores buy; its share index is Σ own / Σ (market share × total)
over what was measured. Money is the common weight, whatever measure each share was taken in.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_crm.lib.money import SCALE
from visits.rules import share as share_rules
from visits.rules.evaluation import TOTALS, Evaluation, units_behind
from visits.rules.evidence import BoolArray, Counted, Evidence, FloatArray, IntArray

_TWO_SIDED = 1.959963984540054
_ONE_SIDED = 1.6448536269514722
TextArray = npt.NDArray[np.str_]


@dataclass(frozen=True)
class AccountShares:
    """Arrays by account; amounts in ten-thousandths over the window, nan is unknown.

    Attributes:
        potential, low, high: what it buys of all brands, with a two-sided interval.
        own: ours in money, within what was measured.
        share: ours as part of what was measured; share_low, share_high: one-sided limits.
        market_share: mean market share of its stores, weighted by what they buy.
        status: certainty, as for a store; gap: Σ of its stores' shortfall, netted over the account.
        measured_part: part of the potential whose share is known.
        stores, stores_below: stores with evidence, and those flagged by this run's rule.
    """

    potential: FloatArray
    low: FloatArray
    high: FloatArray
    own: FloatArray
    share: FloatArray
    share_low: FloatArray
    share_high: FloatArray
    market_share: FloatArray
    status: TextArray
    gap: FloatArray
    measured_part: FloatArray
    stores: IntArray
    stores_below: IntArray


def account_shares(
    evidence: Evidence,
    found: Evaluation,
    account: IntArray,
    accounts: int,
    own_money: FloatArray,
    desk: FloatArray,
) -> AccountShares:
    """Add up the rows of each account.

    Args:
        account: number of the account of each row, from 0; ``accounts``: how many there are.
        own_money: what each row buys from us, in money, however its share was measured.
        desk: desk estimate of each account for what no store tells; nan where there is none.
    """

    def summed(values: FloatArray, rows: BoolArray) -> FloatArray:
        weights = np.where(rows, np.nan_to_num(values), 0.0)
        return _sums(account, weights, accounts)

    amount = found.potential.amount
    known = np.isfinite(amount)
    measured = found.measured.is_measured & known & (np.nan_to_num(amount) > 0)
    judged = measured & np.isfinite(found.market_share)
    own = found.measured.share * amount
    half = (found.potential.high - found.potential.low) / 2

    has_rows = np.bincount(account, weights=known.astype(float), minlength=accounts) > 0
    total = summed(amount, known)
    spread = np.sqrt(summed(np.square(half), known))
    potential = np.where(has_rows, total, np.nan)
    potential = np.where(np.isfinite(desk), np.nan_to_num(potential) + np.nan_to_num(desk), potential)

    measured_total, measured_own = summed(amount, measured), summed(own, measured)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = measured_own / measured_total
        market = summed(found.market_share * amount, judged) / summed(amount, judged)
        measured_part = np.where(potential > 0, measured_total / potential, np.nan)
    estimate_low, estimate_high, enough = _limits(evidence, found, account, accounts, share, measured)
    status = np.select(
        [
            ~np.isfinite(share) | ~enough,
            ~np.isfinite(market),
            ~share_rules.is_below(share, market),
            share_rules.is_below(estimate_high, market),
        ],
        [
            share_rules.INSUFFICIENT,
            share_rules.NO_MARKET_SHARE,
            share_rules.OK,
            share_rules.BELOW_CONFIRMED,
        ],
        share_rules.BELOW_WATCH,
    )
    gap = np.maximum(0.0, np.nan_to_num(market - share)) * measured_total
    return AccountShares(
        potential=potential,
        low=np.where(np.isfinite(potential), np.maximum(potential - spread, 0.0), np.nan),
        high=potential + spread,
        own=np.where(measured_total > 0, summed(own_money, measured), np.nan),
        share=share,
        share_low=estimate_low,
        share_high=estimate_high,
        market_share=market,
        status=status,
        gap=gap,
        measured_part=measured_part,
        stores=_distinct(evidence.store, account, accounts, np.ones(len(account), dtype=bool)),
        stores_below=_distinct(evidence.store, account, accounts, found.flagged),
    )


def _limits(
    evidence: Evidence,
    found: Evaluation,
    account: IntArray,
    accounts: int,
    share: FloatArray,
    measured: BoolArray,
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """One-sided limits of each account's share, and whether there is enough evidence for them.

    Months of the full counts, summed over the stores, are the clusters where most of the account was
    counted in full; else the stores' own errors are added up as independent.
    """
    full = measured & (found.measured.basis == TOTALS)
    amount = np.nan_to_num(found.potential.amount)
    full_part = np.bincount(account, weights=np.where(full, amount, 0), minlength=accounts)
    all_parts = np.bincount(account, weights=np.where(measured, amount, 0), minlength=accounts)
    mostly_full = full_part * 2 >= np.maximum(all_parts, 1)

    by_month = _by_account(evidence.month_amount, account, accounts, full)
    behind = units_behind(evidence.month_amount, evidence.month_units)
    months = share_rules.clustered_share(
        by_month.total,
        by_month.own,
        by_month.complete,
        in_units=False,
        scale=SCALE,
        # One store without units leaves the whole account without: nan is kept by the sum.
        units_behind=_sums(account, np.where(full, behind, 0.0), accounts),
    )
    error = np.sqrt(
        np.bincount(
            account,
            weights=np.where(measured, np.square(amount * _known_error(found.measured.se)), 0.0),
            minlength=accounts,
        )
    ) / np.maximum(all_parts, 1)
    counted = mostly_full & (months.clusters >= share_rules.MIN_MONTHS) & np.isfinite(months.share)
    low = np.where(counted, share + months.low - months.share, share - _ONE_SIDED * error)
    high = np.where(counted, share + months.high - months.share, share + _ONE_SIDED * error)
    sure = np.bincount(
        account,
        weights=np.where(found.status != share_rules.INSUFFICIENT, amount, 0.0),
        minlength=accounts,
    )
    enough = counted | (~mostly_full & (sure * 2 >= np.maximum(all_parts, 1)))
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0), enough


def _sums(account: IntArray, weights: FloatArray, accounts: int) -> FloatArray:
    """Sum of the weights of each account."""
    return np.bincount(account, weights=weights, minlength=accounts).astype(np.float64)


def _known_error(error: FloatArray) -> FloatArray:
    """Standard errors of shares; a single count tells nothing, which is an error of the whole scale."""
    return np.where(np.isfinite(error), error, 1.0)


def _by_account(counted: Counted, account: IntArray, accounts: int, rows: BoolArray) -> Counted:
    """The months of all stores of an account added up."""
    cells = counted.complete & rows[:, None]
    width = counted.total.shape[1]
    sums = []
    for grid in (counted.total, counted.own, cells.astype(np.int64)):
        out = np.zeros((accounts, width), dtype=np.int64)
        np.add.at(out, account, np.where(cells, grid, 0))
        sums.append(out)
    present = sums[2] > 0
    return Counted(sums[0], sums[1], present, present)


def _distinct(store: IntArray, account: IntArray, accounts: int, rows: BoolArray) -> IntArray:
    pairs = np.unique(np.stack([account[rows], store[rows]], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=accounts).astype(np.int64)
