"""Sales lines: amounts, keys, months, and what a reader sees."""

import datetime as dt

import pytest
from django.db.models import Sum

from accounts.models import Customer, Store
from ka_crm.imports import operations
from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.operations import discard_unfinished_batches, load_records, undo_import
from ka_crm.imports.rules import reasons
from ka_crm.lib.spreadsheets import FileRefused
from purchases.importers.sales import SalesImporter
from purchases.models import Category, MonthlySales, OrderDay, Product, SalesLine
from tests.integration.imports.conftest import fates, reasons_of

TWO = "date,customer_code,net_amount\n2022-01-05,ALPHA,100\n2022-02-05,ALPHA,50.5\n"


def months():
    """Visible sums by customer and month."""
    rows = MonthlySales.objects.filter(batch__state=BatchState.COMMITTED).order_by()
    sums = rows.values_list("customer__code", "month").annotate(Sum("net_amount"), Sum("lines"))
    return {(code, month.isoformat()[:7]): (amount / 10_000, lines) for code, month, amount, lines in sums}


def visible_lines():
    rows = SalesLine.objects.filter(batch__state=BatchState.COMMITTED, superseded_by__isnull=True)
    return sorted(rows.values_list("net_amount", flat=True))


def agrees_with_lines():
    """The monthly and daily sums are those of the visible lines."""
    lines = SalesLine.objects.filter(batch__state=BatchState.COMMITTED, superseded_by__isnull=True)
    total = lines.aggregate(Sum("net_amount"))["net_amount__sum"] or 0
    for model in (MonthlySales, OrderDay):
        rows = model.objects.filter(batch__state=BatchState.COMMITTED)
        assert (rows.aggregate(Sum("net_amount"))["net_amount__sum"] or 0) == total
    counted = MonthlySales.objects.filter(batch__state=BatchState.COMMITTED).aggregate(Sum("lines"))
    assert (counted["lines__sum"] or 0) == lines.count()


def test_lines_add_up_by_month_and_day(load, alpha):
    report = load("sales", TWO)
    assert fates(report) == (2, 0, 0, 0, 0)
    assert months() == {("ALPHA", "2022-01"): (100.0, 1), ("ALPHA", "2022-02"): (50.5, 1)}
    assert OrderDay.objects.get(date=dt.date(2022, 2, 5)).net_amount == 505_000
    agrees_with_lines()


def test_the_same_file_twice_adds_nothing(load, alpha):
    first = load("sales", TWO)
    again = load("sales", TWO)
    assert fates(again) == (0, 0, 2, 0, 0)
    assert again.batch == first.batch
    assert ImportBatch.objects.count() == 1


def test_the_same_file_after_undo_is_loaded_again(load, alpha, dora):
    first = load("sales", TWO)
    undo_import(batch=ImportBatch.objects.get(pk=first.batch), by=dora)
    assert fates(load("sales", TWO)) == (2, 0, 0, 0, 0)


def test_the_same_file_with_another_mapping_is_another_import(load, alpha):
    load("sales", TWO)
    assert fates(load("sales", TWO, constants={"document_no": "X"})) == (2, 0, 0, 0, 0)


def test_equal_lines_without_a_key_are_legitimate(load, alpha):
    text = "date,customer_code,net_amount\n" + "2022-01-05,ALPHA,10\n" * 3
    assert fates(load("sales", text)) == (3, 0, 0, 0, 0)
    assert months()["ALPHA", "2022-01"] == (30.0, 3)


def test_amounts_come_from_quantity_price_and_discount(load, alpha):
    text = (
        "date,customer_code,quantity,unit_price,discount\n"
        "1998-05-01,ALPHA,12,9.80000019,0.0500000007\n"
        "1998-05-01,ALPHA,-3,2.105,\n"
        "1998-05-02,ALPHA,1,0.00005,0\n"
        "1998-05-02,ALPHA,1,10,5 %\n"
    )
    load("sales", text)
    assert visible_lines() == [-63_150, 1, 95_000, 1_117_200]


def test_a_stated_amount_wins_over_quantity_times_price(load, alpha):
    load(
        "sales",
        "date,customer_code,net_amount,quantity,unit_price\n2022-01-05,ALPHA,7,2,5\n2022-01-05,ALPHA,,2,5\n",
    )
    assert visible_lines() == [70_000, 100_000]


