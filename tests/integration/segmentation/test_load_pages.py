"""Load, hours and service given: who sees whom, what the numbers are, bad input, nobody at all."""

import csv
import datetime as dt
import io

import pytest

from accounts.models import AccountPlan, Customer, Interaction, Store
from ka_crm.people.models import Role
from ka_crm.records.queries import business_today
from segmentation.models import KamHours, KeyAccountTerm
from segmentation.queries.capacity import three_months_before
from segmentation.queries.load import kam_loads, load_accounts, team_of
from segmentation.queries.service import service_list
from segmentation.rules.strategy_set import DEFAULT_SET
from tests.conftest import make_user
from visits.models import Observation, Visit

pytestmark = pytest.mark.django_db
LOAD, CAPACITY, SERVICE = "/segmentation/load/", "/segmentation/capacity/", "/segmentation/service/"


def loads_of(run, viewer):
    return {row.kam.name: row for row in kam_loads(run, viewer)}


def test_a_director_sees_every_manager_and_what_they_carry(company, dora, alice, bob):
    found = loads_of(company["run"], dora)
    assert set(found) == {"Alice", "Bob"}
    # Gamma is maintained and no key account by class: B.
    assert (found["Alice"].load.load, found["Alice"].load.count, found["Alice"].accounts) == (1.25, 1, 2)
    assert (found["Alice"].meetings, found["Alice"].key_meetings) == (6, 4)  # BY attack 4, BX 2
    assert found["Alice"].hours == 6 * 90 / 60 and found["Alice"].available == 80
    assert found["Bob"].load.by_quadrant == {"defend": 1}


def test_class_a_counts_whatever_its_quadrant(company, dora):
    company["run"].customer_results.filter(customer=company["gamma"]).update(abc="A", cell="AX")
    assert loads_of(company["run"], dora)["Alice"].load.load == 1.75
    assert load_accounts(company["run"], dora).count() == 3


def test_once_somebody_is_registered_the_register_says_what_is_carried(company, dora, alice):
    day = business_today()
    KeyAccountTerm.objects.create(customer=company["gamma"], from_on=day, since_on=day, types=["potential"])
    found = loads_of(company["run"], dora)
    assert (found["Alice"].load.load, found["Alice"].load.by_quadrant) == (0.5, {"maintain": 1})
    assert found["Bob"].load.count == 0


def test_a_supervisor_sees_their_territory_and_a_manager_themselves(company, sue, alice, bob, territories):
    carol = make_user("carol", Role.KAM, territory=territories["north"])
    assert set(loads_of(company["run"], sue)) == {"Alice", "Carol"}
    assert set(loads_of(company["run"], bob)) == {"Bob"}
    assert team_of(alice) == [alice]
    carol.is_active = False
    carol.save()
    assert set(loads_of(company["run"], sue)) == {"Alice"}


def test_a_manager_from_elsewhere_shows_only_what_the_supervisor_sees(company, sue, bob, beta, territories):
    Customer.objects.filter(pk=company["gamma"].pk).update(kam=bob)
    found = loads_of(company["run"], sue)["Bob"]
    assert (found.accounts, found.load.count) == (1, 0), "Beta lies in the South"


@pytest.mark.parametrize("url", [LOAD, CAPACITY, SERVICE, "/segmentation/service.csv"])
@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("dora", {"Alice", "Bob"}),
        ("sue", {"Alice"}),
        ("alice", {"Alice"}),
        ("bob", {"Bob"}),
    ],
)
def test_nobody_reads_of_people_whose_accounts_they_do_not_see(client, request, company, url, who, names):
    client.force_login(request.getfixturevalue(who))
    answer = client.get(url)
    text = answer.getvalue().decode() if answer.streaming else answer.text
    assert answer.status_code == 200
    foreign = {"Alice": ("Alpha Markets", "Gamma Kiosk"), "Bob": ("Beta Stores",)}
    for name, customers in foreign.items():
        if name not in names:
            assert name not in text and not any(customer in text for customer in customers)


