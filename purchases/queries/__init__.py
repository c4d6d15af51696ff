"""Reads of products, of what customers bought, and of what else is known about doing business with them."""

from purchases.queries.account_costs import cost_to_serve_of, costs_to_serve
from purchases.queries.deliveries import OrderedLine, ordered_lines
from purchases.queries.price_terms import net_prices_of, price_terms_of
from purchases.queries.receivables import Overdue, is_ledger_known, overdue_by_customer, overdue_of
from purchases.queries.sales import (
    COUNTED,
    MonthSum,
    first_month_of_sales,
    monthly_sales_of,
    product_text,
    products,
    sales_lines_seen_by,
)
from purchases.queries.targets import (
    YearTarget,
    customer_target,
    customer_targets,
    kam_target,
    kam_targets,
)

__all__ = [
    "COUNTED",
    "MonthSum",
    "OrderedLine",
    "Overdue",
    "YearTarget",
    "cost_to_serve_of",
    "costs_to_serve",
    "customer_target",
    "customer_targets",
    "first_month_of_sales",
    "is_ledger_known",
    "kam_target",
    "kam_targets",
    "monthly_sales_of",
    "net_prices_of",
    "ordered_lines",
    "overdue_by_customer",
    "overdue_of",
    "price_terms_of",
    "product_text",
    "products",
    "sales_lines_seen_by",
]
