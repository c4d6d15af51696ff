"""Which pace the rules suggest, and that they always say why."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.pace import HOLD, PAUSE, PUSH, Standing, Suggestion, suggest_pace

TODAY = dt.date(2022, 11, 14)


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing("offered", decider_met=False), Suggestion(PUSH, "decider_not_met")),
        (Standing("negotiating", decider_met=None), Suggestion(PUSH, "decider_unknown")),
        (Standing("trial", decider_met=True), Suggestion(PUSH, "closing")),
        # What they are about to close weighs more than the contract they have.
        (Standing("negotiating", True, day(300)), Suggestion(PUSH, "closing")),
        (Standing("supplies", contract_ends_on=day(91)), Suggestion(HOLD, "locked", day(1))),
        (Standing("supplies", contract_ends_on=day(90)), Suggestion(PUSH, "contract_ends")),
        (Standing("supplies", contract_ends_on=TODAY), Suggestion(PUSH, "contract_ends")),
        (Standing("supplies", contract_ends_on=day(-1)), Suggestion(PUSH, "contract_over")),
        (Standing("supplies"), None),
        (Standing("presented", contract_ends_on=day(-1)), Suggestion(HOLD, "presented")),
        (Standing("presented"), Suggestion(HOLD, "presented")),
        (Standing("contact", last_move_on=day(-90)), Suggestion(HOLD, "early")),
        (Standing("contact", last_move_on=day(-91)), Suggestion(PAUSE, "quiet")),
        (Standing("watching"), Suggestion(PAUSE, "quiet")),
    ],
)
def test_the_first_rule_that_fits_speaks(standing, expected):
    assert suggest_pace(standing, TODAY) == expected


@given(end=st.dates(TODAY, dt.date(2030, 1, 1)))
def test_a_locked_customer_is_held_exactly_until_90_days_before_the_end(end):
    found = suggest_pace(Standing("supplies", contract_ends_on=end), TODAY)
    assert found is not None
    if (end - TODAY).days > 90:
        assert found.pace == HOLD and found.until is not None
        assert (end - found.until).days == 90
        on_that_day = suggest_pace(Standing("supplies", contract_ends_on=end), found.until)
        assert on_that_day == Suggestion(PUSH, "contract_ends")
    else:
        assert found == Suggestion(PUSH, "contract_ends")
