"""What two runs knew of the same account or store, and what decided that it moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from segmentation.models import CustomerResult, SegmentationRun, StoreResult
from segmentation.queries.moves import KEYS
from segmentation.queries.results import Level, Row, results_of
from segmentation.rules.why_moved import Standing, class_causes, quadrant_causes

#: Settings that change a class without any input of the account having moved.
DECIDING = (
    "abc_measure", "abc_thresholds", "window_months", "xyz_thresholds", "xyz_deviation", "xyz_span",
    "xyz_returns", "xyz_min_periods", "xyz_cadence_override", "high_potential_classes", "share_measure",
    "share_source", "market_share_source", "market_share_leave_out", "market_by_format", "visit_window",
    "quadrant_hold",
)  # fmt: skip
_SIDE = ("quadrant", "potential", "share", "market_share")
_FIELDS: dict[Level, tuple[str, ...]] = {
    "customers": (*_SIDE, "abc", "total", "xyz", "cv"),
    "stores": (*_SIDE, "own_class", "own_sales"),
}


@dataclass(frozen=True)
class Pair:
    """One account or store in both runs; a side is ``None`` where it was not in that run."""

    result: Any
    earlier: Any
    before: Standing | None
    after: Standing | None
    quadrant_causes: list[str]
    class_causes: list[str]


def changed_settings(before: SegmentationRun, after: SegmentationRun) -> list[str]:
    """Return the settings that decide classes and differ between two runs."""
    return [key for key in DECIDING if before.settings.get(key) != after.settings.get(key)]


def pair_of(
    level: Level, before: SegmentationRun, after: SegmentationRun, viewer: Any, code: str, category: str = ""
) -> Pair | None:
    """Return one account or store of the viewer's in both runs, or ``None`` where it is in neither."""
    named: dict[str, Any] = {"customer__code": code}
    related: tuple[str, ...] = ("customer__kam",)
    if level == "stores":
        named = {"store__code": code, "category__code": category}
        related = ("store__customer", "category")

    def found(run: SegmentationRun) -> Any:
        return results_of(level, run, viewer).filter(**named).select_related(*related).first()

    later, earlier = found(after), found(before)
    if later is None and earlier is None:
        return None
    was = standing_of(level, vars(earlier), before) if earlier is not None else None
    now = standing_of(level, vars(later), after) if later is not None else None
    return Pair(
        later or earlier, earlier, was, now, *_causes(was, now, bool(changed_settings(before, after)))
    )


def with_causes(level: Level, before: SegmentationRun, after: SegmentationRun, rows: list[Row]) -> list[Row]:
    """Return moved rows with ``causes`` (keys), ``was`` and ``now``; one query whatever their number.

    The rows are those of ``moved_rows``, of which the viewer sees each.
    """
    first = KEYS[level][0]
    model: Any = CustomerResult if level == "customers" else StoreResult
    earlier = model.objects.filter(run=before, **{f"{first}__in": [row[first] for row in rows]})
    was = {
        tuple(found[key] for key in KEYS[level]): standing_of(level, found, before)
        for found in earlier.values(*KEYS[level], *_FIELDS[level])
    }
    changed = bool(changed_settings(before, after))
    for row in rows:
        before_side = was.get(tuple(row[key] for key in KEYS[level]))
        after_side = None if row.get("is_gone") else standing_of(level, row, after)
        quadrant, classes = _causes(before_side, after_side, changed)
        row |= {"was": before_side, "now": after_side, "causes": quadrant, "class_causes": classes}
    return rows


def _causes(was: Standing | None, now: Standing | None, changed: bool) -> tuple[list[str], list[str]]:
    if was is None or now is None:
        return [], []
    return (
        quadrant_causes(was, now, criteria_changed=changed),
        class_causes(was, now, criteria_changed=changed),
    )


def standing_of(level: Level, row: Mapping[str, Any], run: SegmentationRun) -> Standing:
    """Return what a stored result (as a dictionary of its fields) says, with the lines of its run."""
    summary = run.summary.get("customers") or {}
    if level == "stores":
        summary = (run.summary.get("stores") or {}).get(str(row["category_id"])) or {}
    cuts = summary.get("cut_potential") or {}
    high = list(run.settings.get("high_potential_classes") or ["A"])
    common = {
        "quadrant": row["quadrant"],
        "potential": row["potential"],
        "large_from": cuts.get(high[-1]) or cuts.get("A"),
        "share": row["share"],
        "market_share": row["market_share"],
    }
    if level == "stores":
        own = summary.get("cut_own") or {}
        ours = row["own_sales"] if "own_sales" in row else row["our_sales"]
        return Standing(**common, abc=row["own_class"], value=ours, value_lines=(own.get("A"), own.get("B")))
    lines = run.summary.get("abc_cuts") or {}
    first, second = (float(line) for line in (run.settings.get("xyz_thresholds") or (0.5, 1.0)))
    return Standing(
        **common,
        abc=row["abc"],
        value=row["total"],
        value_lines=(lines.get("A"), lines.get("B")),
        xyz=row["xyz"],
        variation=row["cv"],
        variation_lines=(first, second),
    )