def test_lines_without_customer_are_reported_with_count_and_value(load, alpha):
    text = (
        "date,customer_code,quantity,unit_price\n2022-01-05,ALPHA,1,10\n2022-01-05,,2,3.5\n2022-01-06,,-1,2\n"
    )
    refused = load("sales", text)
    assert (refused.batch, SalesLine.objects.count(), ImportBatch.objects.count()) == (None, 0, 0)
    assert reasons_of(refused) == {3: reasons.NO_CUSTOMER, 4: reasons.NO_CUSTOMER}
    report = load("sales", text, skip_rejected=True)
    assert fates(report) == (1, 0, 0, 2, 0)
    assert report.counts()["value_rejected"] == 5.0
    assert [(group.reason, group.count, group.value_scaled) for group in report.groups] == [
        (reasons.NO_CUSTOMER, 2, 50_000)
    ]


def test_one_bad_line_stops_the_file(load, alpha):
    report = load("sales", TWO + "2022-02-30,ALPHA,1\n")
    assert not report.is_loadable and report.batch is None
    assert (fates(report), Customer.objects.count(), SalesLine.objects.count()) == ((2, 0, 0, 1, 0), 1, 0)


def test_a_store_stands_for_its_customer(load, alpha_store):
    load("sales", "date,store_code,net_amount\n2022-01-05,A1,10\n")
    line = SalesLine.objects.get()
    assert (line.customer.code, line.store.code) == ("ALPHA", "A1")


def test_missing_customers_stores_and_products_are_made_from_their_codes(load):
    text = "date,customer_code,store_code,product_code,product_name,net_amount\n2022-01-05,C1,S1,P1,Blanco,10\n2022-01-05,C1,S2,P1,,5\n"  # noqa: E501
    report = load(
        "sales", text, create_missing=["customers", "stores", "products"], constants={"category_code": "TEQ"}
    )
    assert report.made == {"customers": 1, "stores": 2, "products": 1, "categories": 1}
    assert Customer.objects.get().name == "C1"
    assert {store.customer.code for store in Store.objects.all()} == {"C1"}
    assert (Product.objects.get().name, Product.objects.get().category.code) == ("Blanco", "TEQ")


def test_a_store_without_a_customer_gets_one_of_its_own_code(load):
    load("sales", "date,store_code,net_amount\n2022-01-05,S1,10\n", create_missing=["stores"])
    assert (Store.objects.get().customer.code, months()) == ("S1", {("S1", "2022-01"): (10.0, 1)})


def test_a_rejected_line_makes_no_customer(load):
    text = "date,customer_code,net_amount\n2022-01-05,C1,10\n2022-01-05,C2,x\n"
    load("sales", text, create_missing=["customers"], skip_rejected=True)
    assert list(Customer.objects.values_list("code", flat=True)) == ["C1"]


def test_unknown_codes_are_errors(load, alpha):
    text = "date,customer_code,store_code,product_code,net_amount\n2022-01-05,NOPE,,,1\n2022-01-05,ALPHA,NOPE,,1\n2022-01-05,ALPHA,,NOPE,1\n"  # noqa: E501
    assert reasons_of(load("sales", text)) == {
        2: reasons.UNKNOWN_CUSTOMER,
        3: reasons.UNKNOWN_STORE,
        4: reasons.UNKNOWN_PRODUCT,
    }


def test_category_and_cost_come_from_the_product(load, alpha):
    category = Category.objects.create(code="TEQ")
    Product.objects.create(code="P1", name="Blanco", category=category, unit_cost="1.25")
    load(
        "sales",
        "date,customer_code,product_code,quantity,net_amount\n2022-01-05,ALPHA,P1,3,10\n2022-01-05,ALPHA,P1,,1\n",
    )
    assert list(SalesLine.objects.order_by("id").values_list("category__code", "cost_amount")) == [
        ("TEQ", 37_500),
        ("TEQ", None),
    ]
    month = MonthlySales.objects.get()
    assert (month.cost_amount, month.uncosted_lines, month.lines) == (37_500, 1, 2)


KEYED = (
    "date,customer_code,net_amount,document_no,line_no\n2022-01-05,ALPHA,100,D1,1\n2022-01-05,ALPHA,50,D1,2\n"
)


def test_lines_with_document_and_line_number_update_by_that_key(load, alpha, dora):
    load("sales", KEYED)
    report = load(
        "sales", KEYED.replace(",50,", ",60,").replace("2022-01-05,ALPHA,60", "2022-02-05,ALPHA,60")
    )
    assert fates(report) == (0, 1, 1, 0, 0)
    assert visible_lines() == [600_000, 1_000_000]
    assert {key: value for key, value in months().items() if value != (0.0, 0)} == {
        ("ALPHA", "2022-01"): (100.0, 1),
        ("ALPHA", "2022-02"): (60.0, 1),
    }
    agrees_with_lines()
    undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=dora)
    assert visible_lines() == [500_000, 1_000_000]
    agrees_with_lines()


