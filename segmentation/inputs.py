"""Reads what a run needs of customers into arrays: monthly purchases, costs, order days, desk estimates."""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db.models import Max

from accounts.models import Customer, Store
from ka_crm.lib.bulk import day_number_sql, month_index_sql, read_integers
from ka_crm.lib.periods import Window, month_start
from purchases.models import MonthlySales
from purchases.queries import costs_to_serve
from segmentation.rules.xyz import gaps_between
from visits.evidence import customer_desk_sources
from visits.models import CategoryTotal, Observation
from visits.rules.potential_sources import combine_sources

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class CustomerInputs:
    """Arrays by customer: net sales by month of the window, costs, and whether there were lines at all."""

    customer: IntArray
    code: npt.NDArray[np.str_]
    months: IntArray
    cost: IntArray
    has_sales: BoolArray
    all_costed: bool
    first_month: IntArray
    desk: FloatArray


def default_as_of(today: dt.date) -> dt.date:
    """The first of this month or, if earlier, of the month after the newest sales, totals or visits."""
    newest = [
        MonthlySales.objects.filter(batch__state="committed").aggregate(day=Max("month"))["day"],
        CategoryTotal.objects.filter(is_live=True).aggregate(day=Max("month"))["day"],
    ]
    months = [day for day in newest if day]
    if not months:
        visit = Observation.objects.filter(is_live=True).aggregate(day=Max("date"))["day"]
        months = [visit] if visit else []
    this_month = today.replace(day=1)
    if not months:
        return this_month
    last = max(months)
    return min(this_month, month_start(last.year * 12 + last.month))


def load_customers(
    window: Window,
    store_customers: IntArray,
    covered: set[tuple[int, int]],
    prices: dict[int, float],
    with_history: bool,
) -> CustomerInputs:
    """Return customers with sales in the window, with evidence from stores, or with a desk estimate.

    ``covered`` holds the (customer, category) pairs whose potential comes from stores: a desk estimate of
    the same pair would count it twice. ``prices`` are those of a unit by category, for estimates in units.
    """
    sales = read_integers(
        f"""
        SELECT m.customer_id, {month_index_sql("m.month")}, SUM(m.net_amount), SUM(m.cost_amount),
               SUM(m.lines), SUM(m.uncosted_lines)
        FROM purchases_monthlysales m JOIN imports_importbatch b ON b.id = m.batch_id
        WHERE b.state = 'committed' AND m.month >= %s AND m.month < %s
        GROUP BY m.customer_id, {month_index_sql("m.month")}
        """,
        [window.first_month.isoformat(), window.end.isoformat()],
    )
    buyer, month, net, cost, lines, uncosted = sales
    sold = lines > 0
    buyer, month, net, cost, uncosted = (c[sold] for c in (buyer, month, net, cost, uncosted))
    desk = _desk_estimates(window, covered, prices)
    everybody = np.unique(np.concatenate([buyer, store_customers, np.array(sorted(desk), dtype=np.int64)]))
    code = _codes(everybody)
    place = np.searchsorted(everybody, buyer)
    months = np.zeros((len(everybody), window.months), dtype=np.int64)
    months[place, month - window.first_index] = net
    cost_sum = np.zeros(len(everybody), dtype=np.int64)
    np.add.at(cost_sum, place, cost)
    has_sales = np.zeros(len(everybody), dtype=bool)
    has_sales[place] = True
    return CustomerInputs(
        customer=everybody,
        code=code,
        months=months,
        cost=cost_sum,
        has_sales=has_sales,
        all_costed=bool(len(uncosted)) and not uncosted.any(),
        first_month=_first_months(everybody, window, with_history),
        desk=np.array([desk.get(pk, np.nan) for pk in everybody.tolist()], dtype=np.float64),
    )


