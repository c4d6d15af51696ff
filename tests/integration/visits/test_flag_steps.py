"""A flag goes through its life: who may take which step, and what each leaves behind."""

import datetime as dt
import io

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ka_crm.lib.versions import StaleVersion
from ka_crm.records.invariants import violations
from ka_crm.records.models import AuditRow
from tests.integration.visits.flags import (
    ALL_FINE,
    TODAY,
    flag_of,
    fresh,
    inspected,
    many_flags,
    recovering,
    treated,
)
from visits.models import FindingPhoto, Flag, FlagWatch, Inspection, Measure
from visits.operations import flags as flags_op
from visits.operations import measures as measures_op
from visits.operations.flag_settings import set_minimum_gap
from visits.operations.inspections import Found, record_inspection
from visits.queries.flags import minimum_gap


def audited() -> list[str]:
    return list(AuditRow.objects.order_by("pk").values_list("action", flat=True))


def photo(name: str = "shelf.jpg") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def test_a_flag_goes_from_flagged_to_closed_with_one_audit_row_a_step(flag, sue, alice):
    planned = flags_op.plan_inspection(
        by=sue, flag=flag, version=1, inspector=sue, planned_on=TODAY, note="look at the back wall"
    )
    assert fresh(flag).state == "inspecting"
    record_inspection(by=sue, inspection=planned, version=1, found=ALL_FINE, note="all as agreed")
    measure = measures_op.add_measure(
        by=sue, flag=fresh(flag),
        values={"kind": "staff", "text": "Train two shifts", "owner": alice, "due_on": TODAY, "cost": 240},
    )  # fmt: skip
    assert fresh(flag).state == "measures"
    measures_op.finish_measure(by=alice, measure=measure, version=1, note="both shifts")
    flags_op.move_flag(by=sue, flag=flag, version=fresh(flag).version, to="recovering")
    flags_op.close_flag(by=sue, flag=flag, version=fresh(flag).version, outcome="improved", text="It helps.")
    done = fresh(flag)
    assert (done.state, done.outcome, done.closed_on) == ("closed", "improved", TODAY)
    assert done.outcome_text == "It helps."
    assert audited() == [
        "plan_inspection", "record_inspection", "create", "finish_measure", "move_flag", "close_flag",
    ]  # fmt: skip
    assert not {name: count for name, count in violations().items() if count and name.startswith("flags")}


@pytest.mark.parametrize("who", ["alice", "rex", "fay", "bob"])
def test_only_supervisors_directors_and_admins_move_a_flag(request, flag, who):
    person = request.getfixturevalue(who)
    for step in (
        lambda: flags_op.assign_flag(by=person, flag=flag, version=1, supervisor=None),
        lambda: flags_op.plan_inspection(by=person, flag=flag, version=1, inspector=person, planned_on=TODAY),
        lambda: flags_op.close_flag(by=person, flag=flag, version=1, outcome="not_worth"),
    ):
        with pytest.raises(PermissionDenied):
            step()
    assert (fresh(flag).version, audited()) == (1, [])


def test_a_supervisor_of_another_territory_moves_nothing(flag, southern, sue):
    with pytest.raises(PermissionDenied):
        flags_op.close_flag(by=sue, flag=southern, version=1, outcome="not_worth")
    assert fresh(southern).state == "flagged"


def test_measures_need_a_done_inspection(flag, sue):
    values = {"kind": "display", "text": "Shelf", "owner": sue, "due_on": TODAY}
    with pytest.raises(ValidationError, match="First inspect"):
        measures_op.add_measure(by=sue, flag=flag, values=values)
    flags_op.plan_inspection(by=sue, flag=flag, version=1, inspector=sue, planned_on=TODAY)
    with pytest.raises(ValidationError, match="First inspect"):
        measures_op.add_measure(by=sue, flag=fresh(flag), values=values)
    assert not Measure.objects.exists()


def test_an_inspection_is_done_when_all_three_parts_were_looked_at(flag, sue):
    planned = flags_op.plan_inspection(by=sue, flag=flag, version=1, inspector=sue, planned_on=TODAY)
    half = record_inspection(
        by=sue, inspection=planned, version=1,
        found={"display": Found(False, "one facing of 22", [photo()]), "promotion": Found(True)},
    )  # fmt: skip
    assert half.done_on is None
    whole = record_inspection(by=sue, inspection=half, version=2, found={"staff": Found(True)})
    assert whole.done_on == TODAY
    assert dict(whole.findings.values_list("part", "is_ok")) == {
        "display": False, "promotion": True, "staff": True,
    }  # fmt: skip
    assert FindingPhoto.objects.get().file.content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("found", "field"),
    [
        ({}, "__all__"),
        ({"price": Found(True)}, "__all__"),
        ({"display": Found(False)}, "display_text"),
        ({"display": Found(True, "", [SimpleUploadedFile("x.jpg", b"no photo")])}, "display_photos"),
        ({"display": Found(True, "", [None] * 7)}, "display_photos"),
    ],
)
def test_findings_that_say_nothing_are_refused_and_nothing_is_kept(flag, sue, found, field):
    planned = flags_op.plan_inspection(by=sue, flag=flag, version=1, inspector=sue, planned_on=TODAY)
    with pytest.raises(ValidationError) as refused:
        record_inspection(by=sue, inspection=planned, version=1, found=found)
    named = getattr(refused.value, "error_dict", None)
    assert (list(named) if named else ["__all__"]) == [field]
    assert not Inspection.objects.get().findings.exists()
    assert audited() == ["plan_inspection"]


