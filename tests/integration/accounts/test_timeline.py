"""The timeline of a customer: what stands in it, page by page, for whom; and what is done in place."""

import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import (
    Bid,
    Cadence,
    Commitment,
    Competitor,
    Contact,
    Contract,
    Interaction,
    Ownership,
    RecordMerge,
    RivalMove,
)
from accounts.operations import archive_customer
from accounts.queries.coming import open_and_coming
from accounts.timeline import timeline_kinds, timeline_page
from ka_crm.lib.money import SCALE
from ka_crm.records.operations import set_system_setting
from purchases.models import Category, MonthlySales, OrderDay
from segmentation.models import KeyAccountTerm
from tests.facts import committed_batch, visit
from tests.integration.pages.results import account_result, make_run
from visits.models import Flag

TODAY = dt.date(2022, 11, 1)
IN_PLACE = {"HTTP_HX_REQUEST": "true"}


def day(n):
    return TODAY + dt.timedelta(days=n)


@pytest.fixture(autouse=True)
def _first_of_november(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())


@pytest.fixture
def elena(alpha):
    return Contact.objects.create(customer=alpha, name="Elena Ruiz")


def held(customer, count=1, first=0):
    return Interaction.objects.bulk_create(
        Interaction(customer=customer, channel="phone", subject=f"Call {n}", on=day(-n // 2))
        for n in range(first, first + count)
    )


def promise(customer, **values):
    return Commitment.objects.create(
        **{
            "customer": customer,
            "text": "Price proposal",
            "promised_on": day(-20),
            "due_on": day(-3),
            **values,
        }
    )


def titles(customer, viewer, **wanted):
    entries, _before = timeline_page(customer, viewer=viewer, today=TODAY, limit=50, **wanted)
    return [entry.title for entry in entries]


def test_everything_that_happened_is_merged_newest_first(alice, bob, alpha, alpha_store, elena):
    rival = Competitor.objects.create(name="Diageo")
    talk = Interaction.objects.create(customer=alpha, channel="meeting", subject="Prices", on=day(-1))
    talk.contacts.add(elena)
    Interaction.objects.create(customer=alpha, channel="phone", subject="To come", on=day(4), state="planned")
    promise(alpha, state="kept", settled_on=day(-2), contact=elena)
    RivalMove.objects.create(customer=alpha, competitor=rival, on=day(-4), contact=elena, said="End caps")
    Contract.objects.create(
        customer=alpha, title="Terms", start_on=day(-60), notice_on=day(20), end_on=day(40)
    )
    Bid.objects.create(
        customer=alpha, title="Coolers", submitted_on=day(-50), result="lost", decided_on=day(-5),
        reason="price", competitor=rival,
    )  # fmt: skip
    Ownership.objects.create(customer=alpha, kam=bob, from_on=day(-400), to_on=day(-90))
    Ownership.objects.create(customer=alpha, kam=alice, from_on=day(-89))
    KeyAccountTerm.objects.create(customer=alpha, from_on=day(-300), since_on=day(-300))
    batch = committed_batch()
    for month, net in ((dt.date(2022, 10, 1), 900), (dt.date(2022, 9, 1), 500)):
        MonthlySales.objects.create(
            batch=batch, customer=alpha, month=month, net_amount=net * SCALE, lines=31, uncosted_lines=31
        )
    for on, net in ((dt.date(2022, 10, 3), 1000), (dt.date(2022, 10, 5), -100)):
        OrderDay.objects.create(batch=batch, customer=alpha, date=on, net_amount=net * SCALE)
    tequila = Category.objects.create(code="TEQ", name="T")
    visit(alpha_store, tequila, [dt.date(2022, 10, 7)], [(9, 2)])
    Flag.objects.create(store=alpha_store, category=tequila, opened_on=day(-30), moved_on=day(-30))
    account_result(make_run(), alpha)
    entries, following = timeline_page(alpha, viewer=alice, today=TODAY, limit=50)
    assert following is None
    assert entries == sorted(entries, key=lambda one: one.order, reverse=True)
    told = {entry.title: entry for entry in entries}
    for title in (
        "Meeting, Elena Ruiz", "Kept: Price proposal", "Price proposal", "Diageo met Elena Ruiz",
        "Begins: Terms", "Lost: Coolers", "Offer: Coolers", "Alice answers for it", "Bob answers for it",
        "October 2022", "September 2022", "1 store visited", "Became a key account",
    ):  # fmt: skip
        assert title in told, title
    assert any(title.startswith("Classified as") for title in told)
    assert "To come" not in told and "Ended: Terms" not in told
    assert told["Kept: Price proposal"].note == "1 day late"
    assert "31 lines on 1 day, 1 day of returns, the largest −$100 on 5 Oct" in told["October 2022"].line
    assert told["October 2022"].note == "$900 net"
    assert "To Diageo" in told["Lost: Coolers"].line and "Price" in told["Lost: Coolers"].line
    kinds = {entry.kind for entry in entries}
    assert kinds == set(timeline_kinds())
    for kind in kinds:
        some, _before = timeline_page(alpha, viewer=alice, today=TODAY, limit=50, kind=kind)
        assert some == [entry for entry in entries if entry.kind == kind]


def test_undone_files_and_uncounted_sales_are_not_told(alice, alpha):
    batch = committed_batch()
    MonthlySales.objects.create(batch=batch, customer=alpha, month=dt.date(2022, 9, 1), net_amount=1, lines=1)
    assert titles(alpha, alice) == ["September 2022"]
    type(batch).objects.update(state="undone")
    assert titles(alpha, alice) == []


def test_a_supervisor_is_told_only_of_visits_in_the_subtree(alice, sue, alpha, alpha_store, territories):
    alpha_store.territory = territories["south"]
    alpha_store.save()
    visit(alpha_store, Category.objects.create(code="TEQ", name="T"), [dt.date(2022, 10, 7)], [(9, 2)])
    assert titles(alpha, alice) == ["1 store visited"]
    assert titles(alpha, sue) == []


def test_archiving_and_merging_the_customer_is_remembered(dora, alpha, beta):
    archive_customer(by=dora, customer=alpha, reason="Closed")
    RecordMerge.objects.create(record_type="accounts.customer", kept_id=alpha.pk, merged_id=beta.pk, by=dora)
    today = timezone.localdate()
    entries, _before = timeline_page(alpha, viewer=dora, today=today, limit=9)
    assert {entry.title for entry in entries} == {"Archived", "Made one with Beta Stores"}
    assert "Closed" in next(entry.line for entry in entries if entry.title == "Archived")


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_older_pages_have_no_gaps_and_no_repeats(alice, alpha, limit):
    held(alpha, 11)
    batch = committed_batch()
    for n in range(11):
        promise(alpha, promised_on=day(-n // 3), due_on=day(9))
        month = dt.date(2022, 10 - n // 2, 1)
        MonthlySales.objects.create(batch=batch, customer=alpha, month=month, net_amount=5, lines=1)
    wanted, nothing = timeline_page(alpha, viewer=alice, today=TODAY, limit=100)
    assert (len(wanted), nothing) == (28, None)
    seen, before = [], None
    while True:
        page, before = timeline_page(alpha, viewer=alice, today=TODAY, limit=limit, before=before)
        seen += page
        if before is None:
            break
    assert seen == wanted


def test_what_is_open_or_coming_stands_above_with_what_is_late(alpha, alice, elena):
    Interaction.objects.create(
        customer=alpha, channel="meeting", purpose="talks", subject="Terms 2023", on=day(8), at=dt.time(10),
        place="Office", state="planned",
    )  # fmt: skip
    promise(alpha, contact=elena)
    promise(alpha, text="Display", promiser="them", due_on=day(5))
    Contract.objects.create(
        customer=alpha, title="Terms", start_on=day(-60), notice_on=day(20), end_on=day(40)
    )
    Cadence.objects.create(customer=alpha, contact=elena, every_days=7)
    Bid.objects.create(customer=alpha, title="Coolers", submitted_on=day(-50), decision_due_on=day(-1))
    found = open_and_coming(alpha, today=TODAY, limit=9)
    assert [(entry.title, entry.note, entry.tone) for entry in found] == [
        ("Last day of notice: Terms", "", "coming"),
        ("Terms 2023", "10:00, Office", "coming"),
        ("Display", "", "coming"),
        ("Get in touch with Elena Ruiz", "", "coming"),
        ("Decision expected: Coolers", "1 day late", "late"),
        ("Price proposal", "3 days late", "late"),
    ]


PARTS = ["", "timeline/", "timeline/?kind=promises", "-/older/?before=2022-10-31~talk:000000000009"]


@pytest.mark.parametrize("part", PARTS)
def test_the_timeline_is_there_for_who_sees_the_customer_and_for_nobody_else(client, request, alpha, part):
    held(alpha)
    for who, status in {"alice": 200, "sue": 200, "dora": 200, "bob": 404, "fay": 404, "rex": 404}.items():
        client.force_login(request.getfixturevalue(who))
        assert client.get(f"/accounts/ALPHA/{part}").status_code == status, who


@pytest.mark.parametrize("query", ["kind=nothing", "before=x", "before=2022-99-01~talk:000000000001"])
def test_what_is_no_place_in_a_timeline_is_not_found(client, alice, alpha, query):
    client.force_login(alice)
    assert client.get(f"/accounts/ALPHA/timeline/?{query}").status_code == 404
    assert client.get("/accounts/ALPHA/-/older/").status_code == 404


def test_older_pages_load_where_the_newer_ones_end(client, alice, alpha):
    held(alpha, 45)
    client.force_login(alice)
    first = client.get("/accounts/ALPHA/timeline/")
    url = first.context["older_url"]
    second = client.get(url)
    assert "<html" not in second.text and "Call 44" in second.text and "Call 1<" not in second.text
    assert second.context["older_url"] == ""
    query = parse_qs(urlsplit(url).query)
    page = client.get("/accounts/ALPHA/timeline/", {"before": query["before"][0]})
    assert "Call 44" in page.text and "composer-words" not in page.text and "Back to the newest" in page.text


def test_a_timeline_needs_as_many_queries_for_five_hundred_entries_as_for_ten(client, alice, alpha, elena):
    client.force_login(alice)
    client.get("/accounts/ALPHA/timeline/")
    counts, first = [], 0
    for size in (10, 500):
        for talk in held(alpha, size, first):
            talk.contacts.add(elena)
        for _number in range(size // 10):
            promise(alpha, contact=elena)
        first += size
        for part in ("timeline/", ""):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/accounts/ALPHA/{part}").status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[2] <= 40
    assert counts[1] == counts[3] <= 50


def test_one_line_logs_a_contact_and_the_notice_takes_it_back(client, alice, alpha, elena):
    client.force_login(alice)
    typed = {"words": "Wants one price\nAsks who pays", "channel": "phone", "contact": elena.pk}
    answer = client.post("/accounts/ALPHA/-/log/", typed, **IN_PLACE)
    assert answer.status_code == 204
    kept = Interaction.objects.get()
    assert (kept.subject, kept.text, kept.channel, kept.on) == (
        "Wants one price", "Asks who pays", "phone", TODAY,
    )  # fmt: skip
    assert list(kept.contacts.all()) == [elena]
    undo = json.loads(answer.headers["HX-Trigger"])["ka:notice"]["undo_url"]
    assert client.post(undo).status_code == 302
    kept.refresh_from_db()
    assert kept.archived_at is not None


def test_one_line_works_without_script_and_keeps_what_was_typed_when_it_fails(client, alice, alpha):
    client.force_login(alice)
    assert client.post("/accounts/ALPHA/-/log/", {"words": "Just a note"}).status_code == 302
    assert Interaction.objects.get().channel == "note"
    typed = {"words": "To be kept", "on": "2022-12-24", "channel": "mail"}
    for more in ({}, IN_PLACE):
        answer = client.post("/accounts/ALPHA/-/log/", typed, **more)
        assert answer.status_code == 422
        assert "To be kept" in answer.text and "plan it instead" in answer.text
    assert client.post("/accounts/ALPHA/-/log/", {"words": ""}).status_code == 422
    assert Interaction.objects.count() == 1


def test_the_same_line_sent_twice_is_kept_once(client, alice, alpha):
    client.force_login(alice)
    typed = {"words": "Once", "form_key": "abc", "client_uuid": "6a1f0e5e-1a35-4b66-9d0a-6b1ea7a0b001"}
    for _turn in range(2):
        assert client.post("/accounts/ALPHA/-/log/", typed, **IN_PLACE).status_code == 204
    typed["form_key"] = "another"
    assert client.post("/accounts/ALPHA/-/log/", typed, **IN_PLACE).status_code == 204
    assert Interaction.objects.count() == 1


def test_a_tick_keeps_a_promise_and_can_be_taken_back_once(client, alice, alpha):
    kept = promise(alpha)
    client.force_login(alice)
    assert f"/-/promise/{kept.pk}/keep/" in client.get("/accounts/ALPHA/").text
    answer = client.post(f"/accounts/ALPHA/-/promise/{kept.pk}/keep/", {"version": 1}, **IN_PLACE)
    kept.refresh_from_db()
    assert (answer.status_code, kept.state) == (204, "kept")
    undo = json.loads(answer.headers["HX-Trigger"])["ka:notice"]["undo_url"]
    assert client.post(undo).status_code == 302
    kept.refresh_from_db()
    assert kept.state == "open"
    assert client.post(undo).status_code == 409


@pytest.mark.parametrize("version", ["7", "", "x"])
def test_a_tick_on_an_older_version_changes_nothing_and_says_so(client, alice, alpha, version):
    kept = promise(alpha)
    client.force_login(alice)
    url = f"/accounts/ALPHA/-/promise/{kept.pk}/keep/"
    assert client.post(url, {"version": version}).status_code == 409
    answer = client.post(url, {"version": version}, **IN_PLACE)
    assert "Somebody else" in json.loads(answer.headers["HX-Trigger"])["ka:notice"]["text"]
    kept.refresh_from_db()
    assert (kept.state, kept.version) == ("open", 1)


def test_a_planned_talk_is_held_by_a_click_and_planned_again_by_the_notice(client, alice, alpha):
    talk = Interaction.objects.create(
        customer=alpha, channel="meeting", subject="Terms", on=day(-2), state="planned"
    )
    client.force_login(alice)
    answer = client.post(f"/accounts/ALPHA/-/interaction/{talk.pk}/hold/", {"version": 1}, **IN_PLACE)
    talk.refresh_from_db()
    assert (talk.state, talk.on) == ("done", day(-2))
    client.post(json.loads(answer.headers["HX-Trigger"])["ka:notice"]["undo_url"])
    talk.refresh_from_db()
    assert (talk.state, talk.on) == ("planned", day(-2))


def test_acts_in_place_are_for_who_sees_the_customer(client, request, alpha, beta):
    kept = promise(alpha)
    talk = held(alpha)[0]
    urls = [
        "/accounts/ALPHA/-/log/",
        f"/accounts/ALPHA/-/promise/{kept.pk}/keep/",
        f"/accounts/ALPHA/-/promise/{kept.pk}/reopen/",
        f"/accounts/ALPHA/-/interaction/{talk.pk}/hold/",
        f"/accounts/ALPHA/-/interaction/{talk.pk}/plan-again/",
    ]
    for who in ("bob", "rex", "fay"):
        client.force_login(request.getfixturevalue(who))
        assert [client.post(url, {"words": "x", "version": 1}).status_code for url in urls] == [404] * 5
    client.force_login(request.getfixturevalue("dora"))
    assert client.post(f"/accounts/BETA/-/promise/{kept.pk}/keep/", {"version": 1}).status_code == 404
    assert client.get(urls[1]).status_code == 405
    kept.refresh_from_db()
    assert kept.version == 1


FORMS = {
    "interaction": {"channel": "meeting", "purpose": "talks", "state": "planned", "on": "2022-11-22",
                    "subject": "Terms"},
    "promise": {"promiser": "us", "text": "Offer", "promised_on": "2022-11-01", "due_on": "2022-11-09"},
    "contract": {"title": "Terms", "state": "signed", "start_on": "2022-01-01"},
    "bid": {"kind": "offer", "title": "Coolers", "submitted_on": "2022-10-01", "result": "open"},
    "cadence": {"every_days": "30"},
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_has_its_form_with_two_versions_when_two_people_edit(client, alice, alpha, kind):
    client.force_login(alice)
    new = f"/accounts/ALPHA/-/{kind}/new/"
    assert client.get(new).status_code == 200
    assert client.post(new, {}).status_code == 422
    answer = client.post(new, FORMS[kind])
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    model = {"interaction": Interaction, "promise": Commitment, "contract": Contract, "bid": Bid,
             "cadence": Cadence}[kind]  # fmt: skip
    entry = model.objects.get()
    url = f"/accounts/ALPHA/-/{kind}/{entry.pk}/"
    changed = {"owner": alice.pk, **FORMS[kind], "version": 1}
    field = next(name for name in ("subject", "text", "title", "every_days") if name in changed)
    changed[field] = "9"
    assert client.get(url).status_code == 200
    extra = {"state": "open"} if kind == "promise" else {}
    assert client.post(url, {**changed, **extra}).status_code == 302
    assert client.post(url, {**changed, **extra, field: "8"}).status_code == 409
    entry.refresh_from_db()
    assert str(getattr(entry, field)) == "9"


def test_moving_a_promise_in_its_form_asks_for_the_reason(client, alice, alpha):
    kept = promise(alpha)
    client.force_login(alice)
    url = f"/accounts/ALPHA/-/promise/{kept.pk}/"
    typed = {
        **FORMS["promise"],
        "text": kept.text,
        "promised_on": kept.promised_on,
        "state": "open",
        "version": 1,
    }
    assert client.post(url, typed).status_code == 422
    assert client.post(url, {**typed, "reason": "On leave"}).status_code == 302
    kept.refresh_from_db()
    assert kept.due_on == dt.date(2022, 11, 9)


def test_a_promise_is_broken_and_a_bid_lost_in_their_forms(client, alice, alpha):
    kept = promise(alpha)
    bid = Bid.objects.create(customer=alpha, title="Coolers", submitted_on=day(-50))
    client.force_login(alice)
    typed = {"promiser": "us", "text": kept.text, "promised_on": kept.promised_on, "due_on": kept.due_on,
             "state": "broken", "version": 1}  # fmt: skip
    assert client.post(f"/accounts/ALPHA/-/promise/{kept.pk}/", typed).status_code == 302
    kept.refresh_from_db()
    assert (kept.state, kept.settled_on) == ("broken", TODAY)
    typed = {
        "kind": "offer",
        "title": "Coolers",
        "submitted_on": bid.submitted_on,
        "result": "lost",
        "version": 1,
    }
    assert client.post(f"/accounts/ALPHA/-/bid/{bid.pk}/", typed).status_code == 422
    assert client.post(f"/accounts/ALPHA/-/bid/{bid.pk}/", {**typed, "reason": "price"}).status_code == 302
    bid.refresh_from_db()
    assert (bid.result, bid.decided_on) == ("lost", TODAY)


def test_what_people_type_is_inert(client, alice, alpha):
    Interaction.objects.create(
        customer=alpha, channel="note", subject="<img src=x onerror=alert(1)>", on=TODAY
    )
    client.force_login(alice)
    for part in ("", "timeline/"):
        assert "<img src=x" not in client.get(f"/accounts/ALPHA/{part}").text
