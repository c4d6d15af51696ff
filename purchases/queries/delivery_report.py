"""How well deliveries kept their day and their quantity: altogether, by mode, by customer, by month."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from accounts.models import Customer
from ka_crm.people.models import User
from purchases.queries.deliveries import OrderedLine, ordered_lines
from purchases.rules.delivery import (
    Basis,
    Delivery,
    DeliveryRates,
    LineResult,
    OrderLine,
    delivery_rates,
    judge_line,
)

Key = TypeVar("Key", int, str, dt.date)


@dataclass(frozen=True)
class CustomerRates:
    """A customer and how well it was served."""

    customer: Customer
    rates: DeliveryRates


@dataclass(frozen=True)
class DeliveryReport:
    """Rates of the lines requested in a period; every part of it over the same lines.

    Attributes:
        by_mode: mode ("" where none is stated) → rates. by_month: first day → rates, oldest first.
        by_customer: the worst first, by OTIF of lines; those with nothing judged last.
    """

    basis: Basis
    total: DeliveryRates
    by_mode: dict[str, DeliveryRates]
    by_month: dict[dt.date, DeliveryRates]
    by_customer: list[CustomerRates]


def delivery_report(
    viewer: User, *, basis: Basis, first: dt.date, end: dt.date, as_of: dt.date, mode: str | None = None
) -> DeliveryReport:
    """Judge the lines that customers of ``viewer`` requested from ``first`` to before ``end``, as known on
    ``as_of``; ``mode`` narrows to one delivery mode. An order is one of its customer."""
    customers = Customer.objects.visible_to(viewer)
    lines = ordered_lines(customers.order_by().values("pk"), first=first, end=end)  # type: ignore[arg-type]
    judged = [
        (line, judge_line(_for_rule(line), as_of, basis)) for line in lines if mode in (None, line.mode)
    ]
    by_customer = _grouped(judged, lambda line: line.customer_id)
    named = customers.in_bulk(list(by_customer))
    rows = [CustomerRates(named[pk], rates) for pk, rates in by_customer.items()]
    return DeliveryReport(
        basis=basis,
        total=delivery_rates(result for _line, result in judged),
        by_mode=dict(sorted(_grouped(judged, lambda line: line.mode).items())),
        by_month=dict(sorted(_grouped(judged, lambda line: line.requested_on.replace(day=1)).items())),
        by_customer=sorted(rows, key=_worst_first),
    )


def _for_rule(line: OrderedLine) -> OrderLine:
    return OrderLine(
        order=f"{line.customer_id} {line.order_no}",
        line=0,
        ordered=line.ordered,
        requested=line.requested_on,
        confirmed=line.confirmed_on,
        deliveries=tuple(Delivery(units, day) for day, units in line.deliveries),
        cancelled=line.ordered if line.is_cancelled else 0,
        mode=line.mode,
    )


def _grouped(
    judged: list[tuple[OrderedLine, LineResult]], key: Callable[[OrderedLine], Key]
) -> dict[Key, DeliveryRates]:
    groups: dict[Key, list[LineResult]] = defaultdict(list)
    for line, result in judged:
        groups[key(line)].append(result)
    return {name: delivery_rates(results) for name, results in groups.items()}


def _worst_first(row: CustomerRates) -> tuple[float, int, str]:
    share = row.rates.line_otif.share
    return (2.0 if share is None else share, -row.rates.line_otif.of, row.customer.name)
