"""Decision chains against published numbers, every edge case, and what must always hold."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.decision_chain import (
    ROLES,
    Person,
    capped_coverage,
    contact_spread,
    decision_chain,
    recency_weight,
)
from accounts.rules.decision_steps import NextStep, next_steps

GOLDEN = json.loads(
    (Path(__file__).parents[2] / "data/golden/decision_chain.json").read_text(encoding="utf-8")
)
PEOPLE = [
    Person(
        row["name"],
        frozenset([row["role"]]),
        row["influence"],
        row["attitude"],
        row["days_since"],
        row["interactions_180d"],
    )
    for row in GOLDEN["people"]
]


def test_six_people_give_the_published_figures() -> None:
    chain = decision_chain(PEOPLE)
    assert chain.coverage == pytest.approx(GOLDEN["coverage"], abs=1e-6)
    assert chain.coverage_capped == pytest.approx(GOLDEN["coverage_capped"], abs=1e-6)
    assert chain.support == pytest.approx(GOLDEN["support"], abs=1e-6)
    assert chain.spread.effective == pytest.approx(GOLDEN["n_eff_contacts"], abs=1e-6)
    assert chain.spread.top_share == pytest.approx(GOLDEN["top_contact_share"], abs=1e-6)
    assert (chain.spread.risk, chain.top_person) == (GOLDEN["single_thread"], "Wang")
    assert (chain.met, chain.of, chain.decider_met) == (3, 6, True)
    assert chain.missing_roles == ("initiator", "coach")
    assert chain.missing_essential == ("coach",)


def test_coverage_is_capped_while_no_decider_is_named() -> None:
    case = GOLDEN["inputs"]["without_decider"]
    assert (
        capped_coverage(case["coverage_before_cap"], case["roles"]) == GOLDEN["without_decider"]["coverage"]
    )


@pytest.mark.parametrize(
    ("roles", "capped"),
    [({"decider"}, 0.6), ({"approver"}, 0.6), ({"decider", "approver"}, 1.0), (set(), 0.6)],
)
def test_the_cap_is_lifted_by_a_decider_and_an_approver_together(roles: set[str], capped: float) -> None:
    chain = decision_chain([Person("a", frozenset(roles), 5, 1, 10)])
    assert (chain.coverage, chain.coverage_capped) == (1.0, capped)


def test_the_cap_is_lifted_by_naming_somebody_who_was_never_met() -> None:
    people = [
        Person("a", frozenset({"buyer"}), 5, days_since_contact=1),
        Person("b", frozenset({"decider", "approver"}), 1),
    ]
    assert decision_chain(people).coverage_capped == pytest.approx(5 / 6)


def test_one_contact_is_a_single_thread() -> None:
    spread = contact_spread(GOLDEN["inputs"]["one_contact"]["interactions_180d"])
    expected = GOLDEN["one_contact"]
    assert (spread.effective, spread.risk) == (expected["n_eff"], expected["risk"])


def test_no_contacts_give_coverage_0_and_a_high_risk() -> None:
    chain, expected = decision_chain([]), GOLDEN["no_contact"]
    assert (chain.coverage, chain.spread.effective) == (expected["coverage"], expected["n_eff"])
    assert chain.spread.risk == expected["risk"]
    assert (chain.support, chain.decider_met, chain.top_person) == (None, None, None)


def test_people_nobody_ever_met_are_a_high_risk_too() -> None:
    chain = decision_chain([Person("a", frozenset({"decider"}), 5)])
    assert (chain.coverage, chain.spread.risk, chain.decider_met) == (0.0, "high", False)


@pytest.mark.parametrize(("days", "weight"), [(0, 1), (90, 1), (91, 0.5), (180, 0.5), (181, 0), (None, 0)])
def test_a_talk_counts_fully_for_90_days_and_half_until_180(days: int | None, weight: float) -> None:
    assert recency_weight(days) == weight


@pytest.mark.parametrize(
    ("talks", "risk"),
    [
        ([6, 2, 2], "medium"),  # 60 % is not above 60 %
        ([61, 20, 19], "high"),
        ([1, 1], "medium"),
        ([3, 1], "high"),
        ([1, 1, 1], "low"),
        ([0, 0], "high"),
    ],
)
def test_the_risk_of_a_single_thread_turns_at_its_limits(talks: list[int], risk: str) -> None:
    assert contact_spread(talks).risk == risk


def test_an_unknown_influence_weighs_like_the_middle_of_the_scale() -> None:
    unknown = [Person("a", influence=None, days_since_contact=1), Person("b", influence=3)]
    chain = decision_chain(unknown)
    assert (chain.coverage, chain.unknown_influence) == (0.5, 1)


@pytest.mark.parametrize(
    ("attitude", "informed", "insider"), [(2, 90, True), (2, 91, False), (2, None, False), (1, 5, False)]
)
def test_an_insider_is_strongly_for_us_and_told_us_something_lately(
    attitude: int, informed: int | None, insider: bool
) -> None:
    person = Person("a", frozenset({"user"}), 2, attitude, 5, 1, informed)
    chain = decision_chain([person])
    assert chain.insiders == (("a",) if insider else ())
    assert ("coach" in chain.missing_essential) is not insider


@pytest.mark.parametrize(
    "wrong",
    [{"roles": frozenset({"boss"})}, {"influence": 0}, {"influence": 6}, {"attitude": 3}]
    + [{"interactions_180d": -1}],
)
def test_what_no_person_can_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Person("a", **wrong)  # type: ignore[arg-type]


MAP = [
    Person("Osei", frozenset({"decider"}), 5, introduced_by="Lin"),
    Person("Brandt", frozenset({"influencer"}), 4, -1, 212),
    Person("Nnamdi", frozenset({"influencer"}), 3, -1),
    Person("Ruiz", frozenset({"buyer"}), 4, 0, 6, 6),
    Person("Lin", frozenset({"coach", "influencer"}), 3, 2, 11, 2, 20),
    Person("Haverkamp", frozenset({"gatekeeper"}), 2, 1, 21, 2),
    Person("Keller", frozenset({"user"}), 2, 0, 134),
]


def test_a_chain_of_seven_says_what_to_do_most_urgent_first() -> None:
    chain = decision_chain(MAP)
    assert (chain.met, chain.of, chain.decider_met) == (3, 7, False)
    assert chain.coverage == pytest.approx(10 / 23)
    assert next_steps(MAP, chain) == [
        NextStep("decider_not_met", "Osei"),
        NextStep("way_in", "Lin", to="Osei", days=11),
        NextStep("approver_missing"),
        NextStep("losing_touch", "Brandt", days=212),
        NextStep("losing_touch", "Keller", days=134),
        NextStep("single_thread", "Ruiz", share=0.6),
    ]


def test_the_published_chain_is_held_by_one_thread() -> None:
    assert next_steps(PEOPLE) == [
        NextStep("approver_not_met", "Li", days=150),
        NextStep("possible_way_in", "Wang", to="Li", days=10),
        NextStep("single_thread", "Wang", share=0.625),
        NextStep("no_insider"),
        NextStep("losing_touch", "Zhao", days=400),
    ]


def test_a_chain_without_people_asks_for_names_only() -> None:
    assert next_steps([]) == [NextStep("nobody_named")]


def test_missing_people_are_named_before_anything_else_and_no_thread_without_talks() -> None:
    keys = [step.key for step in next_steps([Person("a", frozenset({"user"}))])]
    assert keys == ["decider_missing", "approver_missing", "buyer_missing", "no_insider"]


def test_a_decider_who_also_approves_is_asked_for_once() -> None:
    both = Person("a", frozenset({"decider", "approver"}), 5, days_since_contact=200)
    keys = [step.key for step in next_steps([both])]
    assert keys == ["decider_not_met", "buyer_missing", "no_insider"]


def test_somebody_we_lost_touch_with_is_no_way_in() -> None:
    people = [
        Person("boss", frozenset({"decider"}), 5, introduced_by="old"),
        Person("old", attitude=2, days_since_contact=200),
        Person("cool", attitude=0, days_since_contact=5),
    ]
    assert not [step for step in next_steps(people) if "way_in" in step.key]


def test_nothing_to_do_where_everyone_is_met_and_an_insider_is_there() -> None:
    roles = ["decider", "approver", "buyer"]
    people = [Person(role, frozenset({role}), 3, 2, 5, 4, 10) for role in roles]
    assert next_steps(people) == []


days = st.none() | st.integers(0, 400)
person_lists = st.lists(
    st.builds(
        Person,
        key=st.sampled_from("abcdefgh"),
        roles=st.frozensets(st.sampled_from(ROLES), max_size=3),
        influence=st.none() | st.integers(1, 5),
        attitude=st.none() | st.integers(-2, 2),
        days_since_contact=days,
        interactions_180d=st.integers(0, 50),
        days_since_information=days,
        introduced_by=st.none() | st.sampled_from("abcdefgh"),
    ),
    max_size=8,
    unique_by=lambda person: person.key,
)


@given(person_lists)
def test_every_chain_has_sane_figures(people: list[Person]) -> None:
    chain = decision_chain(people)
    assert 0 <= chain.coverage_capped <= chain.coverage <= 1
    assert chain.support is None or -1 <= chain.support <= 1
    assert 0 <= chain.spread.effective <= len(people) + 1e-9
    assert 0 <= chain.met <= chain.of == len(people)
    steps = next_steps(people)
    assert len(steps) == len(set(steps))
    assert {step.person for step in steps} | {step.to for step in steps} <= {None, *"abcdefgh"}


@given(person_lists.filter(bool), st.integers(0, 180))
def test_meeting_somebody_never_lowers_coverage(people: list[Person], earlier: int) -> None:
    last = people[0].days_since_contact
    fresher = replace(people[0], days_since_contact=earlier if last is None else min(last, earlier))
    assert decision_chain([fresher, *people[1:]]).coverage >= decision_chain(people).coverage - 1e-12
