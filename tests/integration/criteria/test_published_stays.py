"""A published version is altered by no path, and of two who publish at once exactly one succeeds."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib import admin
from django.db import IntegrityError, connection, models, transaction
from django.urls import NoReverseMatch, reverse

from ka_crm.criteria import operations
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.operations import PublishedMeanwhile, publish_criteria
from ka_crm.criteria.operations import drafts as drafts_module
from ka_crm.criteria.operations import publishing as publishing_module
from ka_crm.criteria.queries import published_criteria
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.invariants import violations
from ka_crm.records.models import AuditRow


@pytest.fixture
def published(adam, dora):
    publish_criteria(values={}, reason="first", by=adam)
    draft = operations.create_draft(values={"list_cap": 5}, by=adam, reason="few")
    return operations.publish_draft(draft=draft, version=1, by=dora)


def stored(version):
    return CriteriaVersion.objects.filter(pk=version.pk).values().get()


def test_no_page_alters_a_published_version(published, client, adam):
    before, audit = stored(published), AuditRow.objects.count()
    client.force_login(adam)
    for step in ("", "send/", "send-back/", "remove/", "publish/"):
        answer = client.post(f"/criteria/drafts/{published.pk}/{step}", {"version": 1, "list_cap": 9})
        assert (answer.status_code, answer.url) == (302, "/criteria/versions/2/")
    assert (stored(published), AuditRow.objects.count()) == (before, audit)


def test_djangos_admin_knows_no_criteria(db):
    assert not admin.site.is_registered(CriteriaVersion)
    with pytest.raises(NoReverseMatch):
        reverse("admin:criteria_criteriaversion_changelist")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE criteria_criteriaversion SET settings = '{}' WHERE number = 2",
        "UPDATE criteria_criteriaversion SET reason = 'another'",
        "UPDATE criteria_criteriaversion SET effective_from = '2000-01-01' WHERE state = 'published'",
        "UPDATE criteria_criteriaversion SET approver_id = author_id WHERE number = 2",
        "UPDATE criteria_criteriaversion SET state = 'draft' WHERE number = 2",
        "UPDATE criteria_criteriaversion SET number = number + 10",
        "UPDATE criteria_criteriaversion SET scope = 'North'",
    ],
)
def test_no_statement_alters_a_published_version(published, sql):
    before = list(CriteriaVersion.objects.order_by("pk").values())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(CriteriaVersion.objects.order_by("pk").values()) == before


def test_no_code_alters_or_deletes_a_published_version(published):
    before = stored(published)
    rows = CriteriaVersion.objects.filter(pk=published.pk)
    for change in (
        lambda: rows.update(settings={}),
        lambda: CriteriaVersion.objects.bulk_update(
            [CriteriaVersion(pk=published.pk, reason="x")], ["reason"]
        ),
        lambda: CriteriaVersion(pk=published.pk, number=2, settings={}, state="published").save(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    for removal in (rows.delete, published.delete, CriteriaVersion.objects.all().delete):
        with pytest.raises(models.ProtectedError):
            removal()
    assert stored(published) == before


def test_a_draft_may_be_deleted_by_code(published, adam):
    draft = operations.create_draft(values={}, by=adam)
    CriteriaVersion.objects.filter(pk=draft.pk).delete()
    assert CriteriaVersion.objects.count() == 2


def together(monkeypatch, module, work):
    """Run ``work`` twice; both look at the version in force, as ``module`` does, before either writes."""
    both_looked, look, seen = threading.Barrier(2, timeout=20), published_criteria, threading.local()

    def look_together(scope=""):
        found = look(scope)
        if not hasattr(seen, "done"):
            seen.done = True
            both_looked.wait()
        return found

    monkeypatch.setattr(module, "published_criteria", look_together)

    def run(number):
        try:
            return work(number).pk
        except PublishedMeanwhile:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(2)))


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_base", [True, False])
def test_two_who_approve_two_drafts_at_once_leave_exactly_one(adam, dora, monkeypatch, has_base):
    if has_base:
        publish_criteria(values={}, reason="first", by=None)
    drafts = [
        operations.create_draft(values={"list_cap": cap}, by=adam, reason=f"cap {cap}") for cap in (5, 7)
    ]
    audit = AuditRow.objects.filter(action="publish_criteria").count()
    done = together(
        monkeypatch,
        publishing_module,
        lambda i: operations.publish_draft(draft=drafts[i], version=1, by=dora),
    )
    winner = next(pk for pk in done if pk)
    assert done.count(None) == 1
    assert CriteriaVersion.objects.get(state="published").pk == winner
    loser = CriteriaVersion.objects.get(pk=next(d.pk for d in drafts if d.pk != winner))
    assert (loser.state, loser.approver, loser.version) == ("draft", None, 1)
    assert AuditRow.objects.filter(action="publish_criteria").count() == audit + 1
    assert not any(violations().values())


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_one_draft_that_two_approve_at_once_is_published_once(adam, dora, monkeypatch):
    publish_criteria(values={}, reason="first", by=None)
    draft = operations.create_draft(values={"list_cap": 5}, by=adam, reason="few")

    def approve(number):
        try:
            theirs = CriteriaVersion.objects.get(pk=draft.pk)
            return operations.publish_draft(draft=theirs, version=1, by=dora)
        except StaleVersion as error:
            raise PublishedMeanwhile("") from error

    done = together(monkeypatch, drafts_module, approve)
    assert done.count(None) == 1
    assert CriteriaVersion.objects.get(state="published").pk == draft.pk
    assert AuditRow.objects.filter(action="publish_criteria").count() == 2


@pytest.mark.django_db(transaction=True)
def test_on_either_database_two_who_publish_leave_one_version_in_force(adam, dora, tmp_path):
    """Without steering who comes first: on SQLite the writers queue, on PostgreSQL they meet."""
    from tests.processes import shared_database

    publish_criteria(values={}, reason="first", by=None)
    drafts = [operations.create_draft(values={"list_cap": cap}, by=adam, reason="cap") for cap in (5, 7)]

    def approve(draft):
        try:
            return operations.publish_draft(draft=draft, version=1, by=dora).state
        except PublishedMeanwhile:
            return "refused"
        finally:
            connection.close()

    with shared_database(tmp_path), ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, drafts)) == ["published", "refused"]
        assert CriteriaVersion.objects.filter(state="published").count() == 1


def test_a_missing_trigger_is_told_every_night(published):
    assert violations()["criteria_versions_can_be_altered"] == 0
    on_table = " ON criteria_criteriaversion" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER published_versions_stay{on_table}")
    assert violations()["criteria_versions_can_be_altered"] == 1
