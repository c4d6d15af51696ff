from segmentation.models.result import CustomerResult, StoreResult
from segmentation.models.run import RunState, SegmentationRun

__all__ = ["CustomerResult", "RunState", "SegmentationRun", "StoreResult"]
