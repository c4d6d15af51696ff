"""Key accounts: the published examples, edge cases, hysteresis, cap, nominations, and what always holds."""

import dataclasses
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ka_crm.criteria.rules.settings import CriteriaSettings, ScoreWeights, settings_from
from segmentation.rules.ka_candidates import AccountNumbers, candidates_from, company_margin, unknown_facts
from segmentation.rules.ka_length import nominations_allowed
from segmentation.rules.ka_scores import SUB_SCORES, SubScores, percentile_ranks, profit_shares, scores
from segmentation.rules.ka_selection import (
    NO,
    NOMINATED,
    SCORE,
    TENURE,
    TYPE,
    Candidates,
    Selection,
    select,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "data/golden/ka_criteria.json").read_text(encoding="utf-8"))
PEOPLE = GOLDEN["candidates"]
BY_SCORE = dataclasses.replace(CriteriaSettings(), ka_rank_by=SCORE, gate_unknown="fail")
SIMPLE = CriteriaSettings()
NAN = float("nan")
PLAIN = {
    "potential": 80.0, "gross_profit": 80.0, "gap": 50.0, "regularity": 50.0, "strategic": 50.0,
    "gp_share": 0.01, "margin": 0.2, "p": [2, 2, 2], "approved_budget": False, "purchases": True,
    "image": False, "expert": False,
}  # fmt: skip


def candidates(people: list[dict[str, Any]]) -> Candidates:
    """Candidates from dictionaries in the form of the published examples."""

    def column(name: str, default: Any = False) -> Any:
        return np.array([one.get(name, default) for one in people])

    three = np.array([one["p"] for one in people], dtype=np.float64).reshape(-1, 3)
    return Candidates(
        code=np.array([f"C{number:06}" for number in range(len(people))]),
        value=np.array([one.get("value", one["potential"]) for one in people], dtype=np.float64),
        subs=SubScores(**{name: column(name).astype(np.float64) for name in SUB_SCORES}),
        profit_share=column("gp_share").astype(np.float64),
        margin=column("margin").astype(np.float64),
        need=three[:, 0], solvency=three[:, 1], decision_power=three[:, 2],
        buys=column("purchases"), approved_budget=column("approved_budget"),
        image=column("image"), expert=column("expert"),
        already=column("already"), protected=column("protected"), veto=column("veto"),
        nominated=column("nominated", True),
    )  # fmt: skip


def one(settings: CriteriaSettings = BY_SCORE, **changed: Any) -> Selection:
    return select(candidates([{**PLAIN, **changed}]), settings)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("already", [False, True])
def test_the_published_examples_come_out_exactly(name, already):
    wanted = GOLDEN["expected"][name]
    found = select(candidates([{**PEOPLE[name], "already": already}]), BY_SCORE)
    told = found.explanation(0)
    assert sorted(told["types"]) == sorted(wanted["types"])
    assert told["score"] == pytest.approx(wanted["score"], abs=1e-6)
    assert told["contributions"] == pytest.approx(wanted["contributions"], abs=1e-6)
    assert told["failed"] == wanted["failed"]
    assert told["decision"] == wanted["ka_if_already" if already else "ka_if_new"]
    for gate, failure in (("three_p", "3P"), ("margin_gate", "margin"), ("size_gate", "size")):
        assert (failure not in told["failed"]) == wanted[gate]


@pytest.mark.parametrize("case", GOLDEN["hysteresis_cases"])
def test_it_takes_more_to_enter_than_to_stay(case):
    given_ = GOLDEN["inputs"]["hysteresis_cases"][case]
    same = dict.fromkeys(SUB_SCORES, float(given_["score"]))
    found = one(**same, gp_share=0.2, already=given_["already"])
    assert (found.decision[0] == SCORE) is GOLDEN["hysteresis_cases"][case]


@pytest.mark.parametrize("element", [0, 1, 2])
def test_an_unknown_element_of_the_3p_follows_its_setting(element):
    three = [2.0, 2.0, 2.0]
    three[element] = NAN
    assert one(p=three).failed_of(0) == ["3P"]
    kind = dataclasses.replace(BY_SCORE, gate_unknown="provisional")
    found = one(kind, p=three)
    assert found.failed_of(0) == [] and found.provisional[0]
    three[element] = 0.0
    assert one(kind, p=three).failed_of(0) == ["3P"]


def test_without_purchases_the_score_is_made_of_potential_gap_and_strategic_only():
    found = one(purchases=False, approved_budget=True, potential=90, gap=30, strategic=60)
    assert found.scores.score[0] == pytest.approx((0.4 * 90 + 0.15 * 30 + 0.1 * 60) / 0.65)
    assert list(found.explanation(0)["contributions"]) == ["potential", "gap", "strategic"]


