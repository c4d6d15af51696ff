"""Publishing criteria over the API: at once where nobody else approves, else with somebody's approval."""

import datetime as dt

import pytest

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.operations import publish_criteria
from ka_crm.criteria.queries import published_criteria
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today
from tests.integration.api.conftest import Caller, everything, refused

BODY = {"settings": {"list_cap": 5}, "reason": "few"}


@pytest.fixture
def as_adam(adam):
    return Caller(adam)


@pytest.fixture
def first(db):
    return publish_criteria(values={}, reason="first", by=None)


def test_where_somebody_else_approves_it_becomes_a_draft_that_waits(first, as_adam, as_dora):
    answer = as_adam.post("criteria/", {**BODY, "effective_from": business_today().isoformat()}, key="k")
    assert answer.status_code == 202, answer.content
    draft = CriteriaVersion.objects.get(state="submitted")
    assert (answer.json()["id"], answer.json()["state"]) == (draft.pk, "submitted")
    assert answer["Location"].endswith(f"/api/v1/criteria/drafts/{draft.pk}/")
    assert draft.effective_from == business_today()
    assert as_adam.post(
        "criteria/", {**BODY, "effective_from": business_today().isoformat()}, key="k"
    ).json() == (answer.json())
    assert published_criteria() == first
    refused(as_adam.post(f"criteria/drafts/{draft.pk}/publish/", {"version": draft.version}), 403)
    done = as_dora.post(f"criteria/drafts/{draft.pk}/publish/", {"version": draft.version})
    assert (done.status_code, published_criteria().number) == (200, 2)


def test_an_administrator_states_who_approved_and_the_audit_says_so(first, as_adam, dora):
    made = as_adam.post("criteria/", {**BODY, "approver": "DORA@test.example"})
    assert (made.status_code, made.json()["approver"]) == (201, "Dora"), made.content
    assert made["Location"].endswith("/api/v1/criteria/2/")
    assert published_criteria().approver == dora
    assert AuditRow.objects.filter(action="publish_criteria").latest("pk").after["approver"] == (
        "Dora, as stated by Adam"
    )


@pytest.mark.parametrize("approver", ["adam", "alice", "nobody", "gone"])
def test_who_may_not_approve_is_not_named(first, as_adam, dora, alice, approver, django_user_model):
    django_user_model.objects.create_user(
        "gone@test.example", "x" * 12, name="Gone", role="director", is_active=False
    )
    before = everything()
    problem = refused(as_adam.post("criteria/", {**BODY, "approver": f"{approver}@test.example"}), 400)
    assert "approver" in str(problem["errors"])
    assert everything() == before


def test_a_director_asks_instead_of_naming(first, as_dora, adam):
    refused(as_dora.post("criteria/", {**BODY, "approver": "adam@test.example"}), 400)
    assert published_criteria() == first


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"effective_from": "2001-01-01"}, "effective_from"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "   "}, "reason"),
        ({"settings": {"list_cap": 0}}, "settings"),
        ({"settings": {"score_weights": {"potential": 1.1}}}, "settings"),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_bad_input_is_refused_by_its_name(first, as_adam, changed, field, alone, request):
    if not alone:
        request.getfixturevalue("dora")
    before = everything()
    assert field in str(refused(as_adam.post("criteria/", {**BODY, **changed}), 400)["errors"])
    assert everything() == before


def test_a_day_that_is_over_is_refused_in_a_draft_too(first, as_adam):
    draft = as_adam.post("criteria/drafts/", BODY).json()
    yesterday = (business_today() - dt.timedelta(days=1)).isoformat()
    refused(
        as_adam.patch(f"criteria/drafts/{draft['id']}/", {"version": 1, "effective_from": yesterday}), 400
    )
    refused(as_adam.post("criteria/drafts/", {**BODY, "scope": "Atlantis"}), 400)
    refused(as_adam.post("criteria/drafts/", {**BODY, "reason": "x" * 2001}), 400)


def test_a_regions_criteria_are_published_and_read_by_its_name(first, as_adam, as_alice, region):
    body = {**BODY, "scope": region.name, "settings": {"list_cap": 3, "window_months": 24}}
    made = as_adam.post("criteria/", body)
    assert (made.status_code, made.json()["scope"], made.json()["number"]) == (201, region.name, 1), (
        made.content
    )
    assert made.json()["settings"]["window_months"] == 12  # the company's
    assert published_criteria() == first
    assert as_alice.codes("criteria/", "scope") == [""]
    assert as_alice.codes("criteria/", "scope", scope=region.name) == [region.name]
    assert as_alice.get("criteria/1/", scope=region.name).json()["settings"]["list_cap"] == 3
    refused(as_adam.post("criteria/", {**BODY, "scope": "Atlantis"}), 400)
