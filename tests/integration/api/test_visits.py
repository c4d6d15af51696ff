"""Visits over HTTP: exactly once, each for itself, and nothing of a dossier for representatives."""

import datetime as dt
import json
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import Contact, Store
from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.lib import clock
from ka_crm.lib.money import SCALE
from purchases.models import Product
from tests.facts import visit
from tests.integration.api.conftest import everything, refused
from visits.models import CheckPoint, Observation, ShelfPrice, StoreShare, Visit, VisitPhoto, VisitTask

TODAY = clock.today()


def body(**changes):
    counts = [{"category": "TEQ", "total": "17", "own": "4"}]
    values = {"client_uuid": str(uuid.uuid4()), "store": "A1", "on": TODAY.isoformat(), "kind": "routine"}
    return {**values, "note": "", "counts": counts, "checks": [], "prices": [], "lots": [], **changes}


def send(caller, content):
    return caller.post("visits/", content, key=None)


@pytest.fixture
def far_above(alpha_store, tequila):
    """Five earlier visits, so that 170 is a question."""
    visit(alpha_store, tequila, [TODAY - dt.timedelta(days=n) for n in range(5, 0, -1)], [(20, 3)] * 5)


def photo(name="shelf.jpg"):
    content = BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


def test_a_visit_is_kept_once_and_the_same_number_with_another_body_is_refused(
    as_alice, alpha_store, tequila
):
    point, product = CheckPoint.objects.first(), Product.objects.create(code="P1", name="Silver")
    sent = body(
        checks=[{"point": point.pk, "is_ok": True, "note": ""}],
        prices=[{"product": product.code, "price": "52.99"}],
        lots=[{"lot": "L-1", "supplied_by": "a cousin"}],
        began_at="2022-11-01T09:30:00Z",
    )
    first, again = send(as_alice, sent), send(as_alice, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == {**again.json(), "status": 201}
    assert first.json()["visit"] == Visit.objects.get().pk
    problem = refused(send(as_alice, {**sent, "note": "other"}), 422)
    assert problem["problems"] == {"client_uuid": ["This client_uuid was used for another visit."]}
    stored = as_alice.get(f"visits/{sent['client_uuid']}/").json()
    assert stored["counts"] == [
        {"category": "TEQ", "total": "17", "own": "4", "is_confirmed": True, "is_live": True}
    ]
    assert stored["prices"] == [{"product": "P1", "price": "52.99"}]


def test_who_may_send_and_see(stranger, as_alice, as_bob, as_fay, as_sue, caller, rex, alpha_store, tequila):
    before = everything()
    refused(send(stranger, body()), 401)
    refused(send(as_fay, body()), 403)
    assert refused(send(as_bob, body()), 404)["problems"] == {"store": ["There is no such store."]}
    assert everything() == before
    as_rex = caller(rex)
    of_rex, of_alice = body(), body()
    assert send(as_rex, of_rex).status_code == 201
    assert send(as_alice, of_alice).status_code == 201
    assert set(as_sue.codes("visits/", "client_uuid")) == {of_rex["client_uuid"], of_alice["client_uuid"]}
    assert as_rex.codes("visits/", "client_uuid") == [of_rex["client_uuid"]]
    assert as_bob.codes("visits/", "client_uuid") == as_fay.codes("visits/", "client_uuid") == []
    refused(as_bob.get(f"visits/{of_alice['client_uuid']}/"), 404)
    refused(as_rex.get(f"visits/{of_alice['client_uuid']}/"), 404)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"counts": [{"category": "TEQ", "total": "4", "own": "5"}]}, "counts.0.own"),
        ({"counts": [{"category": "GIN", "total": "4", "own": "1"}]}, "counts.0.category"),
        ({"counts": [{"category": "TEQ", "total": "many", "own": "1"}]}, "counts.0.total"),
        ({"checks": [{"point": 999_999, "is_ok": True}]}, "checks.0.point"),
        ({"prices": [{"product": "P9", "price": "1"}]}, "prices.0.product"),
        ({"on": (TODAY + dt.timedelta(days=3)).isoformat()}, "on"),
        ({"on": "soon"}, "on"),
        ({"client_uuid": "1"}, "client_uuid"),
    ],
)
def test_a_visit_that_cannot_be_kept_says_why_at_its_field(as_alice, alpha_store, tequila, changes, field):
    before = everything()
    assert list(refused(send(as_alice, body(**changes)), 422)["problems"]) == [field]
    assert everything() == before and not Visit.objects.exists()