def test_a_key_twice_in_a_file_counts_once_with_its_last_line(load, alpha):
    report = load("sales", KEYED + "2022-01-05,ALPHA,70,D1,2\n2022-01-05,ALPHA,70,D1,2\n")
    assert fates(report) == (2, 1, 1, 0, 0)
    assert visible_lines() == [700_000, 1_000_000]
    agrees_with_lines()


def test_an_import_on_which_a_later_one_stands_cannot_be_taken_back(load, alpha, dora):
    first = load("sales", KEYED)
    load("sales", KEYED.replace(",50,", ",60,"))
    with pytest.raises(UndoRefused):
        undo_import(batch=ImportBatch.objects.get(pk=first.batch), by=dora)
    assert visible_lines() == [600_000, 1_000_000]


def test_an_overlap_with_loaded_months_is_a_question(load, check, alpha):
    load("sales", TWO)
    other = "date,customer_code,net_amount\n2022-02-20,ALPHA,5\n"
    question = next(item for item in check("sales", other).questions if item.code == "overlap")
    assert question.values == ["2022-02"]
    assert question.options == [{"overlap": "add"}, {"overlap": "replace"}]
    assert question.sums == {"loaded_scaled": 505_000, "file_scaled": 50_000}
    load("sales", other)
    assert months()["ALPHA", "2022-02"] == (55.5, 2)


def test_replacing_takes_the_place_of_whole_months_and_can_be_taken_back(load, alpha, dora):
    load("sales", TWO)
    report = load("sales", "date,customer_code,net_amount\n2022-02-20,ALPHA,5\n", overlap="replace")
    assert visible_lines() == [50_000, 1_000_000]
    assert months()["ALPHA", "2022-02"] == (5.0, 1)
    agrees_with_lines()
    undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=dora)
    assert visible_lines() == [505_000, 1_000_000]
    agrees_with_lines()


def test_only_the_chosen_lines_are_taken(load, alpha):
    text = "date,customer_code,net_amount,Sort\n2022-01-05,ALPHA,1,12\n2022-01-05,ALPHA,2,13\n2022-01-05,ALPHA,x,14\n"  # noqa: E501
    report = load("sales", text, only_when={"Sort": [12.0, "13"]})
    assert fates(report) == (2, 0, 0, 0, 1)


def test_a_file_without_header_is_mapped_by_number(load, alpha):
    report = load(
        "sales",
        "2022-01-05;ALPHA;1,50;A\n2022-01-06;ALPHA;2,50;B\n",
        header=False,
        columns={"date": 1, "customer_code": 2, "net_amount": "3"},
        decimal=",",
        only_when={"4": ["B"]},
    )
    assert (fates(report), visible_lines()) == ((1, 0, 0, 0, 1), [25_000])


def test_a_wide_table_is_turned_and_counted_by_its_lines(load, alpha, beta):
    text = "Customer,Milk,Grocery\nALPHA,10,20\nBETA,,5\nALPHA,,\nBETA,x,1\n"
    report = load(
        "sales",
        text,
        columns={"customer_code": "Customer"},
        constants={"date": "2022-01-31"},
        unpivot={"columns": ["Milk", "Grocery"], "into": "category_code", "value": "net_amount"},
        skip_rejected=True,
    )
    assert fates(report) == (2, 0, 0, 1, 1)
    assert report.counts()["value_rejected"] == 1.0
    assert (report.errors[0].column, report.errors[0].value) == ("Milk", "x")
    assert visible_lines() == [50_000, 100_000, 200_000]


@pytest.mark.parametrize(
    ("headers", "date_format"),
    [
        (["2022-01", "2022-02"], ""),
        (["202201", "202202"], ""),
        (["Jan 22", "Feb 22"], "%b %y"),
        (["2022-01-01", "2022-02-01"], "%d.%m.%Y"),  # date cells of a workbook read so, whatever is stated
    ],
)
def test_months_as_columns_are_days_of_sales(load, alpha, headers, date_format):
    columns = {"columns": headers, "into": "date", "value": "net_amount"}
    text = f"Customer,{headers[0]},{headers[1]}\nALPHA,10,20\n"
    load("sales", text, columns={"customer_code": "Customer"}, unpivot=columns, date_format=date_format)
    assert months() == {("ALPHA", "2022-01"): (10, 1), ("ALPHA", "2022-02"): (20, 1)}


