"""The reassignment board: what it computes, who may apply it, handovers now and ahead, two people at once."""

import datetime as dt
import re

import pytest
from django.core import mail

from accounts.models import Contact, Customer, Interaction, InteractionContact, Ownership, Store
from accounts.operations import hand_over_customer
from accounts.operations.handing_over import HandedOverMeanwhile
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.models import Role
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today
from segmentation.models import PlannedHandover
from segmentation.operations.reassigning import Move, carry_out_due_handovers, reassign
from segmentation.queries.board import board_of
from segmentation.rules.relationships import Lost
from segmentation.rules.strategy_set import DEFAULT_SET
from segmentation.views.board import moves_of, seen_of
from tests.conftest import make_user

pytestmark = pytest.mark.django_db
BOARD, APPLY = "/segmentation/load/reassign/", "/segmentation/load/reassign/apply/"


@pytest.fixture
def carol(territories):
    return make_user("carol", Role.KAM, territory=territories["north"])


@pytest.fixture
def owned(company, alice, bob, alpha, beta):
    """Everybody answers for their accounts since 2020."""
    for customer, kam in ((alpha, alice), (company["gamma"], alice), (beta, bob)):
        Ownership.objects.create(customer=customer, kam=kam, from_on=dt.date(2020, 1, 1))
    return company


def board(company, viewer, kams, moves=()):
    return board_of(company["run"], viewer, kams, dict(moves), DEFAULT_SET, business_today())


def talk(customer, contact, owner, days=10, **fields):
    held = Interaction.objects.create(
        customer=customer,
        channel=fields.pop("channel", "phone"),
        on=business_today() - dt.timedelta(days=days),
        subject="x",
        owner=owner,
        **fields,
    )
    InteractionContact.objects.create(interaction=held, contact=contact)


def test_moving_an_account_moves_its_load_hours_and_stores(
    owned, dora, alice, bob, alpha, alpha_store, beta_store
):
    Store.objects.filter(pk=alpha_store.pk).update(latitude=42.0, longitude=-93.0)
    Store.objects.filter(pk=beta_store.pk).update(latitude=42.0, longitude=-92.0)
    found = board(owned, dora, [alice, bob], {alpha.pk: bob.pk})
    mine, theirs = found.columns
    assert (mine.before.load.load, mine.after.load.load) == (1.25, 0)
    assert (theirs.before.load.load, theirs.after.load.load) == (1.0, 2.25)
    assert (mine.before.hours, mine.after.hours) == (9, 3)
    assert (theirs.before.accounts, theirs.after.accounts) == (1, 2)
    assert theirs.before.spread.km == pytest.approx(0, abs=1e-6)
    assert theirs.after.spread.km == pytest.approx(41.3, abs=0.2)
    assert mine.after.spread.km is None, "Gamma is no key account and has no store"
    assert [card.name for card in theirs.keys] == ["Alpha Markets", "Beta Stores"]


def test_relationships_of_the_last_year_are_lost_unless_the_next_manager_has_them(
    owned, dora, alice, bob, alpha
):
    kim, lee, old = (Contact.objects.create(customer=alpha, name=name) for name in ("Kim", "Lee", "Old"))
    for days in (1, 2, 3, 4):
        talk(alpha, kim, alice, days)
    talk(alpha, lee, alice)
    talk(alpha, lee, bob)
    talk(alpha, old, alice, days=400)
    talk(alpha, old, alice, channel="note")
    talk(alpha, old, alice, state="planned")
    found = board(owned, dora, [alice, bob], {alpha.pk: bob.pk})
    assert found.lost == found.columns[0].lost == Lost(strong=1)
    assert found.columns[1].lost == Lost()


def test_moves_that_cannot_be_are_left_out(owned, sue, alice, bob, alpha, beta, carol):
    found = board(owned, sue, [alice, carol], {alpha.pk: bob.pk, beta.pk: carol.pk, 999: carol.pk})
    assert found.moves == {}
    assert board(owned, sue, [alice, carol], {alpha.pk: carol.pk}).moves == {alpha.pk: carol.pk}


@pytest.mark.parametrize(
    "text", ["", "x", "1", "1:2:3", "1:x", ":", "-1:2", "1:99999999999999999999", "0:0," * 99]
)
def test_an_address_with_nonsense_shows_the_board(client, owned, dora, alice, bob, text):
    client.force_login(dora)
    page = client.get(BOARD, {"kam": [alice.pk, bob.pk, "x", "999"], "moves": text, "pick": ["x"], "to": ""})
    assert page.status_code == 200 and page.context["board"].moves == {}
    assert (moves_of("1:2,x"), seen_of("1:2:3,4:5")) == ({1: 2}, {1: (2, 3)})


