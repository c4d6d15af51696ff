"""A visit is kept whole, once, and only by whoever visits the store."""

import datetime as dt
import uuid
import zoneinfo
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Competitor
from ka_crm.lib import clock
from ka_crm.lib.money import SCALE
from ka_crm.records.models import AuditRow, SystemSetting
from purchases.models import Product
from tests.integration.visits.conftest import TODAY, counted, go
from visits.models import (
    BrandCount,
    Check,
    LotSighting,
    Observation,
    PriceSighting,
    StoreShare,
    Visit,
    VisitTask,
)
from visits.operations import (
    BrandSeen,
    CheckSeen,
    LotSeen,
    SentWithOtherContent,
    confirm_count,
    drop_count,
)

pytestmark = pytest.mark.usefixtures("pinned")


def test_a_visit_keeps_everything_that_was_seen_with_one_audit_row_and_one_for_each_count(
    alice, alpha_store, tequila, rum, display
):
    rival = Competitor.objects.create(name="Patrón")
    product = Product.objects.create(code="P1", name="Silver")
    task = VisitTask.objects.create(store=alpha_store, user=alice, on=TODAY)
    recorded = go(
        alice,
        alpha_store,
        counted(tequila, 17, 4, brands=[BrandSeen("patrón", 6 * SCALE), BrandSeen("Unknown", SCALE)]),
        counted(rum, 22, 8),
        checks=[CheckSeen(display, False, "behind the door")],
        prices=[(product, 529_900)],
        lots=[LotSeen("L-77", "a cousin")],
        note="Manager on leave",
        task=task.pk,
    )
    visit = recorded.visit
    assert recorded.is_new and not recorded.doubts
    assert [(row.category, row.total_units, row.own_units) for row in visit.observations.order_by("pk")] == [
        (tequila, 17 * SCALE, 4 * SCALE),
        (rum, 22 * SCALE, 8 * SCALE),
    ]
    assert list(BrandCount.objects.order_by("pk").values_list("brand", "competitor", "units")) == [
        ("patrón", rival.pk, 6 * SCALE),
        ("Unknown", None, SCALE),
    ]
    assert Check.objects.get().note == "behind the door"
    assert PriceSighting.objects.get().price == 529_900
    assert LotSighting.objects.get().by == alice
    task.refresh_from_db()
    assert (task.state, task.visit) == ("done", visit)
    actions = AuditRow.objects.exclude(action="publish_criteria").values_list("action", flat=True)
    assert sorted(actions) == ["count", "count", "visit"]
    assert set(StoreShare.objects.values_list("category", flat=True)) == {tequila.pk, rum.pk}


def test_the_same_visit_again_changes_nothing_and_another_content_is_refused(
    alice, bob, alpha_store, tequila
):
    number = uuid.uuid4()
    first = go(alice, alpha_store, counted(tequila, 17, 4), client_uuid=number)
    again = go(alice, alpha_store, counted(tequila, 17, 4), client_uuid=number)
    assert (again.visit, again.is_new) == (first.visit, False)
    with pytest.raises(SentWithOtherContent):
        go(alice, alpha_store, counted(tequila, 17, 5), client_uuid=number)
    assert (Visit.objects.count(), Observation.objects.count()) == (1, 1)


def test_somebody_elses_number_is_refused_without_telling_whose_it_is(alice, sue, alpha_store, tequila):
    number = uuid.uuid4()
    go(alice, alpha_store, counted(tequila, 17, 4), client_uuid=number)
    with pytest.raises(SentWithOtherContent):
        go(sue, alpha_store, counted(tequila, 17, 4), client_uuid=number)


@pytest.mark.parametrize("who", ["bob", "fay"])
def test_who_does_not_visit_the_store_leaves_nothing(request, alpha_store, tequila, who):
    with pytest.raises(PermissionDenied):
        go(request.getfixturevalue(who), alpha_store, counted(tequila, 17, 4))
    assert not Visit.objects.exists() and not AuditRow.objects.filter(action="visit").exists()


def test_a_representative_visits_the_stores_of_their_territory_only(rex, alpha_store, beta_store, tequila):
    assert go(rex, alpha_store, counted(tequila, 17, 4)).is_new
    with pytest.raises(PermissionDenied):
        go(rex, beta_store, counted(tequila, 17, 4))


@pytest.mark.parametrize(
    ("counts", "changes", "field"),
    [
        (((17, 18),), {}, "counts.0.own"),
        (((-1, 0),), {}, "counts.0.total"),
        (((4, 1), (4, 1)), {}, "counts"),
        (((4, 1),), {"on": TODAY + dt.timedelta(days=1)}, "on"),
        (((4, 1),), {"on": dt.date(25, 1, 1)}, "on"),
        (((4, 1),), {"kind": "holiday"}, "kind"),
    ],
)
def test_what_cannot_be_true_is_refused_at_its_field_and_leaves_nothing(
    alice, alpha_store, tequila, counts, changes, field
):
    with pytest.raises(ValidationError) as refused:
        go(alice, alpha_store, *(counted(tequila, *pair) for pair in counts), **changes)
    assert field in refused.value.message_dict
    assert not Visit.objects.exists()


def test_rival_brands_cannot_sell_more_than_all_without_ours(alice, alpha_store, tequila):
    with pytest.raises(ValidationError) as refused:
        go(alice, alpha_store, counted(tequila, 17, 4, brands=[BrandSeen("X", 14 * SCALE)]))
    assert "counts.0.brands" in refused.value.message_dict


