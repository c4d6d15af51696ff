"""A day's visits: who is due, what fits, and in which order."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules.plausibility import Usual, is_far_above, usual_of
from visits.rules.route import (
    Candidate,
    DayCapacity,
    Due,
    Place,
    best_order,
    choose_day,
    distance_km,
    due_on,
    route_km,
)

ON = dt.date(2022, 11, 1)


def days_ago(days):
    return ON - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("visits_a_month", "days", "more", "reason"),
    [
        (4, 7, {}, None),  # 30.4 / 4 = 7.6 days
        (4, 8, {}, "cadence"),
        (8, 3, {}, None),
        (8, 4, {}, "cadence"),
        (0.5, 60, {}, None),
        (0.5, 61, {}, "cadence"),
        (None, 30, {}, None),
        (None, 31, {}, "cadence"),
        (0, 999, {}, None),
        (0.1, 180, {}, None),
        (1, 180, {}, "cadence"),
        (1, 181, {}, "stale"),
        (1, 200, {"is_recheck": True}, "recheck"),
        (1, 200, {"is_recheck": True, "is_flagged": True}, "flag"),
        (4, 3, {"is_flagged": True}, None),
        (4, None, {"is_flagged": True}, "never"),
        (4, None, {"promotion_on": days_ago(9)}, "promotion"),
        (
            1,
            12,
            {"promotion_on": days_ago(9)},
            "promotion",
        ),  # before its rhythm says so
        (1, 9, {"promotion_on": days_ago(9)}, None),
        (1, 40, {"promotion_on": days_ago(9)}, "promotion"),
        (1, 40, {"promotion_on": days_ago(9), "is_flagged": True}, "flag"),
        (1, 12, {"promotion_on": days_ago(-1)}, None),  # begins tomorrow
        (0, 999, {"promotion_on": days_ago(9)}, None),
    ],
)
def test_a_store_is_due_when_its_rhythm_says_so_and_its_first_reason_counts(
    visits_a_month, days, more, reason
):
    last = None if days is None else days_ago(days)
    due = due_on(Candidate(1, visits_a_month=visits_a_month, last_on=last, **more), ON)
    assert (due.reason if due else None) == reason


def test_days_late_are_counted_from_the_rhythm():
    assert due_on(Candidate(1, visits_a_month=4, last_on=days_ago(10)), ON).days_late == pytest.approx(2.4)


def test_a_degree_of_latitude_is_111_kilometres_and_an_unknown_leg_eight():
    assert distance_km(Place(41, -93), Place(42, -93)) == pytest.approx(111.19, abs=0.01)
    assert distance_km(Place(41, -93), Place()) == 8.0


def test_crossing_ways_are_untangled():
    corners = [Place(0, 0), Place(0.1, 0.1), Place(0.1, 0), Place(0, 0.1)]
    order = best_order(corners)
    assert order[0] == 0
    assert route_km([corners[i] for i in order]) == pytest.approx(3 * 11.119, abs=0.01)


def test_what_brings_most_for_its_minutes_comes_first_and_the_day_ends_after_eight_hours():
    near, far = Place(41.6, -93.6), Place(43.6, -93.6)  # 222 km: more than five hours
    due = [Due(Candidate(n, near, size=n), "cadence", 0) for n in range(1, 40)]
    due += [Due(Candidate(100, near, size=2), "flag", 0), Due(Candidate(101, far, size=1), "flag", 0)]
    chosen = [item.candidate.store for item in choose_day(due, DayCapacity())]
    assert chosen[0] == 100
    assert chosen[1:3] == [39, 38]
    assert 101 not in chosen
    assert len(chosen) == 24  # 24 × 20 minutes


def test_stops_planned_already_take_their_part_of_the_day():
    due = [Due(Candidate(n, Place(41.6, -93.6)), "cadence", 0) for n in range(40)]
    assert len(choose_day(due, DayCapacity(), [Place(41.6, -93.6)] * 20)) == 4
    assert len(choose_day(due, DayCapacity(minutes=9999), [], most=30)) == 30


places = st.builds(Place, st.floats(41, 43), st.floats(-95, -91)) | st.just(Place())
candidates = st.builds(
    Candidate,
    st.integers(1, 10_000),
    places,
    st.sampled_from([None, 0.5, 1, 4, 8]),
    st.none() | st.integers(0, 400).map(days_ago),
    st.booleans(),
    st.booleans(),
    st.integers(0, 10**12),
    st.none() | st.integers(-3, 400).map(days_ago),
)


@given(st.lists(places, max_size=9))
def test_the_order_takes_every_stop_once_begins_with_the_first_and_is_never_longer(stops):
    order = best_order(stops)
    assert sorted(order) == list(range(len(stops)))
    assert not order or order[0] == 0
    assert route_km([stops[i] for i in order]) <= route_km(stops) + 1e-6
    assert order == best_order(stops)


@given(st.lists(candidates, max_size=25, unique_by=lambda one: one.store))
def test_a_day_takes_due_stores_once_within_its_hours_whatever_their_order(stores):
    capacity = DayCapacity(minutes=240)
    due = [item for one in stores if (item := due_on(one, ON))]
    chosen = choose_day(due, capacity)
    ids = [item.candidate.store for item in chosen]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= {item.candidate.store for item in due}
    assert len(ids) * capacity.minutes_a_visit <= capacity.minutes
    assert ids == [item.candidate.store for item in choose_day(due[::-1], capacity)]
    assert bool(ids) == bool(due)


@given(st.lists(st.integers(0, 10**6), max_size=20), st.integers(0, 10**8))
def test_only_more_than_four_times_the_usual_is_asked_about(counts, total):
    usual = usual_of(counts)
    assert (usual is None) == (len(counts) < 3)
    if usual:
        assert usual.low <= usual.middle <= usual.high
        assert is_far_above(total, usual) == (usual.middle > 0 and total > 4 * usual.middle)
    assert not is_far_above(total, None)


def test_what_is_usual_comes_from_the_twelve_newest_counts():
    assert usual_of([1, 2, 3, *[4] * 9, 1_000]) == Usual(1, 4, 4)
