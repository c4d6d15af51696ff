"""XYZ classes against published numbers, every edge case, and what must always hold."""

import csv
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.demand_pattern import SBC_NAMES, frequency_classes, sbc_codes
from segmentation.rules.xyz import XyzSettings, cadence_candidates, gaps_between, with_cadence, xyz_classes

DATA = Path(__file__).parents[2] / "data"
GOLDEN = XyzSettings(
    thresholds=(Decimal("0.25"), Decimal("0.50")),
    deviation="sample",
    span="since_first_purchase",
    returns="floor",
)
REFERENCE = XyzSettings(span="full_window", min_periods=0, cadence_override=False)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SERIES = read_csv(DATA / "golden/xyz_series.csv")
CODES = [row["code"] for row in SERIES]
MONTHS = np.array([[int(row[f"m{month:02}"]) for month in range(1, 13)] for row in SERIES])
ORDER_DAYS = [int(row["day"]) for row in read_csv(DATA / "golden/xyz_order_days.csv")]
EXPECTED = read_csv(DATA / "golden/xyz_expected.csv")


def number(text: str) -> float:
    return float(text) if text else float("nan")


@pytest.mark.parametrize("row", EXPECTED, ids=[row["code"] for row in EXPECTED])
def test_ten_accounts_get_the_published_classes_and_figures(row: dict[str, str]) -> None:
    gaps = {CODES.index("sparse_even"): gaps_between(ORDER_DAYS)}
    result = xyz_classes(MONTHS, GOLDEN, order_gaps=gaps)
    place = CODES.index(row["code"])

    assert result.xyz_class[place] == row["cls"]
    assert result.n[place] == int(row["n"])
    assert result.active[place] == int(row["active"] or 0)
    assert result.sbc[place] == row["sbc"]
    assert result.sbc_class[place] == row["sbc_cls"]
    assert result.frequency_class[place] == row["freq_cls"]
    assert result.overridden[place] == (row["reason"] == "steady cadence override")
    for name, column in (
        ("mean", "mean"),
        ("cv", "cv"),
        ("adi", "adi"),
        ("cv2_nonzero", "cv2_nonzero"),
        ("frequency", "freq"),
        ("gap_mean", "gap_mean"),
        ("gap_cv", "gap_cv"),
    ):
        assert getattr(result, name)[place] == pytest.approx(number(row[column]), abs=1e-6, nan_ok=True), name


def test_longer_periods_make_the_same_series_look_steadier() -> None:
    published = json.loads((DATA / "golden/xyz_period_effect.json").read_text(encoding="utf-8"))
    weeks = np.array(published["series_weekly"])
    settings = XyzSettings(deviation="sample", span="full_window")
    for name, width in (("cv_weekly", 1), ("cv_4weekly", 4), ("cv_12weekly", 12)):
        sums = weeks.reshape(-1, width).sum(axis=1)
        assert xyz_classes(sums[None, :], settings).cv[0] == pytest.approx(published[name], abs=1e-6)


def test_the_reference_company_gets_every_class_and_deviation() -> None:
    """Twelve months of 88 customers whose answers come from an independent program."""
    expected = read_csv(DATA / "northwind/northwind_abcxyz.csv")
    window = [f"1997-{month:02}" for month in range(5, 13)] + [f"1998-{month:02}" for month in range(1, 5)]
    place = {row["customer_id"]: index for index, row in enumerate(expected)}
    months = np.zeros((len(expected), 12), dtype=np.int64)
    for row in read_csv(DATA / "northwind/northwind_monthly.csv"):
        if row["month"] in window:
            amount = int(Decimal(row["net_sales"]) * 10_000)
            months[place[row["customer_id"]], window.index(row["month"])] += amount

    result = xyz_classes(months, REFERENCE)

    assert list(result.xyz_class) == [row["xyz"] for row in expected]
    assert list(result.active) == [int(row["months_active"]) for row in expected]
    assert result.cv == pytest.approx([number(row["cv"]) for row in expected], abs=1e-8, nan_ok=True)
    assert result.std / 10_000 == pytest.approx([number(row["std"]) for row in expected], abs=1e-4)


def classify(series: list[int], settings: XyzSettings) -> tuple[str, float]:
    result = xyz_classes(np.array([series]), settings)
    return str(result.xyz_class[0]), float(result.cv[0])


def test_nothing_bought_is_Z() -> None:
    assert classify([0] * 12, GOLDEN)[0] == "Z"
    assert classify([0] * 12, REFERENCE)[0] == "Z"


