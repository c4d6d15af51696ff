"""On time in full against published numbers, every edge case, and what must always hold."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.rules.delivery import (
    Delivery,
    LineResult,
    OrderLine,
    Rate,
    delivery_rates,
    judge_line,
    rates_by_mode,
)

PUBLISHED = json.loads(
    (Path(__file__).parents[2] / "data/golden/price_delivery.json").read_text(encoding="utf-8")
)
GOLDEN = PUBLISHED["otif"]
WINDOW = tuple(GOLDEN["window_days"])
LATER = date(2026, 5, 31)
DUE = date(2026, 5, 10)


def published_line(row: dict) -> OrderLine:
    parts = tuple(Delivery(part["qty"], date.fromisoformat(part["date"])) for part in row["deliveries"])
    due = date.fromisoformat(row["due"])
    return OrderLine(row["order"], row["line"], row["qty"], requested=due, deliveries=parts)


RESULTS = [judge_line(published_line(row), LATER, window=WINDOW) for row in PUBLISHED["inputs"]["otif_lines"]]


def line(*deliveries: tuple[int, int], ordered: int = 100, **more: object) -> OrderLine:
    """A line due on ``DUE``; deliveries are (quantity, days after it)."""
    parts = tuple(Delivery(quantity, DUE + timedelta(days)) for quantity, days in deliveries)
    values = {"order": "A", "line": 1, "requested": DUE, **more}
    return OrderLine(ordered=ordered, deliveries=parts, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("place", range(len(RESULTS)))
def test_six_lines_get_the_published_results(place: int) -> None:
    result, expected = RESULTS[place], GOLDEN["lines"][place]
    assert (result.line.order, result.line.line) == (expected["order"], expected["line"])
    assert (result.on_time, result.in_full) == (expected["on_time"], expected["in_full"])
    assert result.otif == expected["otif"]
    assert result.fill == pytest.approx(expected["fill_by_due"], abs=1e-6)


def test_lines_and_orders_give_the_published_rates_with_their_counts() -> None:
    rates = delivery_rates(RESULTS)
    assert rates.line_otif.share == pytest.approx(GOLDEN["line_otif"], abs=1e-6)
    assert rates.order_otif.share == pytest.approx(GOLDEN["order_otif"], abs=1e-6)
    assert rates.on_time.share == pytest.approx(GOLDEN["line_on_time"], abs=1e-6)
    assert rates.in_full.share == pytest.approx(GOLDEN["line_in_full"], abs=1e-6)
    assert (rates.line_otif, rates.order_otif) == (Rate(3, 6), Rate(2, 5))
    assert rates.fill == pytest.approx(3.6 / 6)


def test_too_early_fails_on_time_and_is_in_full() -> None:
    result = judge_line(line((100, -2)), LATER)
    assert (result.on_time, result.in_full, result.otif, result.fill) == (False, True, False, 0.0)


def test_two_parts_inside_the_window_pass() -> None:
    result = judge_line(line((40, -1), (60, 0)), LATER)
    assert (result.on_time, result.in_full, result.otif, result.fill) == (True, True, True, 1.0)


def test_nothing_delivered_fails_the_day_after_its_window_and_is_not_judged_before() -> None:
    assert judge_line(line(), DUE).left_out == "not_due"
    late = judge_line(line(), DUE + timedelta(1))
    assert (late.left_out, late.on_time, late.in_full, late.otif) == ("", False, False, False)


def test_a_longer_window_gives_more_time() -> None:
    in_time = line((100, 2))
    assert judge_line(in_time, LATER).otif is False
    assert judge_line(in_time, LATER, window=(-1, 2)).otif is True
    assert judge_line(line(), DUE + timedelta(2), window=(-1, 2)).left_out == "not_due"


def test_what_came_whole_before_its_day_is_judged_at_once() -> None:
    assert judge_line(line((100, -1)), DUE - timedelta(1)).otif is True


def test_a_delivery_planned_for_later_has_not_come_yet() -> None:
    assert judge_line(line((100, 0)), DUE - timedelta(1)).left_out == "not_due"


def test_a_part_on_time_is_not_in_full() -> None:
    result = judge_line(line((70, 0)), LATER)
    assert (result.on_time, result.in_full, result.otif, result.fill) == (True, False, False, 0.7)


def test_the_day_we_confirmed_may_be_kept_when_the_day_requested_was_not() -> None:
    moved = line((100, 5), confirmed=DUE + timedelta(5))
    assert judge_line(moved, LATER).otif is False
    assert judge_line(moved, LATER, basis="confirmed").otif is True
    assert judge_line(line((100, 0)), LATER, basis="confirmed").left_out == "no_date"


def test_what_the_customer_cancelled_does_not_count() -> None:
    assert judge_line(line(cancelled=100), LATER).left_out == "cancelled"
    partly = judge_line(line((60, 0), cancelled=40), LATER)
    assert (partly.otif, partly.fill) == (True, 1.0)


def test_an_order_passes_when_all_of_its_lines_do_and_waits_for_those_not_due() -> None:
    good, cancelled = line((100, 0)), line(line=2, cancelled=100)
    waiting = line(line=3, requested=LATER + timedelta(9))
    done = delivery_rates(judge_line(each, LATER) for each in (good, cancelled))
    assert (done.order_otif, done.left_out) == (Rate(1, 1), {"cancelled": 1})
    open_order = delivery_rates(judge_line(each, LATER) for each in (good, waiting))
    assert (open_order.order_otif, open_order.line_otif) == (Rate(0, 0), Rate(1, 1))
    assert open_order.left_out == {"not_due": 1}


def test_no_lines_give_no_rate() -> None:
    rates = delivery_rates([])
    assert (rates.line_otif.share, rates.order_otif.share, rates.fill) == (None, None, None)


def test_an_order_of_cancelled_lines_is_no_order() -> None:
    assert delivery_rates([judge_line(line(cancelled=100), LATER)]).order_otif == Rate(0, 0)


def test_each_delivery_mode_has_its_own_rates() -> None:
    results = [
        judge_line(line((100, 0), mode="own"), LATER),
        judge_line(line((100, 3), mode="carrier", order="B"), LATER),
    ]
    rates = rates_by_mode(results)
    assert list(rates) == ["carrier", "own"]
    assert (rates["carrier"].line_otif, rates["own"].line_otif) == (Rate(0, 1), Rate(1, 1))


lines = st.builds(
    line,
    st.tuples(st.integers(0, 120), st.integers(-4, 4)),
    st.tuples(st.integers(0, 120), st.integers(-4, 4)),
    ordered=st.integers(1, 150),
    cancelled=st.integers(0, 150),
    order=st.sampled_from("ABC"),
)


@given(st.lists(lines, max_size=8), st.integers(-5, 9))
def test_every_line_has_sane_results(order_lines: list[OrderLine], days: int) -> None:
    results = [judge_line(each, DUE + timedelta(days)) for each in order_lines]
    for result in results:
        if result.left_out:
            assert result == LineResult(result.line, result.left_out)
            continue
        assert result.fill is not None and 0 <= result.fill <= 1
        assert result.otif is (result.fill == 1)
        assert result.in_full or not result.otif
        if result.on_time and result.in_full:
            assert result.otif
    rates = delivery_rates(results)
    assert rates.line_otif.of + sum(rates.left_out.values()) == len(results)
    assert rates.line_otif.hits <= rates.in_full.hits


@given(lines, st.integers(0, 5))
def test_a_wider_window_never_makes_a_line_worse(each: OrderLine, wider: int) -> None:
    narrow, wide = judge_line(each, LATER), judge_line(each, LATER, window=(-1 - wider, wider))
    if not narrow.left_out:
        assert (wide.fill or 0) >= (narrow.fill or 0)
        assert wide.on_time or not narrow.on_time
