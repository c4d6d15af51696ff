from visits.importers.brands import BrandCountImporter
from visits.importers.estimates import EstimateImporter
from visits.importers.market_shares import MarketShareImporter
from visits.importers.observations import ObservationImporter
from visits.importers.totals import CategoryTotalImporter

__all__ = [
    "BrandCountImporter",
    "CategoryTotalImporter",
    "EstimateImporter",
    "MarketShareImporter",
    "ObservationImporter",
]
