from purchases.importers.account_costs import AccountCostImporter
from purchases.importers.catalogue import Catalogue
from purchases.importers.deliveries import DeliveryImporter
from purchases.importers.price_terms import PriceTermImporter
from purchases.importers.products import ProductImporter
from purchases.importers.receivables import ReceivableImporter
from purchases.importers.sales import SalesImporter
from purchases.importers.targets import TargetImporter

__all__ = [
    "AccountCostImporter",
    "Catalogue",
    "DeliveryImporter",
    "PriceTermImporter",
    "ProductImporter",
    "ReceivableImporter",
    "SalesImporter",
    "TargetImporter",
]