@pytest.mark.parametrize("content", ["text", 4, [], [{}] * 201])
def test_what_is_neither_a_visit_nor_a_list_of_at_most_200_is_refused(as_alice, content):
    refused(send(as_alice, content), 400)


def test_a_bulk_of_200_keeps_each_for_itself_and_evaluates_each_store_once(
    as_alice, alpha, alpha_store, tequila, territories, monkeypatch
):
    ensure_published_criteria()
    evaluated = []
    monkeypatch.setattr("visits.operations.visits.evaluate_stores", evaluated.append)
    Store.objects.create(code="A2", name="Alpha Two", customer=alpha)
    days = [(TODAY - dt.timedelta(days=n)).isoformat() for n in range(98)]
    bodies = [body(store=store, on=day) for store in ("A1", "A2") for day in days]
    bodies += [
        body(store="B9"),
        body(counts=[{"category": "TEQ", "total": "1", "own": "2"}]),
        {"client_uuid": "x"},
        "nothing",
    ]
    answers = send(as_alice, bodies)
    assert answers.status_code == 200
    assert [row["status"] for row in answers.json()] == [201] * 196 + [404, 422, 422, 422]
    assert [row["client_uuid"] for row in answers.json()][:196] == [
        one["client_uuid"] for one in bodies[:196]
    ]
    assert evaluated == [sorted(Store.objects.values_list("pk", flat=True))]
    again = send(as_alice, bodies)
    assert [row["status"] for row in again.json()] == [200] * 196 + [404, 422, 422, 422]
    assert (Visit.objects.count(), Observation.objects.count(), len(evaluated)) == (196, 196, 1)


@pytest.mark.usefixtures("far_above")
def test_an_unusual_count_is_kept_aside_asked_about_again_and_confirmed_or_dropped(
    as_alice, as_bob, as_sue, tequila
):
    sent = body(counts=[{"category": "TEQ", "total": "170", "own": "4"}])
    asked = [{"category": "TEQ", "total": "170", "usual": {"low": "20", "middle": "20", "high": "20"}}]
    assert send(as_alice, sent).json()["asks"] == asked
    assert send(as_alice, sent).json()["asks"] == asked
    path = f"visits/{sent['client_uuid']}/confirm/"
    refused(as_bob.post(path, {"category": "TEQ", "reason": "right"}, key=None), 404)
    refused(as_alice.post(path, {"category": "GIN", "reason": "right"}, key=None), 400)
    refused(as_alice.post(path, {"category": "TEQ", "reason": ""}, key=None), 400)
    settled = as_alice.post(path, {"category": "TEQ", "reason": "large order"}, key=None)
    assert settled.json() == {
        "category": "TEQ", "total": "170", "own": "4", "is_confirmed": True, "is_live": True,
    }  # fmt: skip
    assert send(as_alice, sent).json()["asks"] == []
    other = body(on=(TODAY - dt.timedelta(days=9)).isoformat(), counts=sent["counts"])
    send(as_alice, other)
    dropped = as_sue.post(
        f"visits/{other['client_uuid']}/confirm/", {"category": "TEQ", "drop": True}, key=None
    )
    assert (dropped.json()["is_confirmed"], dropped.json()["is_live"]) == (False, False)


def test_photos_follow_their_visit_once_and_404_until_it_is_there(as_alice, as_sue, alpha_store, tequila):
    sent, number = body(), str(uuid.uuid4())
    path = f"visits/{sent['client_uuid']}/photos/"

    def upload(caller, **more):
        content = {"file": photo(), "part": "display", "client_uuid": number, **more}
        return caller.post(path, content, key=None, format="multipart")

    refused(upload(as_alice), 404)
    send(as_alice, sent)
    assert [upload(as_alice).status_code for _ in range(2)] == [201, 200]
    assert VisitPhoto.objects.get().part == "display"
    refused(upload(as_sue, client_uuid=str(uuid.uuid4())), 403)
    text = SimpleUploadedFile("a.jpg", b"no photo", content_type="image/jpeg")
    refused(upload(as_alice, file=text, client_uuid=str(uuid.uuid4())), 400)
    assert VisitPhoto.objects.count() == 1


