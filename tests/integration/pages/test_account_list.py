"""The list of accounts: who sees what, filters, order, pages, sums, exports."""

import csv
import datetime as dt
import io
import re
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from accounts.operations.standing import set_standing
from ka_crm.records.operations import save_view, set_system_setting
from tests.integration.pages.results import account_result, make_run, many_accounts

URL = "/accounts/"


@pytest.fixture
def run(db):
    return make_run()


def codes(client, query=""):
    """Codes of the exported rows: the export shows exactly what the list shows."""
    answer = client.get(f"{URL}?export=csv&col=code{query}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return [row[1] for row in csv.reader(io.StringIO(text))][1:]


def listed(answer):
    return [row.data["code"] for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("alice", ["ALPHA"]),
        ("bob", ["BETA"]),
        ("sue", ["ALPHA"]),
        ("dora", ["ALPHA", "BETA"]),
        ("fay", []),
        ("rex", []),
    ],
)
def test_page_export_and_count_show_each_role_the_same_accounts(client, request, run, alpha, beta, who, seen):
    account_result(run, alpha)
    account_result(run, beta, gap_amount=1)
    client.force_login(request.getfixturevalue(who))
    answer = client.get(URL)
    assert sorted(listed(answer)) == seen
    assert answer.context["total"] == len(seen)
    assert sorted(codes(client)) == seen
    assert sum(tab.count for tab in answer.context["tabs"] if tab.key == "attack") == len(seen)


def test_before_any_run_the_list_shows_master_data_and_says_what_to_do(client, alice, alpha):
    client.force_login(alice)
    answer = client.get(URL)
    assert listed(answer) == ["ALPHA"]
    assert "Compute them now" in answer.text


def test_an_empty_list_offers_to_import_or_create(client, alice):
    client.force_login(alice)
    answer = client.get(URL)
    assert "/imports/" in answer.text and "/accounts/-/new/" in answer.text


def test_filters_in_the_address_narrow_page_export_and_sums_alike(client, dora, run, alpha, beta):
    account_result(run, alpha)
    account_result(run, beta, quadrant="maintain", potential_class="C", status="ok", gap_amount=0, cell="CZ")
    client.force_login(dora)
    for query in (
        "quadrant=attack",
        "potential_class=A",
        "status=below_confirmed",
        "cell=AX",
        "q=alph",
        "q=ALPHA",
    ):
        answer = client.get(f"{URL}?{query}")
        assert listed(answer) == ["ALPHA"], query
        assert codes(client, f"&{query}") == ["ALPHA"]
        assert answer.context["sums"]["gap"] == 1_000_000
    assert listed(client.get(f"{URL}?quadrant=attack&quadrant=maintain")) == ["ALPHA", "BETA"]


def test_related_filters_take_a_territory_with_everything_below_it(
    client, dora, run, alpha, beta, territories
):
    client.force_login(dora)
    assert sorted(codes(client, f"&territory={territories['country'].pk}")) == ["ALPHA", "BETA"]
    assert codes(client, f"&territory={territories['south'].pk}") == ["BETA"]
    assert codes(client, f"&kam={alpha.kam_id}") == ["ALPHA"]
    assert codes(client, "&channel=none") == ["ALPHA", "BETA"]


def test_each_chip_leads_to_the_list_without_its_filter(client, dora, run, alpha):
    client.force_login(dora)
    answer = client.get(f"{URL}?quadrant=attack&cell=AX&q=zzz")
    urls = {chip.value: chip.remove_url for chip in answer.context["chips"]}
    assert urls["Attack"] == "?cell=AX&q=zzz"
    assert urls["AX"] == "?quadrant=attack&q=zzz"


def test_imported_names_are_found_and_archived_accounts_stay_away_until_asked_for(
    client, dora, run, alpha, beta
):
    Customer.objects.filter(pk=alpha.pk).update(imported_name="ALPHA MKTS #12")
    Customer.objects.filter(pk=beta.pk).update(archived_at="2022-01-01T00:00Z")
    client.force_login(dora)
    assert codes(client, "&q=mkts") == ["ALPHA"]
    assert codes(client) == ["ALPHA"]
    assert codes(client, "&archived=only") == ["BETA"]
    assert sorted(codes(client, "&archived=with")) == ["ALPHA", "BETA"]


def test_senseless_parts_of_the_address_are_as_if_they_were_not_there(client, dora, run, alpha):
    account_result(run, alpha)
    client.force_login(dora)
    for query in (
        "sort=nothing", "sort=--gap", "col=nothing", "kam=abc", "kam=99999999999999999999", "quadrant=%00",
        "after=rubbish", "before=%FF", "from=-3", "q=%00", "territory=1'%3B--", "export=pdf", "after=W10",
    ):  # fmt: skip
        answer = client.get(f"{URL}?{query}")
        assert answer.status_code == 200, query
        assert listed(answer) == ["ALPHA"], query