def test_people_who_do_not_see_the_store_get_no_work_there(flag, sue, bob):
    with pytest.raises(ValidationError, match="does not see"):
        flags_op.plan_inspection(by=sue, flag=flag, version=1, inspector=bob, planned_on=TODAY)
    with pytest.raises(ValidationError, match="does not see"):
        flags_op.assign_flag(by=sue, flag=flag, version=1, supervisor=bob)
    with pytest.raises(ValidationError, match="does not see"):
        treated(sue, flag, owner=bob)
    assert not Measure.objects.exists()


def test_days_that_are_over_are_no_plan(flag, sue):
    yesterday = TODAY - dt.timedelta(days=1)
    with pytest.raises(ValidationError, match="over"):
        flags_op.plan_inspection(by=sue, flag=flag, version=1, inspector=sue, planned_on=yesterday)
    ready = inspected(sue, flag)
    values = {"kind": "display", "text": "Shelf", "owner": sue, "due_on": yesterday}
    with pytest.raises(ValidationError, match="over"):
        measures_op.add_measure(by=sue, flag=ready, values=values)


def test_a_plan_that_stands_is_changed_and_not_doubled(flag, sue, alice):
    flags_op.plan_inspection(by=sue, flag=flag, version=1, inspector=sue, planned_on=TODAY)
    later = TODAY + dt.timedelta(days=3)
    flags_op.plan_inspection(by=sue, flag=flag, version=2, inspector=alice, planned_on=later)
    planned = Inspection.objects.get()
    assert (planned.by, planned.planned_on, planned.version) == (alice, later, 2)


def test_the_second_of_two_supervisors_who_move_one_card_is_told(flag, sue, dora):
    flags_op.plan_inspection(by=sue, flag=flag, version=1, inspector=sue, planned_on=TODAY)
    with pytest.raises(StaleVersion):
        flags_op.close_flag(by=dora, flag=flag, version=1, outcome="not_worth")
    with pytest.raises(StaleVersion):
        flags_op.plan_inspection(by=dora, flag=flag, version=1, inspector=dora, planned_on=TODAY)
    assert fresh(flag).state == "inspecting"
    assert audited() == ["plan_inspection"]


def test_a_flag_recovers_only_after_every_measure_is_done_or_cancelled(flag, sue):
    first = treated(sue, flag)
    second = treated(sue, fresh(flag))
    measures_op.finish_measure(by=sue, measure=first, version=1)
    with pytest.raises(ValidationError, match="still open"):
        flags_op.move_flag(by=sue, flag=flag, version=fresh(flag).version, to="recovering")
    measures_op.cancel_measure(by=sue, measure=second, version=1, note="no room")
    moved = flags_op.move_flag(by=sue, flag=flag, version=fresh(flag).version, to="recovering")
    assert moved.state == "recovering"


def test_cancelled_measures_alone_do_not_let_a_flag_recover(flag, sue):
    measure = treated(sue, flag)
    measures_op.cancel_measure(by=sue, measure=measure, version=1)
    with pytest.raises(ValidationError, match="No measure was done"):
        flags_op.move_flag(by=sue, flag=flag, version=fresh(flag).version, to="recovering")


def test_another_measure_takes_a_recovering_flag_back_to_measures(flag, sue):
    moved = recovering(sue, flag)
    treated(sue, moved)
    assert fresh(flag).state == "measures"


def test_the_owner_finishes_a_measure_and_nobody_elses_account_manager(flag, sue, alice, bob, rex):
    measure = treated(sue, flag, owner=alice)
    for stranger in (bob, rex):
        with pytest.raises(PermissionDenied):
            measures_op.finish_measure(by=stranger, measure=measure, version=1)
    done = measures_op.finish_measure(by=alice, measure=measure, version=1, note="moved")
    assert (done.done_on, done.done_note) == (TODAY, "moved")
    with pytest.raises(ValidationError, match="done"):
        measures_op.finish_measure(by=alice, measure=measure, version=2)


def test_an_account_manager_does_not_finish_what_a_supervisor_owns(flag, sue, alice):
    measure = treated(sue, flag, owner=sue)
    with pytest.raises(PermissionDenied):
        measures_op.finish_measure(by=alice, measure=measure, version=1)