@pytest.mark.parametrize(
    "url", [LOAD, CAPACITY, SERVICE, "/segmentation/service.csv", "/api/v1/dashboards/load/"]
)
@pytest.mark.parametrize("who", ["fay", "rex"])
def test_whom_results_do_not_concern_is_refused(client, request, company, url, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("url", [LOAD, CAPACITY, SERVICE, "/segmentation/service.csv"])
def test_before_any_run_the_way_to_the_first_is_shown(client, dora, url):
    client.force_login(dora)
    assert "segmentation/no_run.html" in [each.name for each in client.get(url).templates]


def test_a_company_without_accounts_and_managers_has_its_empty_pages(client, new_run, dora):
    new_run(dt.date(2022, 11, 1))
    client.force_login(dora)
    for url in (LOAD, CAPACITY, SERVICE):
        assert 'class="empty"' in client.get(url).text, url


def test_key_accounts_without_a_manager_are_pointed_out(client, company, dora, beta):
    Customer.objects.filter(pk=beta.pk).update(kam=None)
    client.force_login(dora)
    page = client.get(LOAD).text
    assert "1 key account has no account manager." in page and "/accounts/BETA/hand-over/" in page
    assert client.get("/api/v1/dashboards/load/").json()["without_account_manager"] == 1


def test_the_api_tells_the_loads(client, company, sue):
    client.force_login(sue)
    found = client.get("/api/v1/dashboards/load/").json()
    assert (found["norm"], found["workable"]) == (9, [6, 11])
    (row,) = found["rows"]
    assert (row["account_manager"], row["load"], row["band"], row["fits"]) == ("Alice", 1.25, "low", True)
    assert row["gap"] == 2000


def test_the_loads_are_a_file_too(client, company, sue):
    client.force_login(sue)
    text = client.get("/segmentation/download/load.csv").getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["account manager"], row["load"], row["attack"], row["gap to market share"]) == (
        "Alice", "1.25", "1", "2000",
    )  # fmt: skip


# --- hours and what to cut --------------------------------------------------------------------------------


def test_too_few_hours_cut_the_smallest_gap_first(client, company, dora, alice):
    KamHours.objects.create(user=alice, hours_a_month=7)
    client.force_login(dora)
    page = client.get(f"{CAPACITY}?kam={alice.pk}")
    plan = page.context["plan"]
    assert (plan.needed, plan.available, plan.fits) == (9, 7, False)
    assert [(row.name, row.planned) for row in plan.cut] == [("Gamma Kiosk", 0.25)]
    assert plan.after == pytest.approx(6.375) and plan.is_enough
    assert "With 1 accounts at the least service" in page.text


def test_with_no_gap_to_tell_them_apart_who_buys_least_is_cut_first(client, company, dora, alice):
    company["run"].customer_results.update(gap_amount=0)
    KamHours.objects.create(user=alice, hours_a_month=1)
    client.force_login(dora)
    plan = client.get(f"{CAPACITY}?kam={alice.pk}").context["plan"]
    assert [row.name for row in plan.cut] == ["Gamma Kiosk", "Alpha Markets"]
    assert all(row.planned == 0.25 for row in plan.cut)


@pytest.mark.parametrize("kam", ["bob", "0", "x", "999999999999999999999"])
def test_a_manager_of_another_team_is_not_found(client, request, company, sue, bob, kam):
    client.force_login(sue)
    key = str(bob.pk) if kam == "bob" else kam
    assert client.get(f"{CAPACITY}?kam={key}").status_code == 404


def test_a_manager_sees_their_own_plan_whatever_they_ask_for(client, company, alice, bob):
    client.force_login(alice)
    page = client.get(f"{CAPACITY}?kam={bob.pk}")
    assert page.context["chosen"].kam == alice and "Change the hours" not in page.text


def test_hours_are_set_changed_and_taken_back_by_who_leads_the_team(client, company, sue, alice):
    client.force_login(sue)
    url = f"{CAPACITY}{alice.pk}/hours/"
    assert client.post(url, {"hours": "60", "version": "0"}).status_code == 302
    assert KamHours.objects.get(user=alice).hours_a_month == 60
    assert client.post(url, {"hours": "50", "version": "0"}).status_code == 409
    assert client.post(url, {"hours": "50", "version": "1"}).status_code == 302
    assert client.post(url, {"hours": "", "version": "2"}).status_code == 302
    assert not KamHours.objects.exists()


@pytest.mark.parametrize("hours", ["0", "401", "x"])
def test_hours_that_cannot_be_are_refused(client, company, dora, alice, hours):
    client.force_login(dora)
    assert client.post(f"{CAPACITY}{alice.pk}/hours/", {"hours": hours, "version": "0"}).status_code == 422
    assert not KamHours.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("bob", 403), ("fay", 403), ("sue", 404)])
