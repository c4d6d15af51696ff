"""Planning a day, stop by stop and at night."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Region, Store
from ka_crm.jobs.operations import run_in_process
from ka_crm.lib import clock
from ka_crm.lib.money import SCALE
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from ka_crm.records.operations import set_system_setting
from purchases.models import Product
from tests.facts import visit
from tests.integration.visits.conftest import TODAY
from visits.models import ShelfPrice, StoreShare, VisitCadence, VisitTask
from visits.operations import (
    add_stop,
    keep_visit_cadences,
    move_stop,
    plan_day,
    remove_stop,
    reorder_day,
    resume_stop,
    skip_stop,
)
from visits.queries.candidates import candidates_for
from visits.rules.route import DayCapacity, due_on
from visits.rules.working_days import working_day

pytestmark = pytest.mark.usefixtures("pinned")
LATER = TODAY + dt.timedelta(days=1)


@pytest.fixture
def stores(alpha, territories):
    """Five stores of Alpha along a street, the third far below market share, the fifth visited yesterday."""
    return [
        Store.objects.create(
            code=f"S{n}", name=f"Store {n}", customer=alpha, territory=territories["north"],
            latitude=41.5 + n / 100, longitude=-93.6,
        )
        for n in range(1, 6)
    ]  # fmt: skip


def promotion(product, **values):
    usual = {
        "from_on": TODAY - dt.timedelta(days=5), "to_on": TODAY + dt.timedelta(days=5), "is_promotion": True,
    }  # fmt: skip
    return ShelfPrice.objects.create(
        product=product, price=20 * SCALE, floor=15 * SCALE, **{**usual, **values}
    )


@pytest.mark.parametrize(
    ("where", "days", "due"),
    [
        ("customer", {}, True),
        ("region", {}, True),
        ("everybody", {}, True),
        ("other customer", {}, False),
        ("other region", {}, False),
        ("customer", {"to_on": TODAY - dt.timedelta(days=1)}, False),
        ("customer", {"from_on": TODAY + dt.timedelta(days=1)}, False),
        ("customer", {"archived_at": clock.now()}, False),
        ("customer", {"is_promotion": False}, False),
        ("customer", {"from_on": TODAY - dt.timedelta(days=30)}, False),  # somebody was there since
    ],
)
def test_a_promotion_that_nobody_checked_is_a_reason_to_visit(stores, tequila, beta, alice, where, days, due):
    """The store was visited ten days ago and is not due by its rhythm."""
    visit(stores[0], tequila, [TODAY - dt.timedelta(days=10)], [(10, 2)])
    here, there = Region.objects.create(name="Here"), Region.objects.create(name="There")
    Store.objects.filter(pk=stores[0].pk).update(region=here)
    places = {
        "customer": {"customer": stores[0].customer}, "other customer": {"customer": beta},
        "region": {"region": here}, "other region": {"region": there}, "everybody": {},
    }  # fmt: skip
    product = Product.objects.create(code="P1", name="Silver", category=tequila)
    promotion(product, **{**places[where], **days})
    found = {one.store: due_on(one, TODAY) for one in candidates_for(alice, TODAY)}[stores[0].pk]
    assert (found.reason if found else None) == ("promotion" if due else None)
    if due:
        (task,) = [task for task in plan_day(by=alice, user=alice, on=TODAY) if task.store == stores[0]]
        assert task.reason == "promotion"


@pytest.fixture
def known(stores, tequila):
    for store in stores[:4]:
        visit(store, tequila, [TODAY - dt.timedelta(days=40)], [(10, 2)])
    visit(stores[4], tequila, [TODAY - dt.timedelta(days=1)], [(10, 2)])
    StoreShare.objects.create(
        store=stores[2], category=tequila, share=0.1, market_share=0.3, status="below_confirmed",
        gap_amount=900 * SCALE, evaluated_at=clock.now(),
    )  # fmt: skip
    return stores


def plan(user, on=TODAY):
    rows = VisitTask.objects.filter(user=user, on=on, state="planned").order_by("position")
    return [(task.store.code, task.reason) for task in rows]


def test_a_day_takes_what_is_due_the_most_rewarding_first_with_one_audit_row(alice, known):
    plan_day(by=alice, user=alice, on=TODAY)
    found = plan(alice)
    assert found[0] == ("S3", "flag")
    assert {code for code, _reason in found} == {"S1", "S2", "S3", "S4"}
    assert {reason for _code, reason in found[1:]} == {"cadence"}
    assert AuditRow.objects.filter(action="plan_visits").count() == 1
    assert plan_day(by=alice, user=alice, on=TODAY) == []
    assert AuditRow.objects.filter(action="plan_visits").count() == 1


def test_no_more_is_planned_than_fits_and_a_second_person_gets_other_stores(alice, rex, known):
    plan_day(by=None, user=alice, on=TODAY, capacity=DayCapacity(minutes=45))
    assert len(plan(alice)) == 2
    plan_day(by=None, user=rex, on=TODAY)
    assert {code for code, _ in plan(alice)} | {code for code, _ in plan(rex)} == {"S1", "S2", "S3", "S4"}
    assert not {code for code, _ in plan(alice)} & {code for code, _ in plan(rex)}


def test_what_was_left_out_today_does_not_come_back_today(alice, known):
    plan_day(by=alice, user=alice, on=TODAY)
    task = VisitTask.objects.get(store=known[2])
    skip_stop(by=alice, task=task, version=task.version, reason="closed")
    plan_day(by=alice, user=alice, on=TODAY)
    assert "S3" not in [code for code, _ in plan(alice)]
    plan_day(by=alice, user=alice, on=LATER)
    assert plan(alice, LATER)[0] == ("S3", "flag")


def test_a_rhythm_decided_from_above_makes_a_store_due_sooner_or_later(alice, known):
    keep_visit_cadences([(known[4].pk, 31.0, "explore"), (known[0].pk, 0.5, "monitor")])
    plan_day(by=alice, user=alice, on=TODAY)
    codes = [code for code, _ in plan(alice)]
    assert "S5" in codes and "S1" not in codes
    keep_visit_cadences([(known[4].pk, 1.0, "maintain")])
    assert list(VisitCadence.objects.values_list("store__code", "visits_a_month")) == [("S5", 1.0)]


def test_archived_stores_and_those_of_others_are_never_planned(alice, bob, known, beta_store):
    known[0].archived_at = clock.now()
    known[0].save()
    plan_day(by=alice, user=alice, on=TODAY)
    assert not {"S1", "B1"} & {code for code, _ in plan(alice)}
    plan_day(by=bob, user=bob, on=TODAY)
    assert plan(bob) == [("B1", "never")]


def test_days_that_are_over_and_days_of_others_are_not_planned(alice, bob, sue, dora, rex, known):
    with pytest.raises(ValidationError):
        plan_day(by=alice, user=alice, on=TODAY - dt.timedelta(days=1))
    for by, user in ((alice, bob), (bob, alice), (rex, alice), (sue, bob), (alice, sue)):
        with pytest.raises(PermissionDenied):
            plan_day(by=by, user=user, on=TODAY)
    assert plan_day(by=sue, user=rex, on=TODAY) and plan_day(by=dora, user=bob, on=TODAY) == []


def test_the_night_plans_for_managers_and_representatives_and_twice_is_once(alice, rex, sue, known):
    first = run_in_process(kind="plan_visits", by=None).result
    assert (first["on"], first["people"], first["visits"]) == (TODAY.isoformat(), 2, 4)
    assert run_in_process(kind="plan_visits", by=None).result["visits"] == 0
    assert not VisitTask.objects.filter(user=sue).exists()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2022-10-28", "2022-10-28"),
        ("2022-10-29", "2022-10-31"),
        ("2022-12-31", "2023-01-02"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_nobody_is_sent_out_on_a_weekend(day, works):
    assert working_day(dt.date.fromisoformat(day)) == dt.date.fromisoformat(works)


def test_planning_takes_as_many_queries_for_forty_stores_as_for_five(alice, alpha, known, territories):
    asked = []
    for on in (TODAY, LATER):
        with CaptureQueriesContext(connection) as queries:
            plan_day(by=alice, user=alice, on=on)
        asked.append(len(queries))
        Store.objects.bulk_create(
            Store(code=f"M{on:%d}-{n}", name="M", customer=alpha, latitude=41.6, longitude=-93.6)
            for n in range(40)
        )
    assert len(plan(alice, LATER)) > 20
    assert asked[1] <= asked[0] + 1


def test_somebody_is_asked_to_go_and_the_undo_takes_it_back(sue, alice, alpha_store):
    task = add_stop(by=sue, user=alice, store=alpha_store, on=LATER, note="Talk to Ann")
    assert (task.reason, task.created_by, task.position) == ("asked", sue, 0)
    assert AuditRow.objects.latest("pk").action == "create"
    with pytest.raises(ValidationError):
        add_stop(by=alice, user=alice, store=alpha_store, on=LATER)
    remove_stop(by=alice, task=task)
    assert AuditRow.objects.latest("pk").action == "remove_visit"
    with pytest.raises(ValidationError):
        remove_stop(by=alice, task=task)


def test_nobody_is_sent_where_they_do_not_visit(dora, sue, bob, alice, alpha_store, beta_store):
    with pytest.raises(ValidationError) as refused:
        add_stop(by=dora, user=bob, store=alpha_store, on=LATER)
    assert "user" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        add_stop(by=sue, user=alice, store=beta_store, on=LATER)
    assert "store" in refused.value.message_dict
    with pytest.raises(PermissionDenied):
        add_stop(by=bob, user=alice, store=alpha_store, on=LATER)
    assert not VisitTask.objects.exists()


def test_leaving_out_needs_a_reason_and_the_version_and_can_be_taken_back(alice, bob, alpha_store):
    task = add_stop(by=alice, user=alice, store=alpha_store, on=TODAY)
    with pytest.raises(ValidationError):
        skip_stop(by=alice, task=task, version=task.version, reason="  ")
    with pytest.raises(PermissionDenied):
        skip_stop(by=bob, task=task, version=task.version, reason="closed")
    with pytest.raises(StaleVersion):
        skip_stop(by=alice, task=task, version=task.version + 1, reason="closed")
    skipped = skip_stop(by=alice, task=task, version=task.version, reason="closed")
    assert (skipped.state, skipped.skip_reason) == ("skipped", "closed")
    back = resume_stop(by=alice, task=skipped, version=skipped.version)
    assert (back.state, back.skip_reason) == ("planned", "")
    actions = AuditRow.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["skip_visit", "resume_visit"]


def test_a_visit_moves_to_the_end_of_another_day_but_not_into_the_past(alice, known):
    plan_day(by=alice, user=alice, on=LATER)
    moved = add_stop(by=alice, user=alice, store=known[4], on=TODAY)
    with pytest.raises(ValidationError):
        move_stop(by=alice, task=moved, version=moved.version, on=TODAY - dt.timedelta(days=1))
    move_stop(by=alice, task=moved, version=moved.version, on=LATER)
    assert plan(alice, LATER)[-1] == ("S5", "asked") and plan(alice) == []


def test_a_day_is_brought_into_another_order_unless_the_list_changed_meanwhile(alice, bob, known):
    plan_day(by=alice, user=alice, on=TODAY)
    ids = [task.pk for task in VisitTask.objects.filter(user=alice).order_by("position")]
    codes = [code for code, _ in plan(alice)]
    reorder_day(by=alice, user=alice, on=TODAY, order=ids[::-1])
    assert [code for code, _ in plan(alice)] == codes[::-1]
    assert AuditRow.objects.filter(action="reorder_visits").count() == 1
    reorder_day(by=alice, user=alice, on=TODAY, order=ids[::-1])
    assert AuditRow.objects.filter(action="reorder_visits").count() == 1
    for order in (ids[1:], [*ids, 999], [ids[0], *ids]):
        with pytest.raises(ValidationError):
            reorder_day(by=alice, user=alice, on=TODAY, order=order)
    with pytest.raises(PermissionDenied):
        reorder_day(by=bob, user=alice, on=TODAY, order=ids)


def test_today_follows_the_pinned_day_over_the_end_of_a_year(alice, alpha_store):
    set_system_setting(name="demo_day", value="2022-12-31")
    with pytest.raises(ValidationError):
        add_stop(by=alice, user=alice, store=alpha_store, on=dt.date(2022, 12, 30))
    assert add_stop(by=alice, user=alice, store=alpha_store, on=dt.date(2023, 1, 1)).pk


def test_who_goes_proposes_the_first_day_on_which_the_visit_is_not_planned(
    client, pinned, alpha_store, alice
):
    client.force_login(alice)
    address = f"/visits/stops/new/?store={alpha_store.code}"
    assert client.get(address).context["form"]["on"].value() == TODAY
    VisitTask.objects.create(store=alpha_store, user=alice, on=TODAY)
    assert client.get(address).context["form"]["on"].value() == LATER
    assert client.get(f"{address}&on=2022-11-30").context["form"]["on"].value() == "2022-11-30"