@pytest.mark.parametrize("profits", [[-5.0, 3.0], [0.0, 0.0], [NAN, NAN]])
def test_a_company_without_profit_has_no_account_of_the_profit_type(profits):
    assert np.isnan(profit_shares(np.array(profits))).all()
    assert "profit" not in one(gp_share=NAN).types_of(0)


def test_what_is_not_known_takes_no_part_in_the_score():
    found = one(gross_profit=NAN, regularity=NAN, strategic=NAN, potential=90, gap=40)
    assert found.scores.score[0] == pytest.approx((0.4 * 90 + 0.15 * 40) / 0.55)
    nothing = one(**dict.fromkeys(SUB_SCORES, NAN))
    assert nothing.explanation(0)["score"] is None
    assert nothing.decision[0] == NO


def test_the_margin_gate_is_left_out_where_no_cost_is_known_at_all():
    alone = one(margin=NAN)
    assert not alone.margin_applies and "margin" not in alone.failed_of(0)
    among = select(candidates([{**PLAIN, "margin": NAN}, PLAIN]), BY_SCORE)
    assert among.margin_applies and among.failed_of(0) == ["margin"]


def test_a_floor_that_follows_the_company_is_its_margin_less_five_points():
    kind = settings_from({**BY_SCORE.as_json(), "margin_floor": "company_minus_5pp"})
    pair = candidates([{**PLAIN, "margin": 0.15}, {**PLAIN, "margin": 0.149}])
    found = select(pair, kind, company_margin=0.20)
    assert [found.failed_of(0), found.failed_of(1)] == [[], ["margin"]]


def test_the_simple_way_lists_by_type_and_gates_and_ranks_by_potential():
    people = [{**PLAIN, "value": 10}, {**PLAIN, "value": 30, **dict.fromkeys(("gap", "strategic"), 0)}]
    found = select(candidates(people), SIMPLE)
    assert found.decision.tolist() == [TYPE, TYPE]
    assert found.rank.tolist() == [2, 1]


def test_in_the_simple_way_a_member_keeps_its_type_a_little_longer():
    assert one(SIMPLE, potential=55.0).decision[0] == NO
    assert one(SIMPLE, potential=55.0, already=True).decision[0] == TYPE
    assert one(SIMPLE, potential=49.0, already=True).decision[0] == NO


def test_the_cap_keeps_the_largest_and_says_so_to_the_others():
    kind = dataclasses.replace(SIMPLE, list_cap=2)
    found = select(candidates([{**PLAIN, "value": value} for value in (5, 9, 7)]), kind)
    assert found.listed.tolist() == [False, True, True]
    assert found.left_out.tolist() == ["cap", "", ""]


def test_without_a_length_of_its_own_the_list_takes_nine_for_each_kam():
    people = candidates([PLAIN] * 30)
    assert select(people, SIMPLE, kams=2).listed.sum() == 18
    assert select(people, SIMPLE).listed.sum() == 30


def test_nominations_are_at_most_their_part_of_the_list():
    leader = {**PLAIN, "potential": 50.0, "image": True}
    found = select(candidates([PLAIN] * 18 + [leader] * 4), SIMPLE)
    assert found.listed.sum() == 20 and found.listed[18:].sum() == 2
    assert found.left_out[20:].tolist() == ["nominations"] * 2
    assert select(candidates([PLAIN] * 18 + [{**leader, "nominated": False}]), SIMPLE).decision[18] == NO


def test_a_member_in_its_first_year_stays_unless_it_is_vetoed():
    weak = {"potential": 10.0, "gross_profit": 10.0, "already": True, "protected": True}
    assert one(SIMPLE, **weak).decision[0] == TENURE
    vetoed = one(SIMPLE, **weak, veto=True)
    assert vetoed.decision[0] == NO and vetoed.failed_of(0)[0] == "veto" and not vetoed.listed[0]


def test_a_nomination_does_not_pass_a_gate():
    found = one(SIMPLE, potential=50.0, image=True, margin=0.02)
    assert found.decision[0] == NO and found.failed_of(0) == ["margin"]
    assert one(SIMPLE, potential=50.0, image=True).decision[0] == NOMINATED


def test_a_type_that_is_switched_off_is_no_reason():
    kind = dataclasses.replace(SIMPLE, ka_types=("profit",))
    assert one(kind).failed_of(0) == ["type"]


@pytest.mark.parametrize(
    ("values", "ranks"),
    [([7.0], [50.0]), ([1, 2], [25, 75]), ([5, 5, 9, NAN], [100 / 3, 100 / 3, 250 / 3, NAN]), ([], [])],
)
def test_a_percentile_rank_shares_ties_and_leaves_out_what_is_unknown(values, ranks):
    assert percentile_ranks(np.array(values, dtype=np.float64)) == pytest.approx(ranks, nan_ok=True)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_percentile_ranks_have_the_mean_50_and_keep_the_order(values):
    found = percentile_ranks(np.array(values, dtype=np.float64))
    assert found.mean() == pytest.approx(50)
    assert (np.diff(found[np.argsort(values, kind="stable")]) >= 0).all()


