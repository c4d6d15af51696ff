"""What the two lists cover, in all and by group: groups add up to the whole whatever they are."""

import csv
import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.coverage import (
    KEPT,
    MISFILED,
    MISSED,
    CoverageRow,
    covered,
    covered_by_group,
    together,
)
from segmentation.rules.quadrants import POOL, QUADRANTS

GOLDEN_FILES = Path(__file__).parents[2] / "data/golden"
PUBLISHED = json.loads((GOLDEN_FILES / "matrix_report.json").read_text(encoding="utf-8"))
SUMMED = [
    CoverageRow("west", KEPT, "defend", 2, 5_000, 0),
    CoverageRow("east", KEPT, "attack", 1, 1_000, 40),
    CoverageRow("west", MISSED, "attack", 2, 2_500, 313),
    CoverageRow("east", MISSED, "explore", 1, 800, 0),
    CoverageRow("east", MISFILED, "maintain", 3, 900, 0),
    CoverageRow("east", "", "monitor", 4, 1_800, 70),
]


def test_kept_missed_and_misfiled_are_counted_with_what_each_list_covers() -> None:
    whole = covered(SUMMED)
    assert (whole.kept, whole.missed, whole.misfiled) == (3, 3, 3)
    assert (whole.size, whole.old_size, whole.all_count) == (6, 6, 13)
    assert whole.missed_by_quadrant == {"attack": 2, "explore": 1}
    assert whole.misfiled_by_quadrant == {"maintain": 3}
    assert (whole.both_part, whole.old_part, whole.new_part) == (
        6_000 / 12_000,
        6_900 / 12_000,
        9_300 / 12_000,
    )
    assert whole.gap_missed_amount == 313  # not the gaps at those on the list, nor of those on neither


def test_the_thirteen_stores_of_the_method_give_the_published_figures() -> None:
    with (GOLDEN_FILES / "matrix_expected.csv").open(encoding="utf-8", newline="") as file:
        stores = list(csv.DictReader(file))

    def mark(row: dict[str, str]) -> str:
        on_old, on_new = row["old_list"] == "True", row["new_list"] == "True"
        return KEPT if on_old and on_new else MISSED if on_new else MISFILED if on_old else ""

    def gap(row: dict[str, str]) -> int:
        if not row["share"]:
            return 0
        return round(max(0.0, 0.24 - float(row["share"])) * float(row["potential"]) * 10_000)

    whole = covered(
        CoverageRow(
            row["code"], mark(row), row["quadrant"], 1, round(float(row["potential"]) * 10_000), gap(row)
        )
        for row in stores
    )
    assert whole.size == whole.old_size == PUBLISHED["K"]
    assert whole.kept == len(PUBLISHED["kept"])
    for quadrant in POOL:
        assert whole.missed_by_quadrant.get(quadrant, 0) == len(PUBLISHED[f"missed_{quadrant}"])
    assert whole.misfiled == len(PUBLISHED["misfiled"])
    assert whole.old_part == pytest.approx(PUBLISHED["potential_covered_old"], abs=1e-6)
    assert whole.new_part == pytest.approx(PUBLISHED["potential_covered_new"], abs=1e-6)
    assert whole.gap_missed_amount / 10_000 == pytest.approx(PUBLISHED["gap_units_missed"], abs=1e-3)


def test_the_group_with_the_largest_gap_at_the_missed_comes_first() -> None:
    groups = covered_by_group(SUMMED)
    assert list(groups) == ["west", "east"]
    assert groups["east"].missed_by_quadrant == {"explore": 1}


def test_nobody_covers_nothing() -> None:
    whole = covered([])
    assert (whole.size, whole.old_part, whole.new_part, whole.both_part) == (0, 0.0, 0.0, 0.0)
    assert covered_by_group([]) == {}
    assert asdict(together([])) == asdict(whole)


ROWS = st.lists(
    st.builds(
        CoverageRow,
        group=st.sampled_from(["a", "b", "c", None]),
        mark=st.sampled_from([KEPT, MISSED, MISFILED, ""]),
        quadrant=st.sampled_from(QUADRANTS),
        count=st.integers(1, 500),
        amount=st.integers(0, 10**12),
        gap=st.integers(0, 10**10),
    ),
    max_size=40,
)


@given(ROWS)
def test_the_sums_of_all_groups_are_the_sums_of_all_rows(rows: list[CoverageRow]) -> None:
    assert asdict(together(covered_by_group(rows).values())) == asdict(covered(rows))


@given(ROWS)
def test_parts_lie_between_nothing_and_all_and_both_is_the_smallest(rows: list[CoverageRow]) -> None:
    whole = covered(rows)
    assert (
        0
        <= whole.both_part
        <= min(whole.old_part, whole.new_part)
        <= max(whole.old_part, whole.new_part)
        <= 1
    )
