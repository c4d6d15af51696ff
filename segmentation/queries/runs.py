"""Runs: which one is shown, which one came before it, which there are."""

from django.db.models import QuerySet

from segmentation.models import RunState, SegmentationRun


def current_run() -> SegmentationRun | None:
    """Return the run that all pages show, or ``None`` where nothing was ever computed."""
    return SegmentationRun.objects.filter(is_current=True).select_related("criteria").first()


def previous_run(run: SegmentationRun) -> SegmentationRun | None:
    """Return the newest complete run of an earlier as-of date than ``run``'s, for what moved since.

    A run that repeats an as-of date (other criteria, corrected data) is not a movement in the market.
    Where every earlier run has the same date the newest of them is taken.
    """
    older = SegmentationRun.objects.filter(state=RunState.COMPLETE, pk__lt=run.pk).select_related("criteria")
    return older.filter(as_of__lt=run.as_of).order_by("-pk").first() or older.order_by("-pk").first()


def stamp_of(run: SegmentationRun) -> str:
    """Return what tells a run from one of the same number in another database, for keys of what is kept."""
    moment = run.completed_at
    return f"{run.pk}-{0 if moment is None else int(moment.timestamp() * 1_000_000)}"


def complete_runs() -> QuerySet[SegmentationRun]:
    """Return all complete runs, newest first, with their criteria and author."""
    return SegmentationRun.objects.filter(state=RunState.COMPLETE).select_related("criteria", "by")
