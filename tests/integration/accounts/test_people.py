"""People at an account: writing them down, their lines, their roles, and what the map says."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import ChainRole, Contact, DecisionChain
from accounts.operations import people as operations
from accounts.queries.decision_map import decision_map, in_tree_order
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today
from tests.integration.accounts.people import person, talk

pytestmark = pytest.mark.django_db


def audit(kind="accounts.contact"):
    return AuditRow.objects.filter(record_type=kind)


def map_of(customer, viewer, chain=None):
    return decision_map(customer, viewer, chain, business_today())


def test_a_first_role_makes_the_first_chain_and_one_audit_row_tells_both(alice, alpha):
    ruiz = person(alice, alpha, "Elena Ruiz", roles=["buyer", "influencer"])
    chain = DecisionChain.objects.get()
    assert chain.name == "Terms and listing"
    assert set(ChainRole.objects.filter(contact=ruiz).values_list("role", flat=True)) == {
        "buyer",
        "influencer",
    }
    row = audit().get()
    assert (row.action, row.after["Terms and listing"]) == ("create", "Influencer, Buyer")


def test_roles_alone_are_a_change_of_the_person_under_a_version(alice, alpha):
    ruiz = person(alice, alpha, "Elena Ruiz", roles=["buyer"])
    chain = DecisionChain.objects.get()
    changed = operations.set_roles(by=alice, contact=ruiz, version=1, roles={chain.pk: ["decider"]})
    assert changed.version == 2
    assert list(ChainRole.objects.values_list("role", flat=True)) == ["decider"]
    assert audit().filter(action="update").get().before == {"Terms and listing": "Buyer"}
    with pytest.raises(StaleVersion) as stale:
        operations.set_roles(by=alice, contact=ruiz, version=1, roles={chain.pk: ["user"]})
    assert [(item.label, item.stored, item.yours) for item in stale.value.differences] == [
        ("Terms and listing", "Decider", "User")
    ]
    assert list(ChainRole.objects.values_list("role", flat=True)) == ["decider"]


def test_the_same_roles_again_change_nothing(alice, alpha):
    ruiz = person(alice, alpha, "Elena Ruiz", roles=["buyer"])
    operations.set_roles(by=alice, contact=ruiz, version=1, roles={DecisionChain.objects.get().pk: ["buyer"]})
    assert audit().count() == 1


def test_roles_in_a_chain_of_another_customer_do_not_exist(alice, alpha, bob, beta):
    person(bob, beta, "Stranger", roles=["buyer"])
    ruiz = person(alice, alpha, "Elena Ruiz")
    with pytest.raises(ValidationError, match="no such record"):
        operations.set_roles(
            by=alice, contact=ruiz, version=1, roles={DecisionChain.objects.get().pk: ["user"]}
        )


def test_nobody_reports_to_themselves_or_to_somebody_below_them(alice, alpha):
    top = person(alice, alpha, "Top")
    middle = person(alice, alpha, "Middle", top)
    below = person(alice, alpha, "Below", middle)
    for boss in (top, middle, below):
        with pytest.raises(ValidationError):
            operations.move_contact(by=alice, contact=top, version=1, boss=boss)
    assert Contact.objects.get(pk=top.pk).reports_to is None
    operations.move_contact(by=alice, contact=below, version=1, boss=top)
    assert Contact.objects.get(pk=below.pk).reports_to == top


def test_nobody_introduces_us_to_themselves(alice, alpha):
    ruiz = person(alice, alpha, "Elena Ruiz")
    with pytest.raises(ValidationError, match="introduces us to themselves"):
        operations.change_contact(by=alice, contact=ruiz, version=1, changes={"introduced_by": ruiz})


def test_a_boss_of_another_customer_or_one_taken_out_does_not_exist(alice, alpha, bob, beta):
    stranger = person(bob, beta, "Stranger")
    ruiz = person(alice, alpha, "Elena Ruiz")
    gone = person(alice, alpha, "Gone")
    operations.remove_contact(by=alice, contact=gone)
    gone.refresh_from_db()
    for boss in (stranger, gone):
        with pytest.raises(ValidationError, match="no such record"):
            operations.move_contact(by=alice, contact=ruiz, version=1, boss=boss)


def test_reports_of_somebody_removed_move_up_and_come_back_with_them(alice, alpha):
    top = person(alice, alpha, "Top")
    middle = person(alice, alpha, "Middle", top)
    stays, moved = person(alice, alpha, "Stays", middle), person(alice, alpha, "Moved", middle)
    operations.remove_contact(by=alice, contact=middle)
    assert set(Contact.objects.kept().filter(reports_to=top)) == {stays, moved}
    moved.refresh_from_db()
    operations.move_contact(by=alice, contact=moved, version=moved.version, boss=None)
    operations.restore_contact(by=alice, contact=Contact.objects.get(pk=middle.pk))
    stays.refresh_from_db()
    moved.refresh_from_db()
    assert (stays.reports_to, moved.reports_to) == (middle, None)
    assert [row.action for row in audit().filter(record_id=str(middle.pk)).order_by("pk")] == [
        "create", "archive", "restore",
    ]  # fmt: skip


def test_somebody_elses_account_is_refused_before_anything_is_written(alice, bob, alpha, fay):
    ruiz = person(alice, alpha, "Elena Ruiz", roles=["buyer"])
    rows = AuditRow.objects.count()
    for user in (bob, fay):
        with pytest.raises(PermissionDenied):
            person(user, alpha, "Other")
        with pytest.raises(PermissionDenied):
            operations.move_contact(by=user, contact=ruiz, version=1, boss=None)
        with pytest.raises(PermissionDenied):
            operations.remove_contact(by=user, contact=ruiz)
    assert (AuditRow.objects.count(), Contact.objects.count()) == (rows, 1)


def test_the_map_says_whom_we_met_and_how_thin_the_thread_is(alice, alpha):
    boss = person(alice, alpha, "Margaret Osei", roles=["decider"], influence=5)
    buyer = person(alice, alpha, "Elena Ruiz", boss, roles=["buyer"], influence=4, covered_by=alice)
    coach = person(alice, alpha, "Grace Lin", boss, roles=["coach"], influence=3, attitude=2)
    for days_ago in (6, 20, 170):
        talk(alpha, buyer, days_ago=days_ago)
    talk(alpha, coach, days_ago=100, told=True, owner=alice)
    talk(alpha, boss, days_ago=5, channel="note")
    talk(alpha, boss, days_ago=5, state="planned")
    talk(alpha, boss, days_ago=-5)
    found = map_of(alpha, alice)
    assert [(one.contact.name, one.depth, one.days) for one in found.people] == [
        ("Margaret Osei", 0, None), ("Elena Ruiz", 1, 6), ("Grace Lin", 1, 100),
    ]  # fmt: skip
    assert [one.ours for one in found.people] == ["", "Alice", "Alice"]
    reading = found.reading
    assert (reading.met, reading.of, reading.decider_met) == (1, 3, False)
    assert reading.coverage == pytest.approx((4 + 1.5) / 12)
    assert (reading.spread.talks, reading.spread.risk) == (4, "high")
    assert reading.insiders == ()


def test_people_without_a_role_are_counted_only_while_nobody_has_one(alice, alpha):
    person(alice, alpha, "One")
    two = person(alice, alpha, "Two")
    assert (map_of(alpha, alice).reading.of, map_of(alpha, alice).uncounted) == (2, 0)
    operations.set_roles(by=alice, contact=two, version=1, roles={None: ["buyer"]})
    assert (map_of(alpha, alice).reading.of, map_of(alpha, alice).uncounted) == (1, 1)


def test_a_circle_in_the_data_still_shows_everybody_once(alice, alpha):
    one = person(alice, alpha, "One")
    two = person(alice, alpha, "Two", one)
    Contact.objects.filter(pk=one.pk).update(reports_to=two)
    ordered = in_tree_order(list(Contact.objects.all()))
    assert [(contact.name, depth, below) for contact, depth, below in ordered] == [
        ("One", 0, 1),
        ("Two", 1, 0),
    ]


@pytest.mark.parametrize("view", ["map", "list"])
def test_the_tab_costs_the_same_with_five_people_and_with_sixty(client, alice, alpha, view):
    client.force_login(alice)
    address = reverse("accounts:customer_tab", args=["ALPHA", "map"]) + f"?view={view}"

    def queries(upto):
        boss = Contact.objects.order_by("pk").first()
        for number in range(Contact.objects.count(), upto):
            one = person(alice, alpha, f"Person {number}", boss, roles=["user"], covered_by=alice)
            talk(alpha, one, days_ago=number, owner=alice)
            boss = boss or one
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    assert queries(5) == queries(60)


def test_the_tab_is_not_there_for_whoever_may_not_see_the_account(client, bob, rex, fay, alpha):
    for user in (bob, rex, fay):
        client.force_login(user)
        assert client.get("/accounts/ALPHA/map/").status_code == 404
        assert client.get("/accounts/ALPHA/-/contact/new/").status_code == 404


def test_an_empty_map_asks_for_decider_and_buyer(client, alice, alpha):
    client.force_login(alice)
    text = client.get("/accounts/ALPHA/map/").content.decode()
    assert "Decider missing" in text and "Buyer missing" in text and "Approver missing" not in text
    assert "/accounts/ALPHA/-/contact/new/?role=buyer" in text


def test_a_person_is_added_by_the_form_with_role_and_attitude(client, alice, alpha):
    boss = person(alice, alpha, "Margaret Osei", roles=["decider"])
    chain = DecisionChain.objects.get()
    client.force_login(alice)
    page = client.get(f"/accounts/ALPHA/-/contact/new/?role=approver&reports_to={boss.pk}")
    form = page.context["form"]
    assert form[f"roles_{chain.pk}"].initial == ["approver"]
    assert f'<option value="{boss.pk}" selected>' in page.content.decode()
    answer = client.post(
        "/accounts/ALPHA/-/contact/new/",
        {"name": "Tom", "reports_to": boss.pk, "attitude": "-1", "influence": "2", "consent": "unknown",
         f"roles_{chain.pk}": ["user", "gatekeeper"]},
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["form"].errors
    tom = Contact.objects.get(name="Tom")
    assert (tom.reports_to, tom.attitude, tom.influence, tom.chain_roles.count()) == (boss, -1, 2, 2)


def test_two_people_editing_one_person_see_both_versions(client, alice, alpha):
    ruiz = person(alice, alpha, "Elena Ruiz", title="Buyer")
    operations.change_contact(by=alice, contact=ruiz, version=1, changes={"title": "Head buyer"})
    client.force_login(alice)
    typed = {"name": "Elena Ruiz", "title": "Director", "consent": "unknown", "version": 1}
    answer = client.post(f"/accounts/ALPHA/-/contact/{ruiz.pk}/", typed)
    assert answer.status_code == 409
    assert b"Head buyer" in answer.content and b"Director" in answer.content
    assert Contact.objects.get(pk=ruiz.pk).title == "Head buyer"


def test_a_dragged_card_is_moved_and_the_notice_takes_it_back(client, alice, alpha):
    boss, ruiz = person(alice, alpha, "Boss"), person(alice, alpha, "Elena Ruiz")
    client.force_login(alice)
    url = reverse("accounts:contact_move", args=["ALPHA", ruiz.pk])
    answer = client.post(url, {"reports_to": boss.pk, "version": 1}, headers={"HX-Request": "true"})
    assert answer.status_code == 204 and "Elena Ruiz reports to Boss." in answer["HX-Trigger"]
    assert Contact.objects.get(pk=ruiz.pk).reports_to == boss
    late = client.post(url, {"reports_to": "", "version": 1}, headers={"HX-Request": "true"})
    assert late.status_code == 409 and "Alice changed Elena Ruiz meanwhile" in late["HX-Trigger"]
    assert client.post(f"{url}?reports_to=").status_code == 302
    assert Contact.objects.get(pk=ruiz.pk).reports_to is None


def test_a_move_into_a_circle_or_to_a_stranger_is_refused_in_words(client, alice, bob, alpha, beta):
    boss = person(alice, alpha, "Boss")
    ruiz = person(alice, alpha, "Elena Ruiz", boss)
    stranger = person(bob, beta, "Stranger")
    client.force_login(alice)
    url = reverse("accounts:contact_move", args=["ALPHA", boss.pk])
    answer = client.post(url, {"reports_to": ruiz.pk})
    assert answer.status_code == 422 and "first give Elena Ruiz another boss" in answer.content.decode()
    assert client.post(url, {"reports_to": stranger.pk}).status_code == 404
    foreign = reverse("accounts:contact_move", args=["ALPHA", stranger.pk])
    assert client.post(foreign, {"reports_to": ""}).status_code == 404
    client.force_login(bob)
    assert client.post(url, {"reports_to": ""}).status_code == 404


def test_the_way_in_is_the_next_step_and_not_now_shows_another(client, alice, alpha):
    coach = person(alice, alpha, "Grace Lin", roles=["coach"], attitude=2, influence=3)
    boss = person(alice, alpha, "Margaret Osei", roles=["decider"], introduced_by=coach)
    talk(alpha, coach, days_ago=10, told=True)
    client.force_login(alice)
    page = client.get("/accounts/ALPHA/map/")
    step = page.context["step"]
    assert step.text == "Ask Grace Lin to introduce us to Margaret Osei."
    assert (step.way_from, step.way_to) == (str(coach.pk), str(boss.pk))
    assert f"state=planned&contact={coach.pk}" in step.url
    assert client.get("/accounts/ALPHA/map/?step=1").context["step"].text.startswith("Find out who signs")


@pytest.mark.parametrize("question", ["ruiz", "Rúiz", "category", "elena@alpha", "555 0100"])
def test_search_finds_a_person_and_leads_to_the_map(client, alice, bob, alpha, question):
    ruiz = person(
        alice,
        alpha,
        "Elena Ruiz",
        title="Category manager",
        email="elena@alpha.example",
        phone="+1 515 555 0100",
    )
    person(alice, alpha, "王伟")
    client.force_login(alice)
    assert (
        f"/accounts/ALPHA/map/?person={ruiz.pk}" in client.get("/search/", {"q": question}).content.decode()
    )
    assert "王伟" in client.get("/search/", {"q": "王"}).content.decode()
    client.force_login(bob)
    assert "Elena" not in client.get("/search/", {"q": question}).content.decode()
    operations.remove_contact(by=alice, contact=ruiz)
    client.force_login(alice)
    assert "Elena" not in client.get("/search/", {"q": question}).content.decode()