@pytest.mark.parametrize("days", [1, -200])
def test_a_measure_is_done_between_the_flag_and_today(flag, sue, days):
    measure = treated(sue, flag)
    with pytest.raises(ValidationError):
        measures_op.finish_measure(
            by=sue, measure=measure, version=1, done_on=TODAY + dt.timedelta(days=days)
        )


def test_closing_early_needs_an_outcome_that_needs_no_measure(flag, sue):
    for outcome in ("", "nonsense", "improved", "no_effect", "recovered"):
        with pytest.raises(ValidationError):
            flags_op.close_flag(by=sue, flag=flag, version=1, outcome=outcome)
    flags_op.close_flag(by=sue, flag=flag, version=1, outcome="wrong_data")
    assert fresh(flag).state == "closed"


def test_a_store_that_came_back_by_itself_may_be_closed_as_recovered(flag, sue):
    FlagWatch.objects.create(store=flag.store, category=flag.category, state="ok")
    flags_op.close_flag(by=sue, flag=flag, version=1, outcome="recovered")
    assert fresh(flag).outcome == "recovered"


def test_closing_is_no_plain_move(flag, sue):
    with pytest.raises(ValidationError, match="how it ended"):
        flags_op.move_flag(by=sue, flag=flag, version=1, to="closed")


def test_a_closed_flag_is_opened_again_where_it_was_left(flag, sue):
    moved = recovering(sue, flag)
    closed = flags_op.close_flag(by=sue, flag=moved, version=moved.version, outcome="no_effect")
    with pytest.raises(ValidationError, match="closed"):
        treated(sue, closed)
    again = flags_op.reopen_flag(by=sue, flag=closed, version=closed.version)
    assert (again.state, again.outcome, again.closed_on) == ("recovering", "", None)


def test_a_flag_is_not_opened_beside_a_newer_one(flag, sue, spirits):
    closed = flags_op.close_flag(by=sue, flag=flag, version=1, outcome="not_worth")
    flag_of(flag.store, spirits)
    with pytest.raises(ValidationError, match="flagged again"):
        flags_op.reopen_flag(by=sue, flag=closed, version=closed.version)
    assert Flag.objects.exclude(state="closed").count() == 1


def test_one_round_plans_many_inspections_or_none(alpha, spirits, sue):
    flags = many_flags(alpha, spirits, 3)
    pairs = [(flag, flag.version) for flag in flags]
    assert flags_op.plan_round(by=sue, flags=pairs, inspector=sue, planned_on=TODAY) == 3
    assert set(Flag.objects.values_list("state", flat=True)) == {"inspecting"}
    assert audited() == ["plan_inspection"] * 3
    more = many_flags(alpha, spirits, 2)
    with pytest.raises(StaleVersion):
        flags_op.plan_round(by=sue, flags=[(more[0], 1), (more[1], 7)], inspector=sue, planned_on=TODAY)
    assert fresh(more[0]).state == "flagged"
    with pytest.raises(ValidationError):
        flags_op.plan_round(by=sue, flags=[], inspector=sue, planned_on=TODAY)


def test_the_owner_of_a_late_measure_is_reminded_once_a_day(
    flag, sue, alice, django_capture_on_commit_callbacks
):
    measure = treated(sue, flag, owner=alice, due_on=TODAY - dt.timedelta(days=4))
    with django_capture_on_commit_callbacks(execute=True):
        measures_op.remind_owner(by=sue, measure=measure, url="https://example.com/flags/1/")
    assert [(one.to, "Alpha One" in one.subject) for one in mail.outbox] == [([alice.email], True)]
    assert "https://example.com/flags/1/" in mail.outbox[0].body
    with pytest.raises(ValidationError, match="reminded today"):
        measures_op.remind_owner(by=sue, measure=measure)
    assert AuditRow.objects.filter(action="remind").count() == 1


def test_a_measure_that_is_not_late_needs_no_reminder(flag, sue):
    measure = treated(sue, flag)
    with pytest.raises(ValidationError, match="not late"):
        measures_op.remind_owner(by=sue, measure=measure)


def test_whoever_sees_the_store_may_write_a_note(flag, alice, bob):
    note = flags_op.note_flag(by=alice, flag=flag, text="  The buyer changed.  ")
    assert note.text == "The buyer changed."
    with pytest.raises(PermissionDenied):
        flags_op.note_flag(by=bob, flag=flag, text="x")
    with pytest.raises(ValidationError):
        flags_op.note_flag(by=alice, flag=flag, text=" ")


def test_only_an_administrator_sets_the_smallest_gap_of_the_first_list(adam, dora):
    with pytest.raises(PermissionDenied):
        set_minimum_gap(by=dora, amount=100)
    set_minimum_gap(by=adam, amount=100)
    set_minimum_gap(by=adam, amount=100)
    assert (minimum_gap(), audited()) == (100, ["update"])
    with pytest.raises(ValidationError):
        set_minimum_gap(by=adam, amount=-1)