def test_ticked_accounts_go_into_the_address_and_come_back_out_of_it(client, owned, dora, alice, bob, alpha):
    client.force_login(dora)
    asked = {"kam": [alice.pk, bob.pk], "pick": [alpha.pk, owned["gamma"].pk], "to": bob.pk}
    answer = client.get(BOARD, asked)
    assert answer.status_code == 302
    assert answer.url.endswith(f"&moves={alpha.pk}:{bob.pk},{owned['gamma'].pk}:{bob.pk}")
    page = client.get(answer.url)
    assert set(page.context["board"].moves) == {alpha.pk, owned["gamma"].pk}
    part = client.get(BOARD, asked, headers={"HX-Request": "true", "HX-Target": "load-board"})
    assert part.headers["HX-Push-Url"] == answer.url
    assert "<html" not in part.text
    assert re.findall(r"data-load-after>([\d.]+)<", part.text) == ["0", "2.25"], "Gamma is no key account"
    assert Customer.objects.get(pk=alpha.pk).kam == alice, "looking changes nothing"


def seen(*rows):
    return ",".join(f"{customer.pk}:{before.pk if before else 0}:{to.pk}" for customer, before, to in rows)


def applied(client, rows, on=None, reason="Less for Alice", kams=()):
    return client.post(
        APPLY,
        {
            "kam": [kam.pk for kam in kams],
            "seen": seen(*rows),
            "on": (on or business_today()).isoformat(),
            "reason": reason,
        },
    )


def test_applying_hands_over_from_the_day_with_reason_and_tells_both(
    client, owned, dora, alice, bob, alpha, django_capture_on_commit_callbacks
):
    client.force_login(dora)
    day = business_today() - dt.timedelta(days=3)
    with django_capture_on_commit_callbacks(execute=True):
        answer = applied(client, [(alpha, alice, bob)], on=day)
    assert (answer.status_code, answer.url) == (302, "/segmentation/load/")
    assert Customer.objects.get(pk=alpha.pk).kam == bob
    owners = (
        Ownership.objects.filter(customer=alpha).order_by("from_on").values_list("kam", "from_on", "to_on")
    )
    assert list(owners)[1] == (bob.pk, day, None)
    row = AuditRow.objects.get(record_type="accounts.customer", record_id=str(alpha.pk))
    assert (row.action, row.by, row.reason) == ("hand_over", dora, "Less for Alice")
    told = {letter.to[0]: letter.body for letter in mail.outbox}
    assert set(told) == {alice.email, bob.email}
    assert "From you:" in told[alice.email] and "To you:" in told[bob.email]
    assert all("Alpha Markets" in body and "Less for Alice" in body for body in told.values())


def test_somebody_who_was_faster_is_told_of_and_nothing_is_handed_over(
    client, owned, dora, alice, bob, alpha, carol
):
    gamma = owned["gamma"]
    hand_over_customer(by=dora, customer=alpha, version=1, kam=carol, from_on=business_today())
    client.force_login(dora)
    page = applied(client, [(gamma, alice, bob), (alpha, alice, bob)], kams=[alice, bob])
    assert page.status_code == 409
    assert "Alpha Markets is now with Carol." in page.text and "Nothing was handed over" in page.text
    assert Customer.objects.get(pk=gamma.pk).kam == alice
    assert page.context["board"].moves == {gamma.pk: bob.pk}, "what still holds stays on the board"
    assert not PlannedHandover.objects.exists() and mail.outbox == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "required"),
        ({"reason": "  "}, "required"),
        ({"reason": "x" * 501}, "at most 500"),
        ({"on": "soon"}, "valid date"),
        ({"on": "2999-01-01"}, "Within a year"),
        ({"on": "2019-01-01"}, "took over later"),
        ({"seen": ""}, "Move an account first"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_handed_over(
    client, owned, dora, alice, bob, alpha, changes, words
):
    client.force_login(dora)
    sent = {
        "kam": [alice.pk, bob.pk],
        "seen": seen((alpha, alice, bob)),
        "on": business_today().isoformat(),
        "reason": "y",
    }
    page = client.post(APPLY, sent | changes)
    assert page.status_code == 422 and words in page.text
    assert Customer.objects.get(pk=alpha.pk).kam == alice


@pytest.mark.parametrize("who", ["alice", "fay", "rex"])
def test_who_does_not_organise_neither_sees_nor_applies_the_board(
    client, request, owned, bob, alpha, alice, who
):
    client.force_login(request.getfixturevalue(who))
    assert client.get(BOARD).status_code == 403
    assert applied(client, [(alpha, alice, bob)]).status_code == 403
    assert Customer.objects.get(pk=alpha.pk).kam == alice


def test_a_supervisor_moves_accounts_within_their_team_only(
    client, owned, sue, alice, bob, alpha, beta, carol
):
    client.force_login(sue)
    page = client.get(BOARD, {"kam": [alice.pk, bob.pk]})
    assert [column["kam"] for column in page.context["columns"]] == [alice]
    assert applied(client, [(alpha, alice, bob)]).status_code == 403
    assert applied(client, [(beta, bob, carol)]).status_code == 403
    assert (Customer.objects.get(pk=alpha.pk).kam, Customer.objects.get(pk=beta.pk).kam) == (alice, bob)
    assert applied(client, [(alpha, alice, carol)]).status_code == 302
    assert Customer.objects.get(pk=alpha.pk).kam == carol


def test_a_later_day_is_planned_and_carried_out_when_it_comes(
    client, owned, dora, alice, bob, alpha, monkeypatch, django_capture_on_commit_callbacks
):
    client.force_login(dora)
    day = business_today() + dt.timedelta(days=5)
    with django_capture_on_commit_callbacks(execute=True):
        assert applied(client, [(alpha, alice, bob)], on=day).status_code == 302
    assert len(mail.outbox) == 2
    assert Customer.objects.get(pk=alpha.pk).kam == alice
    assert carry_out_due_handovers() == {"done": 0, "failed": 0}
    page = client.get("/segmentation/load/").text
    assert "Handovers ahead" in page and "Less for Alice" in page
    history = client.get("/accounts/ALPHA/history/").text
    assert re.search(r"Bob <span class=\"pill\">planned", history)
    assert "handover planned for" in client.get(BOARD, {"kam": [alice.pk, bob.pk]}).text
    again = applied(client, [(alpha, alice, bob)], on=day, kams=[alice, bob])
    assert again.status_code == 422 and "planned already" in again.text

    for module in ("segmentation.operations.reassigning", "accounts.operations.customers"):
        monkeypatch.setattr(f"{module}.business_today", lambda: day)
    assert carry_out_due_handovers() == {"done": 1, "failed": 0}
    assert Customer.objects.get(pk=alpha.pk).kam == bob
    assert Ownership.objects.get(customer=alpha, to_on__isnull=True).from_on == day
    assert carry_out_due_handovers() == {"done": 0, "failed": 0}


def test_a_planned_handover_can_be_cancelled_by_who_sees_it(
    client, owned, dora, sue, bob, alice, alpha, beta, django_capture_on_commit_callbacks
):
    reassign(
        by=dora,
        moves=[Move(beta.pk, bob.pk, alice.pk)],
        on=business_today() + dt.timedelta(days=5),
        reason="x",
    )
    planned = PlannedHandover.objects.get()
    url = f"/segmentation/load/handovers/{planned.pk}/cancel/"
    for who, status in ((sue, 404), (bob, 403)):
        client.force_login(who)
        assert client.post(url).status_code == status
    client.force_login(dora)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url).status_code == 302
    assert {letter.subject.split(":")[0] for letter in mail.outbox} == {"Handover cancelled"}
    planned.refresh_from_db()
    assert planned.outcome == "cancelled" and client.post(url).status_code == 404


