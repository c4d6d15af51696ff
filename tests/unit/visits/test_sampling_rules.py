"""Chance draws the stores, the same chance every time the same ones."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules.sampling import Drawable, draw, spread

pools = st.lists(
    st.builds(
        Drawable,
        store=st.integers(1, 10_000),
        person=st.integers(1, 5),
        size=st.none() | st.floats(0, 1e9),
        rests=st.booleans(),
    ),
    unique_by=lambda one: one.store,
    max_size=60,
)


@given(pools, st.integers(0, 2**62), st.integers(1, 8), st.booleans(), st.randoms())
def test_a_draw_takes_of_everybody_what_is_there_and_nothing_that_rests(pool, seed, most, by_size, chance):
    strata = draw(pool, seed=seed, per_person=most, by_size=by_size)
    assert [row.person for row in strata] == sorted({one.person for one in pool})
    known = {one.store: one for one in pool}
    for row in strata:
        own = [one for one in pool if one.person == row.person]
        free = [one for one in own if not one.rests]
        assert (row.stores, row.resting) == (len(own), len(own) - len(free))
        assert len(set(row.drawn)) == len(row.drawn) == min(most, len(free))
        assert all(known[store].person == row.person and not known[store].rests for store in row.drawn)
    mixed = list(pool)
    chance.shuffle(mixed)
    assert draw(mixed, seed=seed, per_person=most, by_size=by_size) == strata


@given(pools, st.integers(0, 2**62), st.integers(1, 8))
def test_a_store_that_goes_away_moves_nobody_else_out(pool, seed, most):
    for row in draw(pool, seed=seed, per_person=most):
        rest = [one for one in pool if one.store not in row.drawn[:1]]
        after = {one.person: one.drawn for one in draw(rest, seed=seed, per_person=most)}
        assert set(row.drawn[1:]) <= set(after.get(row.person, ()))


def test_every_store_is_drawn_about_equally_often():
    pool = [Drawable(store, 1, size=10 ** (store % 4)) for store in range(1, 21)]
    found = Counter(store for seed in range(4000) for store in draw(pool, seed=seed, per_person=5)[0].drawn)
    assert min(found.values()) > 880 and max(found.values()) < 1120  # 1000 each, 4 standard deviations


def test_large_stores_are_drawn_more_often_when_asked_and_unknown_ones_as_the_middle():
    pool = [Drawable(1, 1, 300.0), Drawable(2, 1, 100.0), Drawable(3, 1, 100.0), Drawable(4, 1, None)]
    found = Counter(draw(pool, seed=seed, per_person=1, by_size=True)[0].drawn[0] for seed in range(6000))
    for store, expected in ((1, 3000), (2, 1000), (3, 1000), (4, 1000)):
        assert found[store] == pytest.approx(expected, abs=160)


@given(st.integers(0, 80), st.integers(1, 20))
def test_visits_lie_evenly_over_the_days(count, days):
    places = spread(count, days)
    assert places == sorted(places) and all(0 <= day < days for day in places)
    a_day = Counter(places)
    assert max(a_day.values(), default=0) - (min(a_day.values()) if len(a_day) == days else 0) <= 1
