"""The service that cell and quadrant ask for."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from segmentation.rules.ninebox import DEFAULT_STRATEGIES
from segmentation.rules.strategy import propose, service_tier, visits_of

with (Path(__file__).parents[2] / "data/golden/ninebox.csv").open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))


@pytest.mark.parametrize("row", PUBLISHED, ids=[row["cell"] for row in PUBLISHED])
def test_a_monitored_account_gets_what_its_cell_says(row):
    found = propose(row["cell"], "monitor", {})
    assert found.meetings == float(row["visits_per_month"])
    assert found.has_sponsor == (row["exec_sponsor"] == "yes")
    assert (found.review, found.delivery_priority) == (row["review"], int(row["delivery_priority"]))
    assert (found.credit_days, found.suggested_credit_days) == (None, int(row["credit_days"]))


@pytest.mark.parametrize(
    ("cell", "quadrant", "meetings", "sponsor"),
    [
        ("AX", "attack", 6, True),
        ("AX", "defend", 4, True),
        ("CZ", "attack", 2.25, True),
        ("CZ", "defend", 2, True),
        ("CZ", "explore", 1, False),
        ("CZ", "maintain", 0.25, False),
        ("AN", "explore", 4, False),
        ("AX", "", 4, True),
    ],
)
def test_meetings_and_sponsor_are_the_larger_of_cell_and_quadrant(cell, quadrant, meetings, sponsor):
    found = propose(cell, quadrant, {})
    assert (found.meetings, found.has_sponsor) == (meetings, sponsor)


def test_store_visits_are_counted_per_store_and_never_per_account():
    found = visits_of({"attack": 10, "monitor": 163, "explore": 0})
    assert found.total == 10 * 4 + 163 * 0.5
    assert found.stores == 173
    assert found.parts == (("monitor", 163, 0.5), ("attack", 10, 4.0))
    assert found.each == pytest.approx(121.5 / 173)


def test_without_measured_stores_their_visits_are_unknown():
    assert propose("AX", "attack", {}).store_visits is None


def test_credit_days_that_somebody_set_never_exceed_what_solvency_allows():
    decided = {**DEFAULT_STRATEGIES, "AX": replace(DEFAULT_STRATEGIES["AX"], credit_days=60)}
    assert propose("AX", "attack", {}, strategies=decided).credit_days == 60
    assert propose("AX", "attack", {}, strategies=decided, solvency_days=14).credit_days == 14


def test_an_unknown_cell_has_no_proposal():
    assert propose("", "attack", {"attack": 3}) is None


@pytest.mark.parametrize(
    ("quadrant", "tier"),
    [
        ("attack", "top"),
        ("defend", "top"),
        ("explore", "middle"),
        ("maintain", "middle"),
        ("monitor", "standard"),
        ("", "standard"),
    ],
)
def test_the_quadrant_decides_the_tier(quadrant, tier):
    assert service_tier(quadrant) == tier
