"""Shelf prices: the floor that is in force, how far a price lies below it, and how sure that is.

Monitoring of agreed terms only: nothing follows from a result by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

State = Literal["ok", "to_verify", "confirmed", "not_judged"]

BREACH_ABOVE = Decimal("0.01")
CONFIRMED_FROM = 2
CONFIRMED_WITHIN = 30
"""Days that may lie between two sightings that confirm each other (own choice)."""


@dataclass(frozen=True)
class ListedPrice:
    """A line of the price list; prices in ten-thousandths. Neither customer nor region: everywhere."""

    floor: int
    price: int
    from_on: date
    to_on: date | None = None
    customer: int | None = None
    region: int | None = None
    is_promotion: bool = False


@dataclass(frozen=True)
class Floor:
    """The floor in force, in ten-thousandths; ``by_promotion``: an approved promotion lowers it."""

    amount: int
    by_promotion: bool = False


@dataclass(frozen=True)
class Seen:
    """A price seen on a day, in ten-thousandths, with the floor of that day."""

    on: date
    price: int
    floor: Floor | None
    has_photo: bool = False


@dataclass(frozen=True)
class PriceJudgement:
    """``deviation``: part of the floor by which the price lies below it, negative above; None unknown."""

    state: State
    deviation: float | None


def floor_in_force(
    listed: Iterable[ListedPrice], *, customer: int | None, region: int | None, on: date
) -> Floor | None:
    """Return the floor of a product for a customer on a day, None where the list has none.

    The customer's own line goes before its region's and that before the general one; of several the
    newest. The promotion found in the same way lowers the floor, and never raises it.
    """
    holding = [line for line in listed if _holds(line, customer, region, on)]
    usual = _first([line for line in holding if not line.is_promotion])
    promotion = _first([line for line in holding if line.is_promotion])
    if promotion is not None and (usual is None or promotion.floor < usual.floor):
        return Floor(promotion.floor, by_promotion=True)
    return None if usual is None else Floor(usual.floor)


def _holds(line: ListedPrice, customer: int | None, region: int | None, on: date) -> bool:
    is_theirs = line.customer in (None, customer) and line.region in (None, region)
    return is_theirs and line.from_on <= on and (line.to_on is None or on <= line.to_on)


def _first(lines: list[ListedPrice]) -> ListedPrice | None:
    return max(
        lines, key=lambda one: (one.customer is not None, one.region is not None, one.from_on), default=None
    )


def judge_price(
    price: int, floor: Floor | None, *, sightings: int = 1, has_photo: bool = False
) -> PriceJudgement:
    """Judge one price: below the floor by more than 1 % is to be verified; two sightings or a photo
    confirm it. Without a floor for the day nothing is judged.

    Args:
        price: ten-thousandths. sightings: days on which such a price was seen, this one included.
    """
    if floor is None:
        return PriceJudgement("not_judged", None)
    below = floor.amount - price
    deviation = below / floor.amount
    if below <= BREACH_ABOVE * floor.amount:
        return PriceJudgement("ok", deviation)
    is_sure = has_photo or sightings >= CONFIRMED_FROM
    return PriceJudgement("confirmed" if is_sure else "to_verify", deviation)


def judge_series(seen: Sequence[Seen]) -> list[PriceJudgement]:
    """Judge the prices of one product in one store, oldest first.

    A price below its floor is confirmed by another one below its own floor on another day, at most 30 days
    earlier; two lines of one day are one sighting.
    """
    result = []
    for place, one in enumerate(seen):
        alone = judge_price(one.price, one.floor, has_photo=one.has_photo)
        if alone.state == "to_verify":
            since = one.on - timedelta(CONFIRMED_WITHIN)
            days = {
                other.on
                for other in seen[: place + 1]
                if other.on >= since and judge_price(other.price, other.floor).state == "to_verify"
            }
            alone = judge_price(one.price, one.floor, sightings=len(days))
        result.append(alone)
    return result
