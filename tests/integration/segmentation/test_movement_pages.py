"""Movement between two runs: flows and who is behind them, in quadrants and cells, and why each moved."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from segmentation.queries.moves import CELL, QUADRANT, flows_between, moved_rows
from segmentation.queries.results import results_of

pytestmark = pytest.mark.django_db
PAGE = "/segmentation/runs/movement/"
UNIT = 10_000


@pytest.fixture
def moved(company, alpha, beta):
    """Alpha fell from defend to attack and from BX to BY; Beta from AX to BX, with other lines."""
    before, run = company["before"], company["run"]
    before.customer_results.filter(customer=alpha).update(xyz="X", cell="BX", cv=0.3)
    run.customer_results.filter(customer=beta).update(abc="B", cell="BX", total=900 * UNIT)
    for each, line in ((before, 2_000), (run, 2_600)):
        each.summary = {
            **each.summary,
            "abc_cuts": {"A": line * UNIT, "B": 500 * UNIT},
            "customers": {"cut_potential": {"A": 4_000 * UNIT}},
        }
        each.save(update_fields=["summary"])
    return company


@pytest.mark.parametrize("level", ["customers", "stores"])
@pytest.mark.parametrize("by", [QUADRANT, CELL])
def test_the_flows_of_each_run_make_all_its_rows(level, by, company, dora, beta):
    company["before"].customer_results.filter(customer=beta).delete()
    flows = flows_between(level, company["before"], company["run"], dora, by)
    for run, side in ((company["before"], "before"), (company["run"], "after")):
        there = sum(flow.count for flow in flows if getattr(flow, side))
        assert there == results_of(level, run, dora).count()


@pytest.mark.parametrize("level", ["customers", "stores"])
@pytest.mark.parametrize("by", [QUADRANT, CELL])
def test_every_flow_lists_as_many_rows_as_it_counts(level, by, client, moved, dora, beta):
    moved["run"].customer_results.filter(customer=beta).delete()
    for flow in flows_between(level, moved["before"], moved["run"], dora, by):
        rows = moved_rows(level, moved["before"], moved["run"], dora, flow=(flow.before, flow.after), by=by)
        assert len(rows) == flow.count, flow


def test_a_ribbon_leads_to_its_list_and_the_list_to_why(client, moved, dora):
    client.force_login(dora)
    page = client.get(PAGE)
    ribbon = next(one for one in page.context["picture"]["ribbons"] if "attack" in one["label"])
    assert ribbon["label"] == "defend → attack: 1"
    listed = client.get(ribbon["url"])
    row = listed.context["groups"][0]["rows"][0]
    assert row["code"] == "ALPHA"
    assert "35.0" in row["reason_texts"][0] and "10.0" in row["reason_texts"][0]
    why = client.get(row["why_moved_url"])
    assert "went from defend to attack: our share" in why.context["sentence"]
    decided = [line["label"] for line in why.context["lines"] if line["decided"]]
    assert "Our share" in decided and "Buys at all" not in decided


def test_cells_tell_better_from_worse_in_words(client, moved, dora):
    client.force_login(dora)
    page = client.get(f"{PAGE}?by=cell")
    found = {(line["before"], line["after"]): line["direction"] for line in page.context["flows"]}
    assert found == {("AX", "BX"): "worse", ("BX", "BY"): "worse"}
    assert "↓ worse" in page.content.decode()
    group = page.context["groups"][0]
    assert (group["label"], [row["code"] for row in group["rows"]]) == ("Worse class", ["ALPHA", "BETA"])
    listed = client.get(f"{PAGE}?by=cell&flow=AX-BX")
    assert [row["code"] for row in listed.context["groups"][0]["rows"]] == ["BETA"]


def test_a_class_changes_by_its_value_or_by_the_line(client, moved, dora, beta):
    client.force_login(dora)
    url = reverse("segmentation:moved_customer", args=["BETA"])
    assert "value" in client.get(url).context["sentence"]
    moved["run"].customer_results.filter(customer=beta).update(total=2_500 * UNIT)
    page = client.get(url)
    assert "the value at which a class begins moved" in page.context["sentence"]


def test_other_criteria_are_told_on_both_pages(client, moved, dora):
    run = moved["run"]
    run.settings = {**run.settings, "abc_thresholds": [0.7, 0.2]}
    run.save(update_fields=["settings"])
    run.customer_results.filter(customer__code="ALPHA").update(share=0.35)
    client.force_login(dora)
    assert "computed by other settings" in client.get(PAGE).content.decode()
    why = client.get(reverse("segmentation:moved_customer", args=["ALPHA"]))
    assert [setting["now"].split() for setting in why.context["changed"]] == [["70", "%,", "20", "%"]]
    assert "the criteria changed" in why.context["sentence"]


def test_who_came_and_who_went_are_told_as_that(client, moved, dora, beta):
    moved["run"].customer_results.filter(customer=beta).delete()
    moved["before"].customer_results.filter(customer=moved["gamma"]).delete()
    client.force_login(dora)
    gone = client.get(reverse("segmentation:moved_customer", args=["BETA"]))
    assert "no longer in the run" in gone.context["sentence"] and not gone.context["why_url"]
    new = client.get(reverse("segmentation:moved_customer", args=["GAMMA"]))
    assert "is new in this run" in new.context["sentence"]


def test_why_a_store_moved_is_told_per_category(client, moved, dora):
    client.force_login(dora)
    why = client.get(reverse("segmentation:moved_store", args=["A1", "tequila"]))
    assert "Alpha One went from defend to attack" in why.context["sentence"]
    assert client.get(reverse("segmentation:moved_store", args=["A1", "beer"])).status_code == 404


@pytest.mark.parametrize("address", ["customer/ALPHA/", "store/A1/tequila/", "customer/NOBODY/"])
def test_why_a_foreign_account_moved_is_not_there(address, client, moved, bob):
    client.force_login(bob)
    assert client.get(f"/segmentation/runs/moved/{address}").status_code == 404


@pytest.mark.parametrize("role", ["fay", "rex"])
def test_whom_results_do_not_concern_is_refused(role, client, moved, request):
    client.force_login(request.getfixturevalue(role))
    assert client.get("/segmentation/runs/moved/customer/ALPHA/").status_code == 403


@pytest.mark.parametrize("query", ["from=77777", "to=77777", "from=x", "to=-1", "from=99999999999999999999"])
def test_a_run_that_is_not_there_is_404(query, client, moved, dora):
    client.force_login(dora)
    assert client.get(f"{PAGE}?{query}").status_code == 404
    assert client.get(f"/segmentation/runs/moved/customer/ALPHA/?{query}").status_code == 404


def test_the_same_run_twice_says_so_and_nobody_moved(client, moved, dora):
    client.force_login(dora)
    number = moved["run"].pk
    page = client.get(f"{PAGE}?from={number}&to={number}")
    assert page.context["moved_count"] == 0
    assert "Both are the same run" in page.content.decode()
    why = client.get(f"/segmentation/runs/moved/customer/ALPHA/?from={number}&to={number}")
    assert why.context["sentence"] == "Alpha Markets stayed attack."


def test_with_one_run_only_the_page_says_when_the_next_one_shows(client, company, dora):
    company["before"].delete()
    client.force_login(dora)
    for level in ("customers", "stores"):
        page = client.get(f"{PAGE}?level={level}&by=cell")
        assert "There is no earlier run to compare with." in page.content.decode()
    assert client.get("/segmentation/runs/moved/customer/ALPHA/").status_code == 404


def test_who_sees_nothing_is_told_that_instead_of_an_empty_picture(client, company, bob, beta, alice):
    beta.kam = alice
    beta.save()
    client.force_login(bob)
    assert "Neither run holds anything that you see." in client.get(PAGE).content.decode()


@pytest.mark.parametrize("text", ["attack-defend&by=cell", "AX-BX", "AQ-BX&by=cell", "-", "none", "attack"])
def test_a_flow_that_makes_no_sense_shows_all(text, client, moved, dora):
    client.force_login(dora)
    page = client.get(f"{PAGE}?flow={text}")
    assert page.status_code == 200 and not page.context["flow_words"]


def test_the_download_has_the_flow_that_the_page_shows(client, moved, dora):
    client.force_login(dora)
    answer = client.get("/segmentation/download/movement.csv?by=cell&flow=AX-BX")
    text = answer.getvalue().decode("utf-8-sig")
    assert "BETA" in text and "ALPHA" not in text


@pytest.mark.parametrize("query", ["", "?by=cell", "?level=stores", "?by=cell&level=stores"])
def test_the_page_takes_few_queries_however_many_moved(query, client, many_customers, dora):
    run = many_customers(60)
    client.force_login(dora)
    client.get(PAGE)
    counts = []
    for moved in (False, True):
        if moved:  # all of them, and all from one cell to another
            run.customer_results.update(quadrant="maintain", cell="CZ")
            run.store_results.update(quadrant="maintain", potential_class="", own_class="C")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"{PAGE}{query}")
        counts.append((len(queries), page.context["moved_count"]))
    assert counts[0][1] < counts[1][1] == 60
    assert counts[0][0] <= counts[1][0] <= 12


def test_an_older_pair_of_runs_can_be_chosen(client, moved, new_run, dora):
    older = new_run(dt.date(2022, 5, 1), current=False)
    client.force_login(dora)
    page = client.get(f"{PAGE}?from={older.pk}&to={moved['before'].pk}")
    assert {line["after"] for line in page.context["flows"]} == {"defend", "maintain"}
    assert {line["before"] for line in page.context["flows"]} == {"not there"}
