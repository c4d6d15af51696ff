"""Contacts that were logged elsewhere: read once, found again, taken back."""

import datetime as dt

import pytest

from accounts.models import AccountStanding, Contact, Interaction, InteractionContact
from accounts.operations.talks import log_interaction
from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.imports.queries import may_import
from ka_crm.imports.rules import reasons
from tests.integration.imports.conftest import fates, reasons_of

HEAD = "customer_code,date,channel,subject,text,contact,owner_email,purpose,gave_information\n"
LINES = (
    HEAD + "ALPHA,2022-10-03,phone,Autumn order,Wants one price,Elena Ruiz,alice@test.example,talks,yes\n"
    "ALPHA,2022-10-05,Meeting,Autumn order,,elena@alpha.example; Paul Brandt,,,\n"
    "ALPHA,2022-10-05,note,New shelf plan,,,,,\n"
)


@pytest.fixture
def people(alpha):
    return [
        Contact.objects.create(customer=alpha, name="Elena Ruiz", email="Elena@alpha.example"),
        Contact.objects.create(customer=alpha, name="Paul Brandt"),
    ]


def undo(report, by):
    return undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=by)


def test_a_file_is_read_once_and_adds_nothing_the_second_time(load, alice, dora, alpha, people):
    report = load("interactions", LINES, by=dora)
    assert fates(report) == (3, 0, 0, 0, 0)
    first = Interaction.objects.get(channel="phone")
    assert (first.on, first.state, first.purpose, first.source, first.owner, first.text) == (
        dt.date(2022, 10, 3), "done", "talks", "imported", alice, "Wants one price",
    )  # fmt: skip
    told = first.participants.get()
    assert (told.contact, told.gave_information) == (people[0], True)
    second = Interaction.objects.get(channel="meeting")
    assert set(second.contacts.all()) == set(people)
    assert second.owner == dora
    assert len(set(Interaction.objects.values_list("client_uuid", flat=True))) == 3
    again = load("interactions", LINES + "\n", by=dora, name="other.csv")
    assert fates(again)[:3] == (0, 0, 3)
    assert (Interaction.objects.count(), InteractionContact.objects.count()) == (3, 3)


def test_a_line_that_says_more_changes_what_is_there(load, dora, alpha, people):
    load("interactions", LINES, by=dora)
    more = HEAD + "ALPHA,2022-10-05,note,New shelf plan,From spring on,Paul Brandt,,,\n"
    assert fates(load("interactions", more, by=dora)) == (0, 1, 0, 0, 0)
    note = Interaction.objects.get(channel="note")
    assert (note.text, note.version, note.contacts.get()) == ("From spring on", 2, people[1])
    only_person = HEAD + "ALPHA,2022-10-03,phone,Autumn order,,Paul Brandt,,,\n"
    assert fates(load("interactions", only_person, by=dora)) == (0, 1, 0, 0, 0)
    assert Interaction.objects.get(channel="phone").contacts.count() == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("NOPE,2022-10-03,phone,x,,,,,", reasons.UNKNOWN_CUSTOMER),
        ("ALPHA,2022-10-03,smoke,x,,,,,", reasons.NOT_A_CHOICE),
        ("ALPHA,2022-10-03,phone,,,,,,", reasons.MISSING),
        ("ALPHA,2999-10-03,phone,x,,,,,", reasons.IN_THE_FUTURE),
        ("ALPHA,2022-10-03,phone,x,,Nobody,,,", reasons.UNKNOWN_CONTACT),
        ("ALPHA,2022-10-03,phone,x,,Twin,,,", reasons.UNKNOWN_CONTACT),
        ("ALPHA,2022-10-03,phone,x,,,no@body.example,,", reasons.UNKNOWN_USER),
    ],
)
def test_what_cannot_be_is_told_by_its_line(check, alpha, people, line, reason):
    Contact.objects.bulk_create([Contact(customer=alpha, name="Twin"), Contact(customer=alpha, name="Twin")])
    report = check("interactions", HEAD + line + "\n")
    assert reasons_of(report) == {2: reason}


def test_customers_of_others_are_unknown(check, load, alice, bob, alpha, beta, rex):
    line = HEAD + "ALPHA,2022-10-03,phone,x,,,,,\n"
    assert reasons_of(check("interactions", line, viewer=bob)) == {2: reasons.UNKNOWN_CUSTOMER}
    assert fates(load("interactions", line, by=alice, viewer=alice))[0] == 1
    assert may_import(alice, "interactions") and not may_import(rex, "interactions")


@pytest.mark.django_db(transaction=True)
def test_undo_takes_back_what_a_file_brought_and_changed(load, dora, alice, alpha, people):
    mine = log_interaction(
        by=alice,
        customer=alpha,
        values={"channel": "mail", "subject": "By hand", "on": dt.date(2022, 9, 1), "text": "Mine"},
    ).interaction
    text = LINES + "ALPHA,2022-09-01,mail,By hand,Theirs,Elena Ruiz,,,\n"
    report = load("interactions", text, by=dora)
    assert fates(report) == (3, 1, 0, 0, 0)
    standing = AccountStanding.objects.get(customer=alpha)
    assert standing.last_contact_on == dt.date(2022, 10, 5)
    undo(report, dora)
    back = Interaction.objects.get()
    assert (back, back.text, back.contacts.count()) == (mine, "Mine", 0)
    standing.refresh_from_db()
    assert standing.last_contact_on == dt.date(2022, 9, 1)


def test_undo_is_refused_once_somebody_edited_what_a_file_changed(load, dora, alice, alpha):
    load("interactions", HEAD + "ALPHA,2022-10-05,note,Plan,One,,,,\n", by=dora)
    second = load("interactions", HEAD + "ALPHA,2022-10-05,note,Plan,Two,,,,\n", by=dora)
    Interaction.objects.update(version=5)
    with pytest.raises(UndoRefused):
        undo(second, dora)
