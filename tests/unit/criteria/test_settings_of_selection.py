"""Settings of the selection are refused beside the field, and versions hold day by day."""

import datetime as dt
import json
from pathlib import Path

import pytest

from ka_crm.criteria.rules.effective import NoVersionForDate, Period, version_on
from ka_crm.criteria.rules.settings import CriteriaSettings, InvalidSettings, settings_from

GOLDEN = json.loads((Path(__file__).parents[2] / "data/golden/ka_criteria.json").read_text(encoding="utf-8"))
WEIGHTS = CriteriaSettings().as_json()["score_weights"]


def test_every_default_is_read_back_as_itself():
    assert settings_from(json.loads(json.dumps(CriteriaSettings().as_json()))) == CriteriaSettings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("score_weights", {**WEIGHTS, "gap": 0.16}),
        ("score_weights", {**WEIGHTS, "gap": -0.15, "potential": 0.70}),
        ("score_weights", {"potential": 1}),
        ("stay_score", 61),
        ("enter_score", 101),
        ("ka_types", []),
        ("ka_types", ["profit", "friend"]),
        ("margin_floor", "company"),
        ("margin_floor", float("nan")),
        ("margin_floor", True),
        ("list_cap", 0),
        ("list_cap", 2.5),
        ("nomination_share", 0.6),
        ("profit_type_share", "0.1"),
        ("own_criteria", [{"name": ""}]),
        ("own_criteria", [{"name": "Innovation"}, {"name": "innovation "}]),
        ("own_criteria", [{"name": "Innovation", "weight": 0}]),
        ("own_criteria", [{"name": "Innovation", "colour": "blue"}]),
    ],
)
def test_a_setting_of_the_selection_that_cannot_work_is_refused_by_name(name, value):
    with pytest.raises(InvalidSettings) as refused:
        settings_from({name: value})
    assert list(refused.value.errors) == [name]


def test_weights_that_add_up_in_tenths_are_not_refused_for_a_float():
    weights = {"potential": 0.1, "gross_profit": 0.2, "gap": 0.3, "regularity": 0.3, "strategic": 0.1}
    assert settings_from({"score_weights": weights}).as_json()["score_weights"] == weights


def test_an_own_criterion_keeps_its_name_weight_and_help():
    values = [{"name": "Innovation", "weight": 2, "help": "tries new products first"}, {"name": "Reach"}]
    found = settings_from({"own_criteria": values}).as_json()["own_criteria"]
    assert found == [
        {"name": "Innovation", "weight": 2.0, "help": "tries new products first"},
        {"name": "Reach", "weight": 1.0, "help": ""},
    ]


def test_the_version_of_a_day_is_the_one_that_holds_on_it():
    lookup = dict(GOLDEN["version_lookup"])
    periods = [
        Period(int(name[1:]), dt.date.fromisoformat(first), last and dt.date.fromisoformat(last))
        for name, first, last in lookup.pop("versions")
    ]
    for day, wanted in lookup.items():
        if wanted is None:
            with pytest.raises(NoVersionForDate):
                version_on(periods, dt.date.fromisoformat(day))
        else:
            assert f"v{version_on(periods, dt.date.fromisoformat(day))}" == wanted
