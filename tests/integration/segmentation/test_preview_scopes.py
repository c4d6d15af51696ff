"""The preview of regions and of stores, who moves, and who reads what a job found."""

import datetime as dt

import pytest

from accounts.models import Region
from ka_crm.criteria import operations
from ka_crm.criteria.operations import publish_criteria
from ka_crm.criteria.queries import values_of
from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import run_job
from ka_crm.lib import clock
from segmentation import preview_job
from segmentation.models import CustomerResult
from segmentation.operations import recompute_segmentation
from segmentation.preview import preview
from tests.facts import months_before, sell
from tests.integration.api.conftest import Caller
from tests.integration.segmentation.test_criteria_preview import typed

EVERYBODY = {"potential_type_score": 0, "size_gate_score": 0}


@pytest.fixture
def northern(company, alpha):
    """Alpha and Gamma are in the region, Beta is elsewhere."""
    region = Region.objects.create(name="Upland")
    for customer in (alpha, company["gamma"]):
        customer.region = region
        customer.save()
    return region.name


def names(report, part, company):
    codes = dict(CustomerResult.objects.values_list("customer_id", "customer__code"))
    return [codes[row["id"]] for row in report[part]]


def test_a_regions_draft_is_held_against_what_holds_there(company, northern, adam):
    """The company's list has everybody, the region's only one: a draft for all adds the region's other."""
    publish_criteria(values=EVERYBODY, reason="all", by=adam)
    publish_criteria(values={**EVERYBODY, "list_cap": 1}, reason="one", by=adam, scope=northern)
    report = preview(run=company["run"], values=EVERYBODY, viewer=adam, scope=northern)
    assert (report["accounts"], report["before"], report["after"]) == (2, 1, 2)
    assert names(report, "enter", company) == ["GAMMA"]
    assert "flagged" not in report  # the company's to decide
    whole = preview(run=company["run"], values=EVERYBODY, viewer=adam)
    assert (whole["accounts"], whole["enters"], whole["leaves"]) == (3, 0, 0)


def test_a_region_without_criteria_is_held_against_the_companys(company, northern, adam):
    publish_criteria(values=EVERYBODY, reason="all", by=adam)
    report = preview(run=company["run"], values={**EVERYBODY, "list_cap": 1}, viewer=adam, scope=northern)
    assert (report["before"], report["after"], names(report, "leave", company)) == (2, 1, ["GAMMA"])


def test_scores_of_a_region_are_ranks_within_it(company, northern, adam):
    """Alpha, the larger of two, scores 75, among three 83; a member stays ten below the line of 90."""
    wanted = {**EVERYBODY, "potential_type_score": 90}
    assert preview(run=company["run"], values=wanted, viewer=adam, scope=northern)["after"] == 0
    assert preview(run=company["run"], values=wanted, viewer=adam)["after"] == 1


def test_what_the_company_decides_does_not_change_in_a_region(company, northern, adam):
    report = preview(run=company["run"], values={"window_months": 3}, viewer=adam, scope=northern)
    assert report["window_months"] == 12


def test_the_page_of_a_regions_draft_previews_the_region(company, northern, client, adam):
    draft = operations.create_draft(values=EVERYBODY, by=adam, scope=northern, reason="all")
    client.force_login(adam)
    live = client.post(f"/criteria/drafts/{draft.pk}/preview/", typed(values_of(draft))).content.decode()
    assert f"nothing is changed yet · {northern}" in live
    assert "Beta" not in client.get(f"/criteria/drafts/{draft.pk}/report/").content.decode()


def test_stores_are_listed_where_stores_are_chosen(company, alice, bob, dora, client, adam):
    wanted = {**EVERYBODY, "selection_level": "store"}
    report = preview(run=company["run"], values=wanted, viewer=dora)
    assert (report["level"], report["accounts"], report["after"]) == ("store", 2, 2)
    assert {row["kam"]: row["accounts"][1] for row in report["load"]} == {
        person.pk: 1
        for person in (alice, company["run"].customer_results.get(customer__code="BETA").customer.kam)
    }
    draft = operations.create_draft(values=wanted, by=adam, reason="stores")
    for person, sees in ((dora, True), (bob, True), (alice, False)):
        client.force_login(person)
        text = client.get(f"/criteria/drafts/{draft.pk}/report/").content.decode()
        assert "key stores hold" in text
        assert ("/stores/B1/" in text) == sees


def test_a_store_counts_once_with_all_its_categories(company, alpha_store, adam, client):
    from purchases.models import Category
    from tests.integration.conftest import store_row

    rum = Category.objects.create(code="rum", name="Rum")
    store_row(
        company["run"], alpha_store, rum, potential=20_000, share=0.5, status="ok", quadrant="defend",
        rank_own=1, rank_potential=1,
    )  # fmt: skip
    wanted = {**EVERYBODY, "selection_level": "store", "list_cap": 1}
    report = preview(run=company["run"], values=wanted, viewer=adam)
    assert (report["accounts"], report["after"]) == (2, 1)
    assert report["potential_amount"][1] == 30_000 * 10_000
    loads = {row["kam"]: row["load"][1] for row in report["load"]}
    assert loads[alpha_store.customer.kam_id] == 1.0  # by the quadrant of rum, its largest category


