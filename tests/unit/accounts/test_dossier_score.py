"""The dossier score against published numbers, every edge case, and what must always hold."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.dossier_score import (
    SECTION_MAX_AGE,
    SECTION_WEIGHTS,
    Section,
    default_section,
    dossier_score,
    freshness,
    level,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "data/golden/dossier.json").read_text(encoding="utf-8"))
SECTIONS = [
    Section(row["section"], row["filled"], row["age_days"], row["weight"], row["max_age"])
    for row in GOLDEN["sections"]
]


def test_five_sections_give_the_published_score() -> None:
    result = dossier_score(SECTIONS)
    assert result.score == pytest.approx(GOLDEN["score"], abs=1e-6)
    assert result.level == GOLDEN["level"]
    for part, row in zip(result.sections, GOLDEN["sections"], strict=True):
        assert (part.name, part.freshness) == (row["section"], row["freshness"])
        assert part.points == pytest.approx(row["points"], abs=1e-6)
    assert [(part.name, part.missing) for part in result.next_best] == [
        (name, pytest.approx(missing, abs=1e-6)) for name, missing in GOLDEN["next_best"]
    ]


def test_the_product_s_own_weights_and_ages_are_the_published_ones() -> None:
    assert {row["section"]: row["weight"] for row in GOLDEN["sections"]} == SECTION_WEIGHTS
    assert {row["section"]: row["max_age"] for row in GOLDEN["sections"]} == SECTION_MAX_AGE
    named = [default_section(s.name, s.filled, s.age_days) for s in SECTIONS]
    assert dossier_score(named) == dossier_score(SECTIONS)


def test_a_section_that_does_not_apply_leaves_its_points_to_the_others() -> None:
    parts = [default_section("competitors", 0, None, applicable=False)]
    parts += [default_section(name, 1, 0) for name in SECTION_WEIGHTS if name != "competitors"]
    result = dossier_score(parts)
    assert (result.score, result.level, result.next_best) == (pytest.approx(100), "green", ())
    assert {part.name: part.weight for part in result.sections}["org_decision"] == pytest.approx(2500 / 85)


def test_no_applicable_section_gives_no_score() -> None:
    result = dossier_score([default_section("plan", 1, 0, applicable=False)])
    assert (result.score, result.level) == (None, "")


@pytest.mark.parametrize(("age", "value"), [(0, 1), (90, 1), (91, 0.5), (180, 0.5), (181, 0), (None, 0)])
def test_a_section_is_fresh_until_its_age_and_half_until_twice(age: int | None, value: float) -> None:
    assert freshness(age, 90) == value


@pytest.mark.parametrize(
    ("score", "name"), [(0, "red"), (49.99, "red"), (50, "amber"), (79.99, "amber"), (80, "green")]
)
def test_the_level_turns_at_50_and_80(score: float, name: str) -> None:
    assert level(score) == name


def test_a_renormalised_score_on_a_limit_is_not_missed_by_a_float() -> None:
    third = Section("a", 0.8, 0, 1 / 3, 10)
    assert dossier_score([third] * 3).level == "green"


@pytest.mark.parametrize("wrong", [{"filled": 1.1}, {"filled": -0.1}, {"weight": 0}, {"max_age": 0}])
def test_a_section_that_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    values = {"filled": 1.0, "age_days": 0, "weight": 20, "max_age": 90, **wrong}
    with pytest.raises(ValueError):
        Section("a", **values)  # type: ignore[arg-type]


section_lists = st.lists(
    st.builds(
        Section,
        name=st.sampled_from("abc"),
        filled=st.floats(0, 1),
        age_days=st.none() | st.integers(0, 1000),
        weight=st.integers(1, 100),
        max_age=st.integers(1, 400),
        applicable=st.booleans(),
    ),
    max_size=6,
)


@given(section_lists)
def test_a_score_lies_between_0_and_100_and_what_is_missing_makes_it_100(sections: list[Section]) -> None:
    result = dossier_score(sections)
    if result.score is None:
        assert not any(section.applicable for section in sections)
        return
    assert 0 <= result.score <= 100
    assert result.score + sum(part.missing for part in result.next_best) == pytest.approx(100)
    missing = [part.missing for part in result.next_best]
    assert missing == pytest.approx(sorted(missing, reverse=True))
