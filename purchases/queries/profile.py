"""Reads how one customer buys from us: order days, products, categories by month, cost to serve."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.models import Customer
from ka_crm.lib.periods import Window, month_index, month_start
from purchases.models import MonthlySales, OrderDay, SalesLine
from purchases.queries.account_costs import cost_to_serve_of
from purchases.queries.sales import COUNTED
from purchases.rules import profile as rules
from purchases.rules.profile import GrossMargin

YEAR = 12


@dataclass(frozen=True)
class ProductSum:
    """One product in the window; ``code`` empty: lines without a product. Ten-thousandths."""

    code: str
    name: str
    category: str
    net_amount: int
    quantity: int | None
    margin: GrossMargin | None
    part: float | None


@dataclass(frozen=True)
class CategorySum:
    """One category (``name`` empty: without one) by month of the window, beside the same months a year
    before (None: not known)."""

    code: str
    name: str
    months: list[int]
    before: int | None

    @property
    def net_amount(self) -> int:
        return sum(self.months)

    @property
    def change(self) -> float | None:
        """Growth against the year before, as a fraction."""
        return rules.growth(self.net_amount, self.before)


@dataclass(frozen=True)
class PurchaseProfile:
    """How a customer bought in the ``months`` known months of a window; amounts in ten-thousandths.

    Attributes:
        order_days: days with an order. products, categories: the largest first.
        margin: None where no line has a cost. serving: cost to serve by kind, only kinds somebody stated.
    """

    window: Window
    months: int
    order_days: int
    net_amount: int
    products: list[ProductSum]
    categories: list[CategorySum]
    margin: GrossMargin | None
    serving: dict[str, int]

    @property
    def orders_a_month(self) -> float | None:
        return rules.orders_a_month(self.order_days, self.months)

    @property
    def amount_an_order(self) -> int | None:
        """Mean net amount of an order day."""
        return round(self.net_amount / self.order_days) if self.order_days else None

    @property
    def products_bought(self) -> int:
        return rules.number_bought(row.net_amount for row in self.products if row.code)

    @property
    def categories_bought(self) -> int:
        return rules.number_bought(row.net_amount for row in self.categories if row.code)

    @property
    def top_product(self) -> ProductSum | None:
        return next((row for row in self.products if row.code and row.net_amount > 0), None)

    @property
    def cost_to_serve(self) -> int | None:
        return sum(self.serving.values()) if self.serving else None

    @property
    def contribution(self) -> int | None:
        """Gross profit less cost to serve; None while either is not known in full."""
        return rules.contribution(self.margin, self.serving)


def purchase_profile(customer: Customer, window: Window, begin: dt.date | None) -> PurchaseProfile:
    """Return how a customer bought in a window; four queries.

    Args:
        begin: first month with sales of anybody: what lies before it is unknown, not nothing.
    """
    first, end = window.first_month, window.end
    known_from = month_index(begin) if begin else month_index(end)
    products, categories = _products(customer, first, end), _categories(customer, window, known_from)
    return PurchaseProfile(
        window=window,
        months=min(max(month_index(end) - known_from, 0), window.months),
        order_days=_order_days(customer, first, end),
        net_amount=sum(row.net_amount for row in categories),
        products=_shown(products),
        categories=categories,
        margin=_margin(products),
        serving=cost_to_serve_of(customer.pk, first=first, end=end),
    )


def _order_days(customer: Customer, first: dt.date, end: dt.date) -> int:
    days = OrderDay.objects.filter(COUNTED, customer=customer, date__gte=first, date__lt=end)
    return days.order_by().values("date").annotate(net=Sum("net_amount")).filter(net__gt=0).count()


def _products(customer: Customer, first: dt.date, end: dt.date) -> list[dict[str, Any]]:
    lines = SalesLine.objects.filter(
        COUNTED, customer=customer, date__gte=first, date__lt=end, superseded_by__isnull=True
    )
    costed = Q(cost_amount__isnull=False)
    sums: Any = lines.order_by().values("product__code", "product__name", "product__category__name").annotate(
        net=Sum("net_amount"),
        units=Sum("quantity"),
        cost=Sum("cost_amount", default=0),
        costed_net=Sum("net_amount", filter=costed, default=0),
        lines=Count("pk"),
        costed_lines=Count("pk", filter=costed),
    )  # fmt: skip
    return sorted(sums, key=lambda row: (-row["net"], row["product__code"] or ""))


def _shown(rows: list[dict[str, Any]]) -> list[ProductSum]:
    bought = sum(row["net"] for row in rows if row["net"] > 0)
    return [
        ProductSum(
            code=row["product__code"] or "",
            name=row["product__name"] or "",
            category=row["product__category__name"] or "",
            net_amount=row["net"],
            quantity=row["units"],
            margin=_margin([row]),
            part=row["net"] / bought if bought and row["net"] > 0 else None,
        )
        for row in rows
    ]


def _margin(rows: list[dict[str, Any]]) -> GrossMargin | None:
    sums = {
        name: sum(row[name] for row in rows)
        for name in ("net", "costed_net", "cost", "lines", "costed_lines")
    }
    return rules.gross_margin(**sums)


def _categories(customer: Customer, window: Window, known_from: int) -> list[CategorySum]:
    begin = window.first_index - YEAR
    rows = MonthlySales.objects.filter(
        COUNTED, customer=customer, month__gte=month_start(begin), month__lt=window.end
    )
    found: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    sums = rows.order_by().values("category__code", "category__name", "month").annotate(net=Sum("net_amount"))
    for row in sums:
        key = (row["category__code"] or "", row["category__name"] or row["category__code"] or "")
        found[key][month_index(row["month"])] = row["net"]
    window_months = range(window.first_index, window.first_index + window.months)
    result = [
        CategorySum(
            code=code,
            name=name,
            months=[net.get(month, 0) for month in window_months],
            before=sum(net.get(month - YEAR, 0) for month in window_months) if known_from <= begin else None,
        )
        for (code, name), net in found.items()
    ]
    return sorted(result, key=lambda row: (-row.net_amount, row.name))
