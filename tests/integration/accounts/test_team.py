"""The team of a customer: one sponsor, and what is asked of other departments."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import MirroredFunction, ResourceRequest, TeamMember
from accounts.operations.entries import bring_back_entry, remove_entry
from accounts.operations.requests import answer_request, ask_for, change_request, reopen_request
from accounts.operations.team import add_member, change_member
from accounts.queries.team import requests_open
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.models import Role
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today
from tests.conftest import make_user


def sponsors(customer):
    return [row.user for row in TeamMember.objects.kept().filter(customer=customer, is_sponsor=True)]


def test_a_new_sponsor_takes_the_old_one_s_place_in_one_act(alice, dora, adam, alpha):
    first = add_member(by=alice, customer=alpha, values={"user": dora, "is_sponsor": True})
    before = AuditRow.objects.count()
    add_member(by=alice, customer=alpha, values={"user": adam, "is_sponsor": True, "function": "management"})
    assert sponsors(alpha) == [adam]
    row = AuditRow.objects.order_by("pk").last()
    assert AuditRow.objects.count() == before + 1
    assert (row.before["sponsor"], row.after["sponsor"]) == (str(dora), str(adam))
    fresh = TeamMember.objects.get(pk=first.pk)
    assert (fresh.archived_at, fresh.version) == (None, 2)
    change_member(by=alice, entry=fresh, version=2, changes={"is_sponsor": True, "duty": "owner"})
    assert sponsors(alpha) == [dora]
    assert AuditRow.objects.count() == before + 2


def test_whoever_changes_a_stale_member_is_told_and_the_sponsor_stays(alice, dora, adam, alpha):
    member = add_member(by=alice, customer=alpha, values={"user": adam})
    add_member(by=alice, customer=alpha, values={"user": dora, "is_sponsor": True})
    change_member(by=alice, entry=member, version=1, changes={"duty": "stores"})
    with pytest.raises(StaleVersion):
        change_member(by=alice, entry=member, version=1, changes={"is_sponsor": True})
    assert sponsors(alpha) == [dora]


def test_nobody_is_twice_in_a_team(alice, dora, alpha):
    add_member(by=alice, customer=alpha, values={"user": dora})
    with pytest.raises(ValidationError) as error:
        add_member(by=alice, customer=alpha, values={"user": dora, "is_sponsor": True})
    assert list(error.value.message_dict) == ["user"]
    assert sponsors(alpha) == []


def test_a_sponsor_taken_out_does_not_come_back_beside_a_new_one(alice, dora, adam, alpha):
    old = add_member(by=alice, customer=alpha, values={"user": dora, "is_sponsor": True})
    remove_entry(by=alice, entry=old)
    add_member(by=alice, customer=alpha, values={"user": adam, "is_sponsor": True})
    with pytest.raises(ValidationError):
        bring_back_entry(by=alice, entry=old)
    assert sponsors(alpha) == [adam]


@pytest.mark.parametrize("who", ["bob", "fay", "rex"])
def test_a_team_is_changed_only_by_who_may_edit_the_customer(request, dora, alpha, who):
    with pytest.raises(PermissionDenied):
        add_member(by=request.getfixturevalue(who), customer=alpha, values={"user": dora})
    assert not TeamMember.objects.exists()


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_people_who_name_a_sponsor_at_once_leave_one(alice, alpha):
    people = [make_user(f"boss{number}", Role.DIRECTOR) for number in range(2)]
    start = threading.Barrier(2, timeout=10)

    def name(user):
        try:
            start.wait()
            add_member(by=alice, customer=alpha, values={"user": user, "is_sponsor": True})
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(name, people))
    assert TeamMember.objects.count() == 2
    assert len(sponsors(alpha)) == 1


@pytest.fixture
def asked(alice, fay, alpha):
    """Alice asks Fay, who sees no customer, for credit."""
    values = {"text": "60 days of credit", "function": "finance", "asked_of": fay}
    return ask_for(by=alice, customer=alpha, values=values)


def test_a_request_is_open_and_asked_today(asked):
    assert (asked.answer, asked.asked_on, asked.answered_on) == ("open", business_today(), None)


@pytest.mark.parametrize("who", ["fay", "alice", "sue", "dora"])
def test_the_person_asked_and_who_may_edit_the_customer_answer(request, asked, who):
    by = request.getfixturevalue(who)
    done = answer_request(by=by, request=asked, version=1, answer="partly", text="45 days")
    assert (done.answer, done.answer_text, done.answered_on) == ("partly", "45 days", business_today())
    rows = AuditRow.objects.filter(record_type="accounts.resourcerequest", action="answer")
    assert [row.by for row in rows] == [by]


@pytest.mark.parametrize("who", ["bob", "rex"])
def test_nobody_else_answers(request, asked, who):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        answer_request(by=by, request=asked, version=1, answer="granted")
    assert ResourceRequest.objects.get().answer == "open"


@pytest.mark.parametrize(
    ("answer", "text", "field"),
    [("refused", " ", "answer_text"), ("open", "x", "answer"), ("maybe", "x", "answer")],
)
def test_an_answer_is_one_of_three_and_a_refusal_says_why(fay, asked, answer, text, field):
    with pytest.raises(ValidationError) as error:
        answer_request(by=fay, request=asked, version=1, answer=answer, text=text)
    assert list(error.value.message_dict) == [field]
    assert answer_request(by=fay, request=asked, version=1, answer="granted").answer == "granted"


def test_an_answered_request_is_answered_once_and_can_be_opened_again(alice, fay, asked):
    answer_request(by=fay, request=asked, version=1, answer="refused", text="No money")
    with pytest.raises(ValidationError):
        answer_request(by=fay, request=asked, version=2, answer="granted")
    with pytest.raises(ValidationError):
        change_request(by=alice, entry=asked, version=2, changes={"text": "30 days"})
    with pytest.raises(StaleVersion):
        reopen_request(by=alice, request=asked, version=1)
    again = reopen_request(by=alice, request=asked, version=2)
    assert (again.answer, again.answered_on, again.answer_text) == ("open", None, "No money")
    assert change_request(by=alice, entry=asked, version=3, changes={"text": "30 days"}).text == "30 days"


def test_open_requests_are_shown_to_who_was_asked_and_who_sees_the_customer(alice, bob, fay, sue, asked):
    for viewer, found in ((alice, [asked]), (fay, [asked]), (sue, [asked]), (bob, [])):
        assert list(requests_open(viewer, 5)) == found
    answer_request(by=fay, request=asked, version=1, answer="granted")
    assert not requests_open(fay, 5)


class TestOnThePage:
    def test_the_person_asked_answers_without_seeing_the_customer(self, client, fay, asked):
        client.force_login(fay)
        url = f"/accounts/ALPHA/-/request/{asked.pk}/answer/"
        assert client.get("/accounts/ALPHA/team/").status_code == 404
        assert "60 days of credit" in client.get(url).text
        assert client.post(url, {"version": 1, "answer": "refused"}).status_code == 422
        assert client.post(url, {"version": 1, "answer": "granted", "answer_text": "Yes"}).url == "/"
        assert client.post(url, {"version": 1, "answer": "granted"}).status_code == 409
        assert ResourceRequest.objects.get().answer_text == "Yes"

    @pytest.mark.parametrize("who", ["alice", "sue", "dora", "adam"])
    def test_who_sees_the_customer_answers_what_another_was_asked(self, client, request, asked, who):
        client.force_login(request.getfixturevalue(who))
        assert client.get(f"/accounts/ALPHA/-/request/{asked.pk}/answer/").status_code == 200

    @pytest.mark.parametrize("who", ["bob", "rex"])
    def test_others_do_not_find_the_request(self, client, request, asked, who):
        client.force_login(request.getfixturevalue(who))
        for act in ("answer", "reopen"):
            url = f"/accounts/ALPHA/-/request/{asked.pk}/{act}/"
            assert client.post(url, {"version": 1, "answer": "granted"}).status_code == 404
        assert ResourceRequest.objects.get().answer == "open"

    def test_the_sponsor_stands_first_and_a_form_names_another(self, client, alice, dora, adam, alpha):
        client.force_login(alice)
        assert "No executive sponsor yet." in client.get("/accounts/ALPHA/team/").text
        url = "/accounts/ALPHA/-/member/new/"
        for user in (dora, adam):
            values = {"user": user.pk, "function": "management", "is_sponsor": "on"}
            assert client.post(url, values).url == "/accounts/ALPHA/team/"
        context = client.get("/accounts/ALPHA/team/").context
        assert context["executive"].user == adam
        assert [member.user for member in context["members"]] == [dora]

    def test_the_link_that_names_a_sponsor_ticks_the_box(self, client, alice, alpha):
        client.force_login(alice)
        text = client.get("/accounts/ALPHA/team/").text
        assert "/accounts/ALPHA/-/member/new/?is_sponsor=on&amp;function=management" in text
        form = client.get("/accounts/ALPHA/-/member/new/?is_sponsor=on&function=management").context["form"]
        assert form["is_sponsor"].value() == "on" and form["function"].value() == "management"

    def test_the_tab_needs_as_many_queries_for_sixty_members_as_for_five(self, client, alice, alpha):
        client.force_login(alice)
        client.get("/accounts/ALPHA/team/")
        counts = []
        for size in (5, 60):
            people = [make_user(f"p{size}-{number}", Role.REP) for number in range(size)]
            TeamMember.objects.bulk_create(TeamMember(customer=alpha, user=user) for user in people)
            ResourceRequest.objects.bulk_create(
                ResourceRequest(
                    customer=alpha, text="x", function="sales", asked_of=user, asked_on=dt.date(2022, 1, 1)
                )
                for user in people
            )
            MirroredFunction.objects.bulk_create(
                MirroredFunction(customer=alpha, user=user, function="sales", their_function="x")
                for user in people
            )
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/accounts/ALPHA/team/").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 24
