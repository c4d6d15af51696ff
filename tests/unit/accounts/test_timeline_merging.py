"""Pages of a merged timeline: nothing is left out, nothing stands twice, whatever the page size."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.timeline import Before, TimelineEntry, entry_key, merged

FIRST = dt.date(2022, 1, 1)


def entry(strand, day, number):
    on = FIRST + dt.timedelta(days=day)
    return TimelineEntry(on=on, kind=strand, icon="", title="", key=entry_key(strand, number))


def reader(entries):
    """A source as rooms write them: newest first, only what comes after the place, bounded."""
    ordered = sorted(entries, key=lambda one: one.order, reverse=True)

    def read(before, limit):
        return [one for one in ordered if before is None or before.holds(*one.order)][:limit]

    return read


histories = st.lists(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(1, 10**9)), unique_by=lambda pair: pair[1], max_size=25
    ),
    min_size=1,
    max_size=5,
)


@given(histories, st.integers(1, 9))
def test_pages_follow_each_other_without_gaps_or_repeats(histories, size):
    sources, everything = [], []
    for number, pairs in enumerate(histories):
        own = [entry("abcde"[number], day, pk) for day, pk in pairs]
        sources.append(reader(own))
        everything += own
    seen, before = [], None
    for _turn in range(len(everything) + 1):
        page, following = merged([read(before, size + 1) for read in sources], size)
        seen += page
        if following is None:
            break
        assert len(page) == size
        before = Before.parse(str(following))
    assert seen == sorted(everything, key=lambda one: one.order, reverse=True)


@pytest.mark.parametrize(
    "text", ["", "2022-13-01~a:000000000001", "2022-01-01~a:1", "2022-01-01", "2022-01-01~a'b:000000000001"]
)
def test_a_place_that_is_none_is_refused(text):
    with pytest.raises(ValueError):
        Before.parse(text)
