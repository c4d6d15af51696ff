from visits.models.brand_count import BrandCount, BrandPeriod
from visits.models.estimate import PotentialEstimate
from visits.models.market_share import MarketShare
from visits.models.observation import Observation
from visits.models.store_share import StoreShare
from visits.models.total import CategoryTotal

__all__ = [
    "BrandCount",
    "BrandPeriod",
    "CategoryTotal",
    "MarketShare",
    "Observation",
    "PotentialEstimate",
    "StoreShare",
]
