"""People and decision chains over the API: the same rules as on the map."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import ChainRole, Contact, DecisionChain
from accounts.operations.people import change_contact
from ka_crm.records.models import AuditRow
from tests.integration.accounts.people import person, talk
from tests.integration.api.conftest import refused


def refused_at(answer, name):
    """Check that an answer refuses one field of the body."""
    assert name in refused(answer, 400)["errors"]


@pytest.fixture
def osei(alice, alpha):
    return person(alice, alpha, "Margaret Osei", roles=["decider"], influence=5, title="SVP")


@pytest.fixture
def chain(osei):
    return DecisionChain.objects.get()


def test_strangers_are_asked_who_they_are(stranger, osei):
    for path in ("contacts/", f"contacts/{osei.pk}/", "decision-chains/"):
        refused(stranger.get(path), 401)


def test_whoever_may_not_see_the_account_finds_nobody(as_bob, as_fay, as_alice, as_dora, as_sue, osei, chain):
    for caller in (as_bob, as_fay):
        assert caller.codes("contacts/", "id") == [] == caller.codes("decision-chains/", "id")
        for path in (
            f"contacts/{osei.pk}/",
            f"decision-chains/{chain.pk}/",
            f"decision-chains/{chain.pk}/reading/",
        ):
            refused(caller.get(path), 404)
        refused(caller.patch(f"contacts/{osei.pk}/", {"name": "Mine", "version": 1}), 404)
        refused(caller.delete(f"contacts/{osei.pk}/"), 404)
        refused(caller.post(f"contacts/{osei.pk}/restore/"), 404)
    for caller in (as_alice, as_dora, as_sue):
        assert caller.codes("contacts/", "id") == [osei.pk]
    refused_at(as_bob.post("contacts/", {"customer_code": "ALPHA", "name": "Tom"}), "customer_code")
    refused(as_fay.post("contacts/", {"customer_code": "ALPHA", "name": "Tom"}), 403)


def test_a_person_is_created_with_roles_and_boss_by_one_audit_row(as_alice, osei, chain):
    rows = AuditRow.objects.count()
    answer = as_alice.post(
        "contacts/",
        {"customer_code": "ALPHA", "name": "Elena Ruiz", "reports_to": osei.pk, "influence": 4,
         "covered_by_email": "alice@test.example",
         "roles": [{"chain": chain.pk, "role": "buyer"}, {"chain": chain.pk, "role": "user"}]},
    )  # fmt: skip
    assert answer.status_code == 201, answer.content
    found = as_alice.get(f"contacts/{answer.json()['id']}/").json()
    assert found["reports_to"] == osei.pk
    assert sorted(row["role"] for row in found["roles"]) == ["buyer", "user"]
    assert AuditRow.objects.count() == rows + 1


def test_roles_sent_take_the_place_of_those_that_are_there(as_alice, alice, osei, chain):
    other = DecisionChain.objects.create(customer=osei.customer, name="Promotions")
    change_contact(by=alice, contact=osei, version=1, changes={}, roles={other.pk: ["user"]})
    answer = as_alice.patch(
        f"contacts/{osei.pk}/", {"version": 2, "roles": [{"chain": chain.pk, "role": "approver"}]}
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["roles"] == [{"chain": chain.pk, "role": "approver"}]
    assert as_alice.patch(f"contacts/{osei.pk}/", {"version": 3, "title": "CEO"}).json()["roles"] != []
    assert ChainRole.objects.filter(contact=osei).count() == 1


def test_a_stale_version_tells_what_differs(as_alice, alice, osei):
    change_contact(by=alice, contact=osei, version=1, changes={"title": "CEO"})
    answer = as_alice.patch(f"contacts/{osei.pk}/", {"title": "CFO", "version": 1})
    refused(answer, 409)
    assert "CEO" in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""}, {"influence": 6}, {"attitude": 3}, {"email": "none"}, {"reports_to": 999_999},
        {"reports_to": True}, {"roles": [{"chain": 999_999, "role": "buyer"}]}, {"roles": "buyer"},
        {"roles": [{"role": "buyer"}]}, {"customer_code": "BETA"}, {"customer_code": "NONE"},
    ],
)  # fmt: skip
def test_what_no_person_can_be_is_refused_at_its_field(as_dora, osei, beta, body):
    refused_at(as_dora.patch(f"contacts/{osei.pk}/", {"version": 1, **body}), next(iter(body)))
    assert Contact.objects.get(pk=osei.pk).version == 1


def test_circles_and_people_of_other_customers_are_refused(as_dora, alice, bob, alpha, beta, osei, chain):
    ruiz = person(alice, alpha, "Elena Ruiz", osei)
    stranger = person(bob, beta, "Stranger", roles=["buyer"])
    foreign = DecisionChain.objects.get(customer=beta)
    for boss in (ruiz, stranger, osei):
        refused_at(as_dora.patch(f"contacts/{osei.pk}/", {"version": 1, "reports_to": boss.pk}), "reports_to")
    roles = [{"chain": foreign.pk, "role": "user"}]
    refused_at(as_dora.patch(f"contacts/{osei.pk}/", {"version": 1, "roles": roles}), "roles")


def test_people_are_filtered_by_customer_text_and_role(as_dora, alice, bob, alpha, beta, osei):
    ruiz = person(alice, alpha, "Elena Ruiz", osei, email="elena@alpha.example", roles=["buyer", "user"])
    person(bob, beta, "Stranger")
    assert as_dora.codes("contacts/", "id", customer="ALPHA") == [ruiz.pk, osei.pk]
    assert as_dora.codes("contacts/", "id", q="elena@") == [ruiz.pk]
    assert as_dora.codes("contacts/", "id", role="buyer") == [ruiz.pk]
    assert as_dora.delete(f"contacts/{ruiz.pk}/").status_code == 204
    assert as_dora.codes("contacts/", "id", customer="ALPHA") == [osei.pk]
    assert as_dora.post(f"contacts/{ruiz.pk}/restore/").json()["archived_at"] is None


def test_a_chain_is_created_changed_and_archived(as_alice, alpha):
    made = as_alice.post("decision-chains/", {"customer_code": "ALPHA", "name": "Promotions"})
    assert made.status_code == 201, made.content
    path = f"decision-chains/{made.json()['id']}/"
    refused(as_alice.post("decision-chains/", {"customer_code": "ALPHA", "name": "Promotions"}), 400)
    assert as_alice.patch(path, {"name": "Equipment", "version": 1}).json()["version"] == 2
    assert as_alice.delete(path).status_code == 204
    assert as_alice.codes("decision-chains/", "id") == []
    assert as_alice.post(f"{path}restore/").json()["name"] == "Equipment"


def test_the_reading_tells_the_numbers_of_the_map(as_alice, alice, alpha, osei, chain):
    ruiz = person(alice, alpha, "Elena Ruiz", osei, roles=["buyer"], influence=4, attitude=1)
    talk(alpha, ruiz, days_ago=5)
    found = as_alice.get(f"decision-chains/{chain.pk}/reading/").json()
    assert (found["met"], found["people"], found["decider_met"]) == (1, 2, False)
    assert found["coverage"] == pytest.approx(4 / 9)
    assert found["support"] == pytest.approx(4 / 18)
    assert (found["effective_contacts"], found["top_share"], found["single_thread_risk"]) == (
        1.0,
        1.0,
        "high",
    )
    assert "approver" in found["missing_roles"]
    assert found["next_steps"][0] == {"key": "decider_not_met", "person": osei.pk, "to": None, "days": None}


def test_a_list_of_people_costs_the_same_for_ten_and_for_sixty(as_alice, alice, alpha, osei):
    def queries(upto):
        for number in range(Contact.objects.count(), upto):
            person(alice, alpha, f"P{number}", osei, roles=["user"], covered_by=alice, introduced_by=osei)
        as_alice.get("contacts/")
        with CaptureQueriesContext(connection) as caught:
            assert len(as_alice.get("contacts/", page_size=100).json()["results"]) == upto
        return len(caught)

    assert queries(10) == queries(60)
