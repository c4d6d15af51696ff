"""From results and facts to candidates for the list of key accounts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from segmentation.rules.ka_scores import BoolArray, FloatArray, SubScores, percentile_ranks, profit_shares
from segmentation.rules.ka_selection import Candidates


@dataclass(frozen=True)
class AccountNumbers:
    """Numbers of n accounts over the window, amounts in ten-thousandths; nan is unknown.

    Attributes:
        potential: all they buy; own: what they buy from us; gap: to market share.
        net_sales and gross_profit: by our sales lines; variation: of the monthly purchases (CV).
    """

    code: npt.NDArray[np.str_]
    potential: FloatArray
    own: FloatArray
    gap: FloatArray
    net_sales: FloatArray
    gross_profit: FloatArray
    variation: FloatArray


@dataclass(frozen=True)
class AccountFacts:
    """What people found out about n accounts; nan is unknown. See ``Candidates``."""

    need: FloatArray
    solvency: FloatArray
    decision_power: FloatArray
    strategic: FloatArray
    approved_budget: BoolArray
    image: BoolArray
    expert: BoolArray
    already: BoolArray
    protected: BoolArray
    veto: BoolArray
    nominated: BoolArray


def unknown_facts(n: int, **known: npt.NDArray[Any]) -> AccountFacts:
    """Return the facts of n accounts about which only ``known`` is known."""
    numbers = ("need", "solvency", "decision_power", "strategic")
    columns: dict[str, npt.NDArray[Any]] = {
        name: np.full(n, np.nan) if name in numbers else np.zeros(n, dtype=bool)
        for name in AccountFacts.__dataclass_fields__
    }
    return AccountFacts(**{**columns, **known})


def candidates_from(numbers: AccountNumbers, facts: AccountFacts) -> Candidates:
    """Return candidates: sub-scores as percentile ranks among the accounts scored.

    Gross profit and regularity are ranked among those who buy; the steadier, the higher.
    """
    buys = np.nan_to_num(numbers.own) > 0
    profit = np.where(buys, numbers.gross_profit, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = np.where(numbers.net_sales > 0, numbers.gross_profit / numbers.net_sales, np.nan)
    subs = SubScores(
        potential=percentile_ranks(numbers.potential),
        gross_profit=percentile_ranks(profit),
        gap=percentile_ranks(numbers.gap),
        regularity=percentile_ranks(np.where(buys, -numbers.variation, np.nan)),
        strategic=percentile_ranks(facts.strategic),
    )
    return Candidates(
        code=numbers.code, value=numbers.potential, subs=subs, profit_share=profit_shares(profit),
        margin=margin, need=facts.need, solvency=facts.solvency, decision_power=facts.decision_power,
        buys=buys, approved_budget=facts.approved_budget, image=facts.image, expert=facts.expert,
        already=facts.already, protected=facts.protected, veto=facts.veto, nominated=facts.nominated,
    )  # fmt: skip


def company_margin(numbers: AccountNumbers) -> float | None:
    """Return gross profit / net sales over the accounts whose profit is known; ``None`` without any."""
    known = np.isfinite(numbers.gross_profit) & np.isfinite(numbers.net_sales)
    sold = float(numbers.net_sales[known].sum())
    return float(numbers.gross_profit[known].sum()) / sold if sold > 0 else None
