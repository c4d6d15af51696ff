"""Talks, promises, contracts, bids and rhythms over the API."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Bid, Cadence, Commitment, Competitor, Contact, Contract, Interaction
from ka_crm.records.models import AuditRow
from ka_crm.records.operations import set_system_setting
from tests.integration.api.conftest import refused

BULK = "interactions/bulk/"
BODIES = {
    "interactions": {"channel": "phone", "subject": "Autumn order", "on": "2022-10-30"},
    "commitments": {"text": "Price proposal", "due_on": "2022-11-09"},
    "contracts": {"title": "Terms", "start_on": "2022-01-01", "credit_limit": "5000.00"},
    "bids": {"title": "Coolers", "submitted_on": "2022-10-01", "amount": "48000.00"},
    "cadences": {"every_days": 30},
}
MODELS = {"interactions": Interaction, "commitments": Commitment, "contracts": Contract, "bids": Bid,
          "cadences": Cadence}  # fmt: skip
NAMES = {"interactions": "subject", "commitments": "text", "contracts": "title", "bids": "title",
         "cadences": "topic"}  # fmt: skip


@pytest.fixture(autouse=True)
def _first_of_november(db):
    set_system_setting(name="demo_day", value="2022-11-01")


@pytest.fixture
def elena(alpha):
    return Contact.objects.create(customer=alpha, name="Elena Ruiz")


def body(kind, customer="ALPHA", **more):
    return {"customer_code": customer, **BODIES[kind], **more}


def line(customer="ALPHA", **more):
    return {**body("interactions", customer), "client_uuid": str(uuid.uuid4()), **more}


def stored():
    return [
        list(model.objects.order_by("pk").values()) for model in MODELS.values()
    ], AuditRow.objects.count()


@pytest.mark.parametrize("kind", MODELS)
def test_who_may_not_write_stores_nothing(stranger, as_fay, as_bob, caller, rex, alpha, kind):
    before = stored()
    refused(stranger.get(f"{kind}/"), 401)
    refused(stranger.post(f"{kind}/", body(kind)), 401)
    for one in (as_fay, caller(rex)):
        refused(one.post(f"{kind}/", body(kind)), 403)
        assert one.codes(f"{kind}/", "id") == []
    refused(as_bob.post(f"{kind}/", body(kind)), 400)
    refused(as_bob.post(f"{kind}/", body(kind, key=None)), 400)
    kinds, rows = stored()
    assert kinds == before[0]


@pytest.mark.parametrize("kind", MODELS)
def test_each_is_made_read_changed_taken_out_and_brought_back(as_alice, as_bob, alpha, beta, kind):
    answer = as_alice.post(f"{kind}/", body(kind))
    assert answer.status_code == 201, answer.content
    told = answer.json()
    url = f"{kind}/{told['id']}/"
    assert as_alice.get(url).json() == told
    refused(as_bob.get(url), 404)
    refused(as_bob.patch(url, {"version": 1, NAMES[kind]: "x"}), 404)
    assert as_bob.codes(f"{kind}/", "id") == []
    changed = as_alice.patch(url, {"version": 1, NAMES[kind]: "Another"})
    assert (changed.status_code, changed.json()["version"]) == (200, 2), changed.content
    assert changed.json()[NAMES[kind]] == "Another"
    refused(as_alice.patch(url, {"version": 1, NAMES[kind]: "Mine"}), 409)
    refused(as_alice.patch(url, {NAMES[kind]: "Mine"}), 400)
    refused(as_alice.patch(url, {"version": 2, "customer_code": "BETA"}), 400)
    assert as_alice.delete(url).status_code == 204
    assert as_alice.codes(f"{kind}/", "id") == []
    assert as_alice.codes(f"{kind}/", "id", archived="true") == [told["id"]]
    assert as_alice.post(f"{url}restore/").status_code == 200
    assert as_alice.codes(f"{kind}/", "id", customer="ALPHA") == [told["id"]]
    assert as_alice.codes(f"{kind}/", "id", customer="BETA") == []
    record = MODELS[kind]._meta.label_lower
    acts = AuditRow.objects.filter(record_type=record).order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["create", "update", "archive", "restore"]


def test_a_contact_sent_twice_is_kept_once_with_who_took_part(as_alice, alpha, elena):
    one = line(contacts=[elena.pk], informant_ids=[elena.pk])
    first = as_alice.post("interactions/", one)
    assert (first.status_code, first.json()["contacts"], first.json()["informants"]) == (
        201, [elena.pk], [elena.pk],
    )  # fmt: skip
    assert first.json()["source"] == "api"
    again = as_alice.post("interactions/", one)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    answer = as_alice.post(BULK, {"lines": [one, line(contacts=[elena.pk])]}, key=None)
    assert (answer.status_code, answer.json()["created"], answer.json()["unchanged"]) == (201, 1, 1)
    assert Interaction.objects.count() == 2
    url = f"interactions/{first.json()['id']}/"
    none = as_alice.patch(url, {"version": 1, "informant_ids": []})
    assert (none.json()["contacts"], none.json()["informants"]) == ([elena.pk], [])


def test_many_contacts_are_kept_all_or_none_with_their_lines_named(as_alice, alpha, beta, elena):
    theirs = Contact.objects.create(customer=beta, name="Not ours")
    before = stored()
    lines = [
        line(), line("BETA"), line("NOPE"), line(contacts=[theirs.pk]), line(owner_email="no@body.example"),
    ]  # fmt: skip
    errors = refused(as_alice.post(BULK, {"lines": lines}), 400)["errors"]
    assert [(error["line"], error["field"]) for error in errors] == [
        (2, "customer_code"), (3, "customer_code"), (4, "contacts"), (5, "owner_email"),
    ]  # fmt: skip
    errors = refused(as_alice.post(BULK, {"lines": [line(), line(on="2022-11-02")]}), 400)["errors"]
    assert [(error["line"], error["field"]) for error in errors] == [(2, "on")]
    errors = refused(as_alice.post(BULK, {"lines": [line(channel="smoke")]}), 400)["errors"]
    assert [(error["line"], error["field"]) for error in errors] == [(1, "channel")]
    refused(as_alice.post(BULK, {"lines": []}), 400)
    assert stored() == before


def test_a_hundred_contacts_cost_as_many_queries_as_ten(as_dora, alpha, elena):
    as_dora.post(BULK, {"lines": [line()]})
    counts = []
    for size in (10, 100):
        with CaptureQueriesContext(connection) as queries:
            as_dora.post(BULK, {"lines": [line(contacts=[elena.pk]) for _ in range(size)]}, key=None)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 1 <= 32  # SQLite takes the rows in two parts


def test_a_promise_moves_with_a_reason_and_is_found_when_late(as_alice, alpha):
    promise = as_alice.post("commitments/", body("commitments")).json()
    url = f"commitments/{promise['id']}/"
    refused(as_alice.patch(url, {"version": 1, "due_on": "2022-11-20"}), 400)
    moved = as_alice.patch(url, {"version": 1, "due_on": "2022-11-20", "reason": "On leave"})
    assert (moved.status_code, moved.json()["due_on"]) == (200, "2022-11-20")
    kept = as_alice.patch(url, {"version": 2, "state": "kept"})
    assert (kept.json()["state"], kept.json()["settled_on"]) == ("kept", "2022-11-01")
    refused(as_alice.patch(url, {"version": 3, "state": "broken"}), 400)
    late = Commitment.objects.create(
        customer=alpha, text="Late", promised_on=dt.date(2022, 10, 1), due_on=dt.date(2022, 10, 31)
    )
    assert as_alice.codes("commitments/", "id", late="true") == [late.pk]
    assert as_alice.codes("commitments/", "id", late="false") == [promise["id"]]
    assert as_alice.codes("commitments/", "id", state="open", due_to="2022-10-31") == [late.pk]


def test_a_lost_bid_needs_its_reason(as_alice, alpha):
    Competitor.objects.create(name="Diageo")
    bid = as_alice.post("bids/", body("bids")).json()
    lost = {"version": 1, "result": "lost", "competitor": "Diageo"}
    problem = refused(as_alice.patch(f"bids/{bid['id']}/", lost), 400)
    assert "reason" in problem["errors"]
    answer = as_alice.patch(f"bids/{bid['id']}/", {**lost, "reason": "price"})
    assert (answer.json()["result"], answer.json()["decided_on"]) == ("lost", "2022-11-01")
    assert as_alice.codes("bids/", "id", result="lost", competitor="diageo") == [bid["id"]]


@pytest.mark.parametrize("kind", MODELS)
def test_misspelt_filters_are_errors(as_alice, alpha, kind):
    refused(as_alice.get(f"{kind}/", costumer="ALPHA"), 400)


@pytest.mark.parametrize("kind", MODELS)
def test_lists_ask_as_often_for_a_hundred_rows_as_for_ten(as_dora, dora, alpha, elena, kind):
    people = Contact.objects.bulk_create(Contact(customer=alpha, name=f"P{n}") for n in range(100))
    fields = {
        "interactions": lambda n: {
            "channel": "phone", "subject": "x", "on": dt.date(2022, 1, 1), "owner": dora,
        },
        "commitments": lambda n: {
            "text": "x", "promised_on": dt.date(2022, 1, 1), "due_on": dt.date(2022, 1, 2), "owner": dora,
            "contact": people[n],
        },
        "contracts": lambda n: {"title": "x", "start_on": dt.date(2022, 1, 1)},
        "bids": lambda n: {"title": "x", "submitted_on": dt.date(2022, 1, 1)},
        "cadences": lambda n: {"every_days": 9, "contact": people[n], "owner": dora},
    }[kind]  # fmt: skip
    rows = MODELS[kind].objects.bulk_create(MODELS[kind](customer=alpha, **fields(n)) for n in range(100))
    if kind == "interactions":
        for row in rows:
            row.contacts.add(elena)
    counts = []
    for size in (10, 100):
        as_dora.get(f"{kind}/", page_size=size)
        with CaptureQueriesContext(connection) as queries:
            assert len(as_dora.get(f"{kind}/", page_size=size).json()["results"]) == size
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8
