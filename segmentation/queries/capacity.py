"""Reads of time and money: what to cut where hours run short, and what key accounts take against the rest."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from accounts.models import Interaction
from accounts.models.interaction import ContactChannel, InteractionState
from ka_crm.lib.periods import Window, month_index, month_start
from ka_crm.people.models import User
from purchases.models import AccountCost
from segmentation.models import CustomerResult, SegmentationRun
from segmentation.queries.load import KamLoad, load_accounts, meetings_of
from segmentation.queries.results import customer_results
from segmentation.rules.ninebox import MINIMUM_MEETINGS, capacity_check
from segmentation.rules.strategy_set import StrategySet

#: Minutes of talks that are not met face to face (own choice); meetings take what the strategies say.
MINUTES = {
    ContactChannel.PHONE: 15,
    ContactChannel.MAIL: 10,
    ContactChannel.SOCIAL: 10,
    ContactChannel.APP: 10,
}
#: Channels that count as a meeting with the buyer.
FACE_TO_FACE = (ContactChannel.MEETING, ContactChannel.VISIT, ContactChannel.EVENT)
#: Months whose talks and visits are looked at.
MONTHS = 3


@dataclass(frozen=True)
class PlannedMeetings:
    """One account: meetings a month asked for and left after the cut; the gap is money over the window."""

    code: str
    name: str
    cell: str
    quadrant: str
    gap_amount: int
    meetings: float
    planned: float
    is_key: bool

    @property
    def saved(self) -> float:
        """Meetings a month that the cut saves."""
        return self.meetings - self.planned


@dataclass(frozen=True)
class CutPlan:
    """What to cut so that a person's meetings fit, the smallest gap first; hours a month."""

    needed: float
    available: float
    fits: bool
    after: float
    cut: list[PlannedMeetings]
    kept: list[PlannedMeetings]

    @property
    def is_enough(self) -> bool:
        """Whether the meetings fit after the cut."""
        return self.after <= self.available + 1e-9

    @property
    def gap_cut(self) -> int:
        """Money missing to market share at the accounts that are cut, over the window."""
        return sum(row.gap_amount for row in self.cut)


@dataclass
class Spent:
    """Time (hours) and money (ten-thousandths) that went into key accounts and into the rest.

    ``talks`` of the last three months, ``costs`` of the run's window; ``has_costs`` where any are known.
    """

    key_hours: float = 0.0
    rest_hours: float = 0.0
    key_costs: int = 0
    rest_costs: int = 0
    key_accounts: int = 0
    rest_accounts: int = 0
    key_sales: int = 0
    rest_sales: int = 0
    has_costs: bool = False

    @property
    def key_part(self) -> float | None:
        """Part of the time that went into key accounts; ``None`` without any time."""
        whole = self.key_hours + self.rest_hours
        return self.key_hours / whole if whole else None

    @property
    def key_cost_part(self) -> float | None:
        """Part of the money that went into key accounts; ``None`` without any."""
        whole = self.key_costs + self.rest_costs
        return self.key_costs / whole if whole else None

    @property
    def key_sales_part(self) -> float | None:
        """Part of our sales that key accounts bring."""
        whole = self.key_sales + self.rest_sales
        return self.key_sales / whole if whole > 0 else None


