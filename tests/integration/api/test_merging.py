"""Duplicates and merges over HTTP: whoever may not see both, sees neither."""

import pytest

from accounts.models import Contact, Customer, DuplicateProposal, NotDuplicate, RecordMerge, Store
from accounts.operations.duplicates import find_duplicates
from accounts.operations.merging import merge_customers
from accounts.queries.merges import CONTACT, CUSTOMER


@pytest.fixture
def twin(alice, territories):
    return Customer.objects.create(
        code="ALFA", name="Alpha Markets Ltd", kam=alice, territory=territories["north"]
    )


@pytest.fixture
def people(alpha):
    return [
        Contact.objects.create(customer=alpha, name=name, email="ann@a.example")
        for name in ("Ann Lee", "Anne Lee")
    ]


@pytest.fixture
def found(alpha, twin, beta, people):
    for record_type in (CUSTOMER, CONTACT):
        find_duplicates(record_type=record_type)


def test_pairs_are_listed_with_score_and_reasons(caller, found, dora, alice, bob, fay, rex, people):
    rows = caller(dora).get("duplicates/").json()["results"]
    assert [(row["type"], row["score"]) for row in rows] == [("customer", 1.0), ("contact", rows[1]["score"])]
    assert {rows[0]["low"], rows[0]["high"]} == {"ALPHA", "ALFA"}
    assert (rows[1]["low"], rows[1]["high"]) == tuple(str(one.pk) for one in people)
    assert rows[1]["reasons"][0] == {"reason": "mail"}
    assert len(caller(alice).get("duplicates/", type="contact").json()["results"]) == 1
    for user in (bob, fay, rex):
        assert caller(user).get("duplicates/").json()["results"] == []
    assert caller(None).get("duplicates/").status_code == 401
    assert caller(dora).get("duplicates/", type="store").status_code == 400


def test_a_pair_that_is_two_is_dismissed_by_whoever_may_merge_it(caller, found, alice, bob, dora):
    pair = DuplicateProposal.objects.get(record_type=CUSTOMER)
    address = f"duplicates/{pair.pk}/dismiss/"
    assert caller(bob).post(address).status_code == 404
    assert caller(alice).post(address).status_code == 403
    assert caller(dora).post(address).status_code == 204
    assert NotDuplicate.objects.count() == 1
    assert caller(dora).get("duplicates/", type="customer").json()["results"] == []


def test_a_merge_is_made_once_and_undone(caller, found, alpha, twin, dora):
    Store.objects.create(code="T1", name="Twin One", customer=twin)
    body = {"type": "customer", "kept": "ALPHA", "merged": "ALFA", "choices": {"name": "merged"}}
    answer = caller(dora).post("merges/", body, key="once")
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["kept"], row["merged"], row["undone_at"]) == ("ALPHA", "ALFA", None)
    assert {"model": "accounts.store", "field": "customer", "rows": 1} in row["moved"]
    assert caller(dora).post("merges/", body, key="once").json() == row
    assert RecordMerge.objects.count() == 1
    assert caller(dora).post("merges/", body).status_code == 400, "it is one already"
    assert caller(dora).get("merges/").json()["results"][0]["id"] == row["id"]
    undone = caller(dora).post(f"merges/{row['id']}/undo/")
    assert undone.status_code == 200 and undone.json()["undone_at"]
    assert Store.objects.get(code="T1").customer == twin
    assert caller(dora).post(f"merges/{row['id']}/undo/").status_code == 400


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("bob", 400), ("fay", 403), ("rex", 403)])
def test_the_wrong_role_makes_no_customers_one(caller, request, found, who, status):
    body = {"type": "customer", "kept": "ALPHA", "merged": "ALFA"}
    assert caller(request.getfixturevalue(who)).post("merges/", body).status_code == status
    assert not RecordMerge.objects.exists()


def test_a_kam_makes_people_one(caller, found, people, alice, bob):
    body = {"type": "contact", "kept": str(people[0].pk), "merged": str(people[1].pk)}
    answer = caller(bob).post("merges/", body)
    assert answer.status_code == 400 and set(answer.json()["errors"]) >= {"kept", "merged"}
    made = caller(alice).post("merges/", body)
    assert made.status_code == 201
    assert caller(bob).get(f"merges/{made.json()['id']}/").status_code == 404
    assert caller(bob).post(f"merges/{made.json()['id']}/undo/").status_code == 404
    assert caller(alice).post(f"merges/{made.json()['id']}/undo/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "store"},
        {"kept": "NOBODY"},
        {"kept": "ALFA"},
        {"merged": "\x00"},
        {"choices": {"name": "x"}},
        {"choices": {"code": "merged"}},
        {"choices": []},
    ],
)
def test_bad_input_is_refused_in_words(caller, found, dora, wrong):
    body = {"type": "customer", "kept": "ALPHA", "merged": "ALFA", **wrong}
    assert caller(dora).post("merges/", body).status_code == 400
    assert not RecordMerge.objects.exists()


def test_the_old_code_means_the_kept_customer(caller, alpha, twin, beta, dora, alice):
    merge_customers(by=dora, kept=alpha, merged=twin)
    assert caller(alice).get("customers/ALFA/").json()["code"] == "ALPHA"
    version = Customer.objects.get(code="ALFA").version
    assert caller(dora).patch("customers/ALFA/", {"name": "x", "version": version}).status_code == 409
    assert caller(dora).post("customers/ALFA/restore/").status_code == 409
    made = caller(alice).post("stores/", {"code": "S9", "name": "Nine", "customer_code": "ALFA"})
    assert made.status_code == 201 and made.json()["customer_code"] == "ALPHA"


def test_a_list_asks_no_more_for_more_pairs(caller, alpha, dora, django_assert_max_num_queries):
    dora_calls = caller(dora)

    def asked(count):
        for number in range(count):
            Customer.objects.create(code=f"{count}-{number}", name="Alpha Markets")
        find_duplicates(record_type=CUSTOMER)
        with django_assert_max_num_queries(30) as few:
            assert dora_calls.get("duplicates/", page_size=500).status_code == 200
        return len(few)

    first = asked(1)  # notes also that the token was used
    assert asked(20) <= first
