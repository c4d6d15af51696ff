"""Order lines with what arrived of them, ready for the rules about deliveries."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Customer
from ka_crm.imports.models import BatchState
from ka_crm.lib.bulk import chunked
from purchases.models import Delivery, OrderLine

_PART = 900


@dataclass(frozen=True)
class OrderedLine:
    """One line of an order; units in ten-thousandths. ``mode`` is the line's own or else its store's."""

    customer_id: int
    order_no: str
    line_no: str
    ordered: int
    requested_on: dt.date
    confirmed_on: dt.date | None
    deliveries: tuple[tuple[dt.date, int], ...]
    is_cancelled: bool
    mode: str


def ordered_lines(
    customers: "list[int] | QuerySet[Customer]", *, first: dt.date, end: dt.date
) -> list[OrderedLine]:
    """Return the lines requested from ``first`` to before ``end``, by customer, order and line.

    One query for the lines, and one for the deliveries of every 900 of them.
    """
    names = (
        "pk", "customer_id", "order_no", "line_no", "ordered_units", "requested_on", "confirmed_on",
        "is_cancelled", "delivery_mode", "store__delivery_mode",
    )  # fmt: skip
    rows = (
        OrderLine.objects.counted()
        .filter(customer__in=customers, requested_on__gte=first, requested_on__lt=end)
        .order_by("customer_id", "order_no", "line_no", "pk")
        .values_list(*names)
    )
    found = []
    for part in chunked(rows, _PART):
        arrived = _deliveries([row[0] for row in part])
        for pk, customer, order, line, ordered, requested, confirmed, cancelled, mode, of_store in part:
            found.append(
                OrderedLine(
                    customer_id=customer,
                    order_no=order,
                    line_no=line,
                    ordered=ordered,
                    requested_on=requested,
                    confirmed_on=confirmed,
                    deliveries=tuple(arrived[pk]),
                    is_cancelled=cancelled,
                    mode=mode or of_store or "",
                )
            )
    return found


def _deliveries(lines: list[int]) -> dict[int, list[tuple[dt.date, int]]]:
    arrived: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    is_loaded = Q(batch__isnull=True) | Q(batch__state=BatchState.COMMITTED)
    rows = Delivery.objects.filter(is_loaded, order_line__in=lines).order_by("delivered_on")
    for line, day, units in rows.values_list("order_line_id", "delivered_on", "units"):
        arrived[line].append((day, units))
    return arrived
