from purchases.models.product import Category, Product
from purchases.models.sales import MonthlySales, OrderDay, SalesLine

__all__ = ["Category", "MonthlySales", "OrderDay", "Product", "SalesLine"]
