"""Drafts and the preview of criteria over the API."""

import pytest

from ka_crm.criteria.operations import create_draft, publish_criteria
from ka_crm.criteria.queries import published_criteria
from tests.integration.api.conftest import Caller, everything, refused


@pytest.fixture
def as_adam(adam):
    return Caller(adam)


@pytest.fixture
def draft(adam):
    publish_criteria(values={}, reason="first", by=adam)
    return create_draft(values={"list_cap": 5}, by=adam, reason="few")


def test_a_draft_is_written_by_one_and_published_by_another(
    as_adam, as_dora, as_alice, as_fay, stranger, draft
):
    address = f"criteria/drafts/{draft.pk}/"
    before = everything()
    refused(stranger.get("criteria/drafts/"), 401)
    refused(as_fay.get(address), 404)
    refused(as_alice.post("criteria/drafts/", {"settings": {}}), 403)
    refused(as_alice.post(f"{address}publish/", {"version": 1}), 403)
    refused(as_adam.post("criteria/drafts/", {"settings": {"list_cap": 0}}), 400)
    refused(as_adam.post(f"{address}publish/", {"version": 1}, key=None), 400)
    refused(as_adam.post(f"{address}publish/", {"version": 1}), 403)
    refused(as_adam.post(f"{address}submit/", {}), 400)
    refused(as_adam.post(f"{address}return/", {"version": 1}), 400)
    assert everything() == before

    changed = as_adam.patch(address, {"version": 1, "settings": {"list_cap": 6}})
    assert (changed.status_code, changed.json()["settings"]["list_cap"]) == (200, 6), changed.content
    stale = refused(as_adam.patch(address, {"version": 1, "settings": {"list_cap": 7}}), 409)
    assert stale["differences"]
    assert as_adam.post(f"{address}submit/", {"version": 2}).json()["state"] == "submitted"
    body = {"version": 3}
    done = as_dora.post(f"{address}publish/", body, key="once")
    assert (done.status_code, done.json()["number"], done.json()["approver"]) == (200, 2, "Dora"), (
        done.content
    )
    assert as_dora.post(f"{address}publish/", body, key="once").json() == done.json()
    assert published_criteria().settings["list_cap"] == 6
    refused(as_adam.patch(address, {"version": 4, "settings": {}}), 404)


def test_a_draft_that_is_deleted_is_put_away(as_adam, draft):
    assert as_adam.delete(f"criteria/drafts/{draft.pk}/").status_code == 204
    refused(as_adam.get(f"criteria/drafts/{draft.pk}/"), 404)
    draft.refresh_from_db()
    assert draft.archived_at


def test_the_preview_is_of_the_callers_accounts(company, as_dora, as_alice, as_fay, stranger):
    body = {"settings": {"potential_type_score": 0, "size_gate_score": 0}}
    refused(stranger.post("criteria/preview/", body), 401)
    refused(as_fay.post("criteria/preview/", body), 403)
    refused(as_dora.post("criteria/preview/", {"settings": {"x": 1}}), 400)
    before = everything()
    assert as_dora.post("criteria/preview/", body).json()["after"] == 3
    assert as_alice.post("criteria/preview/", body).json()["after"] == 2
    assert everything() == before


def test_a_preview_before_any_run_says_so(as_dora):
    refused(as_dora.post("criteria/preview/", {"settings": {}}), 409)