@pytest.mark.parametrize("sort", ["-gap", "name", "share", "-share", "kam"])
def test_pages_are_complete_and_without_repetition_under_ties_and_unknowns(client, alice, run, sort):
    many_accounts(run, alice, 117)
    client.force_login(alice)
    forwards, url = [], f"{URL}?sort={sort}"
    while url:
        answer = client.get(url)
        forwards.append(listed(answer))
        last, url = answer, answer.context["next_url"] and URL + answer.context["next_url"]
    flat = [code for page in forwards for code in page]
    assert len(flat) == len(set(flat)) == 117
    assert flat == codes(client, f"&sort={sort}")
    assert (last.context["start"], last.context["end"]) == (101, 117)
    backwards = [listed(last)]
    while last.context["previous_url"]:
        last = client.get(URL + last.context["previous_url"])
        backwards.insert(0, listed(last))
    assert backwards == forwards


def test_the_number_of_queries_does_not_grow_with_the_rows(client, sue, alice, territories, run):
    client.force_login(sue)
    client.get(URL)  # what the frame keeps in its cache is not this page's
    counts = []
    for size in (50, 450):
        start = Customer.objects.count()
        many = [
            Customer(code=f"Q{start + number}", name="Q", kam=alice, territory=territories["north"])
            for number in range(size)
        ]
        for customer in Customer.objects.bulk_create(many):
            account_result(run, customer)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"{URL}?kam={alice.pk}&quadrant=attack&territory={territories['north'].pk}")
        assert answer.context["total"] == start + size
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
    with CaptureQueriesContext(connection) as queries:
        client.get(URL)
    assert len(queries) <= 12


def test_the_last_row_sums_all_matching_rows_and_weighs_the_share(client, dora, run, alpha, beta):
    account_result(run, alpha, potential=3_000_000, share=0.1)
    account_result(run, beta, potential=1_000_000, share=0.5)
    client.force_login(dora)
    answer = client.get(URL)
    assert answer.context["sums"]["potential"] == 4_000_000
    assert answer.context["sum_share"]["own"] == pytest.approx(0.2)
    assert answer.context["sum_share"]["market"] == pytest.approx(0.3)


def test_tabs_count_saved_views_too_and_the_present_one_is_marked(client, dora, bob, run, alpha, beta):
    account_result(run, alpha)
    account_result(run, beta, quadrant="defend")
    save_view(by=dora, page="accounts", name="My defenders", query="quadrant=defend")
    save_view(by=bob, page="accounts", name="Bob's own", query="quadrant=attack")
    save_view(by=bob, page="accounts", name="Everybody's", query="quadrant=attack&sort=name", is_shared=True)
    client.force_login(dora)
    answer = client.get(f"{URL}?quadrant=defend")
    tabs = {str(tab.label): (tab.count, tab.active) for tab in answer.context["tabs"]}
    assert tabs["My defenders"] == (1, True)
    assert tabs["Everybody's"] == (1, False)
    assert tabs["All"] == (2, False)
    assert "Bob's own" not in tabs
    opener = 'data-opens-dialog="save-view"'
    assert opener not in answer.text
    assert opener in client.get(f"{URL}?quadrant=monitor").text


def test_chosen_columns_are_the_exported_ones(client, dora, run, alpha):
    account_result(run, alpha)
    client.force_login(dora)
    answer = client.get(f"{URL}?export=csv&col=gap&col=code&col=quadrant")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, row = list(csv.reader(io.StringIO(text)))
    assert header == ["Account", "Gap to market share, $", "Code", "Quadrant"]
    assert row == ["Alpha Markets", "100", "ALPHA", "Attack"]
    assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\tx", "\rx"])
