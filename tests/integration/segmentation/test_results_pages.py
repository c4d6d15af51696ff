"""Pages of results: who sees what, equal counts on picture and list, empty states, wrong roles."""

import re

import pytest
from django.urls import reverse

from ka_crm.jobs.models import JobRun
from ka_crm.lib import clock

pytestmark = pytest.mark.django_db
PICTURE = "/segmentation/"


def names_on(client, user, url):
    client.force_login(user)
    page = client.get(url)
    assert page.status_code == 200, url
    text = page.content.decode()
    return {name for name in ("Alpha Markets", "Beta Stores", "Gamma Kiosk") if name in text}


@pytest.mark.parametrize(
    "url",
    [
        "/segmentation/?tab=list",
        "/segmentation/?tab=movement",
        "/segmentation/comparison/",
        "/segmentation/runs/movement/?flow=defend-attack",
    ],
)
def test_an_account_manager_sees_only_their_own_accounts_on(url, client, company, bob):
    assert names_on(client, bob, url) <= {"Beta Stores"}


def test_a_director_sees_all_accounts_in_the_list(client, company, dora):
    assert names_on(client, dora, "/segmentation/?tab=list") == {
        "Alpha Markets",
        "Beta Stores",
        "Gamma Kiosk",
    }


def test_a_supervisor_sees_the_accounts_of_their_territory(client, company, sue):
    assert names_on(client, sue, "/segmentation/?tab=list") == {"Alpha Markets", "Gamma Kiosk"}


@pytest.mark.parametrize("role", ["fay", "rex"])
@pytest.mark.parametrize("name", ["overview", "comparison", "runs", "movement"])
def test_whom_results_do_not_concern_is_refused(role, name, client, company, request):
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse(f"segmentation:{name}")).status_code == 403


def test_every_cell_of_the_nine_box_opens_a_list_of_the_same_length(client, company, dora):
    client.force_login(dora)
    page = client.get(PICTURE).content.decode()
    cells = re.findall(r'class="nine-cell[^"]*" href="([^"]+)" data-cell="(\w+)" data-count="(\d+)"', page)
    assert len(cells) == 9
    assert {code: int(count) for _, code, count in cells if count != "0"} == {"AX": 1, "BY": 1, "BX": 1}
    for url, code, count in cells:
        listed = client.get(url.replace("&amp;", "&"))
        assert listed.context["found_count"] == int(count), code
        assert len(listed.context["page"].rows) == int(count), code


def test_every_cell_of_the_box_of_stores_opens_a_list_of_the_same_length(client, company, alice):
    client.force_login(alice)
    page = client.get("/segmentation/?level=stores").content.decode()
    cells = re.findall(r'class="nine-cell[^"]*" href="([^"]+)" data-cell="\w+" data-count="(\d+)"', page)
    assert sum(int(count) for _, count in cells) == 1
    for url, count in cells:
        assert client.get(url.replace("&amp;", "&")).context["found_count"] == int(count)


def test_the_new_get_a_column_only_when_there_are_any(client, company, dora):
    client.force_login(dora)
    assert client.get(PICTURE).context["box"].columns == ["X", "Y", "Z"]
    company["run"].customer_results.filter(customer=company["gamma"]).update(xyz="N", cell="BN")
    assert client.get(PICTURE).context["box"].columns == ["X", "Y", "Z", "N"]


def test_a_filter_that_makes_no_sense_finds_nothing_instead_of_everything(client, company, dora):
    client.force_login(dora)
    for query in ("kam=x", "cell=QQ", "share_from=abc", "territory=99999999999999999999"):
        page = client.get(f"/segmentation/?tab=list&{query}")
        assert page.status_code == 200
        assert page.context["found_count"] == 0, query


def test_a_name_that_is_not_visible_does_not_leak_through_a_filter(client, company, bob):
    client.force_login(bob)
    page = client.get("/segmentation/?tab=list&chain=ALPHA").content.decode()
    assert "Alpha Markets" not in page


def test_the_list_answers_htmx_with_the_part_that_the_page_holds(client, company, dora):
    client.force_login(dora)
    url = "/segmentation/?tab=list&quadrant=attack"
    page = client.get(url).content.decode()
    part = client.get(url, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="results").content.decode()
    assert "<html" not in part
    assert _plain(part) in _plain(page)


def test_the_lists_of_the_comparison_answer_htmx_with_the_part_that_the_page_holds(client, company, dora):
    client.force_login(dora)
    url = "/segmentation/comparison/?open=ALPHA"
    page = client.get(url).content.decode()
    part = client.get(url, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="comparison-lists").content.decode()
    assert "<html" not in part
    assert _plain(part) in _plain(page)


def _plain(html):
    return re.sub(r"\s+", " ", re.sub(r'value="[A-Za-z0-9]{64}"', "", html)).strip()


def test_the_comparison_marks_the_missed_and_the_misfiled(client, company, dora):
    client.force_login(dora)
    page = client.get("/segmentation/comparison/")
    sums = page.context["sums"]
    assert (sums.size, sums.kept, sums.missed, sums.misfiled) == (2, 1, 1, 1)
    assert [line["own"]["code"] for line in page.context["lines"]] == ["BETA", "GAMMA"]
    assert [line["total"]["code"] for line in page.context["lines"]] == ["ALPHA", "BETA"]
    assert sums.new_part > sums.old_part


