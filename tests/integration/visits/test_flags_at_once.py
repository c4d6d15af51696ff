"""Many flags assigned at once: each is checked by itself, and what is refused is told."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from ka_crm.records.models import AuditRow
from tests.integration.visits.flags import TODAY, fresh, many_flags, recovering
from visits.models import Flag, Inspection
from visits.operations.many_flags import assign_many

pytestmark = pytest.mark.usefixtures("pinned")
ADDRESS, DUE = "/flags/assign/", TODAY + dt.timedelta(days=4)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def three(alpha, spirits, sue):
    return many_flags(alpha, spirits, 3)


def pairs(flags):
    return [(flag, flag.version) for flag in flags]


def sent(flags, **more):
    return {"flags": [f"{flag.pk}:{flag.version}" for flag in flags], "planned_on": DUE.isoformat(), **more}


def test_who_answers_and_who_inspects_until_when_each_with_its_audit_rows(three, sue, alice):
    result = assign_many(by=sue, flags=pairs(three), supervisor=sue, inspector=alice, planned_on=DUE)
    assert (result.done, result.refused) == (3, ())
    assert set(Flag.objects.values_list("supervisor", "state")) == {(sue.pk, "inspecting")}
    assert set(Inspection.objects.values_list("by", "planned_on")) == {(alice.pk, DUE)}
    assert AuditRow.objects.filter(action="assign").count() == 3
    assert AuditRow.objects.filter(action="plan_inspection").count() == 3


def test_what_is_not_named_stays(three, sue, dora):
    assert assign_many(by=sue, flags=pairs(three), supervisor=dora).done == 3
    assert set(Flag.objects.values_list("supervisor", "state")) == {(dora.pk, "flagged")}
    with pytest.raises(ValidationError, match="who answers"):
        assign_many(by=sue, flags=pairs(three))
    with pytest.raises(ValidationError, match="until when"):
        assign_many(by=sue, flags=pairs(three), inspector=sue)
    with pytest.raises(ValidationError, match="at least one"):
        assign_many(by=sue, flags=[], supervisor=sue)


def test_one_that_is_refused_keeps_none_back_and_stays_as_it_was(three, southern, sue, alice, dora):
    stale = (three[1], three[1].version + 5)
    treated = recovering(sue, three[2])
    flags = [
        (three[0], three[0].version),
        stale,
        (treated, fresh(treated).version),
        (southern, southern.version),
    ]
    result = assign_many(by=sue, flags=flags, supervisor=dora, inspector=alice, planned_on=DUE)
    assert result.done == 1
    reasons = {one.flag.pk: one.reason for one in result.refused}
    assert reasons == {
        three[1].pk: "Somebody else was first.",
        treated.pk: "This step does not follow from where the flag stands.",
        southern.pk: "You may not work on this flag.",
    }
    assert fresh(treated).supervisor is None and fresh(southern).supervisor is None
    assert fresh(three[0]).supervisor == dora


def test_somebody_who_does_not_see_the_store_is_refused_flag_by_flag(three, southern, dora, sue):
    result = assign_many(by=dora, flags=pairs([*three, southern]), supervisor=sue)
    assert result.done == 3
    assert [(one.flag, one.reason) for one in result.refused] == [
        (southern, "This person does not see the store.")
    ]


def test_the_page_tells_what_was_refused_and_the_list_behind_is_read_anew(client, three, sue, dora):
    client.force_login(sue)
    chosen = [flag.pk for flag in three]
    form = client.get(ADDRESS, {"selected": chosen}, headers=HTMX).content.decode()
    assert "Assign 3 flags" in form and "as it is" in form
    Flag.objects.filter(pk=three[0].pk).update(version=9)
    answer = client.post(ADDRESS, sent(three, supervisor=dora.pk), headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200 and "ka:record-changed" in answer["HX-Trigger"]
    assert "2 flags are assigned." in text and "Somebody else was first." in text
    assert three[0].store.name in text and "<html" not in text
    again = client.post(ADDRESS, sent([three[0]], supervisor=dora.pk))
    assert "<html" in again.content.decode() and "stayed as it was" in again.content.decode()


def test_all_done_closes_the_sheet_and_nothing_named_is_refused_in_the_form(client, three, sue, dora):
    client.force_login(sue)
    assert client.post(ADDRESS, sent(three), headers=HTMX).status_code == 422
    no_day = sent(three, inspector=dora.pk, planned_on="")
    assert client.post(ADDRESS, no_day, headers=HTMX).status_code == 422
    assert client.post(ADDRESS, sent(three, supervisor=dora.pk), headers=HTMX).status_code == 204
    assert Flag.objects.filter(supervisor=dora).count() == 3


def test_who_may_not_move_flags_is_refused_and_what_nobody_chose_or_sees_is_not_there(
    client, three, southern, alice, rex, sue
):
    for person in (alice, rex):
        client.force_login(person)
        assert client.get(ADDRESS, {"selected": three[0].pk}).status_code == 403
        assert client.post(ADDRESS, sent(three, supervisor=sue.pk)).status_code == 403
    client.force_login(sue)
    for wanted in ({}, {"selected": southern.pk}, {"selected": "x"}, {"selected": "9" * 30}):
        assert client.get(ADDRESS, wanted).status_code == 404
    assert client.post(ADDRESS, sent([southern], supervisor=sue.pk)).status_code == 422
    assert fresh(southern).supervisor is None


def test_the_list_offers_check_boxes_for_every_open_flag_to_those_who_may(client, three, sue, alice):
    recovering(sue, three[2])
    client.force_login(sue)
    assert client.get("/flags/?view=open").content.decode().count('name="selected"') == 3
    client.force_login(alice)
    assert 'name="selected"' not in client.get("/flags/?view=open").content.decode()
