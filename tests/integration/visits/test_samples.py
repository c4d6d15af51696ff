"""Supervisors draw stores at random; those who are judged see results only when a round is closed."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Store
from ka_crm.lib.money import SCALE
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from tests.facts import count_in_full
from tests.integration.visits.conftest import TODAY, counted, go
from visits.models import Observation, SampleRound, StoreShare, VisitTask
from visits.operations import cancel_round, draw_round, evaluate_stores
from visits.queries.deviations import numbers_to_judge_by, pairs_seen_by
from visits.queries.samples import rounds_seen_by

pytestmark = pytest.mark.usefixtures("pinned")
FORM = {"kind": "control", "per_person": "2", "first_on": "2022-11-01", "last_on": "2022-11-11"}


@pytest.fixture
def stores(alpha, territories):
    return [
        Store.objects.create(
            code=f"S{n}", name=f"Store {n}", customer=alpha, territory=territories["north"],
            latitude=50 + n / 100, longitude=10,
        )
        for n in range(6)
    ]  # fmt: skip


def drawn(by, kam, **more):
    values = {"kind": "control", "per_person": 2, "first_on": TODAY, "last_on": TODAY + dt.timedelta(days=9)}
    return draw_round(by=by, visitor=by, kams=[kam], **{**values, **more})


def finish(sample, user, tequila, total=10, own=2):
    """Make all visits of a round today."""
    for task in sample.tasks.select_related("store"):
        go(user, task.store, counted(tequila, total, own), kind=task.kind, task=task.pk)


def test_a_draw_plans_a_visit_in_every_drawn_store_with_one_audit_row(sue, alice, stores):
    before = AuditRow.objects.count()
    sample = drawn(sue, alice, per_person=3)
    tasks = list(sample.tasks.all())
    assert len(tasks) == 3 and {task.user for task in tasks} == {sue}
    assert {(task.kind, task.reason, task.state) for task in tasks} == {("control", "sample", "planned")}
    assert all(TODAY <= task.on <= TODAY + dt.timedelta(days=9) and task.on.weekday() < 5 for task in tasks)
    assert sample.parameters["people"][0]["stores"] == 6
    assert AuditRow.objects.count() == before + 1


def test_the_stored_seed_draws_the_same_stores_again(sue, alice, stores):
    first = drawn(sue, alice)
    codes = sorted(first.tasks.values_list("store__code", flat=True))
    seed = first.seed
    first.tasks.all().delete()
    again = drawn(sue, alice, seed=seed)
    assert sorted(again.tasks.values_list("store__code", flat=True)) == codes


def test_what_was_drawn_in_the_last_60_days_is_not_drawn_again(sue, alice, stores):
    first = drawn(sue, alice, per_person=4)
    second = drawn(sue, alice, per_person=4)
    taken = set(first.tasks.values_list("store", flat=True))
    assert second.tasks.count() == 2 and not taken & set(second.tasks.values_list("store", flat=True))
    with pytest.raises(ValidationError) as refused:
        drawn(sue, alice)
    assert "kams" in refused.value.message_dict
    SampleRound.objects.update(drawn_on=TODAY - dt.timedelta(days=60))
    VisitTask.objects.update(state="done")
    assert drawn(sue, alice, per_person=6).tasks.count() == 6


def test_a_joint_visit_says_with_whom(sue, alice, stores):
    sample = drawn(sue, alice, kind="joint", per_person=1)
    assert sample.tasks.get().note == "Together with Alice"


@pytest.mark.parametrize("who", ["alice", "rex", "fay"])
def test_whoever_is_judged_or_uninvolved_draws_nothing(who, request, alice, stores):
    user = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        draw_round(
            by=user, visitor=user, kams=[alice], kind="control", per_person=1, first_on=TODAY, last_on=TODAY
        )
    assert not SampleRound.objects.exists()


def test_a_supervisor_draws_only_in_their_own_territory(sue, bob, alice, beta_store, stores):
    with pytest.raises(PermissionDenied):
        drawn(sue, bob)
    with pytest.raises(PermissionDenied):  # nobody controls themselves
        draw_round(
            by=sue, visitor=alice, kams=[alice], kind="control", per_person=1, first_on=TODAY, last_on=TODAY
        )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"per_person": 0}, "per_person"),
        ({"per_person": 21}, "per_person"),
        ({"kind": "routine"}, "kind"),
        ({"first_on": TODAY - dt.timedelta(days=1)}, "first_on"),
        ({"last_on": TODAY - dt.timedelta(days=1)}, "last_on"),
        ({"last_on": TODAY + dt.timedelta(days=61)}, "last_on"),
        ({"first_on": dt.date(2022, 11, 5), "last_on": dt.date(2022, 11, 6)}, "last_on"),  # a weekend
    ],
)
def test_a_senseless_draw_is_refused_at_its_field(wrong, field, sue, alice, stores):
    with pytest.raises(ValidationError) as refused:
        drawn(sue, alice, **wrong)
    assert field in refused.value.message_dict and not VisitTask.objects.exists()


def test_calling_off_leaves_out_what_is_open_and_keeps_what_was_counted(sue, alice, stores, tequila):
    sample = drawn(sue, alice, per_person=3)
    task = sample.tasks.first()
    go(sue, task.store, counted(tequila, 10, 2), kind="control", task=task.pk)
    before = AuditRow.objects.count()
    with pytest.raises(ValidationError):
        cancel_round(by=sue, sample=sample, version=1, reason=" ")
    with pytest.raises(StaleVersion):
        cancel_round(by=sue, sample=sample, version=7, reason="ill")
    cancel_round(by=sue, sample=sample, version=1, reason="ill")
    assert sorted(sample.tasks.values_list("state", "skip_reason")) == [
        ("done", ""), ("skipped", "ill"), ("skipped", "ill"),
    ]  # fmt: skip
    assert AuditRow.objects.count() == before + 1
    assert drawn(sue, alice, per_person=6).tasks.count() == 5  # what was not visited may be drawn again


def test_control_counts_never_feed_the_estimates(sue, alice, alpha_store, five_days, tequila):
    go(alice, alpha_store, counted(tequila, 20, 3))
    before = StoreShare.objects.values("share", "clusters", "total", "evaluated_at").get()
    sample = drawn(sue, alice, per_person=1)
    finish(sample, sue, tequila, 20, 19)
    assert Observation.objects.get(kind="control").own_units == 19 * SCALE
    assert StoreShare.objects.values("share", "clusters", "total", "evaluated_at").get() == before
    evaluate_stores([alpha_store.pk])
    after = StoreShare.objects.values("share", "clusters", "total").get()
    assert after == {key: before[key] for key in after}


@pytest.fixture
def controlled(sue, alice, stores, tequila):
    """Alice counted 20 in every store, Sue's drawn control 10 a week later, in all six."""
    for n, store in enumerate(stores):
        go(alice, store, counted(tequila, 20 + n % 2, 4), on=TODAY - dt.timedelta(days=7))
    sample = drawn(sue, alice, per_person=6)
    finish(sample, sue, tequila)
    return sample