def test_a_negative_month_is_floored_at_0_when_the_settings_say_so() -> None:
    series = [100, 100, -100, *[100] * 9]
    assert xyz_classes(np.array([series]), GOLDEN).mean[0] == pytest.approx(1100 / 12)
    assert xyz_classes(np.array([series]), REFERENCE).mean[0] == pytest.approx(1000 / 12)


def test_fewer_than_six_months_since_the_first_order_is_N() -> None:
    assert classify([0] * 7 + [50] * 5, GOLDEN)[0] == "N"
    assert classify([0] * 6 + [50] * 6, GOLDEN)[0] == "X"
    assert classify([0] * 7 + [50] * 5, REFERENCE)[0] == "Z"


def test_a_new_account_says_how_many_months_it_has() -> None:
    assert xyz_classes(np.array([[0] * 9 + [50] * 3]), GOLDEN).n[0] == 3


def test_equal_months_have_a_cv_of_0_and_are_X() -> None:
    assert classify([70] * 12, GOLDEN) == ("X", 0.0)


def test_a_single_active_month_is_undetermined_and_Z() -> None:
    result = xyz_classes(np.array([[0, 0, 0, 80, *[0] * 8]]), GOLDEN)
    assert (result.xyz_class[0], result.sbc[0], result.sbc_class[0]) == ("Z", "undetermined", "Z")
    assert result.adi[0] == result.n[0] == 9
    assert np.isnan(result.cv2_nonzero[0])


def test_purchases_that_were_all_returned_are_Z_without_a_cv() -> None:
    label, cv = classify([0] * 10 + [500, -500], REFERENCE)
    assert label == "Z"
    assert np.isnan(cv)


@pytest.mark.parametrize("amount", [1, 7, 333_333, 10**12 + 1, 10**17 + 9])
def test_six_equal_months_and_six_empty_ones_are_exactly_on_the_threshold_and_Y(amount: int) -> None:
    assert classify([amount, 0] * 6, REFERENCE)[0] == "Y"


@pytest.mark.parametrize("unit", [1, 333_333, 10**16 + 3])
def test_a_sample_deviation_exactly_on_the_threshold_is_Y_too(unit: int) -> None:
    settings = XyzSettings(deviation="sample", min_periods=0)
    assert classify([5 * unit, unit, unit, unit], settings)[0] == "Y"  # mean 2, deviation 2
    assert classify([5 * unit + 1, unit, unit, unit], settings)[0] == "Z"


def test_every_row_on_a_threshold_is_decided_exactly() -> None:
    beyond_float = 40_973_523_937_153  # floating point makes its CV 1.0000000000000002
    half = 6_079_752_985_722  # and this one's 0.5000000000000001
    rows = np.array([[9, 0] * 6, [1] * 12, [beyond_float, 0] * 6, [3 * half, half] * 6])
    assert "".join(xyz_classes(rows, REFERENCE).xyz_class) == "YXYX"


def test_a_hair_above_the_threshold_is_Z() -> None:
    amount = 10**9
    assert classify([amount, 0] * 5 + [amount + 1, 0], REFERENCE)[0] == "Z"


def test_an_old_customer_counts_the_empty_months_before_this_window_s_first_purchase() -> None:
    series = np.array([[0] * 8 + [100] * 4] * 3)
    result = xyz_classes(series, XyzSettings(), first_month=np.array([-3, 8, 2]))
    assert list(result.n) == [12, 4, 10]
    assert list(result.xyz_class) == ["Z", "N", "Z"]


def test_only_irregular_accounts_with_similar_order_sizes_are_worth_reading_order_days_for() -> None:
    candidates = cadence_candidates(xyz_classes(MONTHS, GOLDEN), GOLDEN)
    assert [CODES[row] for row in candidates] == ["seasonal", "sparse_even", "returns"]


@pytest.mark.parametrize(
    ("gaps", "label"),
    [
        ([91, 89, 92, 91, 92, 91], "X"),
        ([91, 89, 92, 91, 92], "X"),
        ([91, 89, 92, 91], "Z"),
        ([10, 200, 15, 180, 12, 150], "Z"),
        ([], "Z"),
    ],
)
def test_the_quarterly_buyer_is_X_only_with_six_evenly_spaced_order_days(gaps: list[int], label: str) -> None:
    series = np.array([[0, 0, 300] * 4])
    assert xyz_classes(series, GOLDEN, order_gaps={0: gaps}).xyz_class[0] == label


