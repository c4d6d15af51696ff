"""Every "why" fills its sentence, and its next step really leads to the next class."""

import json
import string
from typing import Any

import numpy as np
import pytest

from segmentation.rules import phrases
from segmentation.rules.abc import abc_classes
from segmentation.rules.explanations import (
    Explanation,
    Sentence,
    explain_abc,
    explain_quadrant,
    explain_share,
    explain_xyz,
)
from segmentation.rules.quadrants import quadrants

VALUES = [400, 200, 120, 80, 70, 50, 40, 25, 15, 0, -20]


def abc_why(place: int) -> Explanation:
    result = abc_classes(np.array(VALUES), [f"K{number:02}" for number in range(len(VALUES))])
    return explain_abc(
        abc_class=str(result.abc_class[place]),
        value=VALUES[place],
        measure="net_sales",
        rank=int(result.rank[place]),
        accounts=len(VALUES),
        share=float(result.share[place]),
        before=float(result.before[place]),
        thresholds=(0.80, 0.15),
        cut_values=result.cut_values,
        note=str(result.note[place]),
    )


def xyz_why(**changes: Any) -> Explanation:
    facts: dict[str, Any] = {
        "xyz_class": "Y", "cv": 0.62, "mean": 100.0, "months": 12, "active": 11,
        "thresholds": (0.5, 1.0), "min_periods": 6,
    }  # fmt: skip
    return explain_xyz(**{**facts, **changes})


def share_why(**changes: Any) -> Explanation:
    facts: dict[str, Any] = {
        "status": "below_watch", "own": 50.0, "total": 260.0, "clusters": 6, "share": 50 / 260, "low": 0.15,
        "high": 0.26, "market_share": 0.24, "gap_amount": 1200.0, "days_needed": 4,
    }  # fmt: skip
    return explain_share(**{**facts, **changes})


def quadrant_why(**changes: Any) -> Explanation:
    facts: dict[str, Any] = {
        "quadrant": "attack", "potential": 1000.0, "potential_class": "A", "own": 140.0, "share": 0.14,
        "market_share": 0.24, "high": True, "cut": 900.0,
    }  # fmt: skip
    return explain_quadrant(**{**facts, **changes})


EVERY_WHY = [
    *(abc_why(place) for place in range(len(VALUES))),
    xyz_why(),
    xyz_why(xyz_class="N", months=3),
    xyz_why(xyz_class="Z", cv=None),
    xyz_why(xyz_class="X", cv=1.29, overridden=True, gap_mean=91.0, gap_cv=0.012),
    *(
        share_why(status=status)
        for status in ("insufficient", "no_market_share", "ok", "below_watch", "below_confirmed")
    ),
    quadrant_why(),
    quadrant_why(quadrant="defend", share=0.30, own=300.0, held=True),
    quadrant_why(quadrant="monitor", high=False, potential=500.0),
    quadrant_why(quadrant="explore", own=None, share=None),
    quadrant_why(quadrant="monitor", own=None, share=None, potential=None, high=False),
]


@pytest.mark.parametrize("why", EVERY_WHY, ids=lambda why: why.sentence.template[:30])
def test_every_sentence_finds_its_figures(why: Explanation) -> None:
    for sentence in (why.sentence, *why.next_steps):
        values = {name: figure.value for name, figure in sentence.figures.items()}
        assert "%(" not in sentence.template % values
    assert all(line.label for line in why.receipt)


@pytest.mark.parametrize("why", EVERY_WHY, ids=lambda why: why.sentence.template[:30])
def test_every_why_can_be_stored_as_json(why: Explanation) -> None:
    assert json.loads(json.dumps(why.as_json()))["sentence"]["template"] == why.sentence.template


def step(why: Explanation, template: str) -> Sentence:
    return next(sentence for sentence in why.next_steps if sentence.template == template)


@pytest.mark.parametrize("place", range(4, 11))
def test_the_amount_named_is_enough_for_the_next_class(place: int) -> None:
    figures = step(abc_why(place), phrases.ABC_NEXT).figures
    more, better = figures["more"].value, figures["next_class"].value
    assert isinstance(more, int)
    values = [*VALUES[:place], VALUES[place] + more, *VALUES[place + 1 :]]
    codes = [f"K{number:02}" for number in range(len(values))]
    assert abc_classes(np.array(values), codes).abc_class[place] == better


def test_the_amount_named_is_the_distance_to_the_smallest_of_the_next_class() -> None:
    assert step(abc_why(4), phrases.ABC_NEXT).figures["more"].value == 80 - 70
    assert step(abc_why(7), phrases.ABC_NEXT).figures["more"].value == 40 - 25


def test_class_A_has_no_better_class() -> None:
    assert abc_why(0).next_steps == ()


def test_returns_and_nothing_bought_are_said_so() -> None:
    assert abc_why(9).sentence.template == phrases.ABC_OUTSIDE_ZERO
    assert abc_why(10).sentence.template == phrases.ABC_OUTSIDE_NEGATIVE


def test_the_next_regularity_class_begins_at_its_threshold() -> None:
    assert step(xyz_why(), phrases.XYZ_NEXT).figures["limit"].value == 0.5
    assert step(xyz_why(xyz_class="Z", cv=1.3), phrases.XYZ_NEXT).figures["limit"].value == 1.0


def test_a_quarterly_buyer_is_told_by_its_days() -> None:
    why = xyz_why(xyz_class="X", cv=1.29, overridden=True, gap_mean=91.0, gap_cv=0.012)
    assert why.sentence.template == phrases.XYZ_STEADY
    assert why.sentence.figures["gap_sd"].value == pytest.approx(1.092)
    assert why.next_steps == ()


def test_a_watched_store_says_what_would_make_it_sure() -> None:
    assert step(share_why(), phrases.SHARE_MORE_DAYS).figures["days"].value == 4
    assert step(share_why(status="below_confirmed"), phrases.SHARE_GAP).figures["gap"].value == 1200.0
    assert share_why(status="ok", gap_amount=0.0).next_steps == ()


def test_buying_the_amount_named_from_us_turns_attack_into_defend() -> None:
    figures = step(quadrant_why(), phrases.QUADRANT_UP).figures
    assert figures["target"].value == "defend"
    share = np.array([(140.0 + float(figures["amount"].value or 0)) / 1000])
    assert quadrants(share, 0.24, np.array([1000]), np.array([True]))[0] == "defend"


def test_a_small_buyer_learns_from_when_on_it_counts_as_large() -> None:
    why = quadrant_why(quadrant="monitor", high=False, potential=500.0)
    assert step(why, phrases.QUADRANT_LARGE).figures["amount"].value == 400.0


def test_placeholders_are_named_so_that_translators_may_move_them() -> None:
    sentences = [text for name, text in vars(phrases).items() if name.isupper() and isinstance(text, str)]
    assert len(sentences) > 20
    for text in sentences:
        assert "{" not in text
        assert all(field is None for _, field, _, _ in string.Formatter().parse(text))
