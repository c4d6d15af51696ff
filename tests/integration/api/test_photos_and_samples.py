"""Photos of visits and inspections, and samples, over the API."""

import datetime as dt
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import Store
from ka_crm.lib.money import SCALE
from ka_crm.records.models import AuditRow, StoredFile
from ka_crm.records.operations import set_system_setting
from purchases.models import Category
from tests.facts import visit
from tests.integration.api.conftest import refused
from tests.integration.visits.flags import flag_of
from visits.models import FindingPhoto, Inspection, Observation, SampleRound, Visit, VisitPhoto, VisitTask
from visits.operations.flags import plan_inspection

TODAY = dt.date(2022, 11, 1)


@pytest.fixture
def spirits(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())
    return Category.objects.create(code="TEQ", name="Tequila")


@pytest.fixture
def inspection(alpha_store, spirits, sue):
    flag = flag_of(alpha_store, spirits, supervisor=sue)
    return plan_inspection(by=sue, flag=flag, version=flag.version, inspector=sue, planned_on=TODAY)


@pytest.fixture
def made(alice, alpha_store, spirits):
    """A visit of Alice in Alpha One."""
    return Visit.objects.create(store=alpha_store, on=TODAY, by=alice)


def photo(colour="red", name="shelf.jpg", size=(60, 40)):
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def send(caller, path, file, **values):
    return caller.post(path, {"file": file, **values}, format="multipart")


def test_photos_of_a_visit_are_listed_and_fetched_by_whoever_sees_it(as_alice, as_sue, as_bob, as_rex, made):
    path = f"visits/{made.client_uuid}/photos/"
    kept = send(as_alice, path, photo(), part="display", client_uuid=uuid.uuid4())
    assert kept.status_code == 201
    listed = as_sue.get(path).json()
    assert [(row["id"], row["part"], row["content_type"]) for row in listed] == [
        (kept.json()["id"], "display", "image/jpeg")
    ]
    answer = as_sue.get(f"{path}{listed[0]['id']}/")
    content = b"".join(answer.streaming_content)
    assert len(content) == listed[0]["size"] and answer["X-Content-Type-Options"] == "nosniff"
    with Image.open(BytesIO(content)) as image:
        assert image.size == (60, 40)
    for stranger in (as_bob, as_rex):
        refused(stranger.get(path), 404)
        refused(stranger.get(f"{path}{listed[0]['id']}/"), 404)
    refused(as_sue.get(f"{path}{listed[0]['id'] + 1}/"), 404)


def test_a_photo_of_another_visit_is_not_handed_out(as_alice, alice, alpha_store, made):
    other = Visit.objects.create(store=alpha_store, on=TODAY - dt.timedelta(days=1), by=alice)
    kept = send(as_alice, f"visits/{other.client_uuid}/photos/", photo(), client_uuid=uuid.uuid4())
    refused(as_alice.get(f"visits/{made.client_uuid}/photos/{kept.json()['id']}/"), 404)


def test_what_is_no_photo_or_too_large_is_refused_and_nothing_is_kept(as_alice, as_sue, made, inspection):
    Inspection.objects.get().findings.create(part="display", is_ok=True)
    paths = (
        (as_alice, f"visits/{made.client_uuid}/photos/", {"client_uuid": uuid.uuid4()}),
        (as_sue, f"inspections/{inspection.pk}/photos/", {"part": "display"}),
    )
    vector, much = (
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8" + b"0" * (12 * 1024 * 1024 + 70_000),
    )
    for caller, path, values in paths:
        for content, status in ((b"not a photo", 400), (vector, 400), (b"", 400), (much, 413)):
            file = SimpleUploadedFile("shelf.jpg", content, "image/jpeg")
            refused(send(caller, path, file, **values), status)
        refused(caller.post(path, values, format="multipart"), 400)
    assert (VisitPhoto.objects.count(), FindingPhoto.objects.count(), StoredFile.objects.count()) == (0, 0, 0)


def test_photos_of_an_inspection_belong_to_a_part_that_was_looked_at_each_once(as_sue, as_dora, inspection):
    path = f"inspections/{inspection.pk}/photos/"
    assert "part" in refused(send(as_sue, path, photo(), part="display"), 400)["errors"]
    found = {"version": inspection.version, "findings": [{"part": "display", "is_ok": True}]}
    assert as_sue.patch(f"inspections/{inspection.pk}/", found).status_code == 200
    first = send(as_sue, path, photo(), part="display")
    again = send(as_sue, path, photo(), part="display")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] and StoredFile.objects.count() == 1
    for colour in ("blue", "green", "white", "black", "grey"):
        assert send(as_sue, path, photo(colour), part="display").status_code == 201
    refused(send(as_sue, path, photo("pink"), part="display"), 400)
    assert FindingPhoto.objects.count() == StoredFile.objects.count() == 6
    assert [row["part"] for row in as_dora.get(path).json()] == ["display"] * 6
    assert as_dora.get(f"{path}{first.json()['id']}/")["Content-Type"] == "image/jpeg"
    refused(send(as_sue, path, photo(), part="price"), 400)
    assert AuditRow.objects.filter(action="photo").count() == 6


def test_who_may_not_inspect_reads_at_most(as_alice, as_bob, as_rex, as_fay, inspection):
    path = f"inspections/{inspection.pk}/photos/"
    refused(send(as_alice, path, photo(), part="display"), 403)
    assert as_alice.get(path).json() == []
    for caller in (as_bob, as_rex, as_fay):
        refused(caller.get(path), 404)
        refused(send(caller, path, photo(), part="display"), 404)