def plan(user, store, **more):
    return VisitTask.objects.create(store=store, user=user, on=TODAY, **more)


def test_the_day_has_its_stops_in_order_each_with_its_form(as_alice, alice, alpha, alpha_store, tequila):
    second = Store.objects.create(code="A2", name="Alpha Two", customer=alpha, latitude=41.5, longitude=-93.6)
    plan(alice, second, position=1, reason="never")
    plan(alice, alpha_store, position=0, reason="asked", note="Talk to Ann")
    visit(
        alpha_store, tequila, [TODAY - dt.timedelta(days=n) for n in (9, 6, 3)], [(14, 2), (18, 3), (16, 2)]
    )
    product = Product.objects.create(code="P1", name="Silver")
    ShelfPrice.objects.create(
        product=product, price=529_900, floor=479_900, from_on=TODAY - dt.timedelta(days=9)
    )
    day = as_alice.get("visits/today/").json()
    assert (day["on"], day["today"], day["user"]) == (TODAY.isoformat(), TODAY.isoformat(), alice.email)
    first, other = day["stops"]
    assert (first["store"]["code"], first["reason_text"], first["position"]) == ("A1", "Talk to Ann", 1)
    assert (other["store"]["latitude"], other["status_text"]) == (41.5, "Never measured")
    category = first["form"]["categories"][0]
    assert category["last"] == {
        "on": (TODAY - dt.timedelta(days=3)).isoformat(), "total": "16", "own": "2",
    }  # fmt: skip
    assert category["usual"] == {"low": "14", "middle": "16", "high": "18"}
    assert first["form"]["products"] == [
        {"code": "P1", "name": "Silver", "shelf_price": "52.99", "last_price": None}
    ]
    assert [point["part"] for point in first["form"]["points"]][:2] == ["display", "display"]
    alone = as_alice.get("visits/form/A1/").json()
    assert alone.pop("store")["code"] == "A1" and alone == first["form"]
    refused(as_alice.get("visits/today/", on="soon"), 400)
    assert as_alice.get("visits/today/", on="2020-02-29").json()["stops"] == []


def test_where_nothing_is_planned_the_stores_that_lose_most_are_named(as_alice, as_bob, alpha_store, tequila):
    StoreShare.objects.create(
        store=alpha_store, category=tequila, share=0.1, market_share=0.3, status="below_confirmed",
        gap_amount=2_000 * SCALE, evaluated_at=clock.now(),
    )  # fmt: skip
    assert [row["store"]["code"] for row in as_alice.get("visits/today/").json()["near"]] == ["A1"]
    assert as_bob.get("visits/today/").json()["near"] == []


def test_a_representative_reads_their_forms_and_nothing_of_a_dossier(
    caller, rex, alpha, alpha_store, beta_store, tequila
):
    Contact.objects.create(customer=alpha, name="Dana Decider")
    StoreShare.objects.create(
        store=alpha_store, category=tequila, share=0.1, market_share=0.3, status="below_confirmed",
        potential_amount=9_000 * SCALE, gap_amount=2_000 * SCALE, evaluated_at=clock.now(),
    )  # fmt: skip
    plan(rex, alpha_store, reason="flag")
    as_rex = caller(rex)
    day = as_rex.get("visits/today/").json()
    assert day["stops"][0]["reason_text"] == "Surely below"
    words = json.dumps(day)
    assert all(hidden not in words for hidden in ("Dana", "2000", "9000", "alice", "kam"))
    assert as_rex.get("visits/form/A1/").status_code == 200
    for hidden in ("visits/form/B1/", "stores/A1/", "customers/ALPHA/"):
        refused(as_rex.get(hidden), 404)
    assert as_rex.codes("stores/") == as_rex.codes("customers/") == []


def test_a_day_takes_as_many_queries_with_twelve_stops_as_with_three(as_alice, alice, alpha, tequila):
    as_alice.get("visits/today/")
    asked = []
    for size in (3, 12):
        for number in range(size):
            store, is_new = Store.objects.get_or_create(
                code=f"S{number}", defaults={"name": "S", "customer": alpha}
            )
            if is_new:
                plan(alice, store, position=number)
                visit(store, tequila, [TODAY - dt.timedelta(days=1)], [(4, 1)])
        with CaptureQueriesContext(connection) as queries:
            assert len(as_alice.get("visits/today/").json()["stops"]) == size
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 20
