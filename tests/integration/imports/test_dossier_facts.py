"""Targets, receivables, deliveries, net prices and costs to serve: what holds for files of every kind."""

import datetime as dt

import pytest

from accounts.models import Customer, Store
from ka_crm.imports import operations
from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch, ImportChange
from ka_crm.imports.queries import guess_mapping, may_import
from ka_crm.imports.rules import reasons
from ka_crm.records.models import AuditRow
from purchases.models import (
    OrderLine,
    Product,
    Target,
)
from tests.integration.imports.conftest import fates, reasons_of
from tests.integration.imports.dossier import (
    MODEL_OF,
    MODELS,
    NUMBERS,
    ONE_LINE,
    ORDERS,
    TARGETS,
    changed_text,
    undo,
)


def stored():
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


@pytest.mark.parametrize("kind", ONE_LINE)
class TestEveryKind:
    def test_the_same_file_twice_adds_nothing_and_neither_do_the_same_lines_in_another_file(
        self, load, alpha, product, kind
    ):
        assert fates(load(kind, ONE_LINE[kind])) == (1, 0, 0, 0, 0)
        before = stored()
        assert fates(load(kind, ONE_LINE[kind])) == (0, 0, 1, 0, 0)
        assert fates(load(kind, ONE_LINE[kind] + ",,,\n")) == (0, 0, 1, 0, 1)
        assert stored() == before
        assert ImportBatch.objects.filter(state=BatchState.COMMITTED).count() == 2

    def test_undo_leaves_nothing_and_each_load_and_undo_has_one_audit_row(
        self, load, alpha, product, dora, kind
    ):
        report = load(kind, ONE_LINE[kind], by=dora)
        undo(report, dora)
        assert stored() == [[]] * len(MODELS)
        assert not ImportChange.objects.exists()
        rows = AuditRow.objects.order_by("pk").values_list("action", flat=True)
        assert list(rows) == ["load import", "undo import"]

    def test_an_update_is_taken_back_to_what_it_was(self, load, alpha, product, dora, kind):
        load(kind, ONE_LINE[kind])
        before = stored()
        column = dict(NUMBERS)[kind]
        text = changed_text(kind, column, "6")
        if kind == "receivables":
            text = text.replace(",6,5", ",6,2")
        report = load(kind, text)
        assert fates(report) == (0, 1, 0, 0, 0)
        assert stored() != before
        undo(report, dora)
        for then, now in zip(before, stored(), strict=True):
            for row in (*then, *now):
                row.pop("updated_at", None), row.pop("version", None)
            assert now == then

    def test_a_file_that_others_build_on_is_not_taken_back_first(self, load, alpha, product, dora, kind):
        first = load(kind, ONE_LINE[kind])
        text = changed_text(kind, dict(NUMBERS)[kind], "6").replace(",6,5", ",6,2")
        load(kind, text)
        with pytest.raises(UndoRefused):
            undo(first, dora)

    def test_an_unknown_customer_and_one_of_somebody_else_get_the_same_words(
        self, load, alpha, beta, product, sue, kind
    ):
        header, line = ONE_LINE[kind].splitlines()
        text = "\n".join([header, line, line.replace("ALPHA", "BETA"), line.replace("ALPHA", "NOPE")]) + "\n"
        for missing in ([], ["customers"]):
            report = load(kind, text, by=sue, viewer=sue, create_missing=missing)
            assert reasons_of(report)[3] == reasons.UNKNOWN_CUSTOMER
            assert report.errors[0].column == "customer_code"
        assert stored() == [[]] * len(MODELS)

    def test_a_missing_customer_is_made_where_the_mapping_says_so_and_unmade(self, load, product, dora, kind):
        report = load(kind, ONE_LINE[kind], create_missing=["customers"])
        assert fates(report) == (1, 0, 0, 0, 0)
        assert Customer.objects.get().code == "ALPHA"
        undo(report, dora)
        assert not Customer.objects.exists()

    def test_who_may_load_it(self, dora, adam, sue, alice, fay, rex, kind):
        assert [may_import(who, kind) for who in (dora, adam, sue, alice, fay, rex)] == [True] * 3 + [
            False
        ] * 3

    def test_rows_of_a_file_that_is_not_committed_do_not_count(self, load, alpha, product, kind):
        load(kind, ONE_LINE[kind])
        model = MODEL_OF[kind]
        assert model.objects.counted().count() == 1
        for state in (BatchState.LOADING, BatchState.UNDOING):
            ImportBatch.objects.update(state=state)
            assert model.objects.counted().count() == 0

    def test_a_load_that_fails_half_way_leaves_nothing(self, load, alpha, product, monkeypatch, kind):
        def fail(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr(operations, "lock_batches", fail)
        with pytest.raises(RuntimeError):
            load(kind, ONE_LINE[kind])
        assert stored() == [[]] * len(MODELS)


@pytest.mark.parametrize("value", ["inf", "NaN", "1e99", "9" * 40, "#REF!", "many"])
@pytest.mark.parametrize(("kind", "column"), NUMBERS)
def test_what_is_no_number_is_an_error_of_its_cell(check, alpha, product, kind, column, value):
    report = check(kind, changed_text(kind, column, value))
    assert fates(report) == (0, 0, 0, 1, 0)
    assert (report.errors[0].line, report.errors[0].column, report.errors[0].value) == (2, column, value)


@pytest.mark.parametrize(("kind", "column"), [item for item in NUMBERS if item[0] != "receivables"])
def test_what_cannot_be_negative_is_an_error_of_its_cell(check, alpha, product, kind, column):
    report = check(kind, changed_text(kind, column, "-5"))
    assert reasons_of(report) == {2: reasons.NEGATIVE}
    assert report.errors[0].column == column


@pytest.mark.parametrize("day", ["2022-02-31", "31/02/2022", "0025-01-01"])
@pytest.mark.parametrize(
    ("kind", "column"),
    [("receivables", "due_on"), ("deliveries", "requested_on"), ("price_terms", "from"),
     ("deliveries", "delivered_on")],
)  # fmt: skip
def test_a_day_that_cannot_be_is_an_error(check, alpha, product, kind, column, day):
    report = check(kind, changed_text(kind, column, day))
    assert fates(report) == (0, 0, 0, 1, 0)
    assert report.errors[0].column == column


@pytest.mark.parametrize(
    ("kind", "column"),
    [("targets", "month"), ("targets", "amount"), ("receivables", "document_no"), ("receivables", "due_on"),
     ("receivables", "amount"), ("deliveries", "order_no"), ("deliveries", "line_no"),
     ("deliveries", "ordered_units"), ("deliveries", "requested_on"), ("price_terms", "product_code"),
     ("price_terms", "net_price"), ("price_terms", "from"), ("account_costs", "month"),
     ("account_costs", "kind"), ("account_costs", "amount")],
)  # fmt: skip
def test_a_required_cell_that_is_blank_is_an_error(check, alpha, product, kind, column):
    report = check(kind, changed_text(kind, column, ""))
    assert reasons_of(report) == {2: reasons.MISSING}
    assert report.errors[0].column == column


def test_an_archived_fact_makes_way_for_a_new_one(load, alpha):
    load("targets", ONE_LINE["targets"])
    Target.objects.update(archived_at=dt.datetime(2022, 1, 1, tzinfo=dt.UTC))
    assert fates(load("targets", TARGETS + "ALPHA,,,2022-10,6\n")) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("kind", "headers", "fields"),
    [
        ("targets", "客户编码,客户经理,品类,月份,目标", "customer_code,kam_email,category_code,month,amount"),
        ("receivables", "客户编码,发票号,开票日期,到期日,金额,未付金额",
         "customer_code,document_no,issued_on,due_on,amount,open_amount"),
        ("deliveries",
         "客户编码,门店编码,订单号,行号,产品编码,订购数量,要求交货日期,"
         "确认交货日期,交货日期,交货数量,配送方式",
         "customer_code,store_code,order_no,line_no,product_code,ordered_units,requested_on,confirmed_on,"
         "delivered_on,delivered_units,delivery_mode"),
        ("price_terms", "客户编码,产品编码,净价,生效日期,失效日期",
         "customer_code,product_code,net_price,from,to"),
        ("account_costs", "客户编码,月份,费用类型,金额", "customer_code,month,kind,amount"),
    ],
)  # fmt: skip
def test_chinese_headers_are_understood(db, kind, headers, fields):
    guess = guess_mapping(kind, headers.split(","), [])
    assert guess.mapping["columns"] == dict(zip(fields.split(","), headers.split(","), strict=True))


