"""ABC classes against published numbers, every edge case, and what must always hold."""

import csv
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.abc import AbcResult, abc_classes, rank_order

DATA = Path(__file__).parents[2] / "data"
PRESETS = {"80/15/5": (Decimal("0.80"), Decimal("0.15")), "70/20/10": (Decimal("0.70"), Decimal("0.20"))}
FIELDS = {"sales": "net_sales", "gross_profit": "gross_profit", "potential": "potential"}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def classes_of(values: list[int], thresholds: tuple[Decimal, Decimal] = PRESETS["80/15/5"]) -> AbcResult:
    codes = [f"K{number:03}" for number in range(len(values))]
    return abc_classes(np.array(values, dtype=np.int64), codes, thresholds)


def measure_of(row: dict[str, str], measure: str) -> int:
    if measure == "contribution":
        return int(row["gross_profit"]) - int(row["cost_to_serve"])
    return int(row[FIELDS[measure]])


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("measure", ["sales", "gross_profit", "contribution", "potential"])
def test_ten_accounts_get_the_published_ranks_classes_and_shares(measure: str, preset: str) -> None:
    accounts = read_csv(DATA / "golden/abc_input.csv")
    codes = [row["code"] for row in accounts]
    values = np.array([measure_of(row, measure) for row in accounts])
    expected = [
        row
        for row in read_csv(DATA / "golden/abc_expected.csv")
        if row["measure"] == measure and row["preset"] == preset
    ]

    result = abc_classes(values, codes, PRESETS[preset])

    assert [codes[row] for row in result.order] == [row["code"] for row in expected]
    assert "".join(result.abc_class[result.order]) == "".join(row["cls"] for row in expected)
    assert list(result.note[result.order]) == [row["note"] for row in expected]
    for name, column in (("share", "share"), ("before", "cum_before"), ("cum_after", "cum_after")):
        published = [float(row[column]) for row in expected]
        assert getattr(result, name)[result.order] == pytest.approx(published, abs=1e-6)


EDGES = json.loads((DATA / "golden/abc_edge.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", EDGES["inputs"])
def test_published_edge_cases_get_their_classes(case: str) -> None:
    values = EDGES["inputs"][case]
    scaled = np.array([int(Decimal(value) * 10_000) for value in values.values()])
    result = abc_classes(scaled, list(values), PRESETS["80/15/5"])
    shown = [
        f"{cls}:{note}" if note else cls for cls, note in zip(result.abc_class, result.note, strict=True)
    ]
    assert dict(zip(values, shown, strict=True)) == EDGES[case]


@pytest.mark.parametrize(
    ("values", "classes", "notes", "warning"),
    [
        pytest.param([80, 20, 0], "ABC", ["", "", "zero"], None, id="zero_sales_are_outside_the_total"),
        pytest.param([80, 20, -50], "ABC", ["", "", "negative"], None, id="returns_are_outside_the_total"),
        pytest.param([0, -1], "CC", ["zero", "negative"], "no_positive_value", id="nobody_buys"),
        pytest.param([60, 20, 20], "AAA", [""] * 3, None, id="ties_share_the_class_of_their_first"),
        pytest.param([7], "A", [""], None, id="one_customer_is_A"),
        pytest.param([10] * 10, "A" * 10, [""] * 10, "no_differentiation", id="all_equal_are_A"),
        pytest.param([99_00, 60, 40], "ACC", [""] * 3, None, id="a_giant_of_99_percent_is_A_and_the_rest_C"),
        pytest.param([], "", [], "no_positive_value", id="no_account_at_all"),
    ],
)
def test_edge_cases(values: list[int], classes: str, notes: list[str], warning: str | None) -> None:
    result = classes_of(values)
    assert "".join(result.abc_class) == classes
    assert list(result.note) == notes
    assert result.warning == warning


def test_the_reference_company_gets_every_rank_and_class() -> None:
    """Twelve months of 88 customers whose answers come from an independent program."""
    expected = read_csv(DATA / "northwind/northwind_abcxyz.csv")
    totals = np.array([int(Decimal(row["total"]) * 10_000) for row in expected])
    result = abc_classes(totals, [row["customer_id"] for row in expected])
    assert list(result.rank) == [int(row["rank"]) for row in expected]
    assert list(result.abc_class) == [row["abc"] for row in expected]
    assert result.before == pytest.approx([float(row["before"]) for row in expected], abs=1e-9)


def test_a_new_customer_is_ranked_on_what_it_really_bought() -> None:
    """Three months of 100 are 300, not 1,200: nothing is stretched to a year."""
    old, new = [100] * 12, [0] * 9 + [100] * 3
    result = classes_of([sum(new), sum(old)])
    assert list(result.rank) == [2, 1]
    assert result.total == 1_500


def test_the_cut_value_is_the_smallest_of_its_class() -> None:
    result = classes_of([400, 200, 120, 80, 70, 50, 40, 25, 15, -20])
    assert result.cut_values == {"A": 80, "B": 40}
    assert classes_of([99_00, 60, 40]).cut_values == {"A": 99_00, "B": None}


def test_equal_values_are_ranked_by_code_as_text() -> None:
    result = abc_classes(np.array([5, 5, 5, 9]), ["10", "9", "010", "x"])
    assert list(result.rank) == [3, 4, 2, 1]


def test_totals_beyond_64_bits_are_still_exact() -> None:
    result = classes_of([2**62, 2**62, 2**62, 2**62, 1])
    assert result.total == 2**64 + 1
    assert "".join(result.abc_class) == "AAAAC"


def test_thresholds_that_exceed_the_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="thresholds"):
        classes_of([1, 2], (Decimal("0.9"), Decimal("0.2")))


