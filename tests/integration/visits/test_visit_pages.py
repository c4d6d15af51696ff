"""The pages of visits: the day, the form, the history, planned against done."""

import datetime as dt
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import Contact, Store
from ka_crm.lib import clock
from ka_crm.lib.money import SCALE
from tests.integration.visits.conftest import TODAY, counted, go
from visits.models import CheckPoint, Observation, StoreShare, Visit, VisitTask
from visits.operations import add_stop

pytestmark = pytest.mark.usefixtures("pinned")
LATER = TODAY + dt.timedelta(days=1)


def sent(**changes):
    values = {"on": TODAY.isoformat(), "client_uuid": str(uuid.uuid4()), "total-TEQ": "17", "own-TEQ": "4"}
    return {**values, **changes}


def share_of(store, category, **more):
    values = {"share": 0.1, "market_share": 0.3, "status": "below_confirmed", "gap_amount": 900 * SCALE}
    return StoreShare.objects.create(
        store=store, category=category, evaluated_at=clock.now(), **{**values, **more}
    )


def photo():
    content = BytesIO()
    Image.new("RGB", (30, 20), "white").save(content, "JPEG")
    return SimpleUploadedFile("shelf.jpg", content.getvalue(), content_type="image/jpeg")


def test_the_form_without_script_keeps_the_visit_with_its_photo_and_returns_to_the_list(
    client, alice, alpha_store, tequila, rum
):
    task = add_stop(by=alice, user=alice, store=alpha_store, on=TODAY)
    client.force_login(alice)
    page = client.get("/visits/store/A1/")
    assert page.context["form"]["task"].value() == task.pk
    point = CheckPoint.objects.first()
    values = sent(task=task.pk, photos=photo(), note="Seen", **{f"check-{point.pk}": "no"})
    answer = client.post("/visits/store/A1/", values)
    assert answer.url == "/visits/today/"
    visit = Visit.objects.get()
    assert [row.category for row in visit.observations.all()] == [tequila]  # rum was not asked
    assert (visit.photos.count(), visit.checks.get().is_ok, visit.note) == (1, False, "Seen")
    day = client.get("/visits/today/")
    assert [row["counts"] for row in day.context["done"]] == [(17 * SCALE, 4 * SCALE)]
    shown = client.get(f"/visits/{visit.client_uuid}/")
    assert "17" in shown.text and client.get(f"/visits/photos/{visit.photos.get().pk}/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"own-TEQ": "18"}, "own-TEQ"),
        ({"own-TEQ": ""}, "own-TEQ"),
        ({"total-TEQ": "many"}, "total-TEQ"),
        ({"on": "2022-11-02"}, "on"),
        ({"on": "2022-02-31"}, "on"),
    ],
)
def test_a_form_that_cannot_be_kept_comes_back_with_what_was_typed(
    client, alice, alpha_store, tequila, changes, field
):
    client.force_login(alice)
    answer = client.post("/visits/store/A1/", sent(note="Typed before", **changes))
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert "Typed before" in answer.text
    assert not Visit.objects.exists()


@pytest.mark.usefixtures("five_days")
def test_an_unusual_number_leads_to_the_question_and_its_answer(client, alice, bob, alpha_store, tequila):
    client.force_login(alice)
    answer = client.post("/visits/store/A1/", sent(**{"total-TEQ": "170"}))
    visit = Visit.objects.get()
    assert answer.url == f"/visits/{visit.client_uuid}/"
    assert "170 in one day?" in client.get(answer.url).text
    settle = f"{answer.url}settle/"
    assert client.post(settle, {"category": "TEQ", "reason": ""}).status_code == 422
    client.force_login(bob)
    assert client.post(settle, {"category": "TEQ", "reason": "Holiday"}).status_code == 404
    client.force_login(alice)
    assert client.post(settle, {"category": "TEQ", "reason": "Holiday"}).url == answer.url
    assert Observation.objects.get(visit=visit).is_confirmed
    assert "in one day?" not in client.get(answer.url).text


