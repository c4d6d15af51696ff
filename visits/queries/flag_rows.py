"""What stands beside each store of a list of flags: share, flag, inspection, measures, twelve months."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Sum

from accounts.models import Store
from ka_crm.lib.periods import Window, month_index
from purchases.models import Category
from visits.models import CategoryTotal, Flag, FlagState, Inspection, Measure, StoreShare
from visits.models.store_share import ShareStatus
from visits.rules.share import MIN_DAYS, days_needed

Pair = tuple[int, int]
_ROLLING = 3
_MONTHS = 12


@dataclass
class FlagRow:
    """One store and category with everything that its line or card shows."""

    store: Store
    category: Category
    share: StoreShare | None = None
    flag: Flag | None = None
    inspection: Inspection | None = None
    measures: list[Measure] = field(default_factory=list)  # not cancelled, open ones first by their day
    points: list[float | None] = field(default_factory=list)

    @property
    def pair(self) -> Pair:
        return self.store.pk, self.category.pk

    @property
    def gap_amount(self) -> int:
        """Gap to market share a month, ten-thousandths."""
        return self.share.gap_amount if self.share else 0

    @property
    def measure(self) -> Measure | None:
        """The measure to look at: the open one that is due first, else the one done last."""
        return next((one for one in self.measures if one.done_on is None), None) or (
            self.measures[-1] if self.measures else None
        )

    @property
    def visits_needed(self) -> int | None:
        """More visits until the store can be told to be surely below; ``None``: unknown or not by visits."""
        share = self.share
        if share is None or share.basis == "totals":
            return None
        if share.status == ShareStatus.INSUFFICIENT:
            return max(MIN_DAYS - share.clusters, 1)
        if share.status != ShareStatus.BELOW_WATCH or None in (share.share, share.n_eff, share.market_share):
            return None
        return days_needed(share.share, share.n_eff, share.clusters, share.market_share)  # type: ignore[arg-type]


def dressed(rows: Iterable[StoreShare | Flag], today: dt.date) -> list[FlagRow]:
    """Return rows of a page with all that stands beside them; six queries whatever their number."""
    found = list(rows)
    lines = [
        FlagRow(store=row.store, category=row.category, flag=row)
        if isinstance(row, Flag)
        else FlagRow(store=row.store, category=row.category, share=row)
        for row in found
    ]
    if not lines:
        return []
    if isinstance(found[0], Flag):
        shares = {(one.store_id, one.category_id): one for one in _shares(lines)}
        for line in lines:
            line.share = shares.get(line.pair)
    else:
        flags = {(one.store_id, one.category_id): one for one in _open_flags(lines)}
        for line in lines:
            line.flag = flags.get(line.pair)
    _put_steps(lines)
    points = share_lines([line.pair for line in lines], today)
    for line in lines:
        line.points = points.get(line.pair, [])
    return lines


def share_lines(pairs: Sequence[Pair], today: dt.date) -> dict[Pair, list[float | None]]:
    """Return for each store and category the share of rolling three months, one point a month; full counts.

    A month without counts in its three is ``None``; pairs without any are left out. One query.
    """
    window = Window(today, _MONTHS + _ROLLING - 1)
    rows = (
        CategoryTotal.objects.filter(
            is_live=True,
            month__gte=window.first_month,
            month__lt=window.end,
            own_amount__isnull=False,
            store_id__in={store for store, _category in pairs},
        )
        .order_by()
        .values_list("store_id", "category_id", "month")
        .annotate(total=Sum("total_amount"), own=Sum("own_amount"))
    )
    months: dict[Pair, dict[int, tuple[int, int]]] = defaultdict(dict)
    for store, category, month, total, own in rows:
        months[(store, category)][month_index(month)] = (total or 0, own or 0)
    last = window.first_index + window.months
    return {
        pair: [_rolling(by_month, end) for end in range(last - _MONTHS, last)]
        for pair, by_month in months.items()
    }


def _rolling(by_month: dict[int, tuple[int, int]], end: int) -> float | None:
    found = [by_month[i] for i in range(end - _ROLLING + 1, end + 1) if i in by_month]
    total = sum(sums[0] for sums in found)
    return min(max(sum(sums[1] for sums in found) / total, 0.0), 1.0) if total > 0 else None


def _shares(lines: list[FlagRow]) -> Iterable[StoreShare]:
    return StoreShare.objects.filter(store_id__in={line.store.pk for line in lines})


def _open_flags(lines: list[FlagRow]) -> Iterable[Flag]:
    rows = Flag.objects.filter(store_id__in={line.store.pk for line in lines})
    return rows.exclude(state=FlagState.CLOSED).select_related("supervisor", "effect")


def _put_steps(lines: list[FlagRow]) -> None:
    """The newest inspection and the measures of each flag; three queries."""
    flags = [line.flag.pk for line in lines if line.flag]
    if not flags:
        return
    inspections = Inspection.objects.filter(flag_id__in=flags).order_by("pk").select_related("by")
    newest = {one.flag_id: one for one in inspections.prefetch_related("findings")}
    measures: dict[int, list[Measure]] = defaultdict(list)
    rows = Measure.objects.filter(flag_id__in=flags, cancelled_at__isnull=True).select_related("owner")
    for measure in rows.order_by("due_on", "pk"):
        measures[measure.flag_id].append(measure)
    for line in lines:
        if line.flag:
            line.inspection = newest.get(line.flag.pk)
            line.measures = sorted(
                measures[line.flag.pk], key=lambda one: (one.done_on is not None, one.due_on)
            )