@pytest.mark.parametrize(
    ("adi", "cv2", "name"),
    [
        (12 / 10, 0.48, "smooth"),
        (12 / 9, 0.48, "intermittent"),
        (1.32, 0.0, "intermittent"),
        (12 / 10, 0.49, "erratic"),
        (12 / 9, 0.49, "lumpy"),
        (12.0, float("nan"), "undetermined"),
    ],
)
def test_the_demand_pattern_turns_at_its_two_cuts(adi: float, cv2: float, name: str) -> None:
    assert SBC_NAMES[sbc_codes(np.array([adi]), np.array([cv2]), np.array([12]))[0]] == name


def test_frequency_turns_at_three_in_four_and_two_in_five() -> None:
    assert list(frequency_classes(np.array([0.75, 0.74, 0.40, 0.39, np.nan]))) == ["X", "Y", "Y", "Z", ""]


def test_the_cadence_override_can_be_switched_off() -> None:
    off = XyzSettings(cadence_override=False)
    result = with_cadence(xyz_classes(np.array([[0, 0, 300] * 4]), off), off, {0: [91] * 6})
    assert result.xyz_class[0] == "Z"
    assert result.gap_mean[0] == 91


def test_orders_of_one_day_count_once() -> None:
    assert gaps_between([10, 0, 10, 3]) == [3, 7]


series_lists = st.lists(
    st.lists(st.integers(-50, 1_000) | st.just(0), min_size=12, max_size=12), min_size=1, max_size=8
)
all_settings = st.builds(
    XyzSettings,
    deviation=st.sampled_from(["population", "sample"]),
    span=st.sampled_from(["since_first_purchase", "full_window"]),
    returns=st.sampled_from(["net", "floor"]),
    min_periods=st.sampled_from([0, 6]),
)


@given(series_lists, all_settings)
def test_every_account_is_in_one_class_with_sane_figures(
    series: list[list[int]], settings: XyzSettings
) -> None:
    result = xyz_classes(np.array(series), settings)
    assert set(result.xyz_class) <= set("XYZN")
    assert (result.active <= result.n).all()
    assert not np.isin(result.xyz_class[np.isnan(result.cv)], ["X", "Y"]).any()
    assert (result.cv[np.isfinite(result.cv)] >= 0).all()


@given(st.lists(st.sampled_from([0, 0, 1, 2, 3, 5]), min_size=12, max_size=12), all_settings)
def test_exact_arithmetic_gives_the_same_classes(series: list[int], settings: XyzSettings) -> None:
    """Small numbers hit the thresholds often; fractions decide them without rounding."""
    start = next((place for place, amount in enumerate(series) if amount), len(series))
    span = series if settings.span == "full_window" else series[start:]
    total, count = sum(span), len(span)
    if total == 0:
        expected = "Z"
    elif count < settings.min_periods:
        expected = "N"
    elif count == settings.ddof:
        expected = "Z"
    else:
        mean = Fraction(total, count)
        variance = sum((amount - mean) ** 2 for amount in span) / (count - settings.ddof)
        squared = variance / mean**2
        x_limit, y_limit = (Fraction(limit) ** 2 for limit in settings.thresholds)
        expected = "X" if squared <= x_limit else "Y" if squared <= y_limit else "Z"
    assert classify(series, settings)[0] == expected


@given(series_lists, all_settings, st.integers(2, 10_000))
def test_a_change_of_currency_changes_no_class(
    series: list[list[int]], settings: XyzSettings, factor: int
) -> None:
    plain, scaled = xyz_classes(np.array(series), settings), xyz_classes(np.array(series) * factor, settings)
    assert list(plain.xyz_class) == list(scaled.xyz_class)
    assert list(plain.sbc) == list(scaled.sbc)


@given(st.lists(st.integers(0, 1_000), min_size=12, max_size=12), st.randoms())
def test_the_order_of_the_months_does_not_matter_in_a_full_window(series: list[int], random: object) -> None:
    shuffled = list(series)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert classify(series, REFERENCE)[0] == classify(shuffled, REFERENCE)[0]


def test_a_large_table_is_classified_in_pieces_like_a_small_one() -> None:
    rows = np.tile(MONTHS, (10_001, 1))
    result = xyz_classes(rows, GOLDEN)
    assert list(result.xyz_class[-10:]) == list(xyz_classes(MONTHS, GOLDEN).xyz_class)
    assert len(result.n) == len(rows)
