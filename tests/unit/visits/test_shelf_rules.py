"""Who has the shelf: shares by hand."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules.shelf import OTHERS, OURS, ShelfRow, ShelfShare, is_unnamed, shelf_of


def rows(year, month, **values):
    """``ours=30, c1=50``: who sold how much in a month."""
    first = dt.date(year, month, 1)
    return [
        ShelfRow(first, None if name == "ours" else int(name[1:]), value) for name, value in values.items()
    ]


def test_a_year_is_compared_with_the_same_months_of_the_year_before():
    shelf = shelf_of(
        [
            *rows(2021, 1, ours=10, c1=30),
            *rows(2021, 2, ours=50, c1=50),  # not counted yet this year: left out
            *rows(2022, 1, ours=20, c1=20),
        ]
    )
    assert shelf is not None
    assert (shelf.first, shelf.last) == (dt.date(2022, 1, 1), dt.date(2022, 1, 1))
    assert shelf.shares == [ShelfShare(OURS, 0.5, 0.25), ShelfShare(1, 0.5, 0.75)]


def test_what_is_not_among_the_first_five_is_others_in_both_years():
    now = rows(2022, 3, ours=40, c1=10, c2=9, c3=8, c4=7, c5=6, c6=15, c7=5)
    shelf = shelf_of([*now, *rows(2021, 3, c7=1, c8=3)])
    assert shelf is not None
    assert [share.key for share in shelf.shares] == [OURS, 6, 1, 2, 3, 4, OTHERS]
    assert shelf.shares[-1] == ShelfShare(OTHERS, pytest.approx(0.11), 1.0)


def test_what_a_source_calls_others_is_one_line_with_the_suppliers_that_are_not_named():
    now = rows(2022, 3, ours=40, c1=10, c2=9, c3=8, c4=7, c5=6, c6=5, c7=15)
    shelf = shelf_of(now, unnamed={7})
    assert shelf is not None
    assert [share.key for share in shelf.shares] == [OURS, 1, 2, 3, 4, 5, OTHERS]
    assert shelf.shares[-1].now == pytest.approx(0.20)
    assert shelf.months[-1][1][OTHERS] == pytest.approx(0.20)


def test_others_alone_stay_a_line_even_where_all_suppliers_are_named():
    shelf = shelf_of(rows(2022, 3, ours=40, c1=30, c7=30), unnamed={7})
    assert shelf is not None
    assert shelf.shares[-1] == ShelfShare(OTHERS, 0.3, None)


@pytest.mark.parametrize(
    ("name", "is_rest"),
    [
        ("Other suppliers", True),
        (" OTHERS ", True),
        ("Rest", True),
        ("Otherside Spirits", False),
        ("", False),
    ],
)
def test_a_name_for_all_the_rest_is_told_from_a_suppliers(name, is_rest):
    assert is_unnamed(name) is is_rest


def test_a_year_without_counts_is_unknown_and_not_nothing():
    shelf = shelf_of(rows(2022, 3, ours=1, c1=1))
    assert shelf is not None and shelf.shares[0].before is None


def test_we_are_named_also_where_nothing_of_ours_was_counted():
    shelf = shelf_of(rows(2022, 3, c1=1))
    assert shelf is not None and shelf.shares[0] == ShelfShare(OURS, 0.0, None)


def test_months_are_twelve_calendar_months_and_gaps_stay_gaps():
    shelf = shelf_of([*rows(2022, 1, c1=1), *rows(2022, 3, ours=1, c1=3)])
    assert shelf is not None
    assert [month for month, _ in shelf.months][0] == dt.date(2021, 4, 1)
    shares = dict(shelf.months)
    assert shares[dt.date(2022, 3, 1)] == {OURS: 0.25, 1: 0.75}
    assert shares[dt.date(2022, 2, 1)] == {}


@pytest.mark.parametrize("counted", [[], rows(2022, 3, ours=0, c1=0), rows(2022, 3, ours=1, c1=-1)])
def test_nothing_counted_says_nothing(counted):
    assert shelf_of(counted) is None


@given(
    st.lists(
        st.builds(
            ShelfRow,
            st.builds(lambda month: dt.date(2022, month, 1), st.integers(1, 12)),
            st.none() | st.integers(1, 9),
            st.integers(0, 10**12),
        )
    )
)
def test_shares_of_every_month_add_up_to_one(counted):
    shelf = shelf_of(counted)
    if shelf is None:
        return
    assert sum(share.now for share in shelf.shares) == pytest.approx(1)
    for _month, shares in shelf.months:
        assert not shares or sum(shares.values()) == pytest.approx(1)
