"""Customers over the API: the same rules as on the pages."""

import pytest

from accounts.models import Customer
from ka_crm.records.models import AuditRow
from tests.integration.api.conftest import everything, refused


def test_strangers_are_asked_who_they_are(stranger, alpha):
    for path in ("customers/", "customers/ALPHA/"):
        answer = stranger.get(path)
        refused(answer, 401)
        assert answer["WWW-Authenticate"] == "Token"


def test_everybody_lists_only_what_they_may_see(as_alice, as_bob, as_sue, as_dora, as_fay, alpha, beta):
    assert as_alice.codes("customers/") == ["ALPHA"]
    assert as_bob.codes("customers/") == ["BETA"]
    assert as_sue.codes("customers/") == ["ALPHA"]
    assert as_dora.codes("customers/") == ["ALPHA", "BETA"]
    assert as_fay.codes("customers/") == []
    assert as_alice.codes("customers/", q="beta") == []


def test_foreign_customers_do_not_exist(as_alice, alpha, beta):
    before = everything()
    refused(as_alice.get("customers/BETA/"), 404)
    refused(as_alice.patch("customers/BETA/", {"name": "Mine", "version": 1}), 404)
    refused(as_alice.patch("customers/BETA/", {}), 404)
    refused(as_alice.delete("customers/BETA/"), 404)
    refused(as_alice.post("customers/BETA/restore/"), 404)
    assert everything() == before


def test_a_customer_tells_its_facts_by_code_and_name(as_alice, alpha):
    found = as_alice.get("customers/ALPHA/").json()
    assert found["code"] == "ALPHA"
    assert found["region"] == "Mainland"
    assert found["territory"] == "North"
    assert found["kam_email"] == "alice@test.example"
    assert found["parent_code"] is None
    assert found["version"] == 1
    assert "id" not in found


def test_a_kam_creates_a_customer_of_their_own_with_one_audit_row(as_alice, alice, alpha):
    answer = as_alice.post("customers/", {"code": "GAMMA", "name": "Gamma", "parent_code": "ALPHA"})
    assert answer.status_code == 201, answer.content
    assert answer["Location"].endswith("/api/v1/customers/GAMMA/")
    gamma = Customer.objects.get(code="GAMMA")
    assert (gamma.kam, gamma.parent) == (alice, alpha)
    assert gamma.ownerships.count() == 1
    assert AuditRow.objects.filter(record_type="accounts.customer", action="create").count() == 1


def test_creating_needs_a_key_and_happens_once(as_dora, db):
    body = {"code": "GAMMA", "name": "Gamma"}
    refused(as_dora.post("customers/", body, key=None), 400)
    first = as_dora.post("customers/", body, key="one")
    again = as_dora.post("customers/", body, key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    refused(as_dora.post("customers/", {**body, "name": "Other"}, key="one"), 422)
    assert Customer.objects.count() == 1


def test_finance_may_not_create(as_fay):
    before = everything()
    refused(as_fay.post("customers/", {"code": "X", "name": "X"}), 403)
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "A/B"}, "code"),
        ({"code": ".."}, "code"),
        ({"code": ""}, "code"),
        ({"code": "x" * 61}, "code"),
        ({"code": "a\x00b"}, "code"),
        ({"code": "ALPHA"}, "code"),
        ({"name": None}, "name"),
        ({"headcount": -1}, "headcount"),
        ({"headcount": "many"}, "headcount"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"parent_code": "BETA"}, "parent_code"),
        ({"parent_code": "NOBODY"}, "parent_code"),
        ({"parent_code": ["ALPHA"]}, "parent_code"),
        ({"region": "Moon"}, "region"),
        ({"kam_email": "fay@test.example"}, "kam_email"),
    ],
)
def test_bad_values_are_named_by_field_and_nothing_is_stored(as_alice, alpha, beta, fay, change, field):
    before = everything()
    body = {"code": "NEW", "name": "New", **change}
    assert field in refused(as_alice.post("customers/", body), 400)["errors"]
    assert everything() == before


@pytest.mark.parametrize("body", [None, [], "text", 7, {"code": {}, "name": []}])
def test_bodies_of_the_wrong_shape_are_refused(as_dora, body):
    refused(as_dora.post("customers/", body), 400)


def test_a_body_that_is_no_json_is_refused(as_dora):
    post = as_dora.client.post
    headers = {"Idempotency-Key": "k"}
    refused(post("/api/v1/customers/", "{", content_type="application/json", headers=headers), 400)
    refused(post("/api/v1/customers/", "[" * 100_000, content_type="application/json", headers=headers), 400)
    form = "application/x-www-form-urlencoded"
    refused(post("/api/v1/customers/", "a=1", content_type=form, headers=headers), 415)


