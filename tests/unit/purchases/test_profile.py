"""How an account buys in a few figures: margin, contribution, frequency, variety."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.rules.profile import (
    contribution,
    gross_margin,
    growth,
    number_bought,
    orders_a_month,
    part_of_first,
)


def margin(net=1000, costed_net=1000, cost=600, lines=4, costed_lines=4):
    return gross_margin(net=net, costed_net=costed_net, cost=cost, lines=lines, costed_lines=costed_lines)


def test_the_margin_is_that_of_lines_with_a_cost_and_says_how_much_of_all_they_are():
    found = margin(costed_net=400, cost=300, costed_lines=1)
    assert (found.profit, found.share, found.costed_share, found.is_complete) == (100, 0.25, 0.4, False)
    whole = margin()
    assert (whole.profit, whole.share, whole.costed_share, whole.is_complete) == (400, 0.4, 1.0, True)


def test_without_any_cost_there_is_no_margin_rather_than_one_of_everything():
    assert margin(costed_net=0, cost=0, costed_lines=0) is None


def test_credits_beyond_purchases_have_a_loss_and_no_percentage():
    found = margin(net=-100, costed_net=-100, cost=-60)
    assert (found.profit, found.share, found.costed_share) == (-40, None, None)


@pytest.mark.parametrize(
    ("found", "serving", "expected"),
    [
        (margin(), {"visits": 150, "freight": 50}, 200),
        (margin(), {"visits": 500}, -100),
        (margin(), {}, None),
        (None, {"visits": 150}, None),
        (margin(costed_lines=3), {"visits": 150}, None),
    ],
)
def test_the_contribution_waits_until_cost_and_service_are_known(found, serving, expected):
    assert contribution(found, serving) == expected


@pytest.mark.parametrize(("days", "months", "rate"), [(263, 12, 263 / 12), (0, 12, 0), (5, 0, None)])
def test_orders_a_month_divide_by_the_months_that_are_known(days, months, rate):
    assert orders_a_month(days, months) == rate


@pytest.mark.parametrize(
    ("amounts", "part"), [([80, 20], 0.8), ([80, 20, -50], 0.8), ([-5, 0], None), ([], None)]
)
def test_the_part_of_the_first_leaves_credits_aside(amounts, part):
    assert part_of_first(amounts) == part


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [(120, 100, 0.2), (50, 100, -0.5), (50, 0, None), (50, -5, None), (5, None, None)],
)
def test_growth_needs_a_year_before_above_nothing(now, before, change):
    assert growth(now, before) == (None if change is None else pytest.approx(change))


@given(st.lists(st.integers(-1000, 1000), max_size=30))
def test_the_first_is_never_more_than_all_nor_less_than_its_equal_part(amounts):
    part, bought = part_of_first(amounts), number_bought(amounts)
    assert (part is None) == (bought == 0)
    if part is not None:
        assert 1 / bought - 1e-12 <= part <= 1
