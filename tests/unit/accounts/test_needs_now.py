"""What an account needs now: one order for all, one need first, and a calm next step where nothing burns."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.needs_now import (
    AccountFacts,
    Need,
    PromiseFact,
    Tone,
    months_until,
    needs_of,
    silent_days,
)

TODAY = dt.date(2022, 7, 4)


def day(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def needs(**facts: object) -> list[Need]:
    return [one.need for one in needs_of(AccountFacts(today=TODAY, **facts))]  # type: ignore[arg-type]


def test_everything_at_once_stands_in_the_published_order() -> None:
    facts = AccountFacts(
        today=dt.date(2022, 11, 14),
        promises=[
            PromiseFact(1, dt.date(2022, 11, 11)),
            PromiseFact(2, dt.date(2022, 10, 1), broken_on=dt.date(2022, 11, 1)),
        ],
        overdue_over_60=5,
        talks_on=dt.date(2022, 11, 21),
        decider_met=False,
        stores_below=115,
        buying="at_risk",
        last_contact_on=dt.date(2022, 1, 1),
        can_fill_in=True,
    )
    assert [one.need for one in needs_of(facts)] == [
        Need.PROMISE_BROKEN,
        Need.PROMISE_LATE,
        Need.OVERDUE,
        Need.TALKS_WITHOUT_PLAN,
        Need.DECIDER_NOT_MET,
        Need.STORES_BELOW,
        Need.ORDERS_STAY_AWAY,
        Need.NO_CONTACT,
        Need.BUDGET_SEASON,
    ]
    assert [one.tone for one in needs_of(facts)][3:5] == [Tone.BURNS, Tone.WARNS]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, [Need.NOTHING]),
        ({"can_fill_in": True}, [Need.FILL_IN]),
        ({"talks_on": day(20), "can_fill_in": True}, [Need.NEXT_TALKS]),
        ({"talks_on": day(-1)}, [Need.NOTHING]),
        ({"promises": [PromiseFact(1, TODAY)]}, [Need.NOTHING]),
        ({"promises": [PromiseFact(1, day(-1))]}, [Need.PROMISE_LATE]),
        ({"promises": [PromiseFact(1, day(-90), broken_on=day(-30))]}, [Need.PROMISE_BROKEN]),
        ({"promises": [PromiseFact(1, day(-90), broken_on=day(-31))]}, [Need.NOTHING]),
        ({"overdue_over_60": 0}, [Need.NOTHING]),
        ({"overdue_over_60": -5}, [Need.NOTHING]),
        ({"overdue_over_60": 1}, [Need.OVERDUE]),
        ({"talks_on": day(7)}, [Need.TALKS_WITHOUT_PLAN]),
        ({"talks_on": TODAY}, [Need.TALKS_WITHOUT_PLAN]),
        ({"talks_on": day(8)}, [Need.NEXT_TALKS]),
        ({"talks_on": day(7), "has_plan": True}, [Need.NEXT_TALKS]),
        ({"decider_met": True}, [Need.NOTHING]),
        ({"decider_met": False}, [Need.DECIDER_NOT_MET]),
        ({"stores_below": 1}, [Need.STORES_BELOW]),
        ({"buying": "late"}, [Need.NOTHING]),
        ({"buying": "prospect"}, [Need.NOTHING]),
        ({"buying": "at_risk"}, [Need.ORDERS_STAY_AWAY]),
        ({"buying": "lost"}, [Need.ORDERS_STAY_AWAY]),
        ({"last_contact_on": day(-90)}, [Need.NOTHING]),
        ({"last_contact_on": day(-91)}, [Need.NO_CONTACT]),
        ({"contact_due_on": TODAY, "last_contact_on": day(-400)}, [Need.NOTHING]),
        ({"contact_due_on": day(-1), "last_contact_on": day(-5)}, [Need.NO_CONTACT]),
        ({"fiscal_month": 10}, [Need.BUDGET_SEASON]),
        ({"fiscal_month": 9}, [Need.BUDGET_SEASON]),
        ({"fiscal_month": 8}, [Need.BUDGET_LATE]),
        ({"fiscal_month": 7}, [Need.NOTHING]),
        ({"fiscal_month": 11}, [Need.NOTHING]),
    ],
)
def test_each_fact_makes_its_need_at_its_limit(facts: dict[str, object], expected: list[Need]) -> None:
    assert needs(**facts) == expected


@pytest.mark.parametrize(
    ("month", "need"),
    [(9, None), (10, Need.BUDGET_SEASON), (11, Need.BUDGET_SEASON), (12, Need.BUDGET_LATE), (1, None)],
)
def test_the_budget_season_is_october_and_november_where_the_budget_year_is_not_known(
    month: int, need: Need | None
) -> None:
    found = needs_of(AccountFacts(today=dt.date(2022, month, 15)))[0].need
    assert found == (need or Need.NOTHING)


def test_the_longest_late_of_two_promises_is_told_first() -> None:
    promises = [PromiseFact(1, day(-2)), PromiseFact(2, day(-9)), PromiseFact(3, day(-2))]
    found = needs_of(AccountFacts(today=TODAY, promises=promises))
    assert [(one.key, one.days) for one in found] == [(2, 9), (1, 2), (3, 2)]


@pytest.mark.parametrize(("month", "ahead"), [(8, 1), (7, 12), (6, 11), (1, 6)])
def test_months_until_a_budget_year_run_from_one_to_twelve(month: int, ahead: int) -> None:
    assert months_until(month, TODAY) == ahead


DAYS = st.integers(-400, 400).map(day)
FACTS = st.builds(
    AccountFacts,
    today=st.just(TODAY),
    promises=st.lists(
        st.builds(PromiseFact, key=st.integers(1, 9), due_on=DAYS, broken_on=st.none() | DAYS),
        max_size=5,
        unique_by=lambda one: one.key,
    ),
    overdue_over_60=st.none() | st.integers(-9, 9),
    talks_on=st.none() | DAYS,
    has_plan=st.booleans(),
    decider_met=st.none() | st.booleans(),
    stores_below=st.integers(0, 3),
    buying=st.sampled_from([None, "active", "late", "at_risk", "lost", "prospect"]),
    contact_due_on=st.none() | DAYS,
    last_contact_on=st.none() | DAYS,
    fiscal_month=st.none() | st.integers(1, 12),
    can_fill_in=st.booleans(),
)


@given(FACTS, st.randoms())
def test_exactly_one_need_is_first_and_the_order_is_total_whatever_the_facts(facts, random) -> None:
    found = needs_of(facts)
    assert found
    places = [(list(Need).index(one.need), -one.days, one.key) for one in found]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    shuffled = list(facts.promises)
    random.shuffle(shuffled)
    assert needs_of(AccountFacts(**{**facts.__dict__, "promises": shuffled})) == found
    calm = {Need.NEXT_TALKS, Need.FILL_IN, Need.NOTHING}
    assert len(found) == 1 or not calm & {one.need for one in found}


@given(FACTS)
def test_silence_is_never_negative_and_unknown_without_any_contact(facts: AccountFacts) -> None:
    found = silent_days(facts)
    assert found is None or found > 0
    if facts.contact_due_on is None and facts.last_contact_on is None:
        assert found is None
