"""Talks, promises, contracts and bids: who may write them, what cannot be, and one audit row for each act."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccountStanding, Cadence, Commitment, Competitor, Contact, Contract, Interaction
from accounts.operations.agreements import (
    change_bid,
    change_contract,
    decide_bid,
    make_bid,
    make_contract,
    set_cadence,
)
from accounts.operations.entries import remove_entry
from accounts.operations.promises import (
    break_promise,
    change_promise,
    keep_promise,
    make_promise,
    move_promise,
    reopen_promise,
    withdraw_promise,
)
from accounts.operations.standing import refresh_standing
from accounts.operations.talks import (
    cancel_interaction,
    change_interaction,
    hold_interaction,
    log_interaction,
    plan_again,
)
from accounts.queries.due_contacts import due_contacts
from accounts.queries.promises import open_promises, promises_due
from accounts.queries.standing import dossier_standings
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from ka_crm.records.operations import set_system_setting
from ka_crm.records.queries import audit_rows_for

TODAY = dt.date(2022, 11, 1)


def day(n):
    return TODAY + dt.timedelta(days=n)


@pytest.fixture(autouse=True)
def _first_of_november(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())


@pytest.fixture
def elena(alpha):
    return Contact.objects.create(customer=alpha, name="Elena Ruiz", email="elena@alpha.example")


@pytest.fixture
def stranger_person(beta):
    return Contact.objects.create(customer=beta, name="Somebody Else")


@pytest.fixture
def promise(alice, alpha):
    values = {"text": "Price proposal", "promised_on": day(-20), "due_on": day(-3)}
    return make_promise(by=alice, customer=alpha, values=values)


def talk(by, customer, **values):
    people = {name: values.pop(name) for name in ("contacts", "informants", "client_uuid") if name in values}
    wanted = {"channel": "phone", "subject": "Autumn order", **values}
    return log_interaction(by=by, customer=customer, values=wanted, **people).interaction


def acts(record):
    return list(audit_rows_for(record).order_by("pk").values_list("action", flat=True))


def test_a_talk_is_kept_with_who_took_part_and_one_audit_row(alice, alpha, elena):
    kept = talk(alice, alpha, on=day(-1), informants=[elena])
    row = audit_rows_for(kept).get()
    assert (row.action, row.after["contacts"], row.after["informants"]) == ("create", [elena.pk], [elena.pk])
    assert kept.participants.get().gave_information
    assert (kept.owner, kept.state) == (alice, "done")
    assert AccountStanding.objects.get(customer=alpha).last_contact_on == day(-1)


def test_the_same_form_sent_twice_is_kept_once(alice, alpha, beta, dora):
    number = uuid.uuid4()
    first = log_interaction(
        by=dora, customer=alpha, values={"channel": "phone", "subject": "x"}, client_uuid=number
    )
    again = log_interaction(
        by=dora, customer=alpha, values={"channel": "mail", "subject": "y"}, client_uuid=number
    )
    assert (first.is_new, again.is_new) == (True, False)
    assert again.interaction == first.interaction
    assert Interaction.objects.get().subject == "x"
    assert AuditRow.objects.filter(record_type="accounts.interaction").count() == 1
    with pytest.raises(ValidationError, match="another account"):
        log_interaction(
            by=dora, customer=beta, values={"channel": "mail", "subject": "y"}, client_uuid=number
        )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"on": day(1)}, "on"),
        ({"on": day(-1), "state": "planned"}, "on"),
        ({"on": dt.date(1950, 1, 1)}, "on"),
        ({"channel": "smoke"}, "channel"),
        ({"channel": "note", "state": "planned", "on": day(3)}, "channel"),
        ({"subject": ""}, "subject"),
    ],
)
def test_what_cannot_have_been_is_refused_beside_its_field(alice, alpha, values, field):
    with pytest.raises(ValidationError) as refused:
        talk(alice, alpha, **values)
    assert field in refused.value.message_dict
    assert not Interaction.objects.exists()
    assert not AuditRow.objects.filter(record_type="accounts.interaction").exists()


def test_people_of_another_customer_took_no_part(alice, alpha, stranger_person):
    with pytest.raises(ValidationError):
        talk(alice, alpha, contacts=[stranger_person])
    kept = talk(alice, alpha)
    with pytest.raises(ValidationError):
        change_interaction(by=alice, interaction=kept, version=1, changes={"contacts": [stranger_person]})


@pytest.mark.parametrize("who", ["bob", "rex", "fay"])
def test_whoever_may_not_see_the_customer_writes_nothing(request, alice, alpha, promise, who):
    by, kept = request.getfixturevalue(who), talk(alice, alpha)
    before = AuditRow.objects.count()
    for act in (
        lambda: talk(by, alpha),
        lambda: change_interaction(by=by, interaction=kept, version=1, changes={"text": "x"}),
        lambda: keep_promise(by=by, commitment=promise, version=1),
        lambda: make_promise(by=by, customer=alpha, values={"text": "x", "due_on": day(1)}),
        lambda: make_contract(by=by, customer=alpha, values={"title": "x", "start_on": day(0)}),
        lambda: make_bid(by=by, customer=alpha, values={"title": "x", "submitted_on": day(0)}),
        lambda: set_cadence(by=by, customer=alpha, values={"every_days": 3}),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert AuditRow.objects.count() == before


def test_a_planned_talk_is_the_next_talks_until_it_is_held(alice, alpha):
    planned = talk(alice, alpha, state="planned", purpose="talks", on=day(8))
    standing = AccountStanding.objects.get(customer=alpha)
    assert (standing.next_talks, standing.next_talks_on) == (planned, day(8))
    held = hold_interaction(by=alice, interaction=planned, version=1)
    assert (held.state, held.on) == ("done", TODAY)  # what is still to come was held today
    standing.refresh_from_db()
    assert (standing.next_talks, standing.last_contact_on) == (None, TODAY)
    again = plan_again(by=alice, interaction=held, version=2, on=day(8))
    assert (again.state, again.on) == ("planned", day(8))
    assert acts(planned) == ["create", "hold", "plan_again"]


def test_an_overdue_plan_can_be_edited_held_and_called_off(alice, alpha):
    planned = talk(alice, alpha, state="planned", on=day(2))
    Interaction.objects.update(on=day(-5))
    planned.refresh_from_db()
    changed = change_interaction(by=alice, interaction=planned, version=1, changes={"text": "still open"})
    with pytest.raises(ValidationError):
        change_interaction(by=alice, interaction=changed, version=2, changes={"on": day(-4)})
    called_off = cancel_interaction(by=alice, interaction=changed, version=2, reason="They are ill")
    assert (called_off.state, audit_rows_for(planned).first().reason) == ("cancelled", "They are ill")
    held = talk(alice, alpha)
    with pytest.raises(ValidationError):
        cancel_interaction(by=alice, interaction=held, version=1)


def test_a_change_of_people_alone_is_a_change(alice, alpha, elena):
    kept = talk(alice, alpha, informants=[elena])
    same = change_interaction(by=alice, interaction=kept, version=1, changes={"informants": [elena]})
    assert same.version == 1
    changed = change_interaction(by=alice, interaction=kept, version=1, changes={"informants": []})
    assert changed.version == 2
    assert not kept.participants.get().gave_information
    change_interaction(by=alice, interaction=kept, version=2, changes={"contacts": []})
    assert not kept.participants.exists()
    with pytest.raises(StaleVersion) as late:
        change_interaction(by=alice, interaction=kept, version=1, changes={"contacts": [elena], "text": "x"})
    assert {one.field for one in late.value.differences} == {"contacts", "text"}


def test_two_people_editing_one_promise_do_not_overwrite_each_other(alice, sue, promise):
    change_promise(by=sue, commitment=promise, version=1, changes={"text": "Price proposal 2023"})
    with pytest.raises(StaleVersion):
        keep_promise(by=alice, commitment=promise, version=1)
    with pytest.raises(StaleVersion):
        change_promise(by=alice, commitment=promise, version=1, changes={"text": "Mine"})
    promise.refresh_from_db()
    assert (promise.text, promise.state, acts(promise)) == (
        "Price proposal 2023",
        "open",
        ["create", "update"],
    )


def test_a_promise_is_kept_late_and_a_tick_can_be_taken_back(alice, alpha, promise):
    standing = AccountStanding.objects.get(customer=alpha)
    assert (standing.open_promises, standing.oldest_promise_due_on) == (1, day(-3))
    kept = keep_promise(by=alice, commitment=promise, version=1)
    assert (kept.state, kept.settled_on) == ("kept", TODAY)
    standing.refresh_from_db()
    assert standing.open_promises == 0
    back = reopen_promise(by=alice, commitment=kept, version=2)
    assert (back.state, back.settled_on) == ("open", None)
    assert [row.days_late for row in open_promises(alpha, TODAY, 5)] == [3]
    assert acts(promise) == ["create", "keep", "reopen"]


def test_settled_promises_stay_so_until_opened_again(alice, alpha, promise):
    broken = break_promise(by=alice, commitment=promise, version=1, reason="No agreement inside")
    for act in (keep_promise, withdraw_promise):
        with pytest.raises(ValidationError):
            act(by=alice, commitment=broken, version=2)
    with pytest.raises(ValidationError):
        move_promise(by=alice, commitment=broken, version=2, due_on=day(9), reason="x")


@pytest.mark.parametrize("on", [day(1), day(-30)])
def test_a_promise_is_settled_neither_tomorrow_nor_before_it_was_made(alice, promise, on):
    with pytest.raises(ValidationError) as refused:
        keep_promise(by=alice, commitment=promise, version=1, on=on)
    assert "settled_on" in refused.value.message_dict


def test_moving_the_day_needs_a_reason_that_is_kept(alice, promise):
    with pytest.raises(ValidationError) as refused:
        move_promise(by=alice, commitment=promise, version=1, due_on=day(9), reason=" ")
    assert "reason" in refused.value.message_dict
    moved = move_promise(by=alice, commitment=promise, version=1, due_on=day(9), reason="Buyer on leave")
    row = audit_rows_for(promise).first()
    assert (moved.due_on, row.action, row.reason) == (day(9), "move_date", "Buyer on leave")


def test_promises_made_in_the_future_or_due_before_they_were_made_are_refused(alice, alpha):
    for values in ({"promised_on": day(1), "due_on": day(2)}, {"due_on": day(-1)}):
        with pytest.raises(ValidationError):
            make_promise(by=alice, customer=alpha, values={"text": "x", **values})


def test_a_lost_offer_says_why_and_may_say_to_whom(alice, alpha):
    rival = Competitor.objects.create(name="Diageo")
    bid = make_bid(by=alice, customer=alpha, values={"title": "Coolers", "submitted_on": day(-30)})
    with pytest.raises(ValidationError) as refused:
        decide_bid(by=alice, bid=bid, version=1, result="lost")
    assert "reason" in refused.value.message_dict
    with pytest.raises(ValidationError):
        decide_bid(by=alice, bid=bid, version=1, result="won", reason="price", competitor=rival)
    lost = decide_bid(by=alice, bid=bid, version=1, result="lost", reason="price", competitor=rival)
    assert (lost.decided_on, lost.competitor) == (TODAY, rival)
    reopened = change_bid(by=alice, bid=lost, version=2, changes={"result": "open"})
    assert (reopened.decided_on, reopened.reason, reopened.competitor) == (None, "", None)


def test_notice_is_given_while_the_contract_runs(alice, alpha):
    values = {"title": "Terms", "start_on": day(-300), "end_on": day(60), "notice_on": day(30)}
    contract = make_contract(by=alice, customer=alpha, values=values)
    with pytest.raises(ValidationError) as refused:
        change_contract(by=alice, contract=contract, version=1, changes={"notice_on": day(90)})
    assert "notice_on" in refused.value.message_dict
    with pytest.raises(ValidationError):
        make_contract(by=alice, customer=alpha, values={**values, "credit_limit": -1})
    assert Contract.objects.count() == 1


def test_a_rhythm_makes_contacts_due_and_a_contact_meets_it(alice, bob, alpha, elena):
    talk(alice, alpha, on=day(-40), contacts=[elena])
    talk(alice, alpha, on=day(-2))  # somebody else there
    talk(alice, alpha, on=day(-1), contacts=[elena], channel="note")
    set_cadence(by=alice, customer=alpha, values={"contact": elena, "every_days": 30})
    set_cadence(by=alice, customer=alpha, values={"every_days": 30})
    assert AccountStanding.objects.get(customer=alpha).next_contact_due_on == day(-10)
    due = due_contacts(alice, TODAY, 10)
    assert [(one.cadence.contact, one.last_on, one.days_overdue) for one in due] == [(elena, day(-40), 10)]
    assert due_contacts(bob, TODAY, 10) == []
    talk(alice, alpha, contacts=[elena])
    assert due_contacts(alice, TODAY, 10) == []
    assert AccountStanding.objects.get(customer=alpha).next_contact_due_on == day(30)
    with pytest.raises(ValidationError):
        set_cadence(by=alice, customer=alpha, values={"every_days": 7})


def test_a_rhythm_by_one_channel_is_met_by_that_channel_only(alice, alpha):
    talk(alice, alpha, on=day(-50), channel="visit")
    talk(alice, alpha, on=day(-1), channel="mail")
    set_cadence(by=alice, customer=alpha, values={"every_days": 20, "channel": "visit"})
    assert AccountStanding.objects.get(customer=alpha).next_contact_due_on == day(-30)


def test_whoever_was_never_contacted_is_due_at_once_and_gone_people_are_not(alice, alpha, elena):
    set_cadence(by=alice, customer=alpha, values={"contact": elena, "every_days": 30})
    assert [one.due_on for one in due_contacts(alice, TODAY, 10)] == [TODAY]
    remove_entry(by=alice, entry=elena)
    refresh_standing(customers=[alpha.pk])
    assert due_contacts(alice, TODAY, 10) == []


def test_promises_due_are_those_of_ones_own_accounts_the_latest_first(alice, bob, dora, alpha, beta, promise):
    make_promise(by=bob, customer=beta, values={"text": "Theirs", "due_on": day(2), "promiser": "them"})
    make_promise(by=alice, customer=alpha, values={"text": "Far", "due_on": day(30)})
    assert [row.promise.text for row in promises_due(alice, TODAY, 9)] == ["Price proposal"]
    assert [row.promise.text for row in promises_due(dora, TODAY, 9)] == ["Price proposal", "Theirs"]
    assert len(promises_due(dora, TODAY, 1)) == 1


def test_standings_of_five_hundred_customers_cost_as_many_queries_as_of_one(alice, alpha, territories):
    model = type(alpha)
    customers = model.objects.bulk_create(
        model(code=f"C{number}", name="C", kam=alice, territory=territories["north"]) for number in range(499)
    )
    people = Contact.objects.bulk_create(Contact(customer=one, name="P") for one in customers)
    Cadence.objects.bulk_create(
        Cadence(customer=one.customer, contact=one, every_days=9, created_by=alice) for one in people
    )
    counts = []
    for some in ([customers[0].pk], [one.pk for one in customers] + [alpha.pk]):
        with CaptureQueriesContext(connection) as queries:
            dossier_standings(some, TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
    refresh_standing(customers=[one.pk for one in customers])
    assert AccountStanding.objects.filter(next_contact_due_on__isnull=False).count() == 499
    with CaptureQueriesContext(connection) as queries:
        assert len(due_contacts(alice, TODAY, 5)) == 5
    assert len(queries) <= 5


def test_an_entry_taken_out_no_longer_counts(alice, alpha, promise):
    remove_entry(by=alice, entry=promise)
    assert AccountStanding.objects.get(customer=alpha).open_promises == 0
    assert open_promises(alpha, TODAY, 5) == []
    assert Commitment.objects.count() == 1
