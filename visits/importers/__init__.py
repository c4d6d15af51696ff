from visits.importers.estimates import EstimateImporter
from visits.importers.market_shares import MarketShareImporter
from visits.importers.observations import ObservationImporter
from visits.importers.totals import CategoryTotalImporter

__all__ = ["CategoryTotalImporter", "EstimateImporter", "MarketShareImporter", "ObservationImporter"]