def order_gaps(customers: IntArray, rows: IntArray, until: dt.date) -> dict[int, list[int]]:
    """Return row → days between distinct order days (whole history before ``until``), for some rows."""
    if not len(rows):
        return {}
    place = {int(customers[row]): int(row) for row in rows}
    only = ""
    if len(place) <= 900:
        only = f" AND o.customer_id IN ({', '.join(str(pk) for pk in place)})"
    found = read_integers(
        f"""
        SELECT o.customer_id, {day_number_sql("o.date")}
        FROM purchases_orderday o JOIN imports_importbatch b ON b.id = o.batch_id
        WHERE b.state = 'committed' AND o.date < %s{only}
        GROUP BY o.customer_id, o.date HAVING SUM(o.net_amount) > 0
        ORDER BY o.customer_id, o.date
        """,
        [until.isoformat()],
    )
    days: dict[int, list[int]] = {}
    for customer, day in zip(found[0].tolist(), found[1].tolist(), strict=True):
        if customer in place:
            days.setdefault(place[customer], []).append(day)
    return {row: gaps_between(list_of_days) for row, list_of_days in days.items()}


def serving_costs(customers: IntArray, window: Window) -> IntArray | None:
    """Return what serving each customer cost in the window; ``None`` where no cost was stated at all."""
    costs = costs_to_serve(first=window.first_month, end=window.end)
    if not costs:
        return None
    return np.array([costs.get(pk, 0) for pk in customers.tolist()], dtype=np.int64)


def customers_of_stores(store: IntArray) -> IntArray:
    """Return the customer of each store."""
    rows = Store.objects.values_list("id", "customer_id")
    table = np.array(list(rows), dtype=np.int64).reshape(-1, 2)
    table = table[np.argsort(table[:, 0])]
    return table[np.searchsorted(table[:, 0], store), 1]


def store_codes(store: IntArray) -> npt.NDArray[np.str_]:
    """Return the code of each store."""
    known = dict(Store.objects.values_list("id", "code"))
    return np.array([known[pk] for pk in store.tolist()], dtype=np.str_)


def _codes(customers: IntArray) -> npt.NDArray[np.str_]:
    known = dict(Customer.objects.values_list("id", "code"))
    return np.array([known[pk] for pk in customers.tolist()], dtype=np.str_)


def _first_months(customers: IntArray, window: Window, with_history: bool) -> IntArray:
    """Position of each customer's first month ever inside the window; negative for before it."""
    never = np.full(len(customers), window.months, dtype=np.int64)
    if not with_history:
        return never
    buyer, first = read_integers(
        f"""
        SELECT customer_id, MIN(month_index) FROM (
            SELECT m.customer_id, {month_index_sql("m.month")} AS month_index
            FROM purchases_monthlysales m JOIN imports_importbatch b ON b.id = m.batch_id
            WHERE b.state = 'committed' AND m.month < %s
            GROUP BY m.customer_id, {month_index_sql("m.month")}
            HAVING SUM(m.net_amount) > 0
        ) bought GROUP BY customer_id
        """,
        [window.end.isoformat()],
    )
    here = np.isin(buyer, customers)
    never[np.searchsorted(customers, buyer[here])] = first[here] - window.first_index
    return never


def _desk_estimates(
    window: Window, covered: set[tuple[int, int]], prices: dict[int, float]
) -> dict[int, float]:
    """Desk estimates of each customer for the window: the sources of a category combined, categories added
    up. Units are worth their category's price; without one they tell no amount."""
    pairs, desk = customer_desk_sources(window.as_of)
    price = np.array([prices.get(category, np.nan) for _, category in pairs], dtype=np.float64)
    amount = np.where(np.isfinite(desk.amount), desk.amount, desk.units * price[:, None])
    yearly = combine_sources(amount, desk.rse, desk.age_days, desk.half_life_days).value
    sums: dict[int, float] = {}
    for (customer, category), value in zip(pairs, yearly.tolist(), strict=True):
        if math.isfinite(value) and (customer, category) not in covered:
            sums[customer] = sums.get(customer, 0.0) + value * window.months / 12
    return sums