def test_who_may_open_the_form_and_what_of_it(
    client, alice, bob, sue, dora, fay, rex, alpha, alpha_store, beta_store, tequila
):
    Contact.objects.create(customer=alpha, name="Dana Decider")
    for who, codes in {
        alice: [200, 404], bob: [404, 200], sue: [200, 404], dora: [200, 200], fay: [404, 404],
        rex: [200, 404],
    }.items():  # fmt: skip
        client.force_login(who)
        found = [client.get(f"/visits/store/{code}/").status_code for code in ("A1", "B1")]
        assert found == codes, who
        assert [client.post(f"/visits/store/{code}/", {}).status_code for code in ("A1", "B1")] == [
            422 if code == 200 else 404 for code in codes
        ]
    client.force_login(rex)
    form = client.get("/visits/store/A1/").text
    assert "Dana" not in form and "/stores/" not in form and "/accounts/" not in form
    for hidden in ("/stores/A1/", "/accounts/ALPHA/", "/visits/team/"):
        assert client.get(hidden).status_code == 404


def test_a_stranger_is_sent_to_the_login(client, alpha_store):
    for address in ("/visits/", "/visits/today/", "/visits/store/A1/", "/visits/team/"):
        assert client.get(address).url.startswith("/login/")


def test_the_day_says_why_each_store_and_what_is_left(client, alice, alpha, alpha_store, tequila):
    other = Store.objects.create(code="A2", name="Alpha Two", customer=alpha)
    share_of(alpha_store, tequila)
    add_stop(by=alice, user=alice, store=alpha_store, on=TODAY, reason="flag")
    add_stop(by=alice, user=alice, store=other, on=TODAY, note="Talk to Ann")
    client.force_login(alice)
    page = client.get("/visits/today/")
    assert [row["reason"] for row in page.context["stops"]] == [
        "Surely below, about $10,800 a year",
        "Talk to Ann",
    ]
    assert page.context["minutes_left"] == 52  # two visits of 20 minutes and a way of 8 km
    assert "Start the visit" in page.text


def test_a_representative_reads_no_money_on_their_day(client, rex, alpha_store, tequila):
    share_of(alpha_store, tequila)
    client.force_login(rex)
    assert "Surely below" in client.get("/visits/today/").text
    add_stop(by=rex, user=rex, store=alpha_store, on=TODAY, reason="flag")
    page = client.get("/visits/today/").text
    assert "Surely below" in page and "$" not in page


def test_others_days_are_for_those_who_plan_them(client, alice, bob, sue, dora, alpha_store):
    add_stop(by=alice, user=alice, store=alpha_store, on=TODAY)
    for who, status in {alice: 200, bob: 404, sue: 200, dora: 200}.items():
        client.force_login(who)
        assert client.get("/visits/today/?user=alice@test.example").status_code == status, who
    client.force_login(sue)
    assert client.get("/visits/today/?user=bob@test.example").status_code == 404
    assert client.get("/visits/today/?on=yesterday").status_code == 404


def test_stops_are_planned_reordered_left_out_moved_and_put_back(client, alice, alpha, alpha_store):
    Store.objects.create(code="A2", name="Alpha Two", customer=alpha)
    client.force_login(alice)
    assert client.post("/visits/today/plan/", {"on": TODAY.isoformat()}).url == "/visits/today/"
    first, second = VisitTask.objects.order_by("position")
    client.post("/visits/today/order/", {"on": TODAY.isoformat(), "task": second.pk, "to": "up"})
    assert [task.pk for task in VisitTask.objects.order_by("position")] == [second.pk, first.pk]
    accept = {"Accept": "application/json"}
    order = {"on": TODAY.isoformat(), "order": f"{first.pk},{second.pk}"}
    assert client.post("/visits/today/order/", order, headers=accept).status_code == 200
    assert client.post("/visits/today/order/", {**order, "order": "7"}, headers=accept).status_code == 409

    skip = f"/visits/stops/{first.pk}/skip/"
    assert client.post(skip, {"version": first.version, "reason": ""}).status_code == 422
    assert client.post(skip, {"version": 99, "reason": "closed"}).status_code == 409
    assert client.post(skip, {"version": first.version, "reason": "closed"}).status_code == 302
    assert "closed" in client.get("/visits/today/").text
    client.post(f"/visits/stops/{first.pk}/resume/")
    first.refresh_from_db()
    assert first.state == "planned"
    move = {"version": second.version, "on": LATER.isoformat()}
    assert client.post(f"/visits/stops/{second.pk}/move/", move).status_code == 302
    second.refresh_from_db()
    assert second.on == LATER


