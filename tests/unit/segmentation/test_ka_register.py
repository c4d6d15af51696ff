"""Terms of the register, tenure, small accounts that rise, and what the ledger says of solvency."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.ka_register import (
    Membership,
    Term,
    memberships,
    overlaps,
    shown_membership,
    tenure_end,
)
from segmentation.rules.ka_rising import rising
from segmentation.rules.solvency import ledger_view

Y21, Y22, Y23 = (dt.date(year, 1, 1) for year in (2021, 2022, 2023))


def test_terms_without_a_gap_are_one_membership():
    terms = [Term(Y22, Y23), Term(Y21, Y22), Term(Y23, None)]
    assert memberships(terms) == [Membership(Y21, None)]


def test_a_gap_ends_a_membership_and_a_term_that_never_began_is_nothing():
    terms = [Term(Y21, Y22), Term(Y22, Y22), Term(Y23, None)]
    assert memberships(terms) == [Membership(Y21, Y22), Membership(Y23, None)]


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (dt.date(2020, 1, 1), Membership(Y21, Y22)),
        (Y21, Membership(Y21, Y22)),
        (Y22, Membership(Y23, None)),  # the first day after it
        (Y23, Membership(Y23, None)),
    ],
)
def test_what_is_shown_is_the_membership_of_the_day_or_the_next(day, shown):
    assert shown_membership([Term(Y21, Y22), Term(Y23, None)], day) == shown


def test_who_left_for_good_is_shown_no_more():
    assert shown_membership([Term(Y21, Y22)], Y22) is None


days = st.dates(dt.date(2020, 1, 1), dt.date(2025, 1, 1))


@given(st.lists(st.tuples(days, st.integers(0, 400)), max_size=6))
def test_terms_one_after_the_other_never_overlap_and_an_open_one_before_others_does(parts):
    start, terms = dt.date(2020, 1, 1), []
    for _day, length in parts:
        end = start + dt.timedelta(days=length)
        terms.append(Term(start, end))
        start = end
    assert overlaps(terms) == 0
    real = [term for term in terms if term.to_on != term.from_on]
    assert overlaps([*terms, Term(dt.date(2019, 1, 1), None)]) == (1 if real else 0)


@given(days, st.integers(0, 120))
def test_a_tenure_ends_after_its_months_or_there_is_none(day, months):
    end = tenure_end(day, months)
    assert (end is None) == (months == 0)
    assert end is None or end > day


def test_a_small_account_rises_by_half_in_steady_months():
    flat = [10.0] * 12
    doubled = [10.0] * 6 + [20.0] * 6
    burst = [10.0] * 6 + [0.0] * 5 + [500.0]
    new = [0.0] * 6 + [20.0] * 6
    months = np.array([flat, doubled, burst, new, doubled, doubled])
    listed = np.array([False, False, False, False, True, False])
    potential = np.array([20.0, 20.0, 20.0, 20.0, 20.0, 90.0])
    assert rising(months, listed, potential).tolist() == [False, True, False, False, False, False]


def test_exactly_half_as_much_again_counts_and_an_empty_company_has_nobody():
    months = np.array([[10.0] * 6 + [15.0] * 6])
    nobody = np.array([False])
    assert rising(months, nobody, np.array([np.nan])).tolist() == [True]
    assert rising(np.zeros((0, 12)), np.zeros(0, dtype=bool), np.zeros(0)).tolist() == []
    assert rising(np.zeros((1, 1)), nobody, np.zeros(1)).tolist() == [False]


@pytest.mark.parametrize(
    ("owed", "late", "limit", "passes"),
    [
        (None, 0, None, None),  # no ledger: it says nothing
        (0, 0, 100, True),
        (1000, 100, None, True),  # exactly a tenth
        (1000, 101, None, False),
        (1000, 0, 1000, True),
        (1001, 0, 1000, False),
        (-50, 0, 0, True),  # they have money to get
    ],
)
def test_the_ledger_speaks_against_solvency_when_late_or_over_the_limit(owed, late, limit, passes):
    assert ledger_view(owed=owed, long_overdue=late, limit=limit).passes is passes
