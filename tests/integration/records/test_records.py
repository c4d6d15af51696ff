"""Audit rows stay, saved views are one's own or shared, forms sent twice create once, invariants count."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import RequestFactory

from accounts.models import Customer, Ownership, Region
from ka_crm.lib import clock
from ka_crm.people.operations import rename_territory
from ka_crm.records import operations, queries
from ka_crm.records.forms_once import sent_once
from ka_crm.records.models import AuditRow, SavedView


# --- audit ----------------------------------------------------------------------------------------
@pytest.fixture
def row(adam, territories):
    rename_territory(by=adam, territory=territories["north"], name="Far North")
    return queries.audit_rows_for(territories["north"]).get()


def test_a_change_leaves_one_row_with_who_before_and_after(row, adam):
    assert (row.by, row.action, row.before, row.after) == (
        adam,
        "rename",
        {"name": "North"},
        {"name": "Far North"},
    )


def test_a_row_is_neither_saved_again_nor_deleted(row):
    for act in (
        row.save,
        row.delete,
        AuditRow.objects.all().delete,
        lambda: AuditRow.objects.update(action="x"),
    ):
        with pytest.raises(ValidationError):
            act()
    assert AuditRow.objects.get().action == "rename"


def test_the_database_itself_refuses_to_alter_a_row(row):
    with (
        pytest.raises(DatabaseError, match="never altered"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE records_auditrow SET action = 'x'")
    row.refresh_from_db()
    assert row.action == "rename"


def test_a_change_that_fails_leaves_no_row(adam, territories):
    with pytest.raises(ValidationError):
        rename_territory(by=adam, territory=territories["north"], name="South")
    assert not AuditRow.objects.exists()


def test_administrators_find_rows_by_record_person_and_day(client, row, adam):
    client.force_login(adam)
    today = clock.today().isoformat()
    assert "Far North" in client.get("/audit/").text
    assert "Far North" in client.get(f"/audit/?text=far&by={adam.email}&from_on={today}&to_on={today}").text
    assert "Far North" in client.get(f"/audit/people.territory/{row.record_id}/").text
    for nothing in ("text=zzz", "by=nobody@test.example", "to_on=2001-01-01", "record_type=people.user"):
        assert client.get(f"/audit/?{nothing}").context["rows"] == []


# --- saved views ----------------------------------------------------------------------------------
def test_saved_views_are_ones_own_and_the_shared_ones(alice, bob):
    own = operations.save_view(by=alice, page="accounts", name="Mine", query="abc=A")
    shared = operations.save_view(by=alice, page="accounts", name="Ours", query="abc=B", is_shared=True)
    operations.save_view(by=alice, page="stores", name="Elsewhere", query="")
    assert set(queries.saved_views_for(alice, "accounts")) == {own, shared}
    assert set(queries.saved_views_for(bob, "accounts")) == {shared}
    for act in (
        lambda: operations.delete_view(by=bob, view=shared),
        lambda: operations.share_view(by=bob, view=own, is_shared=True),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_the_same_name_again_replaces_the_view(alice):
    operations.save_view(by=alice, page="accounts", name="Mine", query="abc=A")
    operations.save_view(by=alice, page="accounts", name=" Mine ", query="abc=C")
    assert SavedView.objects.get().query == "abc=C"


def test_a_view_is_saved_and_deleted_by_its_forms(client, alice, bob):
    client.force_login(alice)
    data = {"page": "accounts", "name": "Mine", "query": "?abc=A&after=xyz", "next": "/accounts/?abc=A"}
    assert client.post("/views/save/", data).url == "/accounts/?abc=A"
    view = SavedView.objects.get()
    assert view.query == "abc=A"
    stranger = client.__class__()
    stranger.force_login(bob)
    assert stranger.post(f"/views/{view.pk}/delete/").status_code == 404
    assert client.post(f"/views/{view.pk}/delete/", {"next": "https://evil.example/"}).url == "/"
    assert not SavedView.objects.exists()


# --- forms sent twice -----------------------------------------------------------------------------
@sent_once
def add_region(request):
    if not request.POST["name"]:
        return HttpResponse("a name, please", status=422)
    region = Region.objects.create(name=request.POST["name"])
    return redirect(f"/regions/{region.pk}/")


def send(user, **data):
    request = RequestFactory().post("/regions/new/", data)
    request.user = user
    return add_region(request)


def test_a_form_sent_twice_creates_once_and_leads_to_the_same_page(alice):
    first, again = send(alice, name="North", form_key="k"), send(alice, name="North", form_key="k")
    assert first.url == again.url
    assert Region.objects.count() == 1


def test_a_form_that_came_back_with_errors_may_be_sent_again(alice):
    assert send(alice, name="", form_key="k").status_code == 422
    assert send(alice, name="North", form_key="k").status_code == 302


# --- invariants -----------------------------------------------------------------------------------
def counted(capsys) -> dict[str, int]:
    try:
        call_command("check_invariants")
    except SystemExit as stop:
        assert stop.code == 1
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_sound_database_breaks_no_invariant(capsys, alpha, beta, alpha_store, row):
    for customer in (alpha, beta):
        Ownership.objects.create(customer=customer, kam=customer.kam, from_on="2022-01-01")
    found = counted(capsys)
    assert found["violations"] == 0
    assert len(found) > 10


def test_what_is_broken_is_counted_and_named(capsys, alpha, alice, bob):
    Ownership.objects.create(customer=alpha, kam=bob, from_on="2022-01-01")
    Ownership.objects.create(customer=alpha, kam=alice, from_on="2021-01-01", to_on="2022-03-01")
    AuditRow.objects.create(action="create", record_type="x", record_id="1")
    AuditRow.objects.create(action="create", record_type="x", record_id="1")
    found = counted(capsys)
    assert found["customers_whose_kam_differs_from_history"] == 1
    assert found["ownerships_that_overlap"] == 1
    assert found["records_created_twice_in_audit"] == 1
    assert found["violations"] == 3


def test_a_missing_guard_of_the_audit_rows_is_noticed(capsys, db):
    on_table = " ON records_auditrow" if connection.vendor == "postgresql" else ""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER audit_rows_stay{on_table}")
        assert counted(capsys)["audit_rows_can_be_altered"] == 1
        transaction.set_rollback(True)


def test_customers_know_the_helper_of_versions(alpha):
    from ka_crm.lib.versions import StaleVersion, apply_changes

    apply_changes(alpha, version=1, changes={"name": "New"})
    with pytest.raises(StaleVersion) as caught:
        apply_changes(
            Customer.objects.get(pk=alpha.pk), version=1, changes={"name": "Other", "headcount": None}
        )
    assert [(item.label, item.stored, item.yours) for item in caught.value.differences] == [
        ("Name", "New", "Other")
    ]
