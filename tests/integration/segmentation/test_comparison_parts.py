"""The comparison in figures: groups add up, every figure leads to as many rows, nobody sees foreign ones."""

import csv
import io
import re
from dataclasses import asdict

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from accounts.models import Customer, Region, Store
from segmentation.queries.groups import DIMENSIONS
from segmentation.queries.lists import coverage, coverage_by
from segmentation.queries.results import results_of
from segmentation.rules.coverage import together
from tests.integration.conftest import store_row

pytestmark = pytest.mark.django_db
PAGE = "/segmentation/comparison/"


@pytest.fixture
def scattered(company, alpha, beta, alpha_store, beta_store, territories):
    """Alpha is a chain of two stores, one of them in another territory; Gamma has no region."""
    second = Store.objects.create(code="A2", name="Alpha Two", customer=alpha, territory=territories["south"])
    store_row(
        company["run"], second, company["category"], potential=3_000, share=0.1, status="below_confirmed",
        quadrant="attack", rank_own=3, rank_potential=3, mark="missed",
    )  # fmt: skip
    alpha_store.territory = None
    alpha_store.region = Region.objects.create(name="Island")
    alpha_store.save()
    company["run"].customer_results.filter(customer=alpha).update(stores=2)
    return company


@pytest.mark.parametrize("level", ["customers", "stores"])
@pytest.mark.parametrize("by", DIMENSIONS)
@pytest.mark.parametrize("who", ["dora", "sue", "alice"])
def test_the_groups_add_up_to_the_whole(level, by, who, scattered, request):
    rows = results_of(level, scattered["run"], request.getfixturevalue(who))
    parts = coverage_by(rows, level, by)
    whole = coverage(rows)
    assert whole.all_count > 0
    assert asdict(together(part.sums for part in parts)) == asdict(whole)


@pytest.mark.parametrize("level", ["customers", "stores"])
@pytest.mark.parametrize("by", DIMENSIONS)
@pytest.mark.parametrize("who", ["dora", "sue"])
def test_every_figure_opens_a_list_of_as_many_rows(level, by, who, client, scattered, request):
    client.force_login(request.getfixturevalue(who))
    page = client.get(f"{PAGE}?by={by}&level={level}")
    lines = page.context["table"]["lines"]
    cells = [
        cell for line in [*lines, page.context["table"]["whole"]] for cell in line["cells"] if cell["count"]
    ]
    assert cells
    for cell in cells:
        assert client.get(cell["url"]).context["found_count"] == cell["count"], cell
    for metric in page.context["metrics"][:-1]:
        assert str(client.get(metric["url"]).context["found_count"]) == metric["figure"], metric


def test_a_supervisor_gets_the_figures_of_their_own_team(client, company, sue):
    client.force_login(sue)
    page = client.get(f"{PAGE}?by=kam")
    assert [line["name"] for line in page.context["table"]["lines"]] == ["Alice"]
    assert page.context["sums"].all_count == 2
    assert "Bob" not in page.content.decode()


def test_an_account_manager_is_not_compared_with_themselves(client, company, alice):
    client.force_login(alice)
    page = client.get(PAGE)
    assert not any("by=kam" in tab["url"] for tab in page.context["view_tabs"])
    assert page.context["printed"]["by"] == "chain"


def test_one_sentence_says_where_the_missed_are(client, company, dora):
    client.force_login(dora)
    table = client.get(f"{PAGE}?by=kam").context["table"]
    assert table["sentence"].startswith("Alice: 1 of the 1 missed")
    assert "100" in table["sentence"]


def test_whom_nobody_answers_for_stands_in_a_group_of_its_own(client, company, dora):
    Customer.objects.filter(code="GAMMA").update(kam=None)
    client.force_login(dora)
    lines = client.get(f"{PAGE}?by=kam").context["table"]["lines"]
    nobody = next(line for line in lines if not line["is_named"])
    assert nobody["name"] == "Nobody answers for them"
    misfiled = next(cell for cell in nobody["cells"] if cell["key"] == "misfiled")
    assert client.get(misfiled["url"]).context["found_count"] == misfiled["count"] == 1


def test_both_files_hold_the_table_with_its_sum(client, company, dora):
    client.force_login(dora)
    answer = client.get("/segmentation/download/comparison.csv?level=customers&by=kam")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[0][0] == "Account manager"
    assert [row[0] for row in rows[1:]] == ["Alice", "Bob", "All"]
    assert rows[-1][1:7] == ["3", "1", "1", "0", "0", "1"]
    answer = client.get("/segmentation/download/comparison.xlsx?level=customers&by=kam")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue())).get_sheet_by_index(0)
    assert [row[0] for row in sheet.to_python()] == [row[0] for row in rows]


def test_the_lists_are_printed_with_their_lines_and_the_figures(client, company, dora):
    client.force_login(dora)
    page = client.get(PAGE)
    assert page.context["paper_lines"]["rows"] == 2
    text = page.content.decode()
    assert 'class="paper-lines"' in text
    assert re.search(r'class="only-paper".*Account manager', text, re.DOTALL)
    assert "style=" not in text.partition("<main")[2].partition("</main>")[0]


def test_who_has_no_account_sees_no_figures_and_no_fault(client, company, sue, territories):
    Customer.objects.update(territory=territories["south"])
    Store.objects.update(territory=territories["south"])
    client.force_login(sue)
    for by in ("", *DIMENSIONS):
        page = client.get(f"{PAGE}?by={by}")
        assert page.status_code == 200
        assert page.context["sums"].all_count == 0


def test_a_group_that_is_none_shows_the_names(client, company, dora):
    client.force_login(dora)
    assert client.get(f"{PAGE}?by=planet").context["by"] == ""


@pytest.mark.parametrize(
    "filters", ["region=x", "channel=99999999999999999999", "evidence=x", "territory_only=-1"]
)
def test_a_filter_that_makes_no_sense_finds_nothing(filters, client, company, dora):
    client.force_login(dora)
    page = client.get(f"/segmentation/?tab=list&{filters}")
    assert (page.status_code, page.context["found_count"]) == (200, 0)


@pytest.mark.parametrize("by", ["", *DIMENSIONS])
def test_the_page_takes_few_queries_however_many_groups(by, client, many_customers, dora, django_user_model):
    many_customers(30)
    Customer.objects.update(region=Region.objects.create(name="One"))
    client.force_login(dora)
    client.get(PAGE)
    counts = []
    for step in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{PAGE}?by={by}&level=stores").status_code == 200
        counts.append(len(queries))
        if step == 0:
            for number, customer in enumerate(Customer.objects.all()):
                customer.kam = django_user_model.objects.create_user(
                    f"k{number}@test.example", "x" * 12, role="kam"
                )
                customer.region = Region.objects.create(name=f"R{number}")
                customer.save()
    assert counts[0] == counts[1] <= 12
