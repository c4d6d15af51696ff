from purchases.importers.catalogue import Catalogue
from purchases.importers.products import ProductImporter
from purchases.importers.sales import SalesImporter

__all__ = ["Catalogue", "ProductImporter", "SalesImporter"]
