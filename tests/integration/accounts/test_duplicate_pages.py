"""Finding what is stored twice, deciding about it, and restoring what was put away."""

import pytest

from accounts.dossier_records import _KINDS, RecordKind
from accounts.forms.dossier import DossierForm
from accounts.job_bodies import search_for_duplicates
from accounts.models import Contact, Customer, DuplicateProposal, NotDuplicate, RecordMerge, Store
from accounts.operations import archive_customer, create_customer
from accounts.operations.entries import add_entry, remove_entry
from accounts.operations.merging import merge_contacts, merge_customers
from accounts.operations.stores import archive_store
from accounts.queries.duplicates import proposals_for
from accounts.queries.merges import CONTACT, CUSTOMER
from ka_crm.jobs.operations import run_in_process
from ka_crm.records.models import AuditRow

PAGE = "/accounts/-/duplicates/"


class ContactForm(DossierForm):
    class Meta:
        model = Contact
        fields = ("name", "email", "phone")


@pytest.fixture
def contact_kind(monkeypatch):
    """People can be added and removed, whatever the rooms have registered."""
    monkeypatch.setitem(
        _KINDS, "person", RecordKind("person", Contact, ContactForm, "overview", "New person")
    )


@pytest.fixture
def found(alpha, twin, beta, contacts):
    assert search_for_duplicates is not None
    run_in_process(kind="find_duplicates", by=None)
    return DuplicateProposal.objects


def test_the_night_proposes_pairs_with_reasons_and_forgets_what_is_gone(found, alpha, twin, contacts):
    pair = found.get(record_type=CUSTOMER)
    assert (pair.low_id, pair.high_id) == (min(alpha.pk, twin.pk), max(alpha.pk, twin.pk))
    assert pair.reasons == [{"kind": "name"}] and pair.score == 1.0
    people = found.get(record_type=CONTACT)
    assert {people.low_id, people.high_id} == {contacts["ann"].pk, contacts["anne"].pk}
    Customer.objects.filter(pk=twin.pk).update(name="Something else")
    run_in_process(kind="find_duplicates", by=None)
    assert not found.filter(record_type=CUSTOMER).exists()


def test_a_customer_and_the_group_it_belongs_to_are_two(alpha, twin):
    Customer.objects.filter(pk=twin.pk).update(parent=alpha)
    run_in_process(kind="find_duplicates", by=None)
    assert not DuplicateProposal.objects.exists()


def test_pairs_are_seen_by_whoever_sees_both(found, alice, bob, sue, dora, rex, fay, twin):
    seen = {user: proposals_for(user, CUSTOMER).count() for user in (alice, bob, sue, dora, rex, fay)}
    assert seen == {alice: 1, bob: 0, sue: 1, dora: 1, rex: 0, fay: 0}
    Customer.objects.filter(pk=twin.pk).update(kam=bob)
    assert not proposals_for(alice, CUSTOMER).exists()


def test_the_list_says_why_and_asks_no_more_for_more_pairs(
    client, found, alpha, dora, django_assert_max_num_queries
):
    client.force_login(dora)
    with django_assert_max_num_queries(40) as few:
        page = client.get(PAGE).content.decode()
    assert "same name" in page and "ALFA" in page and "100" in page
    for number in range(20):
        create_customer(by=dora, values={"code": f"AL{number}", "name": "Alpha Markets Ltd"})
    with django_assert_max_num_queries(len(few)):
        client.get(PAGE)


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 403), ("sue", 200), ("dora", 200), ("rex", 403), ("fay", 403)]
)
def test_customers_are_compared_by_those_who_organise(client, request, found, alpha, twin, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"{PAGE}customers/{alpha.pk}/{twin.pk}/").status_code == status
    assert client.get(f"{PAGE}?kind=customers").status_code == status


def test_a_kam_compares_people_of_their_own_and_others_are_not_there(client, found, contacts, alice, bob):
    address = f"{PAGE}contacts/{contacts['ann'].pk}/{contacts['anne'].pk}/"
    client.force_login(alice)
    page = client.get(address).content.decode()
    assert "Likes tea" in page and "Make one" in page
    assert "Ann Lee" in client.get(PAGE).content.decode()
    client.force_login(bob)
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    assert client.get(f"{PAGE}nonsense/1/2/").status_code == 404


def test_a_supervisor_cannot_open_a_pair_that_reaches_beyond_their_territory(client, alpha, beta, sue):
    client.force_login(sue)
    assert client.get(f"{PAGE}customers/{alpha.pk}/{beta.pk}/").status_code == 404


def test_a_pair_is_made_one_on_the_page_and_undone_there(client, full, alpha, twin, dora):
    client.force_login(dora)
    address = f"{PAGE}customers/{alpha.pk}/{twin.pk}/"
    page = client.get(address)
    assert b"Sales lines" in page.content and b"Monthly sums" in page.content
    answer = client.post(address, {"choice_name": "merged", "versions": page.context["versions"]})
    merge = RecordMerge.objects.get()
    assert answer.url == f"/accounts/-/merges/{merge.pk}/"
    assert b"They are one now" in client.get(answer.url).content
    assert Customer.objects.get(pk=alpha.pk).name == "ALPHA MARKETS Inc."
    assert client.get("/accounts/ALFA/stores/").url == "/accounts/ALPHA/stores/"
    assert b"ALFA" in client.get("/accounts/-/merges/").content
    assert b"See the merge" in client.get("/accounts/-/archive/").content
    client.post(f"/accounts/-/merges/{merge.pk}/undo/")
    assert Customer.objects.get(pk=twin.pk).archived_at is None
    assert client.get("/accounts/ALFA/").status_code == 200
    assert b"Two again" in client.get(answer.url).content
    assert client.post(f"/accounts/-/merges/{merge.pk}/undo/").status_code == 409