@pytest.mark.parametrize("method", ["put", "patch"])
def test_an_update_names_the_version_it_starts_from(as_alice, alpha, method):
    send = getattr(as_alice, method)
    full = as_alice.get("customers/ALPHA/").json()
    before = everything()
    refused(send("customers/ALPHA/", {"code": "ALPHA", "name": "New name"}), 400)
    refused(send("customers/ALPHA/", {**full, "name": "New name", "version": "x"}), 400)
    assert everything() == before
    changed = send("customers/ALPHA/", {**full, "name": "New name"})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["name"], changed.json()["version"]) == ("New name", 2)
    stale = refused(send("customers/ALPHA/", {**full, "name": "Third"}), 409)
    assert stale["version"] == 2
    assert stale["differences"] == [
        {"field": "name", "label": "Name", "stored": "New name", "yours": "Third"}
    ]
    alpha.refresh_from_db()
    assert alpha.name == "New name"


@pytest.mark.parametrize("method", ["put", "patch"])
def test_put_and_patch_hold_the_same_rules(as_alice, alpha, beta, bob, method):
    send, full = getattr(as_alice, method), as_alice.get("customers/ALPHA/").json()
    before = everything()
    refused(send("customers/ALPHA/", {**full, "parent_code": "BETA"}), 400)
    refused(send("customers/ALPHA/", {**full, "parent_code": "ALPHA"}), 400)
    refused(send("customers/ALPHA/", {**full, "code": "OTHER"}), 400)
    refused(send("customers/ALPHA/", {**full, "headcount": -5}), 400)
    refused(send("customers/ALPHA/", {**full, "kam_email": "bob@test.example"}), 403)
    assert everything() == before


def test_a_director_hands_a_customer_over_and_the_history_stays(as_dora, alpha, bob):
    body = {"kam_email": "bob@test.example", "version": 1}
    assert as_dora.patch("customers/ALPHA/", body).json()["kam_email"] == "bob@test.example"
    assert alpha.ownerships.filter(to_on__isnull=True).get().kam == bob


def test_a_supervisor_keeps_customers_in_their_own_territories(as_sue, alpha):
    before = everything()
    problem = refused(as_sue.patch("customers/ALPHA/", {"territory": "South", "version": 1}), 400)
    assert "territory" in problem["errors"]
    assert everything() == before


def test_delete_archives_and_restore_brings_back(as_sue, as_alice, alpha):
    refused(as_alice.delete("customers/ALPHA/"), 403)
    assert as_sue.delete("customers/ALPHA/").status_code == 204
    assert as_sue.codes("customers/") == []
    assert as_sue.codes("customers/", archived="true") == ["ALPHA"]
    assert as_sue.get("customers/ALPHA/").json()["archived_at"]
    assert as_sue.post("customers/ALPHA/restore/", key=None).json()["archived_at"] is None
    assert as_sue.codes("customers/") == ["ALPHA"]


def test_filters_are_declared_and_unknown_ones_are_refused(as_dora, alpha, beta):
    assert as_dora.codes("customers/", territory="Country") == ["ALPHA", "BETA"]
    assert as_dora.codes("customers/", territory="south") == ["BETA"]
    assert as_dora.codes("customers/", territory="Moon") == []
    assert as_dora.codes("customers/", kam="bob@test.example") == ["BETA"]
    assert as_dora.codes("customers/", region="Mainland", ordering="-name") == ["BETA", "ALPHA"]
    assert as_dora.codes("customers/", updated_from="2000-01-01T00:00:00Z") == ["ALPHA", "BETA"]
    assert "regoin" in refused(as_dora.get("customers/", regoin="x"), 400)["errors"]
    refused(as_dora.get("customers/", archived="perhaps"), 400)
    refused(as_dora.get("customers/", ordering="kam"), 400)
    refused(as_dora.get("customers/", page_size="5000"), 400)
    refused(as_dora.get("customers/", after="nonsense"), 400)
    refused(as_dora.get("customers/", q="a\x00"), 400)


def test_pages_follow_each_other_without_loss(as_dora, db):
    Customer.objects.bulk_create(Customer(code=f"C{i:02}", name=f"Name {i % 3}") for i in range(25))
    answer, seen = as_dora.get("customers/", page_size=10).json(), []
    while True:
        seen += [row["code"] for row in answer["results"]]
        if not answer["next"]:
            break
        answer = as_dora.client.get(answer["next"]).json()
    assert sorted(seen) == [f"C{i:02}" for i in range(25)]
    assert "count" not in answer


def test_codes_with_unusual_letters_are_found(as_dora, db):
    for code in ("00123", "NA", "a b", "é.x", "100%", "#1?"):
        answer = as_dora.post("customers/", {"code": code, "name": code})
        assert answer.status_code == 201, answer.content
        assert as_dora.client.get(answer["Location"]).json()["code"] == code
    refused(as_dora.get("customers/a%00b/"), 404)


def test_a_script_in_a_name_stays_text(as_dora, db):
    answer = as_dora.post("customers/", {"code": "X", "name": "<script>alert(1)</script>"})
    assert answer.json()["name"] == "<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