def test_stops_of_others_are_404_for_every_act(client, bob, alice, alpha_store):
    task = add_stop(by=alice, user=alice, store=alpha_store, on=TODAY)
    client.force_login(bob)
    for act in ("skip", "move", "resume", "remove"):
        assert client.post(f"/visits/stops/{task.pk}/{act}/", {}).status_code == 404
    assert VisitTask.objects.get().state == "planned"


def test_who_goes_is_asked_in_a_sheet_with_an_undo_and_sent_twice_is_once(client, dora, alice, alpha_store):
    client.force_login(dora)
    sheet = client.get("/visits/stops/new/?customer=ALPHA", headers={"HX-Request": "true"})
    assert sheet.context["form"]["store"].value() == "A1"
    assert str(sheet.context["form"]["user"].value()) == str(alice.pk)
    values = {
        "store": "A1", "user": alice.pk, "on": LATER.isoformat(), "kind": "routine", "note": "Talk",
        "form_key": "once",
    }  # fmt: skip
    for _time in range(2):
        answer = client.post("/visits/stops/new/", values, headers={"HX-Request": "true"})
        assert answer.status_code == 204 and "undo_url" in answer["HX-Trigger"]
    task = VisitTask.objects.get()
    assert (task.user, task.on, task.note) == (alice, LATER, "Talk")
    client.post(f"/visits/stops/{task.pk}/remove/")
    assert not VisitTask.objects.exists()


def test_the_history_lists_filters_and_exports_what_the_viewer_may_see(
    client, alice, bob, rex, sue, alpha_store, beta_store, tequila, rum
):
    go(alice, alpha_store, counted(tequila, 17, 4), counted(rum, 3, 1))
    go(bob, beta_store, counted(tequila, 9, 9), on=TODAY - dt.timedelta(days=40))
    go(rex, alpha_store, counted(tequila, 5, 1), on=TODAY - dt.timedelta(days=20))
    for who, totals in {alice: [20, 5], bob: [9], rex: [5], sue: [20, 5]}.items():
        client.force_login(who)
        rows = client.get("/visits/").context["rows"]
        assert [row.data["total"] // SCALE for row in rows] == totals, who
    client.force_login(sue)
    assert len(client.get(f"/visits/?by={rex.pk}").context["rows"]) == 1
    assert len(client.get("/visits/?when=week").context["rows"]) == 1
    text = b"".join(client.get("/visits/?export=csv").streaming_content).decode()
    assert "Alpha One" in text and "Beta One" not in text


def test_planned_against_done_counts_each_person_of_the_territory(
    client, sue, alice, bob, alpha_store, tequila
):
    add_stop(by=alice, user=alice, store=alpha_store, on=TODAY)
    go(alice, alpha_store, counted(tequila, 17, 4))
    add_stop(by=alice, user=alice, store=alpha_store, on=LATER)
    go(bob, Store.objects.create(code="B2", name="B", customer=bob.customers.create(code="C", name="C")))
    client.force_login(sue)
    (row,) = client.get("/visits/team/").context["rows"]
    assert (row.user, row.planned, row.done, row.open, row.unplanned) == (alice, 2, 1, 1, 0)
    assert client.get("/visits/team/?week=2022-10-20").context["rows"] == []
    for who in (alice, bob):
        client.force_login(who)
        assert client.get("/visits/team/").status_code == 404


def test_the_day_takes_as_many_queries_with_twelve_stops_as_with_three(client, alice, alpha, tequila):
    client.force_login(alice)
    client.get("/visits/today/")
    asked = []
    for size in (3, 12):
        for n in range(size):
            store, is_new = Store.objects.get_or_create(
                code=f"S{n}", defaults={"name": "S", "customer": alpha}
            )
            if is_new:
                add_stop(by=alice, user=alice, store=store, on=TODAY)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get("/visits/today/").context["stops"]) == size
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 22
