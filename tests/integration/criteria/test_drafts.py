"""Drafts are written by one and approved by another; a published version is never altered."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from ka_crm.criteria import operations
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.operations import ApproverNeeded, PublishedMeanwhile, publish_criteria
from ka_crm.criteria.queries import criteria_on, published_criteria, settings_of
from ka_crm.criteria.rules.effective import NoVersionForDate
from ka_crm.criteria.rules.presets import PRESETS
from ka_crm.criteria.rules.settings import InvalidSettings, settings_from
from ka_crm.lib import clock
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow


@pytest.fixture
def first(adam):
    return publish_criteria(values={}, reason="first", by=adam)


@pytest.fixture
def draft(first, adam):
    return operations.create_draft(values={"enter_score": 70}, by=adam, reason="fewer, better")


def audit_rows():
    return AuditRow.objects.count()


def submitted(draft, by):
    return operations.submit_draft(draft=draft, version=draft.version, by=by)


def test_a_draft_comes_into_force_by_somebody_else_and_then_stands(draft, first, adam, dora):
    rows = audit_rows()
    submitted(draft, adam)
    with pytest.raises(ApproverNeeded):
        operations.publish_draft(draft=draft, version=draft.version, by=adam)
    published = operations.publish_draft(draft=draft, version=draft.version, by=dora)
    assert (published.number, published.state, published.approver) == (2, "published", dora)
    assert published_criteria() == published
    first.refresh_from_db()
    assert first.state == "retired"
    assert audit_rows() == rows + 2
    with pytest.raises(PermissionDenied):
        operations.change_draft(
            draft=published, version=published.version, values={}, reason="x", effective_from=None, by=adam
        )


def test_whoever_changed_a_draft_last_does_not_approve_it(draft, adam, dora):
    operations.change_draft(
        draft=draft, version=1, values={"enter_score": 65}, reason="x", effective_from=None, by=dora
    )
    with pytest.raises(ApproverNeeded):
        operations.publish_draft(draft=draft, version=draft.version, by=dora)


def test_where_nobody_else_could_approve_the_author_does(db, adam):
    draft = operations.create_draft(values={}, by=adam, reason="alone")
    assert operations.publish_draft(draft=draft, version=1, by=adam).state == "published"


@pytest.mark.parametrize("name", ["alice", "sue", "fay", "rex"])
def test_other_roles_write_no_drafts(draft, name, request):
    person = request.getfixturevalue(name)
    before = audit_rows()
    for work in (
        lambda: operations.create_draft(values={}, by=person),
        lambda: submitted(draft, person),
        lambda: operations.publish_draft(draft=draft, version=1, by=person),
        lambda: operations.remove_draft(draft=draft, version=1, by=person),
        lambda: operations.return_draft(draft=draft, version=1, note="no", by=person),
    ):
        with pytest.raises(PermissionDenied):
            work()
    assert audit_rows() == before


def test_the_second_of_two_editors_is_told(draft, adam, dora):
    operations.change_draft(
        draft=draft, version=1, values={"enter_score": 65}, reason="a", effective_from=None, by=adam
    )
    theirs = CriteriaVersion.objects.get(pk=draft.pk)
    with pytest.raises(StaleVersion):
        operations.change_draft(
            draft=theirs, version=1, values={"enter_score": 75}, reason="b", effective_from=None, by=dora
        )


def test_a_draft_that_was_overtaken_is_compared_anew_before_it_is_published(draft, adam, dora):
    publish_criteria(values={"list_cap": 12}, reason="meanwhile", by=None)
    with pytest.raises(PublishedMeanwhile):
        operations.publish_draft(draft=draft, version=1, by=dora)
    draft.refresh_from_db()
    assert (draft.state, draft.approver) == ("draft", None)
    operations.change_draft(
        draft=draft, version=1, values={"enter_score": 70}, reason="still", effective_from=None, by=adam
    )
    assert operations.publish_draft(draft=draft, version=draft.version, by=dora).number == 3


def test_a_draft_without_a_reason_is_not_sent(first, adam):
    draft = operations.create_draft(values={}, by=adam)
    with pytest.raises(InvalidSettings) as refused:
        submitted(draft, adam)
    assert list(refused.value.errors) == ["reason"]


def test_a_draft_that_is_sent_back_says_why(draft, adam, dora):
    submitted(draft, adam)
    with pytest.raises(InvalidSettings):
        operations.return_draft(draft=draft, version=draft.version, note=" ", by=dora)
    operations.return_draft(draft=draft, version=draft.version, note="Why 70?", by=dora)
    assert (draft.state, draft.note) == ("draft", "Why 70?")


def test_a_draft_that_is_changed_has_to_be_sent_again(draft, adam):
    submitted(draft, adam)
    operations.change_draft(
        draft=draft, version=draft.version, values={}, reason="x", effective_from=None, by=adam
    )
    assert draft.state == "draft"


def test_a_removed_draft_can_be_taken_out_again(draft, adam, dora):
    operations.remove_draft(draft=draft, version=1, by=adam)
    with pytest.raises(PermissionDenied):
        operations.publish_draft(draft=draft, version=2, by=dora)
    operations.restore_draft(draft=draft, version=2, by=adam)
    assert operations.publish_draft(draft=draft, version=3, by=dora).state == "published"


FROZEN = [
    ("settings", {}),
    ("number", 99),
    ("scope", "North"),
    ("reason", "another"),
    ("effective_from", dt.date(2020, 1, 1)),
    ("published_at", dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
    ("approver_id", None),
    ("state", "draft"),
    ("version", 7),
]


@pytest.mark.parametrize("retired", [False, True])
@pytest.mark.parametrize(("field", "value"), FROZEN)
def test_no_path_alters_a_published_version(draft, adam, dora, field, value, retired):
    version = operations.publish_draft(draft=draft, version=1, by=dora)
    if retired:
        publish_criteria(values={}, reason="next", by=None)
    rows = CriteriaVersion.objects.filter(pk=version.pk)
    stored = rows.values().get()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**{field: value})  # what a page, the API, the admin or bulk code would send
    with pytest.raises(IntegrityError), transaction.atomic():
        changed = rows.get()
        setattr(changed, field, value)
        CriteriaVersion.objects.bulk_update([changed], [field])
    assert rows.values().get() == stored


def test_a_retired_version_is_neither_published_again_nor_dated_anew(first, adam):
    publish_criteria(values={}, reason="next", by=None)
    for sql in (
        "UPDATE criteria_criteriaversion SET effective_to = '2031-01-01' WHERE number = 1",
        "UPDATE criteria_criteriaversion SET state = 'published' WHERE number = 1",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_each_day_has_one_version_and_a_day_before_the_first_has_none(adam):
    today = clock.today()
    publish_criteria(values={}, reason="first", by=adam, effective_from=today - dt.timedelta(days=30))
    later = today + dt.timedelta(days=30)
    publish_criteria(values={"list_cap": 5}, reason="next year", by=adam, effective_from=later)
    assert [criteria_on(day).number for day in (today, later - dt.timedelta(days=1), later)] == [1, 1, 2]
    assert published_criteria().number == 2  # the segmentation uses what is published, whatever its date
    with pytest.raises(NoVersionForDate):
        criteria_on(today - dt.timedelta(days=31))
    with pytest.raises(InvalidSettings) as refused:
        publish_criteria(values={}, reason="overlaps", by=adam, effective_from=today)
    assert list(refused.value.errors) == ["effective_from"]


def test_rolling_back_publishes_the_old_settings_anew(draft, first, adam, dora):
    operations.publish_draft(draft=draft, version=1, by=dora)
    back = operations.create_draft(values=first.settings, by=adam, reason="70 was too much")
    published = operations.publish_draft(draft=back, version=1, by=dora)
    assert (published.number, published.settings) == (3, first.settings)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_complete_and_works(name):
    assert settings_from(settings_from(PRESETS[name]).as_json()) == settings_from(PRESETS[name])


def test_a_region_has_criteria_of_its_own_until_they_are_ended(first, region, adam, dora):
    draft = operations.create_draft(values={"list_cap": 3}, by=adam, scope=region.name, reason="small")
    operations.publish_draft(draft=draft, version=1, by=dora)
    today = clock.today()
    assert settings_of(criteria_on(today, region.name)).list_cap == 3
    assert settings_of(criteria_on(today)).list_cap is None
    operations.retire_scope(scope=region.name, reason="as everybody", by=dora)
    assert criteria_on(today, region.name) == first
    with pytest.raises(ValueError, match="region"):
        operations.retire_scope(scope="", reason="x", by=dora)
    with pytest.raises(InvalidSettings):
        operations.create_draft(values={}, by=adam, scope="Atlantis")
