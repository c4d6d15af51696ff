"""The criteria in force can be read by everybody, and every version says what it changed."""

import json

import pytest

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.operations import PublishedMeanwhile, publish_criteria
from ka_crm.criteria.rules.settings import InvalidSettings


def test_before_anything_is_published_the_defaults_are_shown_and_nothing_is_stored(client, dora):
    client.force_login(dora)
    page = client.get("/criteria/")
    assert page.status_code == 200
    assert "gross profit" in page.content.decode()
    assert not CriteriaVersion.objects.exists()


def test_a_version_says_who_published_it_why_and_what_changed(client, alice, adam):
    publish_criteria(values={}, reason="first", by=adam)
    publish_criteria(values={"abc_measure": "net_sales"}, reason="no costs known", by=adam)
    client.force_login(alice)
    text = client.get("/criteria/").content.decode()
    assert "no costs known" in text
    assert "<s>gross profit</s> → net sales" in text
    assert CriteriaVersion.objects.filter(state="published").count() == 1


def test_what_is_exported_can_be_published_again(client, dora, adam):
    publish_criteria(values={"xyz_thresholds": [0.25, 0.5]}, reason="retail", by=adam)
    client.force_login(dora)
    values = json.loads(client.get("/criteria/criteria.json").content)
    assert publish_criteria(values=values, reason="again", by=adam).settings == values


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"abc_thresholds": [0.9, 0.2]}, "abc_thresholds"),
        ({"abc_thresholds": ["nan", 0.2]}, "abc_thresholds"),
        ({"xyz_thresholds": [1.0, 0.5]}, "xyz_thresholds"),
        ({"xyz_cadence_override": "on"}, "xyz_cadence_override"),
        ({"high_potential_classes": ["B"]}, "high_potential_classes"),
        ({"window_months": 0}, "window_months"),
        ({"window_months": True}, "window_months"),
        ({"share_rule": "bold"}, "share_rule"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(db, values, name):
    with pytest.raises(InvalidSettings) as refused:
        publish_criteria(values=values, reason="x", by=None)
    assert list(refused.value.errors) == [name]
    assert not CriteriaVersion.objects.exists()


def test_two_who_publish_at_once_leave_exactly_one(db, adam, monkeypatch):
    first = publish_criteria(values={}, reason="first", by=adam)
    monkeypatch.setattr("ka_crm.criteria.operations.publishing.published_criteria", lambda scope: None)
    with pytest.raises(PublishedMeanwhile):
        publish_criteria(values={}, reason="second", by=adam)
    assert CriteriaVersion.objects.get(state="published") == first