def test_nobody_else_sets_hours(client, request, company, bob, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.post(f"{CAPACITY}{bob.pk}/hours/", {"hours": "60", "version": "0"}).status_code == status
    assert not KamHours.objects.exists()


def test_time_in_talks_is_told_for_key_accounts_and_the_rest(client, company, alice, alpha):
    today = business_today()
    for customer, channel, days in (
        (alpha, "meeting", 1),
        (alpha, "phone", 2),
        (company["gamma"], "mail", 3),
        (alpha, "meeting", 200),
        (alpha, "note", 1),
    ):
        Interaction.objects.create(
            customer=customer, channel=channel, on=today - dt.timedelta(days=days), subject="x", owner=alice
        )
    client.force_login(alice)
    spent = {line["label"]: line for line in client.get(CAPACITY).context["spent"]}
    assert spent["time in talks, last three months"]["part"] == pytest.approx(105 / 115)
    assert spent["cost to serve"]["part"] is None and "no costs known" in client.get(CAPACITY).text
    assert spent["our sales"]["part"] == pytest.approx(1000 / 2500)


# --- service given ----------------------------------------------------------------------------------------


def given(run, viewer, **filters):
    found = service_list(run, viewer, business_today(), DEFAULT_SET, filters=filters)
    return {row.name: row for row in found.rows}, found


def test_meetings_and_store_visits_are_held_against_the_strategy(company, dora, alice, alpha, alpha_store):
    today = business_today()
    for days in range(4):
        Interaction.objects.create(
            customer=alpha, channel="visit", on=today - dt.timedelta(days=days), subject="x", owner=alice
        )
        Observation.objects.create(
            store=alpha_store, category=company["category"], date=today - dt.timedelta(days=days),
            total_units=10, own_units=1,
        )  # fmt: skip
    Visit.objects.create(store=alpha_store, on=today, by=alice)  # the day of a count: one visit
    Visit.objects.create(store=alpha_store, on=today - dt.timedelta(days=30), by=alice)
    Interaction.objects.create(customer=alpha, channel="phone", on=today, subject="x", owner=alice)
    Interaction.objects.create(
        customer=alpha, channel="meeting", on=today, subject="x", owner=alice, state="planned"
    )
    rows, found = given(company["run"], dora)
    row = rows["Alpha Markets"]
    assert (row.meetings, row.met, row.calls, row.meetings_verdict) == (4, 4, 1, "under")
    assert (row.visits, row.visited, row.stores, row.visits_verdict) == (4, 5, 1, "under")
    assert (found.under, found.over, found.planned) == (3, 0, 0)


def test_too_much_is_told_apart_and_too_little_counts_first(company, dora, bob, beta, beta_store):
    for days in range(30):
        Interaction.objects.create(
            customer=beta,
            channel="meeting",
            on=business_today() - dt.timedelta(days=days),
            subject="x",
            owner=bob,
        )
    rows, _found = given(company["run"], dora)
    beta_row = rows["Beta Stores"]
    assert (beta_row.meetings_verdict, beta_row.visits_verdict, beta_row.verdict) == (
        "over",
        "under",
        "under",
    )
    Store.objects.filter(pk=beta_store.pk).update(archived_at="2022-01-01T00:00:00Z")
    assert given(company["run"], dora)[0]["Beta Stores"].verdict == "over"


def test_what_an_agreed_plan_says_counts_instead(company, dora, alice, alpha):
    plan = AccountPlan.objects.create(
        customer=alpha, year=business_today().year, service={"meetings": 0, "store_visits": 0}, state="draft"
    )
    assert given(company["run"], dora)[0]["Alpha Markets"].meetings == 4
    plan.state = "agreed"
    plan.save()
    assert "Alpha Markets" not in given(company["run"], dora)[0], "nothing was agreed, and nothing given"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Alpha Markets", "Beta Stores", "Gamma Kiosk"]),
        ("?cell=BY", ["Alpha Markets"]),
        ("?quadrant=defend", ["Beta Stores"]),
        ("?verdict=over", []),
        ("?verdict=nonsense", ["Alpha Markets", "Beta Stores", "Gamma Kiosk"]),
        ("?kam=x", []),
        ("?kam=999999999999999999999", []),
        ("?cell=ZZ", []),
        ("?from=-5", ["Alpha Markets", "Beta Stores", "Gamma Kiosk"]),
        ("?from=50", ["Alpha Markets", "Beta Stores", "Gamma Kiosk"]),
    ],
)
def test_filters_narrow_page_and_file_alike(client, company, dora, query, names):
    client.force_login(dora)
    page = client.get(SERVICE + query)
    assert [item["row"].name for item in page.context["rows"]] == names
    text = client.get(f"/segmentation/service.csv{query}").getvalue().decode("utf-8-sig")
    assert [row["customer"] for row in csv.DictReader(io.StringIO(text))] == names


def test_the_filter_by_manager_keeps_to_what_one_sees(client, company, sue, alice, bob):
    client.force_login(sue)
    assert len(client.get(f"{SERVICE}?kam={alice.pk}").context["rows"]) == 2
    assert client.get(f"{SERVICE}?kam={bob.pk}").context["rows"] == []


def test_a_name_that_looks_like_a_formula_is_inert_in_the_file(client, company, dora, alpha):
    Customer.objects.filter(pk=alpha.pk).update(name="=cmd()")
    client.force_login(dora)
    assert "'=cmd()" in client.get("/segmentation/service.csv").getvalue().decode()


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (dt.date(2022, 11, 1), dt.date(2022, 8, 1)),
        (dt.date(2022, 5, 31), dt.date(2022, 2, 28)),
        (dt.date(2024, 5, 31), dt.date(2024, 2, 29)),
        (dt.date(2022, 1, 15), dt.date(2021, 10, 15)),
    ],
)
def test_three_months_end_at_the_ends_of_months(today, since):
    assert three_months_before(today) == since
