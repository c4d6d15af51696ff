"""The demo company: what is real is exactly the register, what is generated says so."""

import csv
import gzip
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum

from accounts.models import Customer, Ownership, Store
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.lib.money import to_scaled
from ka_crm.pages.demo.closed_flags import load_closed_flags
from ka_crm.pages.demo.field_work import begin_field_work
from ka_crm.pages.demo.loader import COMPANY, load_company
from ka_crm.pages.demo.plan import EARLIER_DAY
from ka_crm.pages.demo.results import compute_results
from ka_crm.pages.demo.sample_facts import load_sample_rounds
from ka_crm.pages.demo.source import PRODUCTS_FILE, SALES_FILE
from ka_crm.people.models import Role, User
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today, demo_day, system_setting
from purchases.models import MonthlySales, OrderDay, Product, SalesLine
from purchases.queries.delivery_report import delivery_report
from segmentation.models import CustomerResult, SegmentationRun, StoreResult
from segmentation.operations import recompute_segmentation
from segmentation.verification import verify_run
from visits.models import (
    CategoryTotal,
    LotSighting,
    Observation,
    PriceSighting,
    SampleRound,
    TaskState,
    Visit,
    VisitTask,
)
from visits.queries.control import judged_prices
from visits.queries.deviations import pairs_seen_by
from visits.queries.diversion import (
    cases_seen_by,
    judged_lots,
    longest_routes,
    lot_sightings_seen_by,
    routes_outside,
)
from visits.queries.samples import rounds_seen_by
from visits.queries.stockpiling import promotion_windows, stockpilers
from visits.sample_rows import people_rows

pytestmark = pytest.mark.django_db
WINDOW = Q(month__gte="2021-11-01", month__lt="2022-11-01")
#: Purchases and our part of them in the 12 months to October 2022, from an independent program.
CHAINS = {
    "HY-VEE": (173, "8134061.30", "2039615.81"),
    "SAMS-CLUB": (9, "2005616.00", "508830.00"),
    "WALMART": (60, "1027235.78", "232279.77"),
    "FAREWAY": (109, "661906.82", "122402.56"),
    "COSTCO": (4, "563773.65", "127008.00"),
    "CASEYS": (507, "559145.68", "409976.94"),
    "KUM-GO": (103, "121261.14", "61513.50"),
    "WALGREENS": (67, "154669.12", "51340.00"),
}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Load once for the tests of this file; everything is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_company(report=lambda what, count: None)
        connection.check_constraints()  # once, not again after every test
        yield
        transaction.set_rollback(True)


