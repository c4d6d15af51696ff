"""Making two customers or two people one, and two again."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts import models as room
from accounts.invariants import left_at_merged_records
from accounts.models import Contact, Customer, Ownership, RecordMerge, Store
from accounts.operations import change_customer, restore_customer
from accounts.operations.entries import bring_back_entry
from accounts.operations.merging import merge_contacts, merge_customers, versions_of
from accounts.operations.unmerging import undo_merge
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.records.models import AuditRow
from purchases.models import MonthlySales, SalesLine
from tests.integration.accounts.conftest import everything, sales_of


def test_a_merge_that_is_undone_leaves_every_row_as_it_was(full, alpha, twin, dora):
    before = everything()
    merge = merge_customers(by=dora, kept=alpha, merged=twin, choices={"name": "merged", "kam": "merged"})
    assert everything() != before
    undo_merge(by=dora, merge=merge)
    after = everything()
    assert {key: row for key, row in after.items() if before.get(key) != row} == {}
    assert before.keys() == after.keys()


def test_a_merge_of_people_that_is_undone_leaves_every_row_as_it_was(full, talk, contacts, alice):
    before = everything()
    merge = merge_contacts(by=alice, kept=contacts["ann"], merged=contacts["anne"])
    undo_merge(by=alice, merge=merge)
    assert everything() == before


def test_all_that_pointed_at_the_merged_customer_points_at_the_kept_one(full, alpha, twin, dora):
    sold = [sum(pair) for pair in zip(sales_of(alpha), sales_of(twin), strict=True)]
    merge_customers(by=dora, kept=alpha, merged=twin)
    assert list(sales_of(alpha)) == sold
    assert sales_of(twin) == (0, 0)
    assert Store.objects.get(code="T1").customer == alpha
    assert Customer.objects.get(code="CHILD").parent == alpha
    assert left_at_merged_records() == 0
    assert alpha.results.count() == 2 and alpha.standing.customer_id == alpha.pk
    alpha.refresh_from_db()
    twin.refresh_from_db()
    assert (alpha.website, alpha.headcount, alpha.name) == (twin.website, 40, "Alpha Markets")
    assert twin.archived_at is not None
    assert AuditRow.objects.filter(action="merge", record_id=str(alpha.pk)).count() == 1


def test_what_may_be_there_once_only_is_joined(full, alpha, twin, contacts, dora):
    merge_customers(by=dora, kept=alpha, merged=twin)
    plan = room.AccountPlan.objects.get(customer=alpha, archived_at=None)
    assert plan.needs == "ALPHA" and plan.goals.count() == 2 and plan.actions.count() == 2
    assert room.AccountPlan.objects.filter(customer=alpha).count() == 2, "the other text is put away"
    chain = room.DecisionChain.objects.get(customer=alpha, archived_at=None)
    assert {role.contact for role in chain.roles.all()} == {contacts["ann"], contacts["ben"]}
    assert room.Rival.objects.kept().filter(customer=alpha).count() == 1
    team = room.TeamMember.objects.kept().filter(customer=alpha)
    assert team.count() == 3 and team.filter(is_sponsor=True).get().user == dora
    profile = room.Profile.objects.get(customer=alpha)
    assert (profile.description, profile.history) == ("Ours", "Since 1990")


def test_two_people_in_one_talk_become_one_who_gave_information(talk, contacts, alice):
    merge_contacts(by=alice, kept=contacts["ann"], merged=contacts["anne"])
    part = talk.participants.get()
    assert part.contact == contacts["ann"] and part.gave_information
    ann = Contact.objects.get(pk=contacts["ann"].pk)
    assert (ann.name, ann.phone, ann.notes) == ("Ann Lee", "+1 555 010 2030", "Likes tea")


def test_a_refusal_to_be_contacted_outlives_the_merge(contacts, alice):
    Contact.objects.filter(pk=contacts["ann"].pk).update(consent="given")
    Contact.objects.filter(pk=contacts["anne"].pk).update(consent="refused")
    merge_contacts(by=alice, kept=contacts["ann"], merged=contacts["anne"])
    assert Contact.objects.get(pk=contacts["ann"].pk).consent == "refused"


def test_what_was_changed_since_stays_as_somebody_left_it(full, alpha, twin, dora):
    merge = merge_customers(by=dora, kept=alpha, merged=twin)
    alpha.refresh_from_db()
    change_customer(by=dora, customer=alpha, version=alpha.version, changes={"headcount": 77})
    beta = Customer.objects.get(code="BETA")
    Store.objects.filter(code="T1").update(customer=beta)
    undo_merge(by=dora, merge=merge)
    alpha.refresh_from_db()
    assert (alpha.headcount, alpha.website) == (77, "")
    assert Store.objects.get(code="T1").customer == beta


def test_taking_over_the_manager_keeps_one_open_period(full, alpha, twin, bob, dora):
    Customer.objects.filter(pk=twin.pk).update(kam=bob)
    Ownership.objects.filter(customer=twin).update(kam=bob)
    merge = merge_customers(by=dora, kept=alpha, merged=twin, choices={"kam": "merged"})
    assert Ownership.objects.get(customer=alpha, to_on=None).kam == bob
    undo_merge(by=dora, merge=merge)
    assert Ownership.objects.get(customer=alpha).to_on is None
    assert Customer.objects.get(pk=alpha.pk).kam_id == Ownership.objects.get(customer=alpha).kam_id


@pytest.mark.parametrize("who", ["alice", "rex", "fay", "bob"])
def test_only_those_who_organise_make_customers_one(request, alpha, twin, who):
    with pytest.raises(PermissionDenied):
        merge_customers(by=request.getfixturevalue(who), kept=alpha, merged=twin)
    assert not RecordMerge.objects.exists()


def test_a_supervisor_merges_only_what_is_theirs(alpha, beta, sue):
    with pytest.raises(PermissionDenied):
        merge_customers(by=sue, kept=alpha, merged=beta)


def test_a_kam_merges_people_of_their_own_customers_only(contacts, bob):
    with pytest.raises(PermissionDenied):
        merge_contacts(by=bob, kept=contacts["ann"], merged=contacts["anne"])


def test_people_of_two_customers_are_not_made_one(contacts, alice):
    with pytest.raises(ValidationError, match="two customers"):
        merge_contacts(by=alice, kept=contacts["ann"], merged=contacts["ben"])


def test_circles_are_refused(alpha, twin, dora, contacts, alice):
    middle = Customer.objects.create(code="MID", name="Middle", parent=twin)
    Customer.objects.filter(pk=alpha.pk).update(parent=middle)
    with pytest.raises(ValidationError, match="belongs to"):
        merge_customers(by=dora, kept=Customer.objects.get(pk=alpha.pk), merged=twin)
    merge_customers(by=dora, kept=twin, merged=alpha)  # the other way round it is no circle
    with pytest.raises(ValidationError, match="belongs to"):
        merge_contacts(by=alice, kept=contacts["ann"], merged=contacts["boss"])


def test_the_kept_one_cannot_be_put_below_its_own_child(alpha, twin, dora):
    child = Customer.objects.create(code="MID", name="Middle", parent=alpha)
    Customer.objects.filter(pk=twin.pk).update(parent=child)
    with pytest.raises(ValidationError, match="belongs to it already"):
        merge_customers(by=dora, kept=alpha, merged=twin, choices={"parent": "merged"})


@pytest.mark.parametrize("choices", [{"code": "merged"}, {"name": "nonsense"}, {"name": "both"}])
def test_choices_that_do_not_exist_are_refused(alpha, twin, dora, choices):
    with pytest.raises(ValidationError, match="Unknown choice"):
        merge_customers(by=dora, kept=alpha, merged=twin, choices=choices)


def test_what_changed_while_somebody_looked_is_looked_at_again(alpha, twin, dora):
    seen = versions_of(alpha, twin)
    change_customer(by=dora, customer=alpha, version=1, changes={"headcount": 5})
    with pytest.raises(ValidationError, match="meanwhile"):
        merge_customers(by=dora, kept=alpha, merged=twin, versions=seen)


def test_no_merge_while_a_file_is_being_loaded(alpha, twin, dora):
    ImportBatch.objects.create(kind="sales", state=BatchState.LOADING)
    with pytest.raises(ValidationError, match="import"):
        merge_customers(by=dora, kept=alpha, merged=twin)


def test_merges_are_undone_in_the_reverse_order(full, alpha, twin, beta, dora):
    before = everything()
    first = merge_customers(by=dora, kept=twin, merged=alpha)
    second = merge_customers(by=dora, kept=beta, merged=twin)
    assert left_at_merged_records() == 0
    with pytest.raises(ValidationError, match="First undo the later merge of Beta Stores"):
        undo_merge(by=dora, merge=first)
    undo_merge(by=dora, merge=second)
    undo_merge(by=dora, merge=first)
    assert everything() == before
    with pytest.raises(ValidationError, match="undone already"):
        undo_merge(by=dora, merge=first)


def test_people_made_one_since_are_made_two_first(full, alpha, twin, contacts, dora):
    merge = merge_customers(by=dora, kept=alpha, merged=twin)
    ben = Contact.objects.get(pk=contacts["ben"].pk)
    people = merge_contacts(by=dora, kept=contacts["ann"], merged=ben)
    with pytest.raises(ValidationError, match="First undo the later merge of Ann Lee and Ben"):
        undo_merge(by=dora, merge=merge)
    undo_merge(by=dora, merge=people)
    undo_merge(by=dora, merge=merge)
    assert Contact.objects.get(pk=ben.pk).customer == twin


def test_what_was_made_one_is_not_merged_or_restored_again(alpha, twin, beta, contacts, dora):
    merge_contacts(by=dora, kept=contacts["ann"], merged=contacts["anne"])
    with pytest.raises(ValidationError, match="Undo that instead"):
        bring_back_entry(by=dora, entry=Contact.objects.get(pk=contacts["anne"].pk))
    merge_customers(by=dora, kept=alpha, merged=twin)
    with pytest.raises(ValidationError, match="already"):
        merge_customers(by=dora, kept=beta, merged=twin)
    with pytest.raises(ValidationError, match="already"):
        merge_customers(by=dora, kept=twin, merged=beta)
    with pytest.raises(ValidationError, match="Undo that instead"):
        restore_customer(by=dora, customer=Customer.objects.get(pk=twin.pk))


def test_a_load_is_taken_back_after_the_merge_and_the_merge_after_that(full, alpha, twin, dora):
    merge = merge_customers(by=dora, kept=alpha, merged=twin)
    undo_import(batch=full["batch"], by=dora)
    assert not SalesLine.objects.exists() and not MonthlySales.objects.exists()
    undo_merge(by=dora, merge=merge)
    assert Store.objects.get(code="T1").customer == twin


def test_a_merge_asks_no_more_for_more_rows(full, alpha, twin, dora, django_assert_max_num_queries):
    with django_assert_max_num_queries(400) as few:
        undo_merge(by=dora, merge=merge_customers(by=dora, kept=alpha, merged=twin))
    SalesLine.objects.bulk_create(
        SalesLine(date="2022-01-01", customer=twin, net_amount=n, batch=full["batch"]) for n in range(3_000)
    )
    before = len(few)
    with django_assert_max_num_queries(before + 2):
        undo_merge(by=dora, merge=merge_customers(by=dora, kept=alpha, merged=twin))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one write at a time anyway")
def test_two_people_who_merge_the_same_pair_at_once_merge_it_once(alpha, twin, dora, adam):
    outcomes = []
    start = threading.Barrier(2)

    def run(by, kept, merged):
        start.wait()
        try:
            merge_customers(by=by, kept=kept, merged=merged)
            outcomes.append("merged")
        except ValidationError as error:
            outcomes.append(error.messages[0])
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(dora, alpha, twin)),
        threading.Thread(target=run, args=(adam, twin, alpha)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome == "merged" for outcome in outcomes) == [False, True]
    assert RecordMerge.objects.count() == 1
    assert Customer.objects.filter(archived_at=None, code__in=["ALPHA", "ALFA"]).count() == 1
