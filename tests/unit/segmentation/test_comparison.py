"""The sales-ranked list beside the potential-ranked one."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.comparison import Comparison, compare_lists, misfiled_marks, missed_marks
from segmentation.rules.quadrants import POOL, QUADRANTS

GOLDEN = Path(__file__).parents[2] / "data/golden"
PUBLISHED = json.loads((GOLDEN / "matrix_report.json").read_text(encoding="utf-8"))
with (GOLDEN / "matrix_expected.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
CODES = np.array([row["code"] for row in ROWS])


def column(name: str) -> np.ndarray:
    return np.array([float(row[name]) if row[name] else np.nan for row in ROWS])


def published_comparison() -> Comparison:
    quadrant = np.array([row["quadrant"] for row in ROWS])
    return compare_lists(CODES, column("own"), column("potential"), column("share"), 0.24, quadrant)


def test_thirteen_stores_give_the_published_lists() -> None:
    found = published_comparison()
    assert found.size == PUBLISHED["K"]
    for name in ("old", "new", "kept", "misfiled"):
        assert list(CODES[getattr(found, name)]) == PUBLISHED[name], name
    for quadrant in POOL:
        assert list(CODES[found.missed[quadrant]]) == PUBLISHED[f"missed_{quadrant}"]
    pairs = zip(CODES[found.misfiled], found.misfiled_quadrant, strict=True)
    assert {str(code): str(name) for code, name in pairs} == PUBLISHED["misfiled_quadrant"]


def test_thirteen_stores_give_the_published_figures() -> None:
    found = published_comparison()
    assert found.jaccard == pytest.approx(PUBLISHED["jaccard"], abs=1e-6)
    assert found.covered_old == pytest.approx(PUBLISHED["potential_covered_old"], abs=1e-6)
    assert found.covered_new == pytest.approx(PUBLISHED["potential_covered_new"], abs=1e-6)
    assert found.gap_missed == pytest.approx(PUBLISHED["gap_units_missed"], abs=1e-3)


def test_each_store_s_place_on_the_published_lists_is_marked() -> None:
    found = published_comparison()
    assert [str(place in found.old) for place in range(len(ROWS))] == [row["old_list"] for row in ROWS]
    assert [str(place in found.new) for place in range(len(ROWS))] == [row["new_list"] for row in ROWS]


def test_ranks_go_by_value_and_ties_by_code() -> None:
    found = compare_lists(
        ["b", "a", "c"],
        np.array([5, 5, 9]),
        np.array([1, 3, 3]),
        np.full(3, np.nan),
        0.2,
        np.array(["monitor"] * 3),
    )
    assert list(found.rank_own) == [3, 2, 1]
    assert list(found.rank_potential) == [3, 1, 2]


def test_a_missed_account_above_market_share_takes_nothing_off_the_gap() -> None:
    found = compare_lists(
        ["a", "b", "c", "d"],
        np.array([9, 1, 2, 8]),
        np.array([0, 100, 100, 0]),
        np.array([np.nan, 0.10, 0.50, np.nan]),
        0.24,
        np.array(["monitor", "attack", "defend", "monitor"]),
    )
    assert found.gap_missed == pytest.approx(14)
    assert [list(rows) for rows in found.missed.values()] == [[1], [2], []]


def test_an_empty_pool_compares_to_nothing() -> None:
    found = compare_lists(
        ["a"], np.array([5]), np.array([0]), np.array([np.nan]), np.nan, np.array(["monitor"])
    )
    assert (found.size, len(found.old), found.covered_new, found.gap_missed) == (0, 0, 0, 0)
    assert np.isnan(found.jaccard)


def test_marks_compare_classes_row_by_row() -> None:
    by_potential, by_own = np.array([True, True, False, False]), np.array([True, False, True, False])
    assert list(missed_marks(by_potential, by_own)) == [False, True, False, False]
    assert list(misfiled_marks(by_potential, by_own)) == [False, False, True, False]


accounts = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.sampled_from(QUADRANTS)), min_size=1, max_size=30
)


@given(accounts)
def test_both_lists_are_equally_long_and_made_of_kept_missed_and_misfiled(
    rows: list[tuple[int, int, str]],
) -> None:
    codes = [f"{place:02}" for place in range(len(rows))]
    own, potential = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    share = np.full(len(rows), 0.1)
    found = compare_lists(codes, own, potential, share, 0.2, np.array([row[2] for row in rows]))
    missed = {place for rows in found.missed.values() for place in rows.tolist()}
    assert len(found.old) == len(found.new) == found.size
    assert set(found.kept) | missed == set(found.new)
    assert set(found.kept) | set(found.misfiled) == set(found.old)
    assert sorted(found.rank_own) == list(range(1, len(rows) + 1))
