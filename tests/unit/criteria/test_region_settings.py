"""What a region decides itself, and how refusals are told in the units of the form."""

from decimal import Decimal

import pytest

from ka_crm.criteria.form_values import refusal_in_words
from ka_crm.criteria.rules.settings import LIST_SETTINGS, REGION_SETTINGS, CriteriaSettings, region_values
from ka_crm.criteria.wording import HELP, QUESTIONS, SELDOM, SETTINGS

NAMES = set(CriteriaSettings().as_json())


def test_every_setting_is_asked_once_and_told_in_words():
    asked = [name for _title, names in QUESTIONS for name in names]
    assert sorted(asked) == sorted(NAMES) == sorted(SETTINGS) == sorted(HELP)
    assert set(SELDOM) <= NAMES and set(REGION_SETTINGS) < set(LIST_SETTINGS) < NAMES


def test_a_region_has_its_own_list_and_the_companys_computation():
    company = CriteriaSettings(window_months=6, list_cap=50).as_json()
    own = CriteriaSettings(window_months=24, list_cap=3, selection_level="store").as_json()
    found = region_values(company, own)
    assert (found["window_months"], found["list_cap"], found["selection_level"]) == (6, 3, "customer")
    assert set(found) == NAMES


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ((40, 25, 15, 10, 11), "The weights add up to 101 %, not to 100 %."),
        ((40, 25, 15, 10, "9.5"), "The weights add up to 99.5 %, not to 100 %."),
        ((140, -40, 0, 0, 0), "Every weight from 0 to 100 %."),
        ((40, 25, 15, 10, None), "Every weight from 0 to 100 %."),
    ],
)
def test_weights_are_refused_in_percent(weights, said):
    names = ("potential", "gross_profit", "gap", "regularity", "strategic")
    typed = {
        f"score_weights_{name}": None if part is None else Decimal(part)
        for name, part in zip(names, weights, strict=True)
    }
    assert refusal_in_words("score_weights", typed, "raw") == said


def test_a_refusal_without_words_of_its_own_keeps_the_reason():
    assert (
        refusal_in_words("cap_per_kam", {}, "a whole number from 1 to 100") == "a whole number from 1 to 100"
    )
