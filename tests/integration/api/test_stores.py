"""Stores over the API."""

import pytest

from accounts.models import Store
from tests.integration.api.conftest import everything, refused


def test_everybody_lists_only_what_they_may_see(
    as_alice, as_sue, as_dora, as_fay, stranger, alpha_store, beta_store
):
    refused(stranger.get("stores/"), 401)
    assert as_alice.codes("stores/") == ["A1"]
    assert as_sue.codes("stores/") == ["A1"]
    assert as_dora.codes("stores/") == ["A1", "B1"]
    assert as_fay.codes("stores/") == []


def test_foreign_stores_do_not_exist(as_alice, beta_store):
    before = everything()
    refused(as_alice.get("stores/B1/"), 404)
    refused(as_alice.put("stores/B1/", {"name": "Mine", "version": 1}), 404)
    refused(as_alice.delete("stores/B1/"), 404)
    assert everything() == before


def test_a_store_belongs_to_a_customer_that_the_caller_sees(as_alice, as_fay, alpha, beta):
    body = {"code": "A2", "name": "Alpha Two", "customer_code": "ALPHA", "latitude": 61.5}
    refused(as_fay.post("stores/", body), 403)
    problem = refused(as_alice.post("stores/", {**body, "customer_code": "BETA"}), 400)
    unknown = refused(as_alice.post("stores/", {**body, "customer_code": "NOBODY"}), 400)
    assert problem["errors"] == unknown["errors"] == {"customer_code": ["There is no such customer."]}
    assert as_alice.post("stores/", body).status_code == 201
    assert Store.objects.get().customer == alpha


@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize(
    "change",
    [
        {"latitude": 91},
        {"latitude": "nan"},
        {"longitude": "inf"},
        {"latitude": True},
        {"customer_code": "BETA"},
        {"customer_code": None},
        {"name": ""},
    ],
)
def test_put_and_patch_refuse_the_same(as_alice, alpha_store, beta, method, change):
    full = as_alice.get("stores/A1/").json()
    before = everything()
    problem = refused(getattr(as_alice, method)("stores/A1/", {**full, **change}), 400)
    assert list(problem["errors"]) == list(change)
    assert everything() == before


def test_a_stale_version_is_told_with_the_differences(as_alice, alpha_store):
    assert as_alice.patch("stores/A1/", {"city": "Here", "version": 1}).status_code == 200
    stale = refused(as_alice.patch("stores/A1/", {"city": "There", "version": 1}), 409)
    assert stale["differences"] == [{"field": "city", "label": "City", "stored": "Here", "yours": "There"}]


def test_a_store_is_archived_restored_and_filtered(as_alice, as_dora, alpha_store, beta_store):
    assert as_dora.codes("stores/", customer="BETA") == ["B1"]
    assert as_dora.codes("stores/", territory="North") == ["A1"]
    assert as_dora.codes("stores/", kam="bob@test.example", city="southport") == ["B1"]
    assert as_alice.delete("stores/A1/").status_code == 204
    assert as_alice.codes("stores/") == []
    assert as_alice.post("stores/A1/restore/", key=None).status_code == 200
    assert as_alice.codes("stores/") == ["A1"]