DRAW = {
    "kind": "control", "kam_emails": ["alice@test.example"], "visitor_email": "sue@test.example",
    "per_person": 2, "first_on": "2022-11-02", "last_on": "2022-11-09",
}  # fmt: skip


@pytest.fixture
def stores(alpha, territories, spirits):
    return [
        Store.objects.create(code=f"S{n}", name=f"Store {n}", customer=alpha, territory=territories["north"])
        for n in range(6)
    ]


def test_a_round_is_drawn_once_read_and_called_off(as_sue, as_alice, as_bob, as_rex, stores):
    drawn = as_sue.post("samples/", DRAW, key="mine")
    again = as_sue.post("samples/", DRAW, key="mine")
    assert drawn.status_code == again.status_code == 201 and SampleRound.objects.count() == 1
    row = drawn.json()
    assert (row["stores"], row["open"], row["done"], row["per_person"]) == (2, 2, 0, 2)
    number = row["id"]
    assert drawn["Location"].endswith(f"/api/v1/samples/{number}/")
    visits = as_sue.get(f"samples/{number}/visits/").json()
    assert len(visits) == 2 and {one["kam_email"] for one in visits} == {"alice@test.example"}
    for judged in (as_alice, as_bob, as_rex):  # nobody is told where the control comes
        assert judged.get("samples/").json()["results"] == []
        refused(judged.get(f"samples/{number}/visits/"), 404)
    stopped = as_sue.post(f"samples/{number}/cancel/", {"version": row["version"], "reason": "snow"}).json()
    assert (stopped["open"], stopped["left_out"], stopped["cancel_reason"]) == (0, 2, "snow")
    assert [one["id"] for one in as_alice.get("samples/").json()["results"]] == [number]
    refused(as_alice.post(f"samples/{number}/cancel/", {"version": 2, "reason": "no"}), 403)


def test_drawing_is_refused_beside_its_fields(as_sue, as_alice, stores, bob):
    refused(as_alice.post("samples/", DRAW), 403)
    refused(as_sue.post("samples/", DRAW, key=None), 400)
    for change, field in (
        ({"per_person": 0}, "per_person"), ({"kam_emails": []}, "kam_emails"),
        ({"kam_emails": ["sue@test.example"]}, "kam_emails"), ({"kind": "routine"}, "kind"),
        ({"first_on": "2022-10-31"}, "first_on"), ({"last_on": "2022-11-01"}, "last_on"),
    ):  # fmt: skip
        assert field in refused(as_sue.post("samples/", {**DRAW, **change}), 400)["errors"]
    refused(as_sue.post("samples/", {**DRAW, "visitor_email": "alice@test.example"}), 403)
    refused(as_sue.post("samples/", {**DRAW, "kam_emails": ["bob@test.example"]}), 403)
    assert SampleRound.objects.count() == 0 and VisitTask.objects.count() == 0


def compared(store, spirits, alice, sue, routine, control):
    """A routine count of Alice, and six days later a drawn control count of Sue."""
    visit(store, spirits, [TODAY - dt.timedelta(days=6)], [routine])
    Observation.objects.filter(store=store).update(rep=alice)
    sample = SampleRound.objects.first() or SampleRound.objects.create(
        seed=1, drawn_by=sue, visitor=sue, drawn_on=TODAY, first_on=TODAY, last_on=TODAY
    )
    there = Visit.objects.create(store=store, on=TODAY, by=sue, kind="control")
    VisitTask.objects.create(
        store=store, user=sue, on=TODAY, state="done", visit=there, sample_round=sample, kind="control"
    )
    Observation.objects.create(
        store=store, category=spirits, date=TODAY, kind="control", rep=sue, visit=there,
        total_units=control[0] * SCALE, own_units=control[1] * SCALE,
    )  # fmt: skip


def test_deviations_are_told_to_those_above_and_to_oneself(
    as_sue, as_alice, as_bob, stores, spirits, alice, sue
):
    for store in stores:
        compared(store, spirits, alice, sue, (26, 6), (20, 5))
    found = as_sue.get("samples/deviations/").json()
    assert [one["person_email"] for one in found] == ["alice@test.example"]
    total, numbers = found[0]["total"], found[0]["numbers"]
    assert (total["visits"], total["value"], total["verdict"]) == (6, pytest.approx(1.3), "over")
    assert numbers == {"full_total": "0", "full_own": "0", "sample_total": "120", "sample_own": "30"}
    assert as_alice.get("samples/deviations/").json() == found
    assert as_bob.get("samples/deviations/").json() == []


@pytest.mark.parametrize("path", ["samples/", "samples/deviations/", "samples/{round}/visits/"])
def test_more_stores_cost_no_more_queries(as_dora, stores, spirits, alice, sue, path):
    compared(stores[0], spirits, alice, sue, (20, 5), (20, 5))
    path = path.format(round=SampleRound.objects.get().pk)

    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert as_dora.get(path).status_code == 200
        return len(counted)

    queries()
    few = queries()
    for store in stores[1:]:
        compared(store, spirits, alice, sue, (20, 5), (20, 5))
    assert queries() == few <= 14


def test_twenty_photos_are_listed_with_as_many_queries_as_one_and_there_is_no_more(as_alice, made):
    path = f"visits/{made.client_uuid}/photos/"
    send(as_alice, path, photo(), client_uuid=uuid.uuid4())

    def queries():
        with CaptureQueriesContext(connection) as counted:
            as_alice.get(path)
        return len(counted)

    queries()
    one = queries()
    for _ in range(19):
        assert send(as_alice, path, photo(), client_uuid=uuid.uuid4()).status_code == 201
    assert queries() == one <= 10
    refused(send(as_alice, path, photo(), client_uuid=uuid.uuid4()), 400)
