"""Reads into arrays what ranks accounts against each other: order days and what they brought in a window."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ka_crm.lib.bulk import read_integers

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
GROSS_PROFIT, NET_SALES = "gross_profit", "net_sales"


@dataclass(frozen=True)
class Bought:
    """Of n customers: distinct order days and money of a window.

    ``money`` is gross profit in ten-thousandths where every line of the window has a cost, else net sales of
    all (``measure`` says which), as classes A, B, C do: like is compared with like.
    """

    order_days: IntArray
    money: IntArray
    measure: str


def bought_between(customers: IntArray, first: dt.date, end: dt.date) -> Bought:
    """Return what these customers (sorted ids) bought from ``first`` to before ``end``; two queries."""
    days, money, cost = (np.zeros(len(customers), dtype=np.int64) for _column in range(3))
    window = [first.isoformat(), end.isoformat()]
    owner, count = read_integers(
        """
        SELECT d.customer_id, COUNT(*) FROM (
            SELECT o.customer_id, o.date
            FROM purchases_orderday o JOIN imports_importbatch b ON b.id = o.batch_id
            WHERE b.state = 'committed' AND o.date >= %s AND o.date < %s
            GROUP BY o.customer_id, o.date HAVING SUM(o.net_amount) > 0
        ) d GROUP BY d.customer_id
        """,
        window,
    )
    wanted = np.isin(owner, customers)
    days[np.searchsorted(customers, owner[wanted])] = count[wanted]
    owner, net, costs, uncosted = read_integers(
        """
        SELECT m.customer_id, SUM(m.net_amount), SUM(m.cost_amount), SUM(m.uncosted_lines)
        FROM purchases_monthlysales m JOIN imports_importbatch b ON b.id = m.batch_id
        WHERE b.state = 'committed' AND m.month >= %s AND m.month < %s
        GROUP BY m.customer_id
        """,
        window,
    )
    wanted = np.isin(owner, customers)
    place = np.searchsorted(customers, owner[wanted])
    money[place], cost[place] = net[wanted], costs[wanted]
    if uncosted.any():
        return Bought(days, money, NET_SALES)
    return Bought(days, money - cost, GROSS_PROFIT)