numbers = st.one_of(st.just(NAN), st.integers(0, 100).map(float))
person = st.fixed_dictionaries(
    {
        **dict.fromkeys(SUB_SCORES, numbers),
        "gp_share": st.sampled_from([NAN, 0.0, 0.1, 0.5]),
        "margin": st.sampled_from([NAN, 0.05, 0.1, 0.4]),
        "p": st.lists(st.sampled_from([NAN, 0.0, 1.0, 2.0]), min_size=3, max_size=3),
        **dict.fromkeys(
            ("approved_budget", "purchases", "image", "expert", "already", "protected", "veto", "nominated"),
            st.booleans(),
        ),
    }
)


@given(
    st.lists(person, min_size=1, max_size=40),
    st.sampled_from([SIMPLE, BY_SCORE]),
    st.one_of(st.none(), st.integers(1, 20)),
)
def test_nobody_is_listed_who_fails_and_the_list_keeps_its_cap(people, kind, cap):
    settings = dataclasses.replace(kind, list_cap=cap)
    found = select(candidates(people), settings)
    tenured = found.decision == TENURE
    assert not (found.listed & found.failed.any(axis=1) & ~tenured).any()
    assert not (found.listed & found.failed[:, 0]).any()
    if cap is not None:
        assert (found.listed & ~tenured).sum() <= max(0, cap - tenured.sum())
    nominated = (found.listed & (found.decision == NOMINATED)).sum()
    assert nominated <= Decimal("0.10") * int(found.listed.sum())
    # Everybody is told something: on the list, failed, or left out.
    assert (found.listed | found.failed.any(axis=1) | (found.left_out != "")).all()
    known = np.isfinite(found.scores.score)
    total = np.nansum(found.scores.contributions, axis=1)
    assert total[known] == pytest.approx(found.scores.score[known])


@given(st.integers(0, 500), st.one_of(st.none(), st.integers(1, 200)))
def test_one_more_nomination_would_always_be_too_many(others, length):
    allowed = nominations_allowed(SIMPLE, others, length)

    def fits(nominated: int) -> bool:
        room = others if length is None else min(others, length - nominated)
        return nominated <= Decimal("0.10") * (nominated + room)

    assert fits(allowed)
    assert not fits(allowed + 1)


def test_the_order_of_the_accounts_changes_nothing():
    people = [{**PLAIN, "potential": float(value % 97)} for value in range(300)]
    forward = candidates(people)
    turned = Candidates(
        **{
            name: SubScores(**{part: values[::-1] for part, values in vars(column).items()})
            if name == "subs"
            else column[::-1]
            for name, column in vars(forward).items()
        }
    )
    kind = dataclasses.replace(SIMPLE, list_cap=25)
    assert select(forward, kind).listed.tolist() == select(turned, kind).listed[::-1].tolist()


def test_weights_of_the_example_are_the_defaults():
    assert ScoreWeights().__dict__ == {
        name: Decimal(str(weight)) for name, weight in GOLDEN["weights"].items()
    }
    none_known = SubScores(*(np.array([NAN]) for _ in SUB_SCORES))
    assert np.isnan(scores(none_known, np.array([True]), ScoreWeights()).score).all()


def test_candidates_are_ranked_among_those_whose_number_is_known():
    numbers = AccountNumbers(
        code=np.array(["A", "B", "C", "D"]),
        potential=np.array([100.0, 300.0, NAN, 200.0]),
        own=np.array([50.0, 100.0, 10.0, 0.0]),
        gap=np.array([0.0, 10.0, NAN, 200.0]),
        net_sales=np.array([50.0, 100.0, 10.0, 0.0]),
        gross_profit=np.array([10.0, 10.0, NAN, NAN]),
        variation=np.array([0.2, 0.4, 0.9, NAN]),
    )
    found = candidates_from(numbers, unknown_facts(4))
    assert found.subs.potential.tolist() == pytest.approx([50 / 3, 250 / 3, NAN, 50], nan_ok=True)
    assert found.subs.regularity.tolist() == pytest.approx([250 / 3, 50, 50 / 3, NAN], nan_ok=True)
    assert found.buys.tolist() == [True, True, True, False]
    assert found.profit_share.tolist() == pytest.approx([0.5, 0.5, NAN, NAN], nan_ok=True)
    assert found.margin.tolist() == pytest.approx([0.2, 0.1, NAN, NAN], nan_ok=True)
    assert company_margin(numbers) == pytest.approx(20 / 150)
    assert np.isnan(found.subs.strategic).all()