def register_sums():
    """Add the register up once more, line by line, without the code under test."""
    with gzip.open(PRODUCTS_FILE, "rt", encoding="utf-8") as file:
        ours = {row["Item Number"] for row in csv.DictReader(file) if row["Vendor Name"] == "BACARDI USA INC"}
    sums = defaultdict(lambda: [Decimal(0), Decimal(0), 0, 0])
    with gzip.open(SALES_FILE, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not "2021-11-01" <= row["Date"] < "2022-11-01":
                continue
            entry = sums[row["Store Number"]]
            amount, bottles = Decimal(row["Sale (Dollars)"]), int(row["Bottles Sold"])
            entry[0] += amount
            entry[2] += bottles
            if row["Item Number"] in ours:
                entry[1] += amount
                entry[3] += bottles
    return {store: tuple(to_scaled(value) for value in entry) for store, entry in sums.items()}


def test_store_totals_equal_the_register_and_100_stores_have_none(demo):
    register = register_sums()
    rows = (
        CategoryTotal.objects.filter(WINDOW, is_live=True)
        .values_list("store__code")
        .annotate(a=Sum("total_amount"), b=Sum("own_amount"), c=Sum("total_units"), d=Sum("own_units"))
    )
    loaded = {code: tuple(sums) for code, *sums in rows}
    assert len(register) == 1826
    assert len(loaded) == 1726
    assert loaded == {code: register[code] for code in loaded}
    without = Store.objects.exclude(category_totals__isnull=False)
    assert without.count() == 100
    assert all(store.observations.exists() for store in without)


def test_our_sales_are_in_lines_months_and_days_alike(demo):
    own = sum(entry[1] for entry in register_sums().values())
    days = Q(date__gte="2021-11-01", date__lt="2022-11-01")
    assert own == to_scaled("8297630.22")
    assert SalesLine.objects.filter(days).aggregate(total=Sum("net_amount"))["total"] == own
    assert MonthlySales.objects.filter(WINDOW).aggregate(total=Sum("net_amount"))["total"] == own
    assert OrderDay.objects.filter(days).aggregate(total=Sum("net_amount"))["total"] == own
    assert SalesLine.objects.filter(store__customer__isnull=False).count() == SalesLine.objects.count()
    months = MonthlySales.objects.aggregate(lines=Sum("lines"), uncosted=Sum("uncosted_lines"))
    assert months == {"lines": SalesLine.objects.count(), "uncosted": SalesLine.objects.count()}
    assert not Product.objects.filter(unit_cost__isnull=False).exists()


def test_chains_read_from_the_names_have_the_stores_and_sums_known_from_elsewhere(demo):
    register = register_sums()
    for code, (count, total, own) in CHAINS.items():
        bought = [
            register[store]
            for store in Store.objects.filter(customer__code=code).values_list("code", flat=True)
            if store in register
        ]
        assert (code, len(bought)) == (code, count)
        assert sum(entry[0] for entry in bought) == to_scaled(total)
        assert sum(entry[1] for entry in bought) == to_scaled(own)


def test_names_are_in_normal_case_and_the_printed_name_is_kept(demo):
    store = Store.objects.get(code="2633")
    assert (store.name, store.imported_name) == ("Hy-Vee #3 BDI, Des Moines", "HY-VEE #3 / BDI / DES MOINES")
    assert not [
        name for name in Store.objects.values_list("name", flat=True) if len(name) > 6 and name.isupper()
    ]
    assert Customer.objects.get(code="WALL-TO-WALL-WINE-SPIRITS").name == "Wall to Wall Wine & Spirits"


def test_everything_generated_is_labelled_and_lies_on_working_days(demo):
    assert not Observation.objects.filter(is_generated=False).exists()
    days = Observation.objects.values_list("store_id").annotate(days=Count("id"))
    assert {count for _store, count in days} == set(range(4, 15))
    dates = set(Observation.objects.values_list("date", flat=True))
    assert all(date.weekday() < 5 for date in dates)
    assert min(dates).isoformat() >= "2022-05-05"  # not older than 180 days on the demo day
    assert max(dates).isoformat() < "2022-11-01"
    assert not Observation.objects.filter(total_amount__isnull=False).exists()


def test_one_more_visit_takes_at_least_ten_large_stores_out_of_explore(demo):
    nearly = (
        Store.objects.filter(category_totals__isnull=True)
        .annotate(days=Count("observations"), bottles=Sum("observations__total_units"))
        .filter(days=4, bottles__gte=300_000)
    )
    register = register_sums()
    large = [store for store in nearly if register[store.code][0] >= to_scaled(60_000)]
    assert len(large) >= 10
    assert any(store.customer.kam.email == "kam@demo.example" for store in large)


def test_every_login_sees_what_its_role_should(demo):
    kam, supervisor = (User.objects.get(email=f"{name}@demo.example") for name in ("kam", "supervisor"))
    assert 40 <= Customer.objects.visible_to(kam).count() <= 60
    assert Customer.objects.visible_to(kam).filter(code="HY-VEE").exists()
    assert 0 < Store.objects.visible_to(supervisor).count() < Store.objects.count()
    assert supervisor.territory.parent.name == "Iowa"
    for role in (Role.DIRECTOR, Role.FINANCE, Role.ADMIN):
        user = User.objects.get(email=f"{role.value}@demo.example")
        assert user.role == role
        assert user.check_password("demo")
    assert not User.objects.get(email="joel.tran@demo.example").has_usable_password()


def test_every_customer_has_one_present_owner_who_is_its_kam(demo):
    open_rows = Ownership.objects.filter(to_on__isnull=True)
    assert open_rows.count() == Customer.objects.count()
    assert all(row.kam_id == row.customer.kam_id for row in open_rows.select_related("customer"))
    assert Ownership.objects.filter(to_on__isnull=False).exists()


def test_the_demo_day_and_the_company_are_pinned_and_the_load_leaves_an_audit_row(demo):
    assert demo_day() == business_today()
    assert business_today().isoformat() == "2022-11-01"
    assert system_setting("company") == COMPANY
    assert AuditRow.objects.filter(action="load_demo").count() == 1
    kinds = ImportBatch.objects.filter(state=BatchState.COMMITTED).values_list("kind", flat=True)
    assert sorted(kinds) == [
        "account_costs", "category_totals", "deliveries", "observations", "price_terms", "receivables",
        "sales", "targets",
    ]  # fmt: skip


def test_every_page_of_control_has_something_to_tell_and_says_that_it_is_made_up(demo):
    begin_field_work(report=lambda what, count: None)
    admin, supervisor = (User.objects.get(email=f"{name}@demo.example") for name in ("admin", "supervisor"))
    today = business_today()
    states = {one.judgement.state for one in judged_prices(admin, Q(), since=EARLIER_DAY, until=today)}
    assert {"ok", "to_verify", "confirmed"} <= states
    seen = judged_lots(lot_sightings_seen_by(admin).select_related("store__customer"))
    assert {one.result for one in seen} == {"ok", "diversion", "unknown_lot"}
    assert {case.state for case in cases_seen_by(admin)} == {"open", "confirmed", "dismissed"}
    assert all(case.evidence.exists() and "made up" in case.title for case in cases_seen_by(supervisor))
    assert routes_outside(admin) and len(longest_routes(admin)[0].steps) == 4
    windows = promotion_windows(first=today - timedelta(days=365), today=today)
    assert any(one.total.flag for one in stockpilers(supervisor, windows))
    first = today - timedelta(days=90)
    modes = delivery_report(admin, basis="requested", first=first, end=today, as_of=today).by_mode
    shares = [modes[name].line_otif.share for name in ("Own lorry", "National pooling", "Parcel carrier")]
    assert shares == sorted(shares, reverse=True) and shares[0] - shares[2] > 0.05
    assert not PriceSighting.objects.filter(is_generated=False).exists()
    assert not LotSighting.objects.filter(is_generated=False).exists()
    assert not Observation.objects.filter(is_generated=False).exists()


def test_one_person_of_the_demo_counts_too_much_and_the_sample_round_finds_them(demo):
    load_sample_rounds(report=lambda what, count: None)
    supervisor = User.objects.get(email="supervisor@demo.example")
    rows = people_rows(pairs_seen_by(supervisor, business_today()))
    assert [row.person.name for row in rows if row.is_named] == ["Joel Tran"]
    assert rows[0].deviation.total.verdict == "over" and len(rows) > 3
    rounds = rounds_seen_by(supervisor)
    assert [(one.open > 0, one.done > 0) for one in rounds] == [(True, False), (False, True)]
    begin_field_work(report=lambda what, count: None)
    before = (SampleRound.objects.count(), PriceSighting.objects.count(), LotSighting.objects.count())
    for load in (load_sample_rounds, begin_field_work):
        load(report=lambda what, count: None)
    after = (SampleRound.objects.count(), PriceSighting.objects.count(), LotSighting.objects.count())
    assert before == after


def test_the_loader_leaves_two_runs_and_a_fifth_visit_day_takes_a_store_out_of_explore(demo):
    load_sample_rounds(report=lambda what, count: None)
    compute_results(report=lambda what, count: None)
    runs = SegmentationRun.objects.filter(state="complete").order_by("pk")
    assert [run.as_of.isoformat() for run in runs] == ["2022-08-01", "2022-11-01"]
    assert [run.is_current for run in runs] == [False, True]
    begin_field_work(report=lambda what, count: None)
    load_closed_flags(report=lambda what, count: None)
    verified = verify_run(runs[1])
    assert (verified["verdict"], verified["since"]) == ("equal", [])
    assert verified["stores"]["equal"] == 1826
    rechecks = VisitTask.objects.filter(flag__isnull=False, on=business_today(), state="planned")
    assert rechecks.filter(user__email="supervisor@demo.example").count() == 2
    assert all(task.flag.state == "recovering" for task in rechecks)
    explore = StoreResult.objects.filter(run=runs[1], quadrant="explore")
    assert explore.count() >= 10
    assert CustomerResult.objects.filter(run=runs[1], quadrant="explore").count() >= 5
    store = Store.objects.get(code="3390")
    assert explore.filter(store=store).exists()
    first = store.observations.all()[0]
    Observation.objects.create(
        store=store, category=first.category, date="2022-10-31", total_units=180_000, own_units=60_000
    )
    again = recompute_segmentation(as_of=business_today())
    assert StoreResult.objects.get(run=again, store=store).quadrant != "explore"


def test_every_generated_count_was_made_on_a_visit(demo):
    counts = Observation.objects.select_related("visit")
    assert counts.count() == Visit.objects.count() > 3_000
    assert all(
        (count.visit.store_id, count.visit.on, count.visit.by_id)
        == (count.store_id, count.date, count.rep_id)
        and count.visit.is_generated
        for count in counts
    )
    done = VisitTask.objects.filter(state=TaskState.DONE)
    assert (
        done.filter(visit__by=F("user"), visit__store=F("store"), visit__on=F("on")).count()
        == done.count()
        > 50
    )
    assert VisitTask.objects.filter(state=TaskState.SKIPPED).exists()
