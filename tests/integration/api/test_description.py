"""The description of the API and the page that shows it."""

import json

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient
from rest_framework.throttling import UserRateThrottle

from tests.integration.api.conftest import refused

PATHS = (
    "customers", "customers/{code}", "stores", "products", "categories", "regions", "channels", "formats",
    "territories", "sales", "sales/bulk", "observations", "observations/bulk", "category-totals",
    "category-totals/bulk", "market-shares", "potential-estimates", "targets", "receivables", "order-lines",
    "price-terms", "account-costs", "criteria", "criteria/current", "criteria/drafts",
    "criteria/drafts/{id}/publish", "criteria/preview", "runs",
    "results/customers", "results/stores", "flags", "flags/{id}/close",
    "inspections", "measures", "measures/{id}/done", "imports", "imports/{id}/undo", "jobs",
    "jobs/{id}/cancel", "users/me", "plans", "plans/{id}/copy", "goals", "actions", "plan-items",
    "team-members", "resource-requests/{id}/answer", "value-cases", "mirrored-functions", "service-cases",
    "service-standards", "visits", "visits/{client_uuid}", "visits/{client_uuid}/photos",
    "visits/{client_uuid}/photos/{number}", "inspections/{id}/photos", "inspections/{id}/photos/{number}",
    "samples", "samples/{id}/visits", "samples/{id}/cancel", "samples/deviations",
    "visits/{client_uuid}/confirm", "visits/today", "visits/form/{store_code}",
    "customers/{code}/purchase-profile",
)  # fmt: skip


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    path = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command(
        "spectacular", "--fail-on-warn", "--format", "openapi-json", "--file", str(path), "--validate"
    )
    return json.loads(path.read_text())


def test_the_description_is_made_without_a_warning(described):
    assert described["openapi"].startswith("3.")
    for path in PATHS:
        assert f"/api/v1/{path}/" in described["paths"], path


def test_creating_says_that_it_needs_a_key(described):
    names = {
        item["name"]: item["required"]
        for item in described["paths"]["/api/v1/customers/"]["post"]["parameters"]
        if item["in"] == "header"
    }
    assert names == {"Idempotency-Key": True}
    bulk = described["paths"]["/api/v1/observations/bulk/"]["post"]["parameters"]
    assert [item.get("required", False) for item in bulk if item["in"] == "header"] == [False]


def test_every_operation_says_how_it_refuses(described):
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert {"400", "401", "404"} <= set(operation["responses"]), (method, path)


def test_description_and_page_need_a_login_or_token(stranger, as_alice, db):
    assert stranger.client.get("/api/schema/").status_code == 401
    assert as_alice.client.get("/api/schema/").status_code == 200
    page = stranger.client.get("/api/docs/")
    assert (page.status_code, page["Location"]) == (302, "/login/?next=%2Fapi%2Fdocs%2F")
    assert as_alice.client.get("/api/docs/").status_code == 200


def test_only_the_page_of_the_description_may_style_inline(as_alice):
    docs, other = as_alice.client.get("/api/docs/"), as_alice.get("users/me/")
    directives = dict(
        part.strip().split(" ", 1) for part in docs["Content-Security-Policy"].split(";") if part.strip()
    )
    assert "'unsafe-inline'" in directives["style-src"]
    assert directives["script-src"] == "'self'"
    assert "unsafe-inline" not in other["Content-Security-Policy"]
    text = docs.content.decode()
    assert "//cdn." not in text
    assert "<script>" not in text


def test_users_me_says_who_is_asking(as_sue, sue, stranger):
    refused(stranger.get("users/me/"), 401)
    assert as_sue.get("users/me/").json() == {
        "id": sue.pk,
        "email": "sue@test.example",
        "name": "Sue",
        "role": "supervisor",
        "territory": "North",
        "language": "",
        "time_zone": "",
    }


def test_a_login_works_too_but_writes_only_with_the_pages_token(alice, alpha):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice, backend="ka_crm.people.backends.PasswordBackend")
    assert client.get("/api/v1/customers/").status_code == 200
    body = {"code": "X", "name": "X"}
    refused(client.post("/api/v1/customers/", body, format="json", headers={"Idempotency-Key": "k"}), 403)
    assert not type(alpha).objects.filter(code="X").exists()


def test_a_wrong_or_revoked_token_is_refused(as_alice, alice):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Token ka_nonsense")
    refused(client.get("/api/v1/customers/"), 401)
    alice.is_active = False
    alice.save()
    refused(as_alice.get("customers/"), 401)


def test_too_many_requests_are_told_to_wait(as_alice, monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "rate", "2/min", raising=False)
    answers = [as_alice.get("users/me/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert refused(answers[-1], 429) and answers[-1]["Retry-After"]


def test_unknown_addresses_and_methods_are_problems(as_dora, alpha):
    refused(as_dora.get("nothing/"), 404)
    refused(as_dora.delete("customers/"), 405)
    refused(as_dora.put("sales/", {}), 405)
    refused(as_dora.client.get("/api/v1/customers/", HTTP_ACCEPT="application/xml"), 406)


def test_a_body_that_is_too_large_is_refused(as_dora, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    refused(as_dora.post("sales/bulk/", {"lines": [{"x": "y" * 2000}]}), 413)
