"""Store visits of the demo company: generated with a fixed seed, around what the stores really bought.

Two things are decided here: which 100 stores have visits only (their full counts are left out of the demo),
and what was counted on which day. Nothing in it was ever counted by a person; every row is labelled.
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

SEED = 20221101
VISITS_ONLY = 100
#: Large ones among them that have four visit days: the fifth takes them out of Explore.
NEARLY_MEASURED = 14
ALSO_VISITED = 240
FIRST_DAY, LAST_DAY = dt.date(2022, 5, 9), dt.date(2022, 10, 28)
#: Days between May and October on which nobody works.
HOLIDAYS = {dt.date(2022, 5, 30), dt.date(2022, 6, 20), dt.date(2022, 7, 4), dt.date(2022, 9, 5)}
_DAYS_A_MONTH = 30.4
#: What stores without full counts bought in a year, in ten-thousandths, and how many of each size.
_LARGE_AMOUNT, _LARGE_UNITS = (600_000_000, 1_500_000_000), 22_000_000
_MIDDLE_AMOUNT, _MIDDLE = (200_000_000, 600_000_000), 40
_SMALL_AMOUNT = (20_000_000, 200_000_000)
_LOW_SHARE, _LOW = 0.25, 4
_SPREAD_OF_TOTAL = 8.0  # the smaller, the more days differ
_SPREAD_OF_SHARE = 30.0


class VisitDay(NamedTuple):
    """What was counted in a store on a day, in bottles."""

    store: str
    date: dt.date
    total: int
    own: int


def business_days() -> list[dt.date]:
    """Return the days from May to October 2022 on which somebody visits stores."""
    days = pd.bdate_range(FIRST_DAY, LAST_DAY).date
    return [day for day in days if day not in HOLIDAYS]


def choose_visits_only(stores: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the codes of the stores without full counts: those nearly measured, and the others.

    ``stores`` by code: amount, own_amount and units (of the last 12 months), months (with purchases),
    may_lack_totals. Only stores with at least ten months are taken: a count has to stand on something.
    """
    random = np.random.default_rng(SEED)
    fit = stores[stores["may_lack_totals"] & (stores["months"] >= 10)].sort_index()
    large = fit[fit["amount"].between(*_LARGE_AMOUNT) & (fit["units"] >= _LARGE_UNITS)]
    is_low = large["own_amount"] < _LOW_SHARE * large["amount"]
    nearly = _drawn(random, large[is_low], _LOW)
    nearly += _drawn(random, large[~is_low], NEARLY_MEASURED - len(nearly))
    rest = _drawn(random, fit[fit["amount"].between(*_MIDDLE_AMOUNT)], _MIDDLE)
    small = fit[fit["amount"].between(*_SMALL_AMOUNT)]
    rest += _drawn(random, small, VISITS_ONLY - len(nearly) - len(rest))
    return sorted(nearly), sorted(rest)


def _drawn(random: np.random.Generator, stores: pd.DataFrame, count: int) -> list[str]:
    """Return ``count`` codes drawn without replacement; all of them where there are fewer."""
    return [str(code) for code in random.choice(stores.index, min(count, len(stores)), replace=False)]


def choose_also_visited(stores: pd.DataFrame, without: set[str]) -> list[str]:
    """Return the codes of stores that are visited although full counts exist, larger ones more often."""
    random = np.random.default_rng(SEED + 1)
    fit = stores[~stores.index.isin(without) & (stores["units"] > 0)].sort_index()
    weights = fit["units"].clip(lower=1).to_numpy(dtype=float) ** 0.5
    chosen = random.choice(fit.index, ALSO_VISITED, replace=False, p=weights / weights.sum())
    return sorted(map(str, chosen))


def visit_days(stores: pd.DataFrame, nearly: list[str], others: list[str]) -> Iterator[VisitDay]:
    """Yield the visit days: four in the stores ``nearly`` measured, four to fourteen in the others.

    ``stores`` by code: units and own_units of the last 12 months (ten-thousandths).
    """
    days = business_days()
    half = len(days) // 2
    for code in [*nearly, *others]:
        random = np.random.default_rng([SEED, *code.encode()])
        if code in nearly:
            chosen = np.sort(random.choice(np.arange(half, len(days)), 4, replace=False))
        else:
            chosen = np.sort(random.choice(len(days), int(random.integers(4, 15)), replace=False))
        bottles = float(stores.at[code, "units"]) / 10_000
        share = float(np.clip(stores.at[code, "own_units"] / max(stores.at[code, "units"], 1), 0.0, 1.0))
        a_day = max(bottles, 0.0) / 12 / _DAYS_A_MONTH
        for index in chosen:
            total = int(random.poisson(a_day * random.gamma(_SPREAD_OF_TOTAL) / _SPREAD_OF_TOTAL))
            yield VisitDay(
                code, days[index], total, int(random.binomial(total, _share_of_day(random, share)))
            )


def _share_of_day(random: np.random.Generator, share: float) -> float:
    if share in (0.0, 1.0):
        return share
    return float(random.beta(share * _SPREAD_OF_SHARE, (1 - share) * _SPREAD_OF_SHARE))