values_lists = st.lists(st.integers(-1_000, 100_000), min_size=1, max_size=40)


@given(values_lists, st.sampled_from(list(PRESETS.values())))
def test_a_plain_loop_gives_the_same_classes(values: list[int], thresholds: tuple[Decimal, Decimal]) -> None:
    total = sum(value for value in values if value > 0)
    limits = [Fraction(thresholds[0]), Fraction(thresholds[0]) + Fraction(thresholds[1])]

    def plain_class(value: int) -> str:
        before = sum(other for other in values if other > value)
        if value <= 0:
            return "C"
        return "A" if before < limits[0] * total else "B" if before < limits[1] * total else "C"

    assert list(classes_of(values, thresholds).abc_class) == [plain_class(value) for value in values]


@given(values_lists)
def test_every_account_has_one_rank_and_the_shares_add_up(values: list[int]) -> None:
    result = classes_of(values)
    assert sorted(result.rank) == list(range(1, len(values) + 1))
    assert set(result.abc_class) <= {"A", "B", "C"}
    assert result.share.sum() == pytest.approx(1.0 if result.total else 0.0)


@given(values_lists, st.integers(2, 10_000))
def test_a_change_of_currency_changes_no_class(values: list[int], factor: int) -> None:
    plain, scaled = classes_of(values), classes_of([value * factor for value in values])
    assert list(plain.abc_class) == list(scaled.abc_class)
    assert list(plain.rank) == list(scaled.rank)


@given(values_lists, st.data())
def test_buying_more_never_worsens_the_class(values: list[int], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(values) - 1))
    more = list(values)
    more[row] += data.draw(st.integers(1, 200_000))
    assert classes_of(more).abc_class[row] <= classes_of(values).abc_class[row]


@given(values_lists, st.data())
def test_whoever_reaches_the_cut_value_is_in_the_class(values: list[int], data: st.DataObject) -> None:
    cut = classes_of(values).cut_values["A"]
    row = data.draw(st.integers(0, len(values) - 1))
    if cut is not None and values[row] < cut:
        assert classes_of([*values[:row], cut, *values[row + 1 :]]).abc_class[row] == "A"


@given(st.lists(st.tuples(st.integers(-3, 3), st.text("ab1", min_size=1, max_size=3)), max_size=30))
def test_the_rank_order_is_that_of_a_plain_sort(rows: list[tuple[int, str]]) -> None:
    expected = sorted(range(len(rows)), key=lambda row: (-rows[row][0], rows[row][1]))
    assert list(rank_order(np.array([value for value, _ in rows]), [code for _, code in rows])) == expected
