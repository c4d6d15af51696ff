from purchases.models.account_cost import AccountCost, CostKind
from purchases.models.order_line import Delivery, OrderLine
from purchases.models.price_term import PriceSource, PriceTerm
from purchases.models.product import Category, Product
from purchases.models.receivable import Receivable
from purchases.models.sales import MonthlySales, OrderDay, SalesLine
from purchases.models.target import Target

__all__ = [
    "AccountCost",
    "Category",
    "CostKind",
    "Delivery",
    "MonthlySales",
    "OrderDay",
    "OrderLine",
    "PriceSource",
    "PriceTerm",
    "Product",
    "Receivable",
    "SalesLine",
    "Target",
]
