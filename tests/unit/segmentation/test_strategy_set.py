"""All strategies together: defaults, what is refused, what changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.ninebox import DEFAULT_STRATEGIES
from segmentation.rules.quadrants import TREATMENTS
from segmentation.rules.strategy_set import (
    DEFAULT_SET,
    LIMITS,
    InvalidStrategies,
    changed_keys,
    known_keys,
    strategy_set_from,
)


def test_what_nobody_changed_is_the_products_default():
    found = strategy_set_from({})
    assert found.cells == DEFAULT_STRATEGIES and found.quadrants == TREATMENTS


def test_values_written_and_read_again_are_the_same():
    values = {**DEFAULT_SET.as_values(), "AX.credit_days": 60, "attack.store_visits": 5.5}
    found = strategy_set_from(values)
    assert found.as_values() == values
    assert list(values) == known_keys()
    assert changed_keys(DEFAULT_SET, found) == {
        "AX.credit_days": (None, 60),
        "attack.store_visits": (4, 5.5),
    }


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("AX.meetings", 32, "out_of_range"),
        ("AX.meetings", -0.1, "out_of_range"),
        ("AX.meetings", float("nan"), "no_number"),
        ("AX.meetings", "4", "no_number"),
        ("AX.meetings", True, "no_number"),
        ("AX.meetings", None, "no_number"),
        ("AX.credit_days", 30.5, "not_whole"),
        ("AX.credit_days", 366, "out_of_range"),
        ("AX.delivery_priority", 0, "out_of_range"),
        ("AX.review", "weekly", "no_review"),
        ("AX.sponsor", "yes", "no_yes_or_no"),
        ("DX.meetings", 1, "not_known"),
        ("hours_a_month", 0, "out_of_range"),
        ("minutes_a_meeting", 4, "out_of_range"),
    ],
)
def test_a_value_that_cannot_be_is_named(key, value, reason):
    with pytest.raises(InvalidStrategies) as error:
        strategy_set_from({key: value, "BX.meetings": 3})
    assert error.value.errors == {key: reason}


def test_every_mistake_is_named_at_once():
    with pytest.raises(InvalidStrategies) as error:
        strategy_set_from({"AX.meetings": 99, "monitor.store_visits": -1})
    assert set(error.value.errors) == {"AX.meetings", "monitor.store_visits"}


@given(st.sampled_from(["meetings", "extra_meetings", "store_visits"]), st.floats())
def test_a_number_is_taken_exactly_within_its_limits(field, number):
    key = f"AX.{field}" if field == "meetings" else f"attack.{field}"
    low, high = LIMITS[field]
    if low <= number <= high:
        assert strategy_set_from({key: number}).as_values()[key] == number
    else:
        with pytest.raises(InvalidStrategies):
            strategy_set_from({key: number})
