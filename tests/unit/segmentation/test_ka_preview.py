"""The report of a preview: golden coverage and load, and what must hold whatever the lists are."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.ka_preview import LOAD_WEIGHTS, LONGEST, Accounts, ListSide, preview_report
from segmentation.rules.quadrants import POOL, QUADRANTS

GOLDEN = Path(__file__).parents[2] / "data/golden"
PUBLISHED = json.loads((GOLDEN / "matrix_report.json").read_text(encoding="utf-8"))
KAM = json.loads((GOLDEN / "kam.json").read_text(encoding="utf-8"))
with (GOLDEN / "matrix_expected.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def side(listed, quadrant, potential=None, own=None, cell=None):
    n = len(listed)
    return ListSide(
        listed=np.array(listed, dtype=bool),
        quadrant=np.array(quadrant, dtype=np.str_),
        cell=np.array(cell or ["AX"] * n, dtype=np.str_),
        potential=np.array(potential if potential is not None else [1.0] * n, dtype=float),
        own=np.array(own if own is not None else [0.0] * n, dtype=float),
    )


def accounts(n, kam=1):
    return Accounts(
        np.arange(1, n + 1), np.array([f"C{i:04}" for i in range(n)]), np.full(n, kam, dtype=np.int64)
    )


def test_thirteen_stores_cover_the_published_potential() -> None:
    quadrant = [row["quadrant"] for row in ROWS]
    potential = [float(row["potential"]) if row["potential"] else np.nan for row in ROWS]
    own = [float(row["own"]) if row["own"] else np.nan for row in ROWS]
    old = side([row["old_list"] == "True" for row in ROWS], quadrant, potential, own)
    new = side([word in POOL for word in quadrant], quadrant, potential, own)
    found = preview_report(accounts(len(ROWS)), old, new)
    before, after, by_sales = found["potential_covered"]
    assert before == by_sales == pytest.approx(PUBLISHED["potential_covered_old"], abs=1e-6)
    assert after == pytest.approx(PUBLISHED["potential_covered_new"], abs=1e-6)
    codes = [row["code"] for row in ROWS]
    missed = [code for name in POOL for code in PUBLISHED[f"missed_{name}"]]
    assert sorted(codes[row["id"] - 1] for row in found["enter"]) == sorted(missed)
    assert sorted(codes[row["id"] - 1] for row in found["leave"]) == sorted(PUBLISHED["misfiled"])
    assert found["leave_sums"]["quadrants"] == {"maintain": len(PUBLISHED["misfiled"])}


def test_the_golden_load_of_a_kam() -> None:
    words = [word for word, count in KAM["accounts"].items() for _ in range(count)]
    found = preview_report(
        accounts(len(words)), side([False] * len(words), words), side([True] * len(words), words)
    )
    (row,) = found["load"]
    assert row["accounts"] == [0, KAM["count"]]
    assert row["load"] == [0, KAM["load"]]
    assert {name: LOAD_WEIGHTS[name] for name in KAM["weights"]} == KAM["weights"]
    assert LOAD_WEIGHTS["explore"] == KAM["parameters"]["explore_weight"]


def test_nobody_at_all_makes_an_empty_report() -> None:
    nobody = side([], [], [], [], [])
    found = preview_report(accounts(0), nobody, nobody)
    assert (found["accounts"], found["enter"], found["movers"], found["load"]) == (0, [], [], [])
    assert found["potential_covered"] == [None, None, None]


def test_names_are_the_largest_and_counts_are_of_all() -> None:
    n = LONGEST + 5
    potential = np.arange(n, dtype=float)
    found = preview_report(
        accounts(n),
        side([False] * n, ["monitor"] * n, potential),
        side([True] * n, ["attack"] * n, potential),
    )
    assert (found["enters"], found["moves"]) == (n, n)
    for part in ("enter", "movers"):
        assert [row["id"] for row in found[part]] == list(range(n, 5, -1)), part


def test_who_is_new_in_the_data_moves_nowhere() -> None:
    found = preview_report(accounts(1), side([False], [""], cell=[""]), side([True], ["attack"]))
    assert (found["moves"], found["quadrant_moves"], found["enters"]) == (0, [], 1)


LISTS = st.lists(
    st.tuples(
        st.booleans(), st.booleans(), st.sampled_from(QUADRANTS), st.sampled_from(QUADRANTS),
        st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 3),
    ),
    max_size=40,
)  # fmt: skip


@given(LISTS)
def test_counts_add_up_and_coverage_is_a_part(rows) -> None:
    was, now, old, new, potential, own, kam = ([row[i] for row in rows] for i in range(7))
    people = Accounts(
        np.arange(1, len(rows) + 1), np.array([f"C{i:04}" for i in range(len(rows))]),
        np.array(kam, dtype=np.int64),
    )  # fmt: skip
    found = preview_report(people, side(was, old, potential, own), side(now, new, potential, own))
    assert found["after"] == found["before"] + found["enters"] - found["leaves"]
    assert found["pool"][1] == found["pool"][0] + found["pool_enters"] - found["pool_leaves"]
    assert found["moves"] == sum(move["count"] for move in found["quadrant_moves"])
    assert sum(found["enter_sums"]["quadrants"].values()) == found["enters"]
    for part in (*found["potential_covered"], *found["sales_covered"]):
        assert part is None or 0 <= part <= 1 + 1e-9
    listed = [row["accounts"] for row in found["load"]]
    assert sum(count[1] for count in listed) == sum(1 for i, yes in enumerate(now) if yes and kam[i])
    # Nothing covers more of our sales than as many accounts taken by our sales.
    if found["sales_covered"][1] is not None:
        assert found["sales_covered"][2] >= found["sales_covered"][1] - 1e-9