def test_a_file_of_many_lines_asks_no_more_than_one_of_few(
    load, alpha, product, django_assert_max_num_queries
):
    def asked(kind, count, start):
        header, line = ONE_LINE[kind].splitlines()
        body = {
            "receivables": lambda n: line.replace("R1", f"R{start + n}"),
            "deliveries": lambda n: line.replace("O1", f"O{start + n}"),
        }[kind]
        text = "\n".join([header, *(body(n) for n in range(count))]) + "\n"
        with django_assert_max_num_queries(200) as found:
            assert fates(load(kind, text))[0] == count
        return len(found)

    for kind in ("receivables", "deliveries"):
        asked(kind, 3, 0)
        assert asked(kind, 800, 2_000) <= asked(kind, 4, 1_000) + 2


def test_codes_and_words_that_look_like_formulas_stay_text(load, dora):
    customer = Customer.objects.create(code="=cmd()", name="<script>alert(1)</script>")
    Store.objects.create(code="@S", name="S", customer=customer)
    text = ORDERS + "=cmd(),@S,=O1,+1,,24,2022-10-10,,,,<b>van</b>,\n"
    assert fates(load("deliveries", text)) == (1, 0, 0, 0, 0)
    assert OrderLine.objects.values_list("order_no", "line_no", "delivery_mode").get() == (
        "=O1",
        "+1",
        "<b>van</b>",
    )


@pytest.mark.parametrize(
    ("made", "kind", "text"),
    [
        ("products", "price_terms", ONE_LINE["price_terms"]),
        ("products", "deliveries", ORDERS + "ALPHA,,O1,1,P1,24,2022-10-10,,,,,\n"),
        ("stores", "deliveries", ORDERS + "ALPHA,S1,O1,1,,24,2022-10-10,,,,,\n"),
        ("stores", "price_terms", "store_code,product_code,net_price,from\nS1,P9,5,2022-01-01\n"),
    ],
)
def test_what_facts_stand_on_is_not_taken_back(load, alpha, dora, made, kind, text):
    Product.objects.create(code="P9", name="Reposado")
    master = {
        "products": "code,name,category_code\nP1,Blanco,TEQ\n",
        "stores": "code,name,customer_code\nS1,One,ALPHA\n",
    }
    first = load(made, master[made])
    assert fates(load(kind, text)) == (1, 0, 0, 0, 0)
    with pytest.raises(UndoRefused, match="stands on these records"):
        undo(first, dora)