def test_who_moves_is_named_with_both_places(alpha, beta, adam):
    months = months_before(dt.date(2022, 11, 1))
    sell(alpha, months, [200, 0] * 6)
    sell(beta, months, [50] * 12)
    run = recompute_segmentation(by=adam)
    report = preview(run=run, values={"xyz_cadence_override": False}, viewer=adam)
    assert report["moves"] == 1
    assert [(row["id"], row["cells"][0][1], row["cells"][1][1]) for row in report["movers"]] == [
        (alpha.pk, "X", "Y")
    ]
    assert sum(move["count"] for move in report["cell_moves"]) == 1


@pytest.fixture
def job(company, adam, client, monkeypatch):
    """A preview of the administrator that was made in the background."""
    monkeypatch.setattr(preview_job, "LIVE_LIMIT", -1)
    draft = operations.create_draft(values=EVERYBODY, by=adam, reason="all")
    client.force_login(adam)
    client.post(f"/criteria/drafts/{draft.pk}/preview/", typed(values_of(draft)))
    made = JobRun.objects.get(kind="preview_criteria")
    assert run_job(made.pk, reraise=True)
    made.refresh_from_db()
    return made


def test_what_a_preview_found_is_read_by_its_starter_directors_and_administrators(
    job, client, adam, dora, sue, alice
):
    assert job.result["enter"]
    for person in (adam, dora):
        assert Caller(person).get(f"jobs/{job.pk}/").json()["result"] == job.result
    assert Caller(sue).get(f"jobs/{job.pk}/").json()["result"] == {}
    assert Caller(alice).get(f"jobs/{job.pk}/").status_code == 404
    client.force_login(sue)
    assert "pool enters" not in client.get(f"/jobs/{job.pk}/").content.decode()
    assert "accounts 3" not in client.get("/jobs/").content.decode()
    assert client.get(f"/criteria/preview/{job.pk}/").status_code == 404


def test_a_job_that_runs_leaves_the_numbers_in_place_and_then_replaces_them(job, client, adam):
    client.force_login(adam)
    shown = client.get(f"/criteria/preview/{job.pk}/")
    assert (shown["HX-Retarget"], shown["HX-Reswap"]) == ("#preview", "innerHTML")
    assert "Load per KAM" in shown.content.decode()
    JobRun.objects.filter(pk=job.pk).update(state="waiting", finished_at=None, done=1, total=4)
    shown = client.get(f"/criteria/preview/{job.pk}/")
    assert "HX-Retarget" not in shown and "1 of 4" in shown.content.decode()


def test_a_finished_preview_shows_nobody_who_left_the_readers_accounts(company, alice, monkeypatch, adam):
    monkeypatch.setattr(preview_job, "LIVE_LIMIT", -1)
    made = preview_job.preview_or_job(run=company["run"], values=EVERYBODY, viewer=alice)
    assert run_job(made.pk, reraise=True)
    ask = lambda: preview_job.preview_or_job(run=company["run"], values=EVERYBODY, viewer=alice)  # noqa: E731
    assert names(ask(), "enter", company) == ["GAMMA"]
    company["gamma"].kam = None
    company["gamma"].save()
    assert ask()["enter"] == []


def test_who_types_on_waits_for_the_newest_numbers_only(company, adam, client, monkeypatch):
    monkeypatch.setattr(preview_job, "LIVE_LIMIT", -1)
    draft = operations.create_draft(values=EVERYBODY, by=adam, reason="all")
    client.force_login(adam)
    for cap in (5, 6, 7):
        client.post(f"/criteria/drafts/{draft.pk}/preview/", typed(values_of(draft), list_cap=cap))
    jobs = JobRun.objects.filter(kind="preview_criteria").order_by("pk")
    assert list(jobs.values_list("state", flat=True)) == ["cancelled", "cancelled", "waiting"]
    assert jobs.last().params["values"]["list_cap"] == 7


def test_an_old_preview_is_made_anew(company, alice, monkeypatch):
    monkeypatch.setattr(preview_job, "LIVE_LIMIT", -1)
    made = preview_job.preview_or_job(run=company["run"], values=EVERYBODY, viewer=alice)
    assert run_job(made.pk, reraise=True)
    JobRun.objects.filter(pk=made.pk).update(finished_at=clock.now() - dt.timedelta(hours=1))
    again = preview_job.preview_or_job(run=company["run"], values=EVERYBODY, viewer=alice)
    assert isinstance(again, JobRun) and again.pk != made.pk