def test_pairs_are_the_persons_own_counts_around_drawn_controls(controlled, sue, alice, stores, tequila):
    go(sue, stores[0], counted(tequila, 99, 9), kind="control", on=TODAY - dt.timedelta(days=1))  # by hand
    go(alice, stores[1], counted(tequila, 500, 9), on=TODAY - dt.timedelta(days=40))  # too long ago
    pairs = pairs_seen_by(sue, TODAY)
    assert len(pairs) == 7 and {pair.person for pair in pairs} == {alice}
    assert sorted(pair.is_drawn for pair in pairs) == [False] + 6 * [True]
    assert {pair.routine.total / SCALE for pair in pairs} == {20, 21}


def test_a_control_that_the_person_made_alone_is_none(alice, stores, tequila):
    go(alice, stores[0], counted(tequila, 20, 4), on=TODAY - dt.timedelta(days=7))
    go(alice, stores[0], counted(tequila, 20, 4), kind="control")
    assert pairs_seen_by(alice, TODAY) == []


def test_an_account_manager_sees_nothing_of_a_round_before_it_is_closed(
    client, sue, alice, bob, stores, tequila
):
    for store in stores:
        go(alice, store, counted(tequila, 20, 4), on=TODAY - dt.timedelta(days=7))
    sample = drawn(sue, alice, per_person=6)
    first, *rest = sample.tasks.select_related("store")
    done = go(sue, first.store, counted(tequila, 10, 2), kind="control", task=first.pk).visit
    client.force_login(alice)
    pages = [
        f"/visits/samples/{sample.pk}/",
        f"/visits/{done.client_uuid}/",
        f"/visits/samples/people/{alice.pk}/",
    ]
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
    listed = client.get("/visits/?kind=control")
    assert first.store.name not in listed.content.decode()
    assert pairs_seen_by(alice, TODAY) == [] and not rounds_seen_by(alice).exists()
    assert len(pairs_seen_by(sue, TODAY)) == 1
    for task in rest:
        go(sue, task.store, counted(tequila, 10, 2), kind="control", task=task.pk)
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    assert len(pairs_seen_by(alice, TODAY)) == 6
    assert pairs_seen_by(bob, TODAY) == [] and not rounds_seen_by(bob).exists()


