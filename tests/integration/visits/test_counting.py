"""Two numbers typed in a store: checks, corrections, sent twice, and what moves."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ka_crm.criteria.operations import ensure_published_criteria
from ka_crm.lib.money import SCALE
from ka_crm.records.models import AuditRow
from ka_crm.records.operations import set_system_setting
from purchases.models import Category
from visits.models import Observation, StoreShare
from visits.operations import Implausible, many_observations, observations, record_observation
from visits.operations.many_observations import Count, record_observations

TODAY = dt.date(2022, 11, 1)


@pytest.fixture
def tequila(db):
    ensure_published_criteria()
    set_system_setting(name="demo_day", value=TODAY.isoformat())
    return Category.objects.create(code="TEQ", name="Tequila")


def count(by, store, category, total, own, *, day=TODAY, key=None, **more):
    return record_observation(
        by=by,
        store=store,
        category=category,
        date=day,
        total_units=total * SCALE,
        own_units=own * SCALE,
        client_uuid=key or uuid.uuid4(),
        **more,
    )


def five_days(by, store, category, total=20, own=2):
    for back in range(1, 6):
        count(by, store, category, total, own, day=TODAY - dt.timedelta(days=7 * back))


def test_a_count_is_kept_with_one_audit_row_and_the_share_follows(alice, alpha_store, tequila):
    five_days(alice, alpha_store, tequila)
    share = StoreShare.objects.get(store=alpha_store)
    assert share.clusters == 5
    assert share.share == pytest.approx(0.1)
    assert AuditRow.objects.filter(record_type="visits.observation").count() == 5


def test_the_same_form_sent_twice_keeps_one_count(alice, alpha_store, tequila):
    key = uuid.uuid4()
    assert count(alice, alpha_store, tequila, 17, 4, key=key).is_new
    assert not count(alice, alpha_store, tequila, 17, 4, key=key).is_new
    assert Observation.objects.count() == 1


def test_a_form_kept_by_another_process_between_look_and_lock_is_no_correction(
    alice, alpha_store, tequila, monkeypatch
):
    key, looks = uuid.uuid4(), iter([None])
    count(alice, alpha_store, tequila, 20, 3, key=key)
    look = observations._already
    monkeypatch.setattr(observations, "_already", lambda *asked: next(looks, look(*asked)))
    assert not count(alice, alpha_store, tequila, 20, 3, key=key).is_new
    assert Observation.objects.count() == 1


def test_counts_kept_by_another_process_on_the_way_are_no_corrections(
    alice, alpha_store, tequila, monkeypatch
):
    sent = Count(
        store=alpha_store, category=tequila, date=TODAY, total_units=20 * SCALE, own_units=3 * SCALE,
        client_uuid=uuid.uuid4(),
    )  # fmt: skip
    find = many_observations._live

    def somebody_is_faster(counts):
        monkeypatch.setattr(many_observations, "_live", find)
        record_observations(by=alice, counts=counts)
        return find(counts)

    monkeypatch.setattr(many_observations, "_live", somebody_is_faster)
    assert not record_observations(by=alice, counts=[sent])[0].is_new
    assert Observation.objects.count() == 1


def test_a_form_of_another_store_is_refused(dora, alpha_store, beta_store, tequila):
    key = uuid.uuid4()
    count(dora, alpha_store, tequila, 17, 4, key=key)
    with pytest.raises(ValidationError):
        count(dora, beta_store, tequila, 17, 4, key=key)


def test_another_count_of_the_day_is_a_correction_and_the_older_one_stays(alice, alpha_store, tequila):
    count(alice, alpha_store, tequila, 17, 4)
    count(alice, alpha_store, tequila, 18, 5)
    rows = Observation.objects.order_by("version").values_list("total_units", "is_live", "version")
    assert list(rows) == [(17 * SCALE, False, 1), (18 * SCALE, True, 2)]
    assert AuditRow.objects.first().action == "correct_count"


def test_a_control_count_of_the_same_day_stands_beside_the_routine_one(alice, sue, alpha_store, tequila):
    count(alice, alpha_store, tequila, 17, 4)
    count(sue, alpha_store, tequila, 15, 4, kind="control")
    assert Observation.objects.filter(is_live=True).count() == 2


@pytest.mark.parametrize(
    ("total", "own", "day", "field"),
    [
        (3, 4, TODAY, "own_units"),
        (-1, -2, TODAY, "total_units"),
        (4, -1, TODAY, "own_units"),
        (10**12, 0, TODAY, "total_units"),
        (4, 1, TODAY + dt.timedelta(days=1), "date"),
        (4, 1, dt.date(25, 1, 1), "date"),
    ],
)
def test_impossible_counts_are_refused_at_their_field(alice, alpha_store, tequila, total, own, day, field):
    with pytest.raises(ValidationError) as refused:
        count(alice, alpha_store, tequila, total, own, day=day)
    assert field in refused.value.message_dict
    assert not Observation.objects.exists()


def test_nothing_and_nothing_is_a_count_with_an_empty_share(alice, alpha_store, tequila):
    assert count(alice, alpha_store, tequila, 0, 0).is_new


def test_a_count_far_above_the_usual_is_asked_about_and_kept_when_it_is_certain(alice, alpha_store, tequila):
    five_days(alice, alpha_store, tequila)
    with pytest.raises(Implausible) as doubt:
        count(alice, alpha_store, tequila, 170, 4)
    assert doubt.value.usual_units == 20 * SCALE
    assert count(alice, alpha_store, tequila, 80, 4).is_new
    assert count(alice, alpha_store, tequila, 170, 4, is_certain=True).is_new


@pytest.mark.parametrize("who", ["bob", "fay"])
def test_nobody_counts_in_a_store_that_they_do_not_visit(request, alpha_store, tequila, who):
    with pytest.raises(PermissionDenied):
        count(request.getfixturevalue(who), alpha_store, tequila, 4, 1)


def test_a_representative_counts_in_the_stores_of_their_territory_and_nowhere_else(
    rex, alpha_store, beta_store, tequila
):
    assert count(rex, alpha_store, tequila, 4, 1).observation.rep == rex
    with pytest.raises(PermissionDenied):
        count(rex, beta_store, tequila, 4, 1)


def sent(**changes):
    values = {
        "date": TODAY.isoformat(),
        "total_units": "17",
        "own_units": "4",
        "client_uuid": str(uuid.uuid4()),
    }
    return {**values, **changes}


def test_the_form_keeps_two_numbers_and_returns_to_the_store(client, alice, alpha_store, tequila):
    client.force_login(alice)
    answer = client.post("/stores/A1/count/?category=TEQ", sent())
    assert answer.url == "/stores/A1/?category=TEQ#counts"
    stored = Observation.objects.get()
    assert (stored.total_units, stored.own_units, stored.rep) == (17 * SCALE, 4 * SCALE, alice)
    assert "17" in client.get(answer.url).text


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(client, alice, alpha_store, tequila):
    client.force_login(alice)
    for changes, field in (
        ({"own_units": "18"}, "own_units"),
        ({"total_units": ""}, "total_units"),
        ({"total_units": "many"}, "total_units"),
        ({"date": "2022-02-31"}, "date"),
        ({"date": "2022-11-02"}, "date"),
        ({"client_uuid": "no"}, "client_uuid"),
    ):
        answer = client.post("/stores/A1/count/?category=TEQ", sent(**changes))
        assert answer.status_code == 422, changes
        assert field in answer.context["form"].errors
    assert not Observation.objects.exists()


def test_the_page_asks_about_a_slip_and_takes_it_when_it_is_right(client, alice, alpha_store, tequila):
    five_days(alice, alpha_store, tequila)
    client.force_login(alice)
    answer = client.post("/stores/A1/count/?category=TEQ", sent(total_units="170"))
    assert answer.status_code == 422
    assert "The number is right" in answer.text and 'value="170"' in answer.text
    answer = client.post("/stores/A1/count/?category=TEQ", sent(total_units="170", is_certain="on"))
    assert answer.status_code == 302


def test_foreign_stores_and_unknown_categories_are_not_found(client, bob, alpha_store, beta_store, tequila):
    client.force_login(bob)
    assert client.post("/stores/A1/count/?category=TEQ", sent()).status_code == 404
    assert client.post("/stores/B1/count/?category=NOTHING", sent()).status_code == 404
    assert not Observation.objects.exists()
