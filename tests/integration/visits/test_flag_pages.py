"""The pages of flags: who sees which store, what a step asks for, and how it fails."""

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import Customer
from ka_crm.lib.money import SCALE
from ka_crm.records.models import AuditRow
from ka_crm.records.operations import set_system_setting
from tests.integration.visits.flags import (
    TODAY,
    flag_of,
    fresh,
    inspected,
    many_flags,
    recovering,
    treated,
)
from visits.models import FindingPhoto, Flag, FlagNote, Inspection, Measure, StoreShare
from visits.operations import flags as flags_op

LISTS = ("/flags/", "/flags/?view=open", "/flags/?view=all", "/flags/board/", "/flags/chains/")
HTMX = {"HX-Request": "true"}


def forms_of(flag: Flag) -> dict[str, str]:
    return {name: reverse(f"flags:{name}", args=[flag.pk])
            for name in ("assign", "plan", "close", "measure_new")}  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    ("who", "seen"), [("alice", ["A1"]), ("sue", ["A1"]), ("bob", ["B1"]), ("dora", ["A1", "B1"])]
)
def test_everybody_sees_the_flags_of_their_stores(client, request, flag, southern, address, who, seen):
    client.force_login(request.getfixturevalue(who))
    text = client.get(address).content.decode()
    names = {"A1": "Alpha", "B1": "Beta"}
    if address == "/flags/chains/":  # a customer of one store is no chain
        for customer in Customer.objects.all():
            flag_of(customer.stores.create(code=f"{customer.code}2", name="Second", customer=customer,
                                           territory=customer.territory), flag.category)  # fmt: skip
        text = client.get(address).content.decode()
    main = text[text.index('id="flags-part"') :]
    assert [code for code, name in names.items() if name in main] == seen


@pytest.mark.parametrize("who", ["rex", "fay"])
def test_representatives_and_finance_have_no_flags(client, request, flag, who):
    client.force_login(request.getfixturevalue(who))
    pages = (*LISTS, f"/flags/{flag.pk}/", "/flags/measures/", "/flags/download.csv", "/flags/settings/")
    assert {client.get(address).status_code for address in pages} == {403}


@pytest.mark.parametrize("who", ["bob", "sue"])
def test_a_flag_that_one_may_not_see_is_not_found_on_any_address(client, request, alpha, flag, southern, who):
    hidden = flag if who == "bob" else southern
    person = request.getfixturevalue(who)
    client.force_login(person)
    addresses = [reverse("flags:flag", args=[hidden.pk]), *forms_of(hidden).values()]
    expected = {404} if who == "sue" else {404, 403}  # account managers never move flags
    assert {client.get(address).status_code for address in addresses} <= expected
    assert client.get(reverse("flags:flag", args=[hidden.pk])).status_code == 404
    for address in [*forms_of(hidden).values(), reverse("flags:move", args=[hidden.pk])]:
        assert client.post(address, {"version": 1, "to": "flagged"}).status_code in expected
    assert (fresh(hidden).version, AuditRow.objects.count()) == (1, 0)


def test_an_account_manager_reads_the_flag_and_finds_no_steps(client, flag, alice):
    client.force_login(alice)
    page = client.get(f"/flags/{flag.pk}/").content.decode()
    assert "Life of the flag" in page and "Plan an inspection" not in page
    for address in forms_of(flag).values():
        assert client.get(address).status_code == 403
        assert client.post(address, {"version": 1}).status_code == 403
    assert client.post(reverse("flags:move", args=[flag.pk]), {"to": "flagged"}).status_code == 403


