"""Reads into arrays what the standings of accounts need: order days, months bought, how orders arrived."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db.models import Max

from ka_crm.lib.bulk import day_number_sql, month_index_sql, read_integers
from ka_crm.lib.periods import month_index, month_start
from purchases.models import OrderDay
from purchases.queries.deliveries import ordered_lines
from purchases.queries.sales import COUNTED, first_month_of_sales
from purchases.rules.delivery import Delivery, OrderLine, delivery_rates, judge_line
from purchases.rules.order_gaps import OrderGaps, order_gaps

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

#: Order days older than this say nothing about today's rhythm.
RHYTHM_DAYS = 3 * 365
#: Complete months that show season and shrinking.
MONTHS = 24
DELIVERY_DAYS = 90


def sales_known_until(today: dt.date) -> dt.date:
    """Return the day until which sales are known: today, or the newest order day of anybody before it.

    Files come once a month in many companies: nobody is late because the file is.
    """
    newest = OrderDay.objects.filter(COUNTED, date__lte=today).aggregate(day=Max("date"))["day"]
    return newest or today


def whole_months_end(today: dt.date, until: dt.date) -> dt.date:
    """Return the first day after the last whole month with sales known: never this month."""
    return min(today.replace(day=1), month_start(month_index(until) + 1))


def gaps_of(customers: IntArray, until: dt.date) -> OrderGaps:
    """Return the gaps between the order days of these customers (sorted ids), of three years."""
    owner, day = _order_days(customers, until)
    return order_gaps(np.searchsorted(customers, owner), day, len(customers))


def order_days_of(customer: int, until: dt.date) -> list[dt.date]:
    """Return the days on which a customer ordered in the last three years, oldest first."""
    _owner, days = _order_days(np.array([customer], dtype=np.int64), until)
    return [dt.date.fromordinal(day) for day in sorted(days.tolist())]


def _order_days(customers: IntArray, until: dt.date) -> tuple[IntArray, IntArray]:
    """A day counts where what all committed files say about it adds up to more than nothing."""
    if not len(customers):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    day = day_number_sql("o.date")
    owner, number = read_integers(
        f"""
        SELECT o.customer_id, {day}
        FROM purchases_orderday o JOIN imports_importbatch b ON b.id = o.batch_id
        WHERE b.state = 'committed' AND o.customer_id BETWEEN %s AND %s AND o.date > %s AND o.date <= %s
        GROUP BY o.customer_id, o.date HAVING SUM(o.net_amount) > 0
        """,
        [
            int(customers[0]),
            int(customers[-1]),
            (until - dt.timedelta(days=RHYTHM_DAYS)).isoformat(),
            until.isoformat(),
        ],
    )
    wanted = np.isin(owner, customers)
    return owner[wanted], number[wanted]


def months_bought(customers: IntArray, end: dt.date) -> FloatArray:
    """Return net sales by customer and complete month before ``end``, oldest first; nan is not known."""
    first = month_index(end) - MONTHS
    sales = np.zeros((len(customers), MONTHS))
    begin = first_month_of_sales()
    if begin is None or not len(customers):
        return np.full(sales.shape, np.nan)
    owner, month, net = read_integers(
        f"""
        SELECT m.customer_id, {month_index_sql("m.month")}, SUM(m.net_amount)
        FROM purchases_monthlysales m JOIN imports_importbatch b ON b.id = m.batch_id
        WHERE b.state = 'committed' AND m.customer_id BETWEEN %s AND %s AND m.month >= %s AND m.month < %s
        GROUP BY m.customer_id, m.month
        """,
        [
            int(customers[0]),
            int(customers[-1]),
            dt.date(first // 12, first % 12 + 1, 1).isoformat(),
            end.replace(day=1).isoformat(),
        ],
    )
    wanted = np.isin(owner, customers)
    sales[np.searchsorted(customers, owner[wanted]), month[wanted] - first] = net[wanted]
    sales[:, : max(month_index(begin) - first, 0)] = np.nan
    return sales


@dataclass(frozen=True)
class OnTimeInFull:
    """Order lines of the last 90 days that arrived on time and in full, of those judged."""

    share: float | None
    lines: int


def on_time_in_full(customers: list[int], today: dt.date) -> dict[int, OnTimeInFull]:
    """Return how the last 90 days' order lines arrived, by the confirmed day, else the requested one."""
    first = today - dt.timedelta(days=DELIVERY_DAYS)
    judged: dict[int, list[OrderLine]] = {}
    for row in ordered_lines(customers, first=first, end=today + dt.timedelta(days=1)):
        line = OrderLine(
            order=row.order_no,
            line=0,
            ordered=row.ordered,
            requested=row.confirmed_on or row.requested_on,
            deliveries=tuple(Delivery(units, day) for day, units in row.deliveries),
            cancelled=row.ordered if row.is_cancelled else 0,
            mode=row.mode,
        )
        judged.setdefault(row.customer_id, []).append(line)
    found = {}
    for pk, lines in judged.items():
        rate = delivery_rates(judge_line(line, today) for line in lines).line_otif
        found[pk] = OnTimeInFull(rate.share, rate.of)
    return found