def test_what_is_not_possible_says_why_and_offers_nothing(client, contacts, alice):
    client.force_login(alice)
    address = f"{PAGE}contacts/{contacts['ann'].pk}/{contacts['ben'].pk}/"
    page = client.get(address).content.decode()
    assert "two customers" in page and "Make one" not in page
    assert client.post(address).status_code == 422
    assert not RecordMerge.objects.exists()


def test_a_form_that_is_out_of_date_comes_back(client, alpha, twin, dora):
    client.force_login(dora)
    answer = client.post(f"{PAGE}customers/{alpha.pk}/{twin.pk}/", {"versions": "7-7"})
    assert answer.status_code == 422 and b"look at both again" in answer.content


def test_two_that_are_two_are_remembered_and_proposed_again_if_taken_back(client, found, alpha, twin, dora):
    client.force_login(dora)
    address = f"{PAGE}customers/{alpha.pk}/{twin.pk}/two/"
    for _ in range(2):
        client.post(address)
    assert NotDuplicate.objects.get().by == dora
    assert AuditRow.objects.filter(action="not the same").count() == 1
    page = client.get(PAGE)
    assert page.context["pairs"] == [] and b"Said to be two" in page.content
    client.post(address, {"again": "1"})
    assert len(client.get(PAGE).context["pairs"]) == 1


def test_a_new_customer_that_looks_like_one_is_asked_about_once(client, alpha, beta, alice):
    client.force_login(alice)
    values = {"code": "NEW", "name": "Alpha Markets Ltd."}
    answer = client.post("/accounts/-/new/", values)
    assert answer.status_code == 200 and b"Is it one of these?" in answer.content
    assert b"/accounts/ALPHA/" in answer.content
    assert not Customer.objects.filter(code="NEW").exists()
    values["answered"] = answer.context["questions_mark"]
    assert client.post("/accounts/-/new/", values).url == "/accounts/NEW/"
    assert DuplicateProposal.objects.count() == 1


def test_what_the_person_may_not_see_is_not_asked_about(client, beta, alice):
    client.force_login(alice)
    answer = client.post("/accounts/-/new/", {"code": "NEW", "name": "Beta Stores"})
    assert answer.url == "/accounts/NEW/"


def test_a_new_person_is_asked_about_in_the_sheet(client, contacts, alpha, alice, contact_kind):
    client.force_login(alice)
    address, sheet = "/accounts/ALPHA/-/person/new/", {"HX-Request": "true"}
    values = {"name": "Ann-Lee", "email": "ann@alpha.example"}
    answer = client.post(address, values, headers=sheet)
    assert answer.status_code == 200 and b"Is it one of these?" in answer.content
    values["answered"] = answer.context["questions_mark"]
    assert client.post(address, values, headers=sheet).status_code == 204
    assert Contact.objects.filter(name="Ann-Lee").count() == 1


def test_what_was_removed_is_listed_and_comes_back(client, contacts, alpha, alice, contact_kind):
    gone = add_entry(by=alice, customer=alpha, model=Contact, values={"name": "Gone"})
    remove_entry(by=alice, entry=gone, reason="left the company")
    merge_contacts(by=alice, kept=contacts["ann"], merged=contacts["anne"])
    client.force_login(alice)
    page = client.get("/accounts/ALPHA/-/removed/").content.decode()
    assert "Gone" in page and "left the company" in page and "Alice" in page and "See the merge" in page
    assert client.post(f"/accounts/ALPHA/-/person/{gone.pk}/restore/").status_code == 302
    assert Contact.objects.get(pk=gone.pk).archived_at is None
    refused = client.post(f"/accounts/ALPHA/-/person/{contacts['anne'].pk}/restore/")
    assert refused.url == "/accounts/ALPHA/-/removed/"
    assert b"Undo that instead" in client.get(refused.url).content


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("rex", 404), ("fay", 404), ("sue", 200)])
def test_removed_entries_are_seen_by_whoever_sees_the_customer(client, request, alpha, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/accounts/ALPHA/-/removed/").status_code == status


def test_archived_customers_and_stores_stand_in_the_archive(client, alpha, beta, beta_store, dora, sue, rex):
    archive_customer(by=dora, customer=alpha, reason="went out of business")
    archive_store(by=dora, store=beta_store)
    client.force_login(dora)
    page = client.get("/accounts/-/archive/").content.decode()
    assert "went out of business" in page and "/accounts/ALPHA/restore/" in page and "Beta One" in page
    client.post("/accounts/ALPHA/restore/")
    client.post("/stores/B1/restore/")
    assert Store.objects.get(code="B1").archived_at is None
    client.force_login(sue)
    assert "Beta One" not in client.get("/accounts/-/archive/").content.decode()
    client.force_login(rex)
    assert client.get("/accounts/-/archive/").status_code == 403


def test_a_code_of_old_leads_only_to_what_one_may_see(client, alpha, twin, beta, bob, alice, dora):
    merge_customers(by=dora, kept=beta, merged=twin)
    client.force_login(bob)
    assert client.get("/accounts/ALFA/").url == "/accounts/BETA/"
    client.force_login(alice)
    assert client.get("/accounts/ALFA/").status_code == 200, "their own, put away"
    client.post("/accounts/ALFA/restore/")
    assert Customer.objects.get(code="ALFA").archived_at is not None
    assert client.get("/accounts/BETA/").status_code == 404