def test_an_archived_store_is_visited_no_more(alice, alpha_store, tequila):
    alpha_store.archived_at = clock.now()
    alpha_store.save()
    with pytest.raises(ValidationError) as refused:
        go(alice, alpha_store, counted(tequila, 17, 4))
    assert "store" in refused.value.message_dict


def test_a_plan_that_changed_meanwhile_never_keeps_a_visit_out(alice, bob, alpha_store, beta_store, tequila):
    of_bob = VisitTask.objects.create(store=beta_store, user=bob, on=TODAY)
    for gone in (of_bob.pk, 999_999):
        assert go(alice, alpha_store, counted(tequila, 17, 4), task=gone).is_new
    of_bob.refresh_from_db()
    assert of_bob.state == "planned"


def test_a_visit_nobody_had_asked_for_still_fulfils_the_plan_of_its_day(alice, alpha_store, tequila):
    skipped = VisitTask.objects.create(
        store=alpha_store, user=alice, on=TODAY, state="skipped", skip_reason="closed in the morning"
    )
    go(alice, alpha_store, counted(tequila, 17, 4))
    skipped.refresh_from_db()
    assert (skipped.state, skipped.skip_reason) == ("done", "")


@pytest.mark.usefixtures("five_days")
def test_an_implausible_count_is_kept_aside_until_it_is_confirmed_and_then_feeds(alice, alpha_store, tequila):
    go(alice, alpha_store, counted(tequila, 20, 3), on=TODAY - dt.timedelta(days=1))
    before = StoreShare.objects.get()
    recorded = go(alice, alpha_store, counted(tequila, 170, 4))
    assert recorded.doubts["TEQ"].usual_units == 20 * SCALE
    kept = recorded.visit.observations.get()
    assert (kept.is_confirmed, kept.is_live) == (False, True)
    share = StoreShare.objects.get()
    assert (share.clusters, share.share) == (before.clusters, before.share)

    confirm_count(by=alice, visit=recorded.visit, category=tequila, reason="large order")
    share = StoreShare.objects.get()
    assert share.clusters == before.clusters + 1 and share.share != before.share
    row = AuditRow.objects.latest("pk")
    assert (row.action, row.reason) == ("confirm_count", "large order")
    confirm_count(by=alice, visit=recorded.visit, category=tequila, reason="again")
    assert AuditRow.objects.latest("pk") == row


@pytest.mark.usefixtures("five_days")
def test_a_dropped_count_never_feeds_and_gives_the_day_back_to_the_count_before(alice, alpha_store, tequila):
    first = go(alice, alpha_store, counted(tequila, 20, 3)).visit.observations.get()
    second = go(alice, alpha_store, counted(tequila, 170, 4)).visit
    first.refresh_from_db()
    assert not first.is_live
    drop_count(by=alice, visit=second, category=tequila)
    first.refresh_from_db()
    assert first.is_live and not second.observations.get().is_live
    with pytest.raises(ValidationError):
        confirm_count(by=alice, visit=second, category=tequila, reason="after all")


@pytest.mark.usefixtures("five_days")
def test_only_the_author_and_those_above_settle_a_count_and_a_reason_is_needed(
    alice, bob, sue, rex, alpha_store, tequila
):
    visit = go(alice, alpha_store, counted(tequila, 170, 4)).visit
    for other in (bob, rex):
        with pytest.raises(PermissionDenied):
            confirm_count(by=other, visit=visit, category=tequila, reason="right")
    with pytest.raises(ValidationError):
        confirm_count(by=alice, visit=visit, category=tequila, reason=" ")
    assert confirm_count(by=sue, visit=visit, category=tequila, reason="holiday").is_confirmed


@pytest.mark.usefixtures("five_days")
def test_a_count_that_is_certain_carries_its_reason_and_feeds_at_once(alice, alpha_store, tequila):
    recorded = go(
        alice, alpha_store, counted(tequila, 170, 4, is_certain=True, certain_reason="several days")
    )
    assert recorded.visit.observations.get().is_confirmed
    assert AuditRow.objects.get(action="count").reason == "several days"


def test_control_and_joint_visits_feed_no_estimate(sue, alpha_store, tequila):
    for kind in ("control", "joint"):
        on = TODAY - dt.timedelta(days=1 if kind == "joint" else 0)
        assert go(sue, alpha_store, counted(tequila, 17, 4), kind=kind, on=on).is_new
    assert set(Observation.objects.values_list("kind", flat=True)) == {"control"}
    assert not StoreShare.objects.exists()


@pytest.mark.parametrize(
    ("zone", "is_today"), [("Pacific/Auckland", True), ("UTC", False), ("America/Chicago", False)]
)
def test_today_is_the_day_where_the_visitor_is_also_over_the_end_of_a_month(
    alice, alpha_store, tequila, zone, is_today
):
    SystemSetting.objects.filter(pk="demo_day").delete()
    moment = dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.UTC)  # 1 March, half past one, in Auckland
    with mock.patch.object(clock.timezone, "now", lambda: moment), timezone.override(zoneinfo.ZoneInfo(zone)):
        if is_today:
            assert go(alice, alpha_store, counted(tequila, 17, 4), on=dt.date(2024, 3, 1)).is_new
        else:
            with pytest.raises(ValidationError):
                go(alice, alpha_store, counted(tequila, 17, 4), on=dt.date(2024, 3, 1))
