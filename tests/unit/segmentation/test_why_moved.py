"""Why something moved: the input that was enough for it, or the line that moved."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.quadrants import POOL
from segmentation.rules.why_moved import (
    CRITERIA,
    HELD,
    LARGE_LINE,
    MARKET_SHARE,
    MEASURED,
    MONTHS,
    NOT_MEASURED,
    POTENTIAL,
    SHARE,
    VALUE,
    VALUE_LINE,
    VARIATION,
    Standing,
    class_causes,
    quadrant_causes,
    relative_change,
)

DEFENDED = Standing("defend", potential=1_000, large_from=900, share=0.35, market_share=0.30)


@pytest.mark.parametrize(
    ("after", "causes"),
    [
        (replace(DEFENDED), []),
        (replace(DEFENDED, quadrant="attack", share=0.20), [SHARE]),
        (replace(DEFENDED, quadrant="attack", market_share=0.40), [MARKET_SHARE]),
        (replace(DEFENDED, quadrant="attack", share=0.29, market_share=0.36), [SHARE, MARKET_SHARE]),
        (replace(DEFENDED, quadrant="attack", share=0.32, market_share=0.33), [SHARE, MARKET_SHARE]),
        (replace(DEFENDED, quadrant="maintain", potential=800), [POTENTIAL]),
        (replace(DEFENDED, quadrant="maintain", large_from=1_100), [LARGE_LINE]),
        (replace(DEFENDED, quadrant="monitor", potential=800, share=0.1), [POTENTIAL, SHARE]),
        (replace(DEFENDED, quadrant="explore", share=None), [NOT_MEASURED]),
        (replace(DEFENDED, quadrant="attack"), [HELD]),
    ],
    ids=[
        "stayed", "share fell", "market rose", "each was enough", "only both together", "buys less",
        "line rose", "both axes", "not measured", "nothing explains it",
    ],
)  # fmt: skip
def test_what_decided_between_quadrants(after: Standing, causes: list[str]) -> None:
    assert quadrant_causes(DEFENDED, after) == causes


def test_what_was_not_measured_and_is_now_is_told_as_that() -> None:
    before = replace(DEFENDED, quadrant="explore", share=None)
    assert quadrant_causes(before, replace(DEFENDED, quadrant="attack", share=0.1)) == [MEASURED]


def test_other_criteria_are_told_where_a_line_moved_or_nothing_else_explains_it() -> None:
    moved = replace(DEFENDED, quadrant="maintain", large_from=1_100)
    assert quadrant_causes(DEFENDED, moved, criteria_changed=True) == [LARGE_LINE, CRITERIA]
    assert quadrant_causes(DEFENDED, replace(DEFENDED, quadrant="attack"), criteria_changed=True) == [
        CRITERIA
    ]
    fell = replace(DEFENDED, quadrant="attack", share=0.2)
    assert quadrant_causes(DEFENDED, fell, criteria_changed=True) == [SHARE]


def test_a_line_that_nobody_kept_leaves_the_account_as_the_cause() -> None:
    before, after = (
        replace(DEFENDED, large_from=None),
        replace(DEFENDED, quadrant="maintain", large_from=None),
    )
    assert quadrant_causes(before, after) == [POTENTIAL]


CLASSED = Standing("defend", abc="A", value=500, value_lines=(400, 100), xyz="X", variation=0.4)


@pytest.mark.parametrize(
    ("after", "causes"),
    [
        (replace(CLASSED), []),
        (replace(CLASSED, abc="B", value=300), [VALUE]),
        (replace(CLASSED, abc="B", value_lines=(600, 100)), [VALUE_LINE]),
        (replace(CLASSED, abc="C", value=50), [VALUE]),
        (replace(CLASSED, xyz="Y", variation=0.7), [VARIATION]),
        (replace(CLASSED, xyz="N", variation=None), [MONTHS]),
        (replace(CLASSED, abc="B", value=300, xyz="Y", variation=0.7), [VALUE, VARIATION]),
    ],
)
def test_what_decided_between_classes(after: Standing, causes: list[str]) -> None:
    assert class_causes(CLASSED, after) == causes


@given(
    st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**9)
)  # fmt: skip
def test_a_crossing_always_has_a_cause_and_it_is_never_the_one_that_stayed(
    value: int, line: int, later_value: int, later_line: int
) -> None:
    def standing(potential: int, large_from: int) -> Standing:
        quadrant = "attack" if potential >= large_from else "monitor"
        return Standing(quadrant, potential, large_from, 0.1, 0.3)

    before, after = standing(value, line), standing(later_value, later_line)
    causes = quadrant_causes(before, after)
    assert bool(causes) == ((before.quadrant in POOL) != (after.quadrant in POOL))
    if value == later_value:
        assert POTENTIAL not in causes
    if line == later_line:
        assert LARGE_LINE not in causes


def test_a_change_is_relative_to_what_was() -> None:
    assert relative_change(100, 90) == pytest.approx(-0.1)
    assert relative_change(None, 90) is None
    assert relative_change(0, 90) is None
