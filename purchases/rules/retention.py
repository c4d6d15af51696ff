"""Retention: what keeping customers is worth, how many are lost, and which lost ones to win back first.

"Five per cent more retention, 25 to 85 % more profit" was a thought experiment that halves the churn; the
calculator shows what the arithmetic gives, and that a cut of the churn *by* 5 % brings far less.
"""

from collections.abc import Iterable
from dataclasses import dataclass

DISCOUNT_RATE = 0.10
PRIOR_STRENGTH = 10
"""Attempts that the starting probability counts for."""

REASON_RECOVERY = {
    "neglect": 0.40,
    "promise_broken": 0.35,
    "service": 0.35,
    "contact_left": 0.30,
    "quality": 0.25,
    "price": 0.25,
    "competitor_offer": 0.20,
    "closed_or_insolvent": 0.0,
}
"""Reason of a loss → probability to win the account back at once (own choice)."""

WINBACK_YEARS = 2
HALF_LIFE_MONTHS = 6
COACH, SATISFIED_BEFORE, OPEN_COMPLAINT = 1.2, 1.1, 0.7
MOST_LIKELY = 0.9


@dataclass(frozen=True)
class RetentionGain:
    """Lifetime value before and after a change of the retention rate, and the relative gain."""

    before: float
    after: float

    @property
    def gain(self) -> float | None:
        """after / before − 1; None where there was nothing before."""
        return self.after / self.before - 1 if self.before else None


@dataclass(frozen=True)
class Loss:
    """A lost account. Amounts in one currency unit; ``gross_profit`` of the 12 months before the loss.

    Raises ValueError without a known reason: a loss is never booked without one.
    """

    code: str
    gross_profit: float
    months_since: float
    reason: str
    coach: bool = False
    satisfied_before: bool = False
    open_complaint: bool = False
    cost: float = 0.0

    def __post_init__(self) -> None:
        if self.reason not in REASON_RECOVERY:
            raise ValueError("a loss needs one of the known reasons")


@dataclass(frozen=True)
class WinBack:
    """A loss with its chance and its worth: ``priority`` = value × chance − cost."""

    loss: Loss
    probability: float
    value: float
    priority: float


def lifetime_value(margin: float, retention: float, discount: float = DISCOUNT_RATE) -> float:
    """CLV = m·r / (1 + i − r), for a yearly margin m kept with probability r and discounted by i.

    Raises ValueError for a retention outside 0–1, or one that makes the value endless.
    """
    if not 0 <= retention <= 1 or discount < 0 or retention >= 1 + discount:
        raise ValueError("retention lies between 0 and 1, below 1 without discounting")
    return margin * retention / (1 + discount - retention)


def retention_gain(
    before: float, after: float, margin: float = 100.0, discount: float = DISCOUNT_RATE
) -> RetentionGain:
    """What a change of the retention rate from ``before`` to ``after`` does to the lifetime value."""
    return RetentionGain(lifetime_value(margin, before, discount), lifetime_value(margin, after, discount))


def loss_rate(lost: float, active_at_start: float) -> float | None:
    """Lost / active at the start, of accounts or of their gross profit; None where none were active."""
    return lost / active_at_start if active_at_start > 0 else None


def learned_probability(base: float, wins: int, attempts: int, strength: int = PRIOR_STRENGTH) -> float:
    """(10 · base + wins) / (10 + attempts): the starting value, moved by what happened."""
    if not 0 <= wins <= attempts:
        raise ValueError("wins lie between 0 and the attempts")
    return (strength * base + wins) / (strength + attempts)


def win_back(loss: Loss, base: float | None = None) -> WinBack:
    """Chance and priority of one lost account.

    p = base · 0.5^(months/6) · 1.2 with a coach · 1.1 if satisfied before · 0.7 with an open complaint, at
    most 0.9; priority = 2 · gross profit · p − cost.

    Args:
        base: learned probability of the reason; by default ``REASON_RECOVERY``.
    """
    chance = REASON_RECOVERY[loss.reason] if base is None else base
    chance *= 0.5 ** (loss.months_since / HALF_LIFE_MONTHS)
    chance *= COACH if loss.coach else 1
    chance *= SATISFIED_BEFORE if loss.satisfied_before else 1
    chance = min(MOST_LIKELY, chance * (OPEN_COMPLAINT if loss.open_complaint else 1))
    value = WINBACK_YEARS * loss.gross_profit
    return WinBack(loss, chance, value, value * chance - loss.cost)


def win_back_list(losses: Iterable[Loss], bases: dict[str, float] | None = None) -> list[WinBack]:
    """Lost accounts, the most worthwhile first; ties by code."""
    known = bases or {}
    chances = [win_back(loss, known.get(loss.reason)) for loss in losses]
    return sorted(chances, key=lambda item: (-item.priority, item.loss.code))
