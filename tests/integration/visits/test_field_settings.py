"""Settings of field work: the route's rules and the check points, set by an administrator, used at once."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from tests.integration.visits.conftest import TODAY
from tests.integration.visits.test_planning import known, plan, stores  # noqa: F401
from visits.models import CheckPoint, Inspection, VisitTask
from visits.operations import plan_day
from visits.operations.field_settings import (
    archive_check_point,
    change_check_point,
    create_check_point,
    set_route,
)
from visits.queries.forms import store_forms
from visits.queries.route_settings import route_rules, route_values

pytestmark = pytest.mark.usefixtures("pinned")
PAGE, ROUTE = "/visits/settings/", "/visits/settings/route/"


def test_the_planner_uses_new_minutes_at_once_and_one_audit_row_tells_what_changed(adam, alice, known):  # noqa: F811
    shown = route_values()
    assert set_route(by=adam, shown=shown, values={**shown, "minutes": 45.0, "minutes_a_visit": 21.0})
    plan_day(by=alice, user=alice, on=TODAY)
    assert len(plan(alice)) == 2  # 45 minutes hold two visits of 21 and their ways
    row = AuditRow.objects.get(record_id="visit_route")
    assert (row.before, row.after) == (
        {"minutes": 480.0, "minutes_a_visit": 20.0}, {"minutes": 45.0, "minutes_a_visit": 21.0},
    )  # fmt: skip
    assert not set_route(by=adam, shown=route_values(), values=route_values())
    assert AuditRow.objects.filter(record_id="visit_route").count() == 1


def test_weights_decide_what_goes_first_and_old_begins_when_it_is_set(adam, alice, known, tequila):  # noqa: F811
    shown = route_values()
    wanted = {**shown, "worth_flag": 0.1, "worth_cadence": 50.0, "minutes": 30.0, "stale_days": 39.0}
    set_route(by=adam, shown=shown, values=wanted)
    plan_day(by=alice, user=alice, on=TODAY)
    assert [reason for _code, reason in plan(alice)] == ["stale"]  # 40 days are old now
    VisitTask.objects.all().delete()
    set_route(by=adam, shown=route_values(), values={**wanted, "worth_flag": 90.0})
    plan_day(by=alice, user=alice, on=TODAY)
    assert plan(alice) == [("S3", "flag")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("minutes", 29), ("minutes_a_visit", 0), ("km_an_hour", 131), ("stale_days", 6), ("worth_flag", 0),
     ("worth_stale", 101), ("minutes", float("nan")), ("speed", 4)],
)  # fmt: skip
def test_what_is_no_day_is_refused_beside_its_field(adam, name, value):
    with pytest.raises(ValidationError) as error:
        set_route(by=adam, shown=route_values(), values={name: value})
    assert list(error.value.message_dict) == [name]
    assert route_rules().capacity.minutes == 480


def test_two_administrators_at_once_the_second_one_is_told(client, adam):
    client.force_login(adam)
    shown = route_values()
    form = {**shown, "shown": json.dumps(shown)}
    assert client.post(ROUTE, {**form, "minutes": 300}).status_code == 302
    again = client.post(ROUTE, {**form, "minutes": 400})
    assert again.status_code == 422 and "meanwhile" in again.content.decode()
    assert route_rules().capacity.minutes == 300
    assert client.post(ROUTE, {**form, "shown": "no json", "minutes": 10}).status_code == 422
    assert "300 minutes" in client.get(PAGE).content.decode()


def test_only_an_administrator_sees_and_sets_them(client, dora, sue, alice, rex, display):
    for person in (dora, sue, alice, rex):
        client.force_login(person)
        for address in (PAGE, ROUTE, "/visits/settings/points/new/",
                        f"/visits/settings/points/{display.pk}/edit/"):  # fmt: skip
            assert client.get(address).status_code == 403
        assert client.post(f"/visits/settings/points/{display.pk}/archive/").status_code == 403
        with pytest.raises(PermissionDenied):
            set_route(by=person, shown={}, values={"minutes": 60})
        with pytest.raises(PermissionDenied):
            create_check_point(by=person, values={"name": "Tap", "part": "stock"})
    assert CheckPoint.objects.filter(archived_at__isnull=True).count() == CheckPoint.objects.count()


def test_a_check_point_is_asked_for_in_the_next_form_until_it_is_archived(client, adam, alpha_store, display):
    client.force_login(adam)
    new = {"name": "Tap is ours", "part": "stock", "order": "5"}
    assert client.post("/visits/settings/points/new/", new).status_code == 302
    assert client.post("/visits/settings/points/new/", new).status_code == 422  # the name is taken

    def asked():
        return [point.name for point in store_forms([alpha_store], TODAY)[alpha_store.pk].points]

    assert asked()[:2] == ["Display stands", "Tap is ours"]
    point = CheckPoint.objects.get(name="Tap is ours")
    url = f"/visits/settings/points/{point.pk}/"
    assert client.post(f"{url}archive/").status_code == 302
    assert "Tap is ours" not in asked() and "Asked for no more" in client.get(PAGE).content.decode()
    assert client.post(f"{url}archive/", {"restore": "1"}).status_code == 302
    assert "Tap is ours" in asked()
    with pytest.raises(StaleVersion):
        change_check_point(by=adam, point=point, version=point.version + 7, changes={"order": 1})


def test_points_of_a_part_guide_the_inspection(client, adam, sue, flag, display):
    create_check_point(by=adam, values={"name": "Stand faces the door", "part": "display"})
    inspection = Inspection.objects.create(flag=flag, by=sue, planned_on=TODAY)
    client.force_login(sue)
    text = client.get(f"/flags/inspections/{inspection.pk}/").content.decode()
    assert "Stand faces the door" in text
    archive_check_point(by=adam, point=CheckPoint.objects.get(name="Stand faces the door"))
    assert "Stand faces the door" not in client.get(f"/flags/inspections/{inspection.pk}/").content.decode()