def test_no_name_becomes_a_formula_in_an_export(client, dora, run, alpha, name):
    Customer.objects.filter(pk=alpha.pk).update(name=name)
    client.force_login(dora)
    answer = client.get(f"{URL}?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline="")))[1][0] == "'" + name
    answer = client.get(f"{URL}?export=xlsx")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert re.search(r"<t[^>]*>'", sheet)


def test_markup_in_a_name_is_inert_on_the_page(client, dora, run, alpha):
    Customer.objects.filter(pk=alpha.pk).update(name="<script>alert(1)</script>")
    client.force_login(dora)
    assert "<script>alert(1)" not in client.get(URL).text


def test_the_sheet_of_filters_offers_only_what_the_viewer_may_see(client, alice, bob, alpha, beta):
    client.force_login(alice)
    sheet = client.get(f"{URL}?part=filters", headers={"HX-Request": "true"})
    assert "Alice" in sheet.text and "Bob" not in sheet.text
    assert "<html" not in sheet.text
    assert "<html" in client.get(f"{URL}?part=filters").text


def test_a_head_sorts_and_a_second_click_turns_the_order(client, dora, run, alpha):
    client.force_login(dora)
    head = next(head for head in client.get(URL).context["heads"] if head.column.key == "potential")
    assert parse_qs(urlsplit(head.url).query)["sort"] == ["-potential"]
    head = next(
        head for head in client.get(URL + head.url).context["heads"] if head.column.key == "potential"
    )
    assert head.direction == "descending"
    assert parse_qs(urlsplit(head.url).query)["sort"] == ["potential"]


class TestWhereAccountsStand:
    @pytest.fixture(autouse=True)
    def stands(self, alpha, beta):
        set_system_setting(name="demo_day", value="2022-11-14")
        ahead, past = dt.date(2022, 11, 20), dt.date(2022, 8, 1)
        known = {
            alpha.pk: {
                "last_contact_on": past, "next_talks_on": ahead, "buying_state": "at_risk", "score": 80,
                "overdue_amount": 5, "overdue_over_60_amount": 5, "oldest_promise_due_on": past,
            },
            beta.pk: {
                "last_contact_on": dt.date(2022, 8, 16), "next_talks_on": past, "buying_state": "active",
                "score": 79, "overdue_amount": 5, "overdue_over_60_amount": 0, "oldest_promise_due_on": ahead,
            },
        }  # fmt: skip
        set_standing(values=known)
        Customer.objects.create(code="NEW", name="New one")

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("contact=silent", ["ALPHA", "NEW"]),
            ("contact=never", ["NEW"]),
            ("contact=recent", ["BETA"]),
            ("talks=week", ["ALPHA"]),
            ("talks=none", ["BETA", "NEW"]),
            ("buying=at_risk", ["ALPHA"]),
            ("buying=at_risk&buying=active", ["ALPHA", "BETA"]),
            ("dossier=red", ["NEW"]),
            ("dossier=amber", ["BETA"]),
            ("dossier=full", ["ALPHA"]),
            ("overdue=some", ["ALPHA", "BETA"]),
            ("overdue=long", ["ALPHA"]),
            ("promise=late", ["ALPHA"]),
        ],
    )
    def test_filters_find_accounts_by_where_they_stand(self, client, dora, run, query, expected):
        client.force_login(dora)
        assert sorted(listed(client.get(f"{URL}?{query}"))) == expected
        assert sorted(codes(client, f"&{query}")) == expected

    def test_the_ready_made_views_count_who_falls_silent_stays_away_or_is_not_known(self, client, dora, run):
        client.force_login(dora)
        tabs = {tab.key: tab.count for tab in client.get(URL).context["tabs"]}
        assert (tabs["touch"], tabs["risk"], tabs["incomplete"]) == (2, 1, 1)

    def test_rows_say_days_of_silence_talks_ahead_and_why_it_is_at_risk(self, client, dora, run):
        client.force_login(dora)
        answer = client.get(URL)
        rows = {row.data["code"]: row.data for row in answer.context["rows"]}
        assert (rows["ALPHA"]["silent_days"], rows["ALPHA"]["is_silent"]) == (105, True)
        assert (rows["BETA"]["silent_days"], rows["BETA"]["is_silent"]) == (90, False)
        assert rows["NEW"]["silent_days"] is None
        assert [rows[code]["talks_on"] for code in ("BETA", "NEW")] == [None, None]
        assert "/accounts/ALPHA/why/buying/" in answer.text and "talks 20 Nov" in answer.text

    def test_the_export_carries_dates_words_and_money(self, client, dora, run):
        client.force_login(dora)
        answer = client.get(f"{URL}?export=csv&col=buying&col=last_contact&col=overdue&col=dossier&q=alpha")
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[1] == "Alpha Markets,At risk,2022-08-01,0.0005,80"

    def test_every_column_of_standing_sorts_without_losing_who_is_not_known(self, client, dora, run):
        client.force_login(dora)
        for key in ("buying", "last_contact", "next_talks", "dossier", "overdue", "otif", "target"):
            for sort in (key, f"-{key}"):
                assert sorted(listed(client.get(f"{URL}?sort={sort}"))) == ["ALPHA", "BETA", "NEW"], sort