def test_numbers_that_judge_are_full_counts_and_drawn_controls_alone(controlled, sue, alice, stores, tequila):
    count_in_full(stores[0], tequila, [dt.date(2022, 9, 1)], 100, 30)
    go(sue, stores[0], counted(tequila, 99, 9), kind="control", on=TODAY - dt.timedelta(days=1))  # by hand
    found = numbers_to_judge_by(sue, [alice], TODAY)[alice.pk]
    assert (found.full_total, found.full_own) == (100 * SCALE, 30 * SCALE)
    assert (found.sample_total, found.sample_own) == (60 * SCALE, 12 * SCALE)


def test_the_page_names_who_counts_surely_more_than_the_control(client, controlled, sue, alice):
    client.force_login(sue)
    page = client.get("/visits/samples/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "counts more than the control" in text and "205" in text and "6 of 6 visited" in text
    pairs = client.get(f"/visits/samples/people/{alice.pk}/").content.decode()
    assert "Store 3" in pairs and "210" in pairs
    lines = b"".join(client.get("/visits/samples/pairs.csv")).decode().splitlines()
    assert len(lines) == 7 and "Alice" in lines[1]
    assert client.get("/visits/samples/pairs.exe").status_code == 404


@pytest.mark.parametrize("who", ["rex", "fay"])
def test_others_find_no_page_of_samples(client, who, request, controlled):
    client.force_login(request.getfixturevalue(who))
    pages = ["", "draw/", f"{controlled.pk}/", f"{controlled.pk}/cancel/", "pairs.csv"]
    assert {client.get(f"/visits/samples/{page}").status_code for page in pages} == {404}


def test_a_stranger_is_asked_to_log_in(client, db):
    assert client.get("/visits/samples/").url.startswith("/login/")


def test_an_account_manager_neither_draws_nor_calls_off(client, controlled, alice):
    client.force_login(alice)
    assert client.post("/visits/samples/draw/", FORM).status_code == 404
    assert client.post(f"/visits/samples/{controlled.pk}/cancel/", {"version": 1}).status_code == 404


def test_a_supervisor_previews_draws_and_calls_off_on_pages(client, sue, alice, bob, beta_store, stores):
    client.force_login(sue)
    form = {**FORM, "kams": [alice.pk], "visitor": sue.pk}
    preview = client.get("/visits/samples/draw/", form, headers={"HX-Request": "true"})
    assert preview.status_code == 200 and not SampleRound.objects.exists()
    assert "Alice" in preview.content.decode() and "Store 1" not in preview.content.decode()
    wrong = client.post("/visits/samples/draw/", {**form, "kams": [bob.pk]})
    assert wrong.status_code == 422 and not SampleRound.objects.exists()
    answer = client.post("/visits/samples/draw/", form)
    sample = SampleRound.objects.get()
    assert answer.url == f"/visits/samples/{sample.pk}/" and sample.tasks.count() == 2
    page = client.get(answer.url).content.decode()
    assert str(sample.seed) in page and "Call the rest off" in page
    url = f"/visits/samples/{sample.pk}/cancel/"
    assert client.post(url, {"version": 1, "reason": ""}).status_code == 422
    assert client.post(url, {"version": 9, "reason": "ill"}).status_code == 409
    assert client.post(url, {"version": 1, "reason": "ill"}).status_code == 302
    assert "called off" in client.get(answer.url).content.decode()


def test_the_page_asks_the_same_number_of_queries_for_any_number_of_pairs(
    client, sue, alice, stores, tequila
):
    client.force_login(sue)

    def asked():
        with CaptureQueriesContext(connection) as found:
            client.get("/visits/samples/")
        return len(found)

    for store in stores:
        go(alice, store, counted(tequila, 20, 4), on=TODAY - dt.timedelta(days=7))
    finish(drawn(sue, alice, per_person=1), sue, tequila)
    asked()
    few = asked()
    finish(drawn(sue, alice, per_person=5), sue, tequila)
    assert asked() == few
