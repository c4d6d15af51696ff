"""Competitors: the list of the company, where each stands with a customer, and what it did."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Competitor, Contact, Rival, RivalMove
from accounts.operations.entries import bring_back_entry, remove_entry
from accounts.operations.rivals import (
    add_rival,
    add_rival_move,
    archive_competitor,
    change_competitor,
    change_rival,
    create_competitor,
    restore_competitor,
)
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today

TAB = "/accounts/ALPHA/competitors/"
NEW = "/accounts/ALPHA/-/rival/new/"
MOVE = "/accounts/ALPHA/-/rival-move/new/"
LIST = "/accounts/-/competitors/"
RIVAL = {"competitor_name": "Diageo", "stage": "offered", "pace": "", "pace_reason": "", "holds": ""}


@pytest.fixture
def diageo(adam):
    return create_competitor(by=adam, name="Diageo")


def test_a_new_name_makes_the_competitor_and_a_known_one_is_taken_whatever_its_case(client, alice, alpha):
    client.force_login(alice)
    assert client.post(NEW, RIVAL).url == TAB
    assert Rival.objects.get().competitor == Competitor.objects.get(name="Diageo")
    move = {"competitor_name": " DIAGEO ", "on": "2022-10-01", "met_text": "two buyers"}
    assert client.post(MOVE, move).url == TAB
    assert Competitor.objects.count() == 1
    assert sorted(AuditRow.objects.values_list("record_type", flat=True)) == [
        "accounts.competitor",
        "accounts.rival",
        "accounts.rivalmove",
    ]


def test_names_to_choose_from_are_offered_without_archived_ones(client, adam, alice, alpha, diageo):
    archive_competitor(by=adam, competitor=create_competitor(by=adam, name="Gone Ltd"))
    client.force_login(alice)
    page = client.get(NEW).text
    assert '<option value="Diageo">' in page and "Gone Ltd" not in page
    answer = client.post(NEW, {**RIVAL, "competitor_name": "gone ltd"})
    assert answer.status_code == 422 and answer.context["form"].errors["competitor_name"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"competitor_name": " "}, "competitor_name"),
        ({"competitor_name": "x" * 121}, "competitor_name"),
        ({"stage": "won"}, "stage"),
        ({"pace": "push"}, "pace_reason"),
        ({"contract_ends_on": "soon"}, "contract_ends_on"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_makes_no_competitor(client, alice, alpha, changes, field):
    client.force_login(alice)
    answer = client.post(NEW, {**RIVAL, **changes})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Competitor.objects.exists() and not Rival.objects.exists()


def test_a_competitor_stands_once_in_a_dossier(client, alice, alpha):
    client.force_login(alice)
    client.post(NEW, RIVAL)
    answer = client.post(NEW, RIVAL)
    assert answer.status_code == 422 and answer.context["form"].errors["competitor_name"]
    first = Rival.objects.get()
    remove_entry(by=alice, entry=first)
    assert client.post(NEW, RIVAL).url == TAB
    with pytest.raises(ValidationError):
        bring_back_entry(by=alice, entry=first)


def test_a_pace_keeps_its_reason_also_when_changed_later(alice, alpha):
    rival = add_rival(by=alice, customer=alpha, values={**RIVAL, "pace": "hold", "pace_reason": "Contract"})
    with pytest.raises(ValidationError):
        change_rival(by=alice, entry=rival, version=1, changes={"pace_reason": ""})
    changed = change_rival(by=alice, entry=rival, version=1, changes={"pace": "push"})
    assert (changed.pace, changed.pace_reason) == ("push", "Contract")
    with pytest.raises(StaleVersion):
        change_rival(by=alice, entry=rival, version=1, changes={"stage": "trial"})


def test_a_rival_can_be_moved_to_another_name_but_not_onto_one_that_is_there(client, alice, alpha):
    client.force_login(alice)
    client.post(NEW, RIVAL)
    client.post(NEW, {**RIVAL, "competitor_name": "Beam"})
    beam = Rival.objects.get(competitor__name="Beam")
    edit = f"/accounts/ALPHA/-/rival/{beam.pk}/"
    assert 'value="Beam"' in client.get(edit).text
    refused = client.post(edit, {**RIVAL, "competitor_name": "Diageo", "version": 1})
    assert refused.status_code == 422
    assert client.post(edit, {**RIVAL, "competitor_name": "Beam Suntory", "version": 1}).url == TAB
    assert set(Rival.objects.values_list("competitor__name", flat=True)) == {"Diageo", "Beam Suntory"}


def test_a_move_lies_in_the_past_and_meets_people_of_this_customer(client, alice, dora, alpha, beta):
    client.force_login(alice)
    tomorrow = business_today() + dt.timedelta(days=1)
    answer = client.post(MOVE, {"competitor_name": "Diageo", "on": tomorrow.isoformat()})
    assert answer.status_code == 422 and answer.context["form"].errors["on"]
    stranger = Contact.objects.create(customer=beta, name="Somebody else")
    answer = client.post(MOVE, {"competitor_name": "Diageo", "on": "2022-10-01", "contact": stranger.pk})
    assert answer.status_code == 422 and answer.context["form"].errors["contact"]
    with pytest.raises(ValidationError):
        values = {"competitor_name": "Diageo", "on": dt.date(2022, 10, 1), "contact": stranger}
        add_rival_move(by=dora, customer=alpha, values=values)
    assert not RivalMove.objects.exists() and not Competitor.objects.exists()


@pytest.mark.parametrize("who", ["bob", "fay", "rex"])
def test_who_does_not_see_the_customer_finds_and_writes_nothing(client, request, alice, alpha, who):
    rival = add_rival(by=alice, customer=alpha, values=RIVAL)
    client.force_login(request.getfixturevalue(who))
    for path in (TAB, NEW, MOVE, f"/accounts/ALPHA/-/rival/{rival.pk}/", "/accounts/ALPHA/shelf.csv"):
        assert client.get(path).status_code == 404, path
    assert client.post(NEW, {**RIVAL, "competitor_name": "Beam"}).status_code == 404
    assert client.post(f"/accounts/ALPHA/-/rival/{rival.pk}/remove/").status_code == 404
    with pytest.raises(PermissionDenied):
        add_rival(by=request.getfixturevalue(who), customer=alpha, values={**RIVAL, "competitor_name": "B"})
    assert Rival.objects.kept().count() == 1 and Competitor.objects.count() == 1


def test_a_rival_of_another_customer_has_no_address_here(client, dora, alpha, beta):
    rival = add_rival(by=dora, customer=beta, values=RIVAL)
    client.force_login(dora)
    assert client.get(f"/accounts/ALPHA/-/rival/{rival.pk}/").status_code == 404


def test_stewards_keep_the_list(client, dora, diageo):
    client.force_login(dora)
    assert LIST in client.get("/accounts/-/terms/").text
    assert client.post(LIST, {"name": "Beam"}).url == LIST
    row = {"id": diageo.pk, "version": diageo.version}
    assert client.post(LIST, {**row, "act": "rename", "name": "Diageo plc"}).url == LIST
    assert client.post(LIST, {**row, "act": "rename", "name": "late"}).status_code == 409
    answer = client.post(LIST, {**row, "version": 2, "act": "rename", "name": "beam"})
    assert answer.status_code == 422 and 'value="beam"' in answer.text
    client.post(LIST, {"id": diageo.pk, "act": "archive"})
    diageo.refresh_from_db()
    assert (diageo.name, diageo.archived_at is None) == ("Diageo plc", False)
    client.post(LIST, {"id": diageo.pk, "act": "restore"})
    diageo.refresh_from_db()
    assert diageo.archived_at is None
    assert client.post(LIST, {"id": "x", "act": "archive"}).status_code == 404
    assert client.post(LIST, {"name": ""}).status_code == 422


@pytest.mark.parametrize("who", ["alice", "sue", "rex", "fay"])
def test_others_do_not_keep_the_list(client, request, diageo, who):
    user = request.getfixturevalue(who)
    client.force_login(user)
    assert client.get(LIST).status_code == 403
    assert client.post(LIST, {"id": diageo.pk, "act": "archive"}).status_code == 403
    for act in (archive_competitor, restore_competitor):
        with pytest.raises(PermissionDenied):
            act(by=user, competitor=diageo)
    with pytest.raises(PermissionDenied):
        change_competitor(by=user, competitor=diageo, version=1, changes={"name": "x"})


def test_reps_and_finance_add_no_competitor(rex, fay):
    for user in (rex, fay):
        with pytest.raises(PermissionDenied):
            create_competitor(by=user, name="Beam")


def test_a_move_that_says_nothing_is_not_noted(client, alice, alpha):
    client.force_login(alice)
    answer = client.post(MOVE, {"competitor_name": "Diageo", "on": "2022-10-01", "heard_from": "somebody"})
    assert answer.status_code == 422 and "Say what happened" in answer.text
    assert not RivalMove.objects.exists() and not Competitor.objects.exists()
