from segmentation.models.result import CustomerResult, StoreResult
from segmentation.models.run import RunState, SegmentationRun
from segmentation.models.strategy import KamHours, PlannedHandover, StrategyVersion

__all__ = [
    "CustomerResult",
    "KamHours",
    "PlannedHandover",
    "RunState",
    "SegmentationRun",
    "StoreResult",
    "StrategyVersion",
]
