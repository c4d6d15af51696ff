"""Flags, inspections and measures over the API: what each caller sees, may do, and is told."""

import datetime as dt
from contextlib import contextmanager

import pytest

from ka_crm.records.operations import set_system_setting
from purchases.models import Category
from tests.integration.api.conftest import everything, refused
from tests.integration.visits.flags import flag_of, fresh, inspected, many_flags, treated
from visits.models import Flag, Inspection, Measure
from visits.operations.flags import plan_inspection


@contextmanager
def nothing_changed():
    before = everything()
    yield
    assert everything() == before


@pytest.fixture
def spirits(db):
    set_system_setting(name="demo_day", value="2022-11-01")
    return Category.objects.create(code="TEQ", name="Tequila")


@pytest.fixture
def flag(alpha_store, spirits, sue):
    return flag_of(alpha_store, spirits, supervisor=sue)


@pytest.fixture
def southern(beta_store, spirits):
    return flag_of(beta_store, spirits, gap=300)


def test_flags_are_those_of_visible_stores_the_largest_gap_first(
    stranger, as_dora, as_alice, as_bob, as_fay, as_rex, flag, southern
):
    refused(stranger.get("flags/"), 401)
    assert as_dora.codes("flags/", "store_code") == ["B1", "A1"]
    assert as_alice.codes("flags/", "store_code") == ["A1"]
    assert as_bob.codes("flags/", "store_code") == ["B1"]
    assert as_fay.codes("flags/", "store_code") == as_rex.codes("flags/", "store_code") == []
    refused(as_bob.get(f"flags/{flag.pk}/"), 404)
    row = as_alice.get(f"flags/{flag.pk}/").json()
    assert (row["state"], row["gap_amount"], row["customer_code"]) == ("flagged", "200", "ALPHA")
    assert row["supervisor_email"] == "sue@test.example"


def test_flags_are_filtered_and_unknown_words_refused(as_dora, flag, southern):
    Flag.objects.filter(pk=southern.pk).update(state="closed", outcome="not_worth", closed_on="2022-10-01")
    assert as_dora.codes("flags/", "store_code", open="true") == ["A1"]
    assert as_dora.codes("flags/", "store_code", open="false") == ["B1"]
    assert as_dora.codes("flags/", "store_code", state="flagged", category="TEQ") == ["A1"]
    assert as_dora.codes("flags/", "store_code", supervisor="sue@test.example") == ["A1"]
    assert as_dora.codes("flags/", "store_code", territory="North") == ["A1"]
    refused(as_dora.get("flags/", state="open"), 400)
    refused(as_dora.get("flags/", colour="red"), 400)


def test_a_flag_is_taken_through_its_life(as_sue, as_alice, sue, flag):
    body = {"version": 1, "inspector_email": "sue@test.example", "planned_on": "2022-11-03"}
    planned = as_sue.post(f"flags/{flag.pk}/inspect/", body)
    assert (planned.status_code, planned.json()["state"]) == (200, "inspecting")
    inspection = Inspection.objects.get()
    findings = [{"part": part, "is_ok": True} for part in ("display", "promotion", "staff")]
    found = as_sue.patch(f"inspections/{inspection.pk}/", {"version": 1, "findings": findings})
    assert (found.status_code, found.json()["done_on"]) == (200, "2022-11-01")
    measure = {
        "flag": flag.pk, "kind": "staff", "text": "Train", "owner_email": "alice@test.example",
        "due_on": "2022-11-10", "cost": "240.00",
    }  # fmt: skip
    created = as_sue.post("measures/", measure)
    assert created.status_code == 201
    number = created.json()["id"]
    done = as_alice.post(f"measures/{number}/done/", {"version": 1, "note": "both shifts"})
    assert (done.status_code, done.json()["done_on"]) == (200, "2022-11-01")
    moved = as_sue.post(f"flags/{flag.pk}/move/", {"version": fresh(flag).version, "to": "recovering"})
    assert moved.json()["state"] == "recovering"
    closed = as_sue.post(
        f"flags/{flag.pk}/close/", {"version": fresh(flag).version, "outcome": "no_effect", "text": "-"}
    )
    assert (closed.json()["state"], closed.json()["outcome"]) == ("closed", "no_effect")
    again = as_sue.post(f"flags/{flag.pk}/reopen/", {"version": fresh(flag).version})
    assert again.json()["state"] == "recovering"


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("assign", {"supervisor_email": None}),
        ("inspect", {"inspector_email": "sue@test.example", "planned_on": "2022-11-03"}),
        ("move", {"to": "flagged"}),
        ("close", {"outcome": "not_worth"}),
        ("reopen", {}),
    ],
)
def test_a_step_is_refused_by_role_by_sight_and_by_version(
    stranger, as_alice, as_bob, as_sue, flag, southern, step, body
):
    body = {"version": 1, **body}
    with nothing_changed():
        refused(stranger.post(f"flags/{flag.pk}/{step}/", body), 401)
        refused(as_alice.post(f"flags/{flag.pk}/{step}/", body), 403)
        refused(as_bob.post(f"flags/{flag.pk}/{step}/", body), 404)
        refused(as_sue.post(f"flags/{southern.pk}/{step}/", body), 404)
        refused(as_sue.post(f"flags/{flag.pk}/{step}/", {**body, "version": "x"}), 400)
        if step not in ("move", "reopen"):
            refused(as_sue.post(f"flags/{flag.pk}/{step}/", {**body, "version": 7}), 409)


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("inspect", {"inspector_email": "bob@test.example", "planned_on": "2022-11-03"}),
        ("inspect", {"inspector_email": "nobody@test.example", "planned_on": "2022-11-03"}),
        ("inspect", {"inspector_email": "sue@test.example", "planned_on": "2022-10-03"}),
        ("move", {"to": "closed"}),
        ("move", {"to": "recovering"}),
        ("close", {"outcome": "improved"}),
        ("close", {"outcome": "nonsense"}),
        ("reopen", {}),
    ],
)
def test_what_the_guard_table_or_the_fields_forbid_is_400(as_sue, flag, bob, step, body):
    with nothing_changed():
        refused(as_sue.post(f"flags/{flag.pk}/{step}/", {"version": 1, **body}), 400)


