"""What fills a section of a dossier, and that every missing piece says exactly what it brings."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.dossier_score import SECTION_MAX_AGE, SECTION_WEIGHTS
from accounts.rules.dossier_sections import (
    AGAIN,
    BEGIN,
    FOLLOWS,
    PIECES,
    SectionFacts,
    missing_of,
    part_of,
    plan_year,
    score_of,
    section_of,
)

TODAY = dt.date(2022, 11, 14)


def missing(name: str, facts: SectionFacts) -> dict[str, float]:
    points = next(part for part in score_of({name: facts}, TODAY).sections if part.name == name)
    return {one.piece: round(one.points, 6) for one in missing_of(points, facts)}


@pytest.mark.parametrize("name", SECTION_WEIGHTS)
def test_the_pieces_of_a_section_add_up_to_its_weight(name: str) -> None:
    assert sum(PIECES[name].values()) == SECTION_WEIGHTS[name]
    assert all(FOLLOWS[piece] in PIECES[name] for piece in PIECES[name] if piece in FOLLOWS)


def test_a_full_and_fresh_dossier_has_a_hundred_points_and_nothing_is_missing() -> None:
    full = {name: SectionFacts(dict.fromkeys(pieces, 1.0), TODAY) for name, pieces in PIECES.items()}
    score = score_of(full, TODAY)
    assert score.score == pytest.approx(100)
    assert [missing_of(part, full[part.name]) for part in score.sections] == [[]] * 5


def test_an_empty_dossier_has_none_and_misses_the_beginning_of_each_section() -> None:
    score = score_of({}, TODAY)
    assert score.score == 0
    assert [part.name for part in score.next_best][:2] == ["org_decision", "general"]
    assert missing("plan", SectionFacts()) == {BEGIN: 20}


def test_a_piece_brings_its_points_and_one_half_filled_the_other_half() -> None:
    facts = SectionFacts({"rivals": 1.0, "contract_ends": 0.5, "holds": 1.0, "pace": 1.0}, TODAY)
    assert missing("competitors", facts) == {"contract_ends": 2, "moves": 2}


def test_what_says_something_of_a_missing_piece_comes_with_it() -> None:
    facts = SectionFacts({"talks": 1.0, "people_in_talks": 1.0, "contract": 1.0}, TODAY)
    assert missing("history", facts) == {"bids": 6}


def test_an_old_section_counts_half_and_asks_to_be_looked_at_again() -> None:
    old = TODAY - dt.timedelta(days=SECTION_MAX_AGE["plan"] + 1)
    facts = SectionFacts(dict.fromkeys(PIECES["plan"], 1.0), old)
    assert section_of("plan", facts, TODAY).age_days == 366
    assert missing("plan", facts) == {AGAIN: 10}


def test_what_was_checked_after_today_counts_as_checked_today() -> None:
    assert section_of("plan", SectionFacts({}, dt.date(2026, 1, 1)), TODAY).age_days == 0


@pytest.mark.parametrize(("month", "year"), [(1, 2022), (9, 2022), (10, 2023), (12, 2023)])
def test_from_october_on_the_plan_of_the_next_year_counts(month: int, year: int) -> None:
    assert plan_year(dt.date(2022, month, 1)) == year


@pytest.mark.parametrize(("have", "wanted", "part"), [(0, 0, 0), (3, 0, 0), (1, 4, 0.25), (9, 4, 1)])
def test_more_than_wanted_is_all_of_it(have: int, wanted: int, part: float) -> None:
    assert part_of(have, wanted) == part


@st.composite
def held(draw: st.DrawFn) -> tuple[str, SectionFacts]:
    name = draw(st.sampled_from(sorted(PIECES)))
    parts = draw(st.dictionaries(st.sampled_from(sorted(PIECES[name])), st.floats(0, 1)))
    checked = draw(st.none() | st.dates(dt.date(2018, 1, 1), dt.date(2023, 1, 1)))
    return name, SectionFacts(parts, checked)


@given(held())
def test_missing_pieces_together_bring_exactly_what_is_missing(found: tuple[str, SectionFacts]) -> None:
    name, facts = found
    points = next(part for part in score_of({name: facts}, TODAY).sections if part.name == name)
    pieces = missing_of(points, facts)
    assert sum(one.points for one in pieces) == pytest.approx(points.missing, abs=1e-6)
    assert [one.points for one in pieces] == sorted((one.points for one in pieces), reverse=True)
