"""The distance to every line, from what a selection keeps; it agrees with the decision it explains."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ka_crm.criteria.rules.settings import settings_from
from segmentation.rules.ka_candidates import unknown_facts
from segmentation.rules.ka_distance import deciding, lines_of
from segmentation.rules.ka_scores import SUB_SCORES, SubScores
from segmentation.rules.ka_selection import Candidates, margin_floor, select

BASE = {
    "subs": {"potential": 52.0, "gross_profit": 30.0, "gap": 10.0, "regularity": 50.0, "strategic": None},
    "profit_share": 0.02, "margin": 0.082, "margin_floor": 0.10, "margin_applies": True,
    "three_p": {"need": 2.0, "solvency": None, "decision_power": 0.0}, "buys": True, "already": False,
    "approved_budget": False, "image": False, "expert": False, "score": 57.2, "length": 3, "rank": 0,
    "listed": False,
}  # fmt: skip


def named(explanation, **settings):
    return {line.name: line for line in lines_of(explanation, settings_from(settings))}


def test_every_line_tells_how_far():
    lines = named(BASE, ka_rank_by="score")
    assert lines["score"].distance == pytest.approx(-2.8)
    assert lines["potential"].distance == pytest.approx(-8)
    assert lines["profit"].distance == pytest.approx(-0.08)
    assert lines["margin"].distance == pytest.approx(-0.018)
    assert lines["size"].distance == pytest.approx(12)
    assert (lines["decision_power"].passes, lines["need"].passes) == (False, True)


def test_unknown_passes_or_fails_as_the_criteria_say():
    assert named(BASE)["solvency"].provisional and named(BASE)["solvency"].passes
    failing = named(BASE, gate_unknown="fail")["solvency"]
    assert (failing.passes, failing.provisional, failing.distance) == (False, False, None)


def test_a_member_stays_from_a_lower_line():
    inside = {**BASE, "already": True}
    assert named(inside)["potential"].line == 50 and named(inside)["potential"].passes
    by_score = named(inside, ka_rank_by="score")
    assert (by_score["score"].line, by_score["score"].passes) == (50, True)
    assert by_score["potential"].line == 60, "by score it is the score that is easier"


def test_a_prospect_needs_its_budget_besides_the_score():
    prospect = {**BASE, "buys": False, "profit_share": None, "subs": {**BASE["subs"], "potential": 86.0}}
    assert named(prospect)["prospect"].passes is False
    assert named({**prospect, "approved_budget": True})["prospect"].passes is True
    assert "profit" not in named(prospect)


def test_the_place_counts_downwards_and_without_a_cap_there_is_none():
    full = named({**BASE, "rank": 5})
    assert full["cap"].distance == -2 and full["cap"].passes is False
    assert "cap" not in named({**BASE, "rank": 5, "length": None})


def test_where_no_cost_is_known_the_margin_is_no_line():
    assert "margin" not in named({**BASE, "margin_applies": False})


def test_what_decides_begins_with_the_nearest_reason_and_leaves_reasons_out_where_one_holds():
    missed = deciding(lines_of(BASE, settings_from({})))
    assert [line.name for line in missed] == ["potential", "profit", "decision_power", "margin"]
    held = {**BASE, "profit_share": 0.2}
    assert [line.name for line in deciding(lines_of(held, settings_from({})))] == ["decision_power", "margin"]


def test_about_an_account_that_was_not_computed_nothing_is_told():
    assert lines_of({"absent": True}, settings_from({})) == [] == lines_of({}, settings_from({}))


numbers = st.one_of(st.none(), st.floats(0, 100))
levels = st.sampled_from([None, 0.0, 1.0, 2.0])


@given(
    potential=numbers, profit=numbers, share=st.one_of(st.none(), st.floats(0, 0.3)),
    margin=st.one_of(st.none(), st.floats(-0.2, 0.5)), three=st.tuples(levels, levels, levels),
    buys=st.booleans(), budget=st.booleans(), already=st.booleans(),
    rank_by=st.sampled_from(["potential", "score"]), unknown=st.sampled_from(["provisional", "fail"]),
)  # fmt: skip
def test_the_lines_agree_with_the_selection_that_they_explain(
    potential, profit, share, margin, three, buys, budget, already, rank_by, unknown
):
    def one(value):
        return np.array([np.nan if value is None else value])

    settings = settings_from({"ka_rank_by": rank_by, "gate_unknown": unknown})
    facts = unknown_facts(
        1, need=one(three[0]), solvency=one(three[1]), decision_power=one(three[2]),
        approved_budget=np.array([budget]), already=np.array([already]),
    )  # fmt: skip
    subs = SubScores(one(potential), one(profit), one(None), one(None), one(None))
    found = select(
        Candidates(
            code=np.array(["A"]), value=one(1.0), subs=subs, profit_share=one(share), margin=one(margin),
            need=facts.need, solvency=facts.solvency, decision_power=facts.decision_power,
            buys=np.array([buys]), approved_budget=facts.approved_budget, image=facts.image,
            expert=facts.expert, already=facts.already, protected=facts.protected, veto=facts.veto,
            nominated=facts.nominated,
        ),
        settings,
    )  # fmt: skip
    explanation = {
        **found.explanation(0), "length": None, "margin_floor": margin_floor(settings, None),
        "margin_applies": found.margin_applies, "buys": buys, "already": already,
        "subs": {
            name: None if np.isnan(getattr(subs, name)[0]) else float(getattr(subs, name)[0])
            for name in SUB_SCORES
        },
        "profit_share": share, "margin": margin, "approved_budget": budget, "image": False, "expert": False,
        "three_p": dict(zip(("need", "solvency", "decision_power"), three, strict=True)),
    }  # fmt: skip
    missed = deciding(lines_of(explanation, settings))
    assert found.listed[0] == (not missed), (missed, explanation)
