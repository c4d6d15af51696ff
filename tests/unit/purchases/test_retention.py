"""Retention and win-back against published numbers and what must always hold."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchases.rules.retention import (
    REASON_RECOVERY,
    Loss,
    learned_probability,
    lifetime_value,
    loss_rate,
    retention_gain,
    win_back,
    win_back_list,
)

GOLDEN = Path(__file__).parents[2] / "data/golden"
CHURN = json.loads((GOLDEN / "churn.json").read_text(encoding="utf-8"))
with (GOLDEN / "winback_expected.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
LOSSES = [
    Loss(
        row["code"],
        float(row["gp_12m"]),
        float(row["months_since_loss"]),
        row["reason"],
        row["coach"] == "1",
        row["satisfied_before"] == "1",
        row["open_complaint"] == "1",
        float(row["cost"]),
    )
    for row in ROWS
]


def test_five_lost_accounts_are_worth_what_was_published_in_that_order() -> None:
    result = win_back_list(reversed(LOSSES))
    assert [item.loss.code for item in result] == [loss.code for loss in LOSSES]
    for item, row in zip(result, ROWS, strict=True):
        assert item.probability == pytest.approx(float(row["p_recover"]), abs=1e-6)
        assert item.value == pytest.approx(float(row["value"]), abs=0.01)
        assert item.priority == pytest.approx(float(row["priority"]), abs=0.01)


def test_the_reasons_start_with_the_published_chances() -> None:
    assert CHURN["reason_base_p"] == REASON_RECOVERY


@pytest.mark.parametrize("name", CHURN["retention"]["cases"])
def test_keeping_more_customers_is_worth_what_was_published(name: str) -> None:
    expected = CHURN["retention"]["cases"][name]
    result = retention_gain(*CHURN["inputs"]["retention"][name])
    assert result.before == pytest.approx(expected["before"], abs=1e-6)
    assert result.after == pytest.approx(expected["after"], abs=1e-6)
    assert result.gain == pytest.approx(expected["gain"], abs=1e-6)


def test_a_gain_over_nothing_is_not_defined() -> None:
    assert retention_gain(0.0, 0.5).gain is None


@pytest.mark.parametrize(("retention", "discount"), [(1.1, 0.1), (-0.1, 0.1), (1.0, 0.0), (0.5, -0.1)])
def test_an_impossible_retention_is_refused(retention: float, discount: float) -> None:
    with pytest.raises(ValueError):
        lifetime_value(100, retention, discount)


def test_losses_are_counted_by_number_and_by_profit() -> None:
    case = CHURN["loss_rate"]
    assert loss_rate(case["lost"], case["active_start"]) == pytest.approx(case["rate"])
    assert loss_rate(case["gp_lost"], case["gp_active"]) == pytest.approx(case["value_rate"])
    assert loss_rate(0, 0) is None


def test_a_chance_is_learned_from_what_happened() -> None:
    case = CHURN["learned_p"]
    base = REASON_RECOVERY[case["reason"]]
    assert learned_probability(base, case["wins"], case["attempts"]) == pytest.approx(case["p"])
    assert learned_probability(base, 0, 0) == base
    with pytest.raises(ValueError):
        learned_probability(base, 3, 2)


def test_a_learned_chance_replaces_the_starting_one() -> None:
    loss = Loss("a", 1000, 0, "price")
    assert win_back_list([loss], {"price": 0.5})[0].probability == 0.5
    assert win_back_list([loss], {"quality": 0.5})[0].probability == 0.25


def test_a_loss_without_a_known_reason_is_refused() -> None:
    for reason in ("", "bad luck"):
        with pytest.raises(ValueError, match="reason"):
            Loss("a", 1000, 0, reason)


@given(
    st.builds(
        Loss,
        st.just("a"),
        st.floats(0, 1e6),
        st.floats(0, 60),
        st.sampled_from(sorted(REASON_RECOVERY)),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    st.floats(0, 1),
)
def test_a_chance_is_at_most_nine_in_ten_and_never_grows_with_time(loss: Loss, base: float) -> None:
    now, later = win_back(loss, base), win_back(replace(loss, months_since=loss.months_since + 1), base)
    assert 0 <= later.probability <= now.probability <= 0.9