def test_one_round_plans_many_or_none(as_sue, alpha, spirits, southern):
    flags = many_flags(alpha, spirits, 2)
    body = {
        "flags": [{"id": flag.pk, "version": 1} for flag in flags],
        "inspector_email": "sue@test.example", "planned_on": "2022-11-03",
    }  # fmt: skip
    foreign = {**body, "flags": [*body["flags"], {"id": southern.pk, "version": 1}]}
    with nothing_changed():
        refused(as_sue.post("flags/round/", foreign), 404)
        refused(as_sue.post("flags/round/", {**body, "flags": []}), 400)
    assert as_sue.post("flags/round/", body).json() == {"planned": 2}
    assert Flag.objects.filter(state="inspecting").count() == 2


def test_a_measure_needs_a_key_and_is_created_once(as_sue, sue, flag):
    inspected(sue, flag)
    body = {"flag": flag.pk, "kind": "display", "text": "x", "owner_email": "sue@test.example",
            "due_on": "2022-11-10"}  # fmt: skip
    refused(as_sue.post("measures/", body, key=None), 400)
    for _time in range(2):
        assert as_sue.post("measures/", body, key="one").status_code == 201
    assert Measure.objects.count() == 1


def test_measures_are_changed_under_a_version_and_cancelled_by_delete(
    as_sue, as_alice, as_bob, sue, alice, flag, southern
):
    measure = treated(sue, flag, owner=alice)
    with nothing_changed():
        refused(as_bob.get(f"measures/{measure.pk}/"), 404)
        refused(as_alice.patch(f"measures/{measure.pk}/", {"version": 1, "text": "y"}), 403)
        refused(as_alice.delete(f"measures/{measure.pk}/"), 403)
        refused(as_sue.patch(f"measures/{measure.pk}/", {"text": "y"}), 400)
        refused(as_sue.patch(f"measures/{measure.pk}/", {"version": 9, "text": "y"}), 409)
        refused(as_sue.patch(f"measures/{measure.pk}/", {"version": 1, "cost": "-1"}), 400)
        refused(as_sue.patch(f"measures/{measure.pk}/", {"version": 1, "flag": southern.pk}), 400)
        refused(as_bob.post(f"measures/{measure.pk}/done/", {"version": 1}), 404)
    assert as_sue.patch(f"measures/{measure.pk}/", {"version": 1, "text": "y"}).json()["text"] == "y"
    assert as_alice.codes("measures/", "text", owner="alice@test.example", done="false") == ["y"]
    assert as_sue.delete(f"measures/{measure.pk}/").status_code == 204
    assert as_sue.get(f"measures/{measure.pk}/").json()["cancelled_at"] is not None


def test_findings_are_sent_with_a_version_by_who_moves_flags(as_sue, as_alice, as_bob, sue, flag):
    planned = plan_inspection(by=sue, flag=flag, version=1, inspector=sue, planned_on=dt.date(2022, 11, 3))
    path = f"inspections/{planned.pk}/"
    found = {"findings": [{"part": "display", "is_ok": True}]}
    with nothing_changed():
        refused(as_alice.patch(path, {**found, "version": 1}), 403)
        refused(as_bob.patch(path, {**found, "version": 1}), 404)
        refused(as_sue.patch(path, found), 400)
        refused(as_sue.patch(path, {**found, "version": 5}), 409)
        refused(as_sue.patch(path, {"version": 1, "findings": []}), 400)
        refused(as_sue.patch(path, {"version": 1, "findings": [{"part": "display", "is_ok": False}]}), 400)
        refused(as_sue.patch(path, {"version": 1, "findings": [{"part": "price", "is_ok": True}]}), 400)
    assert as_sue.patch(path, {**found, "version": 1}).json()["findings"][0]["part"] == "display"