def cut_plan(
    run: SegmentationRun, viewer: User, kam: User, available: float, strategies: StrategySet
) -> CutPlan:
    """Return what to cut of the accounts of ``kam`` that ``viewer`` sees; two queries.

    Of accounts with the same gap the one that buys least at all is cut first.
    """
    rows = list(
        customer_results(run, viewer)
        .filter(customer__kam=kam)
        .order_by(F("potential").asc(nulls_first=True), "pk")
        .values_list("customer_id", "customer__code", "customer__name", "cell", "quadrant", "gap_amount")
    )
    keys = set(load_accounts(run, viewer).filter(customer__kam=kam).values_list("customer_id", flat=True))
    meetings = meetings_of([row[3] for row in rows], [row[4] for row in rows], strategies)
    gaps = np.array([row[5] for row in rows], dtype=np.float64)
    found = capacity_check(meetings, strategies.minutes_a_meeting, available, gaps, MINIMUM_MEETINGS)
    planned = [
        PlannedMeetings(code, name, cell, quadrant, gap, float(asked), float(left), pk in keys)
        for (pk, code, name, cell, quadrant, gap), asked, left in zip(
            rows, meetings, found.meetings, strict=True
        )
    ]
    order = found.cut.tolist()
    is_cut = set(order)
    kept = [row for place, row in enumerate(planned) if place not in is_cut]
    return CutPlan(
        found.needed_hours,
        found.available_hours,
        found.fits,
        found.hours_after_cut,
        [planned[place] for place in order],
        sorted(kept, key=lambda row: (-row.gap_amount, row.name)),
    )


def three_months_before(today: dt.date) -> dt.date:
    """Return the day three months before: what came after it counts, ``today`` included."""
    index = month_index(today) - MONTHS
    first, after = month_start(index), month_start(index + 1)
    return first + dt.timedelta(days=min(today.day, (after - first).days) - 1)


def spent_by(
    run: SegmentationRun, viewer: User, loads: Sequence[KamLoad], today: dt.date, strategies: StrategySet
) -> Spent:
    """Return what went into the key accounts of some managers and into their other accounts; two queries."""
    kams = [row.kam for row in loads]
    rows = customer_results(run, viewer).filter(customer__kam__in=kams)
    keys = load_accounts(run, viewer).filter(customer__kam__in=kams)
    found = Spent(
        key_accounts=sum(row.load.count for row in loads),
        rest_accounts=sum(row.accounts - row.load.count for row in loads),
        key_sales=sum(row.key_sales for row in loads),
        rest_sales=sum(row.sales - row.key_sales for row in loads),
    )
    for is_key, channel, count in _talks(rows, keys, kams, today):
        hours = count * minutes_of(channel, strategies) / 60
        if is_key:
            found.key_hours += hours
        else:
            found.rest_hours += hours
    for is_key, amount in _costs(run, rows, keys):
        found.has_costs = True
        if is_key:
            found.key_costs += amount
        else:
            found.rest_costs += amount
    return found


def minutes_of(channel: str, strategies: StrategySet) -> float:
    """Return the minutes that a talk takes; a note takes none."""
    if channel in FACE_TO_FACE:
        return strategies.minutes_a_meeting
    return float(MINUTES.get(ContactChannel(channel), 0))


def _talks(
    rows: QuerySet[CustomerResult], keys: QuerySet[CustomerResult], kams: Sequence[User], today: dt.date
) -> list[tuple[bool, str, int]]:
    talks = Interaction.objects.kept().filter(
        state=InteractionState.DONE,
        owner__in=kams,
        on__gt=three_months_before(today),
        on__lte=today,
        customer__in=rows.values("customer"),
    )
    grouped = talks.annotate(is_key=Exists(keys.filter(customer=OuterRef("customer"))))
    return list(
        grouped.order_by()
        .values("is_key", "channel")
        .annotate(n=Count("pk"))
        .values_list("is_key", "channel", "n")
    )


def _costs(
    run: SegmentationRun, rows: QuerySet[CustomerResult], keys: QuerySet[CustomerResult]
) -> list[tuple[bool, int]]:
    window = Window(run.as_of, run.window_months)
    costs = AccountCost.objects.counted().filter(
        customer__in=rows.values("customer"), month__gte=window.first_month, month__lt=window.end
    )
    grouped = costs.annotate(is_key=Exists(keys.filter(customer=OuterRef("customer"))))
    return [
        (row["is_key"], row["sum"]) for row in grouped.order_by().values("is_key").annotate(sum=Sum("amount"))
    ]
