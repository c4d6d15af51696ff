from visits.importers.brands import BrandCountImporter
from visits.importers.estimates import EstimateImporter
from visits.importers.lot_shipments import LotShipmentImporter
from visits.importers.market_shares import MarketShareImporter
from visits.importers.observations import ObservationImporter
from visits.importers.shelf_prices import ShelfPriceImporter
from visits.importers.totals import CategoryTotalImporter

__all__ = [
    "BrandCountImporter",
    "CategoryTotalImporter",
    "EstimateImporter",
    "LotShipmentImporter",
    "MarketShareImporter",
    "ObservationImporter",
    "ShelfPriceImporter",
]