def test_a_flag_is_taken_through_its_life_by_forms(client, flag, sue, alice):
    client.force_login(sue)
    page = reverse("flags:flag", args=[flag.pk])
    plan = {"version": 1, "inspector": sue.pk, "planned_on": "2022-11-03"}
    assert client.post(reverse("flags:plan", args=[flag.pk]), plan).url == page
    inspection = Inspection.objects.get()
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "JPEG")
    found = {"version": 1, "display": "bad", "display_text": "no tag", "promotion": "ok", "staff": "ok",
             "display_photos": SimpleUploadedFile("a.jpg", content.getvalue())}  # fmt: skip
    assert client.post(reverse("flags:findings", args=[inspection.pk]), found).url == page
    assert "no tag" in client.get(page).content.decode()
    shown = client.get(reverse("flags:photo", args=[FindingPhoto.objects.get().pk]))
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    measure = {"kind": "display", "text": "Second facing", "owner": alice.pk, "due_on": "2022-11-10"}
    assert client.post(reverse("flags:measure_new", args=[flag.pk]), measure).url == page
    number = Measure.objects.get().pk
    done = {"version": 1, "done_on": "2022-11-01", "note": "done"}
    assert client.post(reverse("flags:measure_done", args=[number]), done).url == page
    move = {"to": "recovering", "version": fresh(flag).version, "back": "/flags/board/"}
    assert client.post(reverse("flags:move", args=[flag.pk]), move).url == "/flags/board/"
    close = {"version": fresh(flag).version, "outcome": "improved", "text": "Tags help."}
    assert client.post(reverse("flags:close", args=[flag.pk]), close).url == page
    text = client.get(page).content.decode()
    assert "Better, still below" in text and "Tags help." in text
    assert client.get("/flags/?view=closed").context["lines"][0].row.flag == flag


def test_photos_are_not_found_by_who_does_not_see_the_store(client, flag, sue, bob):
    planned = flags_op.plan_inspection(by=sue, flag=flag, version=1, inspector=sue, planned_on=TODAY)
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    client.force_login(sue)
    client.post(
        reverse("flags:findings", args=[planned.pk]),
        {"version": 1, "staff": "ok", "staff_photos": SimpleUploadedFile("a.png", content.getvalue())},
    )
    address = reverse("flags:photo", args=[FindingPhoto.objects.get().pk])
    client.force_login(bob)
    assert client.get(address).status_code == 404
    assert client.get(reverse("flags:photo", args=[999])).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plan", {"inspector": "", "planned_on": "2022-11-03"}),
        ("plan", {"inspector": "999999", "planned_on": "2022-11-03"}),
        ("plan", {"planned_on": "31.02.2022"}),
        ("close", {"outcome": "improved"}),
        ("close", {}),
        ("assign", {"supervisor": "abc"}),
        ("measure_new", {"kind": "display", "text": "x", "due_on": "2022-11-10"}),
    ],
)
def test_a_step_with_bad_fields_comes_back_with_422_and_nothing_changes(client, flag, sue, name, data):
    client.force_login(sue)
    for headers in ({}, HTMX):
        answer = client.post(forms_of(flag)[name], {"version": 1, **data}, headers=headers)
        assert answer.status_code == 422
    assert (fresh(flag).version, AuditRow.objects.count()) == (1, 0)


def test_the_second_of_two_supervisors_gets_the_page_with_both_versions(client, flag, sue, dora):
    flags_op.plan_inspection(by=dora, flag=flag, version=1, inspector=dora, planned_on=TODAY)
    client.force_login(sue)
    data = {"version": 1, "inspector": sue.pk, "planned_on": "2022-11-03"}
    assert client.post(reverse("flags:plan", args=[flag.pk]), data).status_code == 409
    in_place = client.post(reverse("flags:plan", args=[flag.pk]), data, headers=HTMX)
    assert in_place.status_code == 409 and "Somebody else was first" in in_place.content.decode()
    move = {"version": 1, "to": "flagged"}
    assert client.post(reverse("flags:move", args=[flag.pk]), move).status_code == 409
    moved = client.post(reverse("flags:move", args=[flag.pk]), move, headers=HTMX)
    assert (moved.status_code, "Somebody else" in moved["HX-Trigger"]) == (409, True)
    assert fresh(flag).state == "inspecting"


def test_a_step_that_is_not_open_says_why(client, flag, sue):
    client.force_login(sue)
    answer = client.post(reverse("flags:move", args=[flag.pk]), {"version": 1, "to": "recovering"})
    assert answer.status_code == 422
    assert "does not follow" in answer.content.decode()
    in_place = client.post(
        reverse("flags:move", args=[flag.pk]), {"version": 1, "to": "recovering"}, headers=HTMX
    )
    assert "does not follow" in in_place["HX-Trigger"]