@pytest.mark.parametrize(
    ("mark", "codes"), [("missed", {"ALPHA"}), ("misfiled", {"GAMMA"}), ("kept", {"BETA"})]
)
def test_a_mark_keeps_only_its_names(mark, codes, client, company, dora):
    client.force_login(dora)
    lines = client.get(f"/segmentation/comparison/?mark={mark}").context["lines"]
    assert {row["code"] for line in lines for row in (line["own"], line["total"]) if row} == codes


def test_an_opened_row_explains_itself_at_its_own_address(client, company, dora):
    client.force_login(dora)
    lines = client.get("/segmentation/comparison/?open=ALPHA").context["lines"]
    panel = next(line["panel"] for line in lines if line["panel"])
    assert panel["name"] == "Alpha Markets"
    assert any("defend" in step for step in panel["steps"])


def test_an_opened_row_that_is_not_visible_stays_closed(client, company, bob):
    client.force_login(bob)
    page = client.get("/segmentation/comparison/?open=ALPHA")
    assert not any(line["panel"] for line in page.context["lines"])
    assert "Alpha Markets" not in page.content.decode()


def test_without_totals_there_is_the_left_list_and_no_empty_picture(client, company, dora):
    run = company["run"]
    run.customer_results.update(
        potential=None, share=None, market_share=None, list_mark="", quadrant="monitor"
    )
    run.store_results.all().delete()
    client.force_login(dora)
    page = client.get("/segmentation/comparison/")
    assert [row["code"] for row in page.context["left_only"]] == ["BETA", "GAMMA", "ALPHA"]
    assert "tab=ask" in page.content.decode()
    picture = client.get(PICTURE)
    assert 'data-chart="scatter"' not in picture.content.decode()
    assert picture.context["box"].all.count == 3


def test_before_any_run_three_steps_lead_to_it(client, db, dora):
    client.force_login(dora)
    for url in (PICTURE, "/segmentation/comparison/", "/segmentation/runs/", "/"):
        page = client.get(url)
        assert page.status_code == 200, url
        assert reverse("imports:list") in page.content.decode(), url
        assert reverse("segmentation:recompute") in page.content.decode(), url


def test_why_is_told_to_those_who_see_the_account_and_to_nobody_else(client, company, alice, bob):
    url = reverse("segmentation:why_customer", args=["ALPHA"])
    client.force_login(alice)
    page = client.get(url)
    assert page.context["why"]["status"] == "below_confirmed"
    assert {part["title"] for part in page.context["why"]["parts"]} >= {"Quadrant", "Class B by value"}
    client.force_login(bob)
    assert client.get(url).status_code == 404


def test_why_of_a_store_is_a_part_for_htmx_and_a_page_otherwise(client, company, alice, bob):
    url = reverse("segmentation:why_store", args=["A1", "tequila"])
    client.force_login(alice)
    assert "<html" in client.get(url).content.decode()
    assert "<html" not in client.get(url, HTTP_HX_REQUEST="true").content.decode()
    client.force_login(bob)
    assert client.get(url).status_code == 404


def test_movement_counts_who_stayed_moved_came_and_went(client, company, dora, beta):
    company["run"].customer_results.filter(customer=beta).delete()
    company["before"].customer_results.filter(customer=company["gamma"]).delete()
    client.force_login(dora)
    page = client.get(reverse("segmentation:movement"))
    flows = {(line["flow"].before, line["flow"].after): line["flow"].count for line in page.context["flows"]}
    assert flows == {("defend", "attack"): 1, ("defend", ""): 1, ("", "maintain"): 1}
    gone = client.get(reverse("segmentation:movement") + "?flow=defend-none").content.decode()
    assert "Beta Stores" in gone and "Alpha Markets" not in gone


def test_movement_between_runs_that_do_not_exist_is_not_found(client, company, dora):
    client.force_login(dora)
    assert client.get(reverse("segmentation:movement") + "?from=99999").status_code == 404
    assert client.get(reverse("segmentation:run", args=[99999])).status_code == 404


def test_recompute_is_for_supervisors_directors_and_administrators(client, company, alice, sue):
    url = reverse("segmentation:recompute")
    client.force_login(alice)
    assert client.post(url).status_code == 403
    assert not JobRun.objects.filter(kind="recompute").exists()
    client.force_login(sue)
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 302
    assert JobRun.objects.filter(kind="recompute").count() == 1


def test_the_progress_line_loads_the_page_anew_when_the_run_is_done(client, company, sue):
    client.force_login(sue)
    job = JobRun.objects.create(kind="recompute")
    url = reverse("segmentation:recompute_progress", args=[job.pk])
    line = client.get(url)
    assert "hx-get" in line.content.decode() and "HX-Refresh" not in line
    JobRun.objects.filter(pk=job.pk).update(state="done", finished_at=clock.now())
    assert client.get(url)["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    "what", ["results", "comparison", "flags", "movement", "ask-first", "account-managers"]
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_downloads_hold_what_the_viewer_may_see(what, kind, client, company, bob):
    client.force_login(bob)
    answer = client.get(reverse("segmentation:download", args=[what, kind]))
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content)
    assert b"Alpha" not in body
    if kind == "csv" and what == "results":
        assert b"Beta Stores" in body


def test_an_unknown_download_is_not_found(client, company, dora):
    client.force_login(dora)
    assert client.get("/segmentation/download/everything.csv").status_code == 404
    assert client.get("/segmentation/download/results.pdf").status_code == 404
