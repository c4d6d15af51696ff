"""Reads of runs and their results. Everything a page shows is read from these precomputed rows."""

from segmentation.queries.runs import complete_runs, current_run, previous_run, stamp_of

__all__ = ["complete_runs", "current_run", "previous_run", "stamp_of"]