def test_nobody_is_led_to_another_site_after_a_move(client, flag, sue):
    ready = inspected(sue, flag)
    client.force_login(sue)
    move = {"version": ready.version, "to": "flagged", "back": "https://evil.example/"}
    assert client.post(reverse("flags:move", args=[flag.pk]), move).url == f"/flags/{flag.pk}/"


def test_the_same_measure_sent_twice_is_kept_once(client, flag, sue):
    inspected(sue, flag)
    client.force_login(sue)
    data = {"kind": "display", "text": "x", "owner": sue.pk, "due_on": "2022-11-10", "form_key": "k1"}
    for _time in range(2):
        assert client.post(reverse("flags:measure_new", args=[flag.pk]), data).status_code == 302
    assert Measure.objects.count() == 1


def test_a_note_is_written_by_whoever_sees_the_store(client, flag, alice):
    client.force_login(alice)
    client.post(reverse("flags:note", args=[flag.pk]), {"text": "Buyer on leave"})
    assert FlagNote.objects.get().by == alice
    assert "Buyer on leave" in client.get(f"/flags/{flag.pk}/").content.decode()


def test_the_first_list_holds_ten_and_leaves_out_small_gaps(client, alpha, spirits, dora):
    many_flags(alpha, spirits, 12)
    client.force_login(dora)
    page = client.get("/flags/")
    gaps = [line.row.gap_amount // SCALE for line in page.context["lines"]]
    assert gaps == list(range(111, 101, -1))
    set_system_setting(name="flag_minimum_gap", value=110 * SCALE)
    assert len(client.get("/flags/").context["lines"]) == 2
    assert len(client.get("/flags/?small=1").context["lines"]) == 10
    assert len(client.get("/flags/?view=open").context["lines"]) == 12


def test_filters_narrow_list_board_chains_and_download_alike(client, flag, southern, spirits, dora):
    client.force_login(dora)
    for query, count in (
        ("chain=ALPHA", 1), ("chain=NONE", 0), ("category=TEQ", 2), ("category=RUM", 0), ("age=13", 2),
        ("age=26", 0), ("age=x", 0), (f"territory={flag.store.territory_id}", 1), ("territory=x", 0),
        ("q=Beta", 1), ("state=flagged", 2), ("state=closed", 0), ("state=%00", 0),
    ):  # fmt: skip
        assert len(client.get(f"/flags/?view=open&{query}").context["lines"]) == count, query
        columns = client.get(f"/flags/board/?{query}").context["columns"]
        assert sum(len(column["cards"]) for column in columns) == count, query
        rows = b"".join(client.get(f"/flags/download.csv?view=open&{query}").streaming_content)
        assert len(rows.decode().strip().splitlines()) == count + 1, query


def test_the_board_counts_money_by_column_and_offers_only_open_steps(client, flag, southern, dora):
    inspected(dora, southern)
    client.force_login(dora)
    columns = {column["state"]: column for column in client.get("/flags/board/").context["columns"]}
    assert {state: (column["count"], column["money"]) for state, column in columns.items()} == {
        "flagged": (1, 200 * SCALE), "inspecting": (1, 200 * SCALE), "measures": (0, 0),
        "recovering": (0, 0), "closed": (0, 0),
    }  # fmt: skip
    assert columns["flagged"]["cards"][0]["steps"] == ("inspecting", "closed")
    assert columns["inspecting"]["cards"][0]["steps"] == ("measures", "flagged", "closed")
    assert client.get("/flags/board/?column=nonsense").status_code == 200


def test_stores_that_are_only_probably_below_are_watched_and_say_what_is_missing(client, flag, dora):
    Flag.objects.all().delete()
    StoreShare.objects.update(status="below_watch", share=0.25, n_eff=120, clusters=6)
    client.force_login(dora)
    line = client.get("/flags/").context["lines"][0]
    assert line.word == "Watched"
    assert re.fullmatch(r"visit \d+ times more to be sure", line.next)


def test_late_measures_come_first_and_their_owner_can_be_reminded(client, flag, sue, alice):
    measure = treated(sue, flag, owner=alice, due_on=TODAY - dt.timedelta(days=4))
    client.force_login(sue)
    page = client.get("/flags/")
    assert "1 measure is late." in page.content.decode()
    assert [line.late for line in client.get("/flags/?view=late").context["lines"]] == [True]
    assert client.post(reverse("flags:remind", args=[measure.pk])).status_code == 302
    assert "was reminded today" in client.get("/flags/").content.decode()
    client.force_login(alice)
    assert client.post(reverse("flags:remind", args=[measure.pk])).status_code == 403


def test_one_round_is_planned_for_the_flagged_stores_of_a_chain(client, alpha, spirits, sue, southern):
    flags = many_flags(alpha, spirits, 3)
    client.force_login(sue)
    address = reverse("flags:round") + "?chain=ALPHA"
    assert client.get(address).status_code == 200
    chosen = [f"{flag.pk}:1" for flag in flags[:2]]
    data = {"flags": chosen, "inspector": sue.pk, "planned_on": "2022-11-05"}
    assert client.post(address, data).url == reverse("flags:board")
    assert Flag.objects.filter(state="inspecting").count() == 2
    assert client.post(address, data).status_code == 409  # somebody was first: here the same one again
    foreign = {**data, "flags": [f"{southern.pk}:1"]}
    assert client.post(address, foreign).status_code in (302, 422)
    assert fresh(southern).state == "flagged"
    assert client.get(reverse("flags:round")).status_code == 404


def test_an_administrator_sets_the_smallest_gap(client, adam, dora, spirits):
    client.force_login(dora)
    assert client.get("/flags/settings/").status_code == 403
    client.force_login(adam)
    assert client.post("/flags/settings/", {"amount": "-5"}).status_code == 422
    assert client.post("/flags/settings/", {"amount": "250"}).status_code == 302
    assert "250" in client.get("/flags/settings/").content.decode()


def test_the_page_of_the_store_tells_the_life_of_its_flag(client, flag, sue, alice):
    recovering(sue, flag, done_on=dt.date(2022, 9, 1))
    client.force_login(alice)
    text = client.get(f"/stores/{flag.store.code}/").content.decode()
    assert "Life of the flag" in text and "Recovering" in text


def test_the_panel_is_the_same_as_a_fragment(client, flag, sue):
    client.force_login(sue)
    panel = client.get(f"/flags/{flag.pk}/?panel=1", headers=HTMX).content.decode()
    assert "Life of the flag" in panel and "<html" not in panel
    assert "<html" in client.get(f"/flags/{flag.pk}/?panel=1").content.decode()


@pytest.mark.parametrize("view", ["largest", "open", "late", "early", "all", "closed"])
def test_empty_lists_say_what_to_do_next(client, dora, spirits, view):
    client.force_login(dora)
    assert "empty-title" in client.get(f"/flags/?view={view}").content.decode()


def test_five_hundred_flags_take_no_more_queries_than_ten(client, alpha, spirits, dora):
    client.force_login(dora)
    more = ("/flags/?view=late", "/flags/?view=closed", "/flags/measures/", "/flags/download.csv")
    addresses = (*LISTS, *more)

    def counted() -> dict[str, int]:
        counts = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(address)
                if answer.streaming:
                    list(answer.streaming_content)
            counts[address] = len(queries)
        return counts

    flags = many_flags(alpha, spirits, 10)
    for number, flag in enumerate(flags[:4]):
        measure = treated(dora, flag, due_on=TODAY - dt.timedelta(days=1))
        if number > 1:
            Measure.objects.filter(pk=measure.pk).update(done_on=TODAY)
            Flag.objects.filter(pk=flag.pk).update(state="closed", closed_on=TODAY, outcome="improved")
    client.get("/flags/")
    few = counted()
    assert max(few.values()) <= 34, few
    many_flags(alpha, spirits, 490)
    many = counted()
    assert {address: n for address, n in many.items() if n > few[address]} == {}


def test_the_timeline_of_the_customer_tells_flags_measures_and_closing(client, flag, sue, alice, spirits):
    moved = recovering(sue, flag)
    flags_op.close_flag(by=sue, flag=moved, version=moved.version, outcome="improved")
    many_flags(flag.store.customer, spirits, 3)
    client.force_login(alice)
    text = client.get("/accounts/ALPHA/timeline/").content.decode()
    assert "4 stores are surely below market share" in text
    assert "Move the shelf" in text and "Flag of Alpha One closed" in text
