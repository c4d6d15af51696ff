from segmentation.operations.recomputing import IncompleteRun, previous_quadrants, recompute_segmentation

__all__ = ["IncompleteRun", "previous_quadrants", "recompute_segmentation"]