def test_a_planned_handover_that_was_overtaken_is_left_to_people(
    client, owned, dora, alice, bob, alpha, carol, monkeypatch
):
    day = business_today() + dt.timedelta(days=5)
    reassign(by=dora, moves=[Move(alpha.pk, alice.pk, bob.pk)], on=day, reason="x")
    hand_over_customer(by=dora, customer=alpha, version=1, kam=carol, from_on=business_today())
    monkeypatch.setattr("segmentation.operations.reassigning.business_today", lambda: day)
    assert carry_out_due_handovers() == {"done": 0, "failed": 1}
    assert Customer.objects.get(pk=alpha.pk).kam == carol
    client.force_login(dora)
    assert "Somebody else handed it over before." in client.get("/segmentation/load/").text


def test_whoever_may_no_longer_do_it_leaves_it_undone(owned, dora, alice, bob, alpha, monkeypatch):
    day = business_today() + dt.timedelta(days=5)
    reassign(by=dora, moves=[Move(alpha.pk, alice.pk, bob.pk)], on=day, reason="x")
    dora.is_active = False
    dora.save()
    monkeypatch.setattr("segmentation.operations.reassigning.business_today", lambda: day)
    assert carry_out_due_handovers() == {"done": 0, "failed": 1}
    assert Customer.objects.get(pk=alpha.pk).kam == alice


def test_two_people_who_apply_at_once_leave_one_handover(owned, dora, adam, alice, bob, alpha, carol):
    reassign(by=dora, moves=[Move(alpha.pk, alice.pk, bob.pk)], on=business_today(), reason="x")
    with pytest.raises(HandedOverMeanwhile):
        reassign(by=adam, moves=[Move(alpha.pk, alice.pk, carol.pk)], on=business_today(), reason="y")
    assert Customer.objects.get(pk=alpha.pk).kam == bob
    assert Ownership.objects.filter(customer=alpha, to_on__isnull=True).count() == 1


def test_a_change_between_the_look_and_the_write_is_a_conflict_too(
    owned, dora, alice, bob, alpha, monkeypatch
):
    def changed_meanwhile(**_given):
        raise StaleVersion(alpha, [])

    monkeypatch.setattr("accounts.operations.handing_over.hand_over_customer", changed_meanwhile)
    with pytest.raises(HandedOverMeanwhile):
        reassign(by=dora, moves=[Move(alpha.pk, alice.pk, bob.pk)], on=business_today(), reason="x")


def test_an_account_without_manager_is_not_on_the_board(owned, dora, alice, bob, alpha):
    Customer.objects.filter(pk=alpha.pk).update(kam=None)
    assert board(owned, dora, [alice, bob], {alpha.pk: bob.pk}).moves == {}