def test_a_batch_that_died_is_never_seen_and_cleaned_up(load, alpha):
    report = load("sales", TWO)
    batch = ImportBatch.objects.filter(pk=report.batch)
    batch.update(state=BatchState.LOADING)
    assert (visible_lines(), months()) == ([], {})
    assert discard_unfinished_batches() == 0
    batch.update(created_at=dt.datetime(2022, 1, 1, tzinfo=dt.UTC))
    assert discard_unfinished_batches() == 1
    assert (SalesLine.objects.count(), MonthlySales.objects.count(), OrderDay.objects.count()) == (0, 0, 0)


def test_what_a_dead_load_made_stays_where_a_later_one_uses_it(load, monkeypatch):
    text = TWO.replace("ALPHA", "NEW")
    with monkeypatch.context() as patched:
        patched.setattr(operations, "discard_batch", lambda batch: None)  # dead processes tidy nothing
        patched.setattr(SalesImporter, "publish", lambda self, batch: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load("sales", text, create_missing=["customers"])
    ImportBatch.objects.update(created_at=dt.datetime(2022, 1, 1, tzinfo=dt.UTC))
    load("sales", text, create_missing=["customers"])
    assert discard_unfinished_batches() == 1
    assert Customer.objects.get(code="NEW").archived_at is None
    assert visible_lines() == [505_000, 1_000_000]


def test_a_failure_while_loading_leaves_nothing(load, monkeypatch):
    from purchases.importers import sales

    def fail(*args):
        raise RuntimeError("disk full")

    monkeypatch.setattr(sales.Sums, "store", fail)
    with pytest.raises(RuntimeError):
        load("sales", TWO, create_missing=["customers"])
    assert (SalesLine.objects.count(), Customer.objects.count()) == (0, 0)
    assert ImportBatch.objects.get().state == BatchState.FAILED


def test_undo_removes_lines_sums_and_what_was_made(load, dora):
    report = load("sales", TWO, create_missing=["customers"])
    undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=dora)
    for model in (SalesLine, MonthlySales, OrderDay, Customer):
        assert not model.objects.exists()
    with pytest.raises(UndoRefused):
        undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=dora)


def test_undo_is_refused_while_something_later_uses_what_it_made(load, dora):
    first = load("sales", TWO, create_missing=["customers"])
    load("sales", TWO.replace("100", "101"))
    with pytest.raises(UndoRefused):
        undo_import(batch=ImportBatch.objects.get(pk=first.batch), by=dora)
    assert len(visible_lines()) == 4


def test_a_supervisor_gets_the_same_words_for_foreign_and_unknown(load, sue, alpha_store, beta_store):
    text = "date,customer_code,net_amount\n2022-01-05,ALPHA,1\n2022-01-05,BETA,1\n2022-01-05,NOPE,1\n"
    report = load("sales", text, viewer=sue, by=sue)
    assert reasons_of(report) == {3: reasons.UNKNOWN_CUSTOMER, 4: reasons.UNKNOWN_CUSTOMER}


def test_a_supervisor_may_not_change_a_foreign_document_or_replace_months(load, sue, alpha, beta):
    load("sales", KEYED.replace("ALPHA", "BETA"))
    report = load("sales", KEYED, viewer=sue, by=sue)
    assert reasons_of(report) == {2: reasons.CODE_NOT_YOURS, 3: reasons.CODE_NOT_YOURS}
    with pytest.raises(FileRefused):
        load("sales", TWO, viewer=sue, by=sue, overlap="replace")


def test_records_of_a_program_pass_the_same_checks(alpha, dora):
    good = {"date": "2022-01-05", "customer_code": "ALPHA", "net_amount": 12.5}
    bad = load_records(kind="sales", records=[good, {**good, "customer_code": "NOPE"}], by=dora)
    assert (bad.is_committed, bad.rejected, SalesLine.objects.count()) == (False, 1, 0)
    assert [(error.line, error.field) for error in bad.errors] == [(2, "customer_code")]
    report = load_records(kind="sales", records=[good, good], by=dora)
    assert (report.is_committed, report.created, visible_lines()) == (True, 2, [125_000, 125_000])
    with pytest.raises(FileRefused):
        load_records(kind="sales", records=[{**good, "colour": "red"}], by=dora)
