"""What files of targets, receivables, deliveries, net prices and costs to serve each mean."""

import datetime as dt

import pytest

from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.imports.rules import reasons
from ka_crm.lib.money import SCALE
from ka_crm.lib.spreadsheets import FileRefused
from ka_crm.records.invariants import violations
from purchases.importers import PriceTermImporter
from purchases.models import (
    AccountCost,
    Category,
    OrderLine,
    PriceTerm,
    Product,
    Receivable,
    Target,
)
from tests.integration.imports.conftest import fates, reasons_of
from tests.integration.imports.dossier import (
    COSTS,
    LEDGER,
    ONE_LINE,
    ORDERS,
    PRICES,
    TARGETS,
    undo,
)


def test_targets_are_of_a_customer_or_of_a_person_and_may_lie_ahead(load, alpha, alice, bob, sue):
    text = TARGETS + "ALPHA,,TEQ,2099-01,5\n,ALICE@test.example,,2022-01,7\n"
    assert fates(load("targets", text)) == (2, 0, 0, 0, 0)
    assert set(Target.objects.values_list("customer__code", "kam__email", "category__code", "amount")) == {
        ("ALPHA", None, "TEQ", 5 * SCALE),
        (None, "alice@test.example", None, 7 * SCALE),
    }
    bad = TARGETS + "ALPHA,alice@test.example,,2022-01,5\n,,,2022-01,5\n,nobody@test.example,,2022-01,5\n"
    bad += ",bob@test.example,,2022-01,5\n"
    assert reasons_of(load("targets", bad, by=sue, viewer=sue)) == {
        2: reasons.CUSTOMER_OR_KAM,
        3: reasons.CUSTOMER_OR_KAM,
        4: reasons.UNKNOWN_USER,
        5: reasons.UNKNOWN_USER,
    }


def test_a_wide_table_of_targets_names_the_column_of_the_error(load, alpha):
    wide = {
        "columns": {"customer_code": "Account"},
        "unpivot": {"columns": ["2022-01", "2022-02"], "into": "month", "value": "amount"},
    }
    assert fates(load("targets", "Account,2022-01,2022-02\nALPHA,10,20\n", **wide)) == (1, 0, 0, 0, 0)
    assert list(Target.objects.order_by("month").values_list("amount", flat=True)) == [100_000, 200_000]
    report = load("targets", "Account,2022-01,2022-02\nALPHA,10,-20\n", **wide)
    assert [(error.column, error.reason) for error in report.errors] == [("2022-02", reasons.NEGATIVE)]


def test_a_blank_open_amount_means_all_and_nought_means_paid(load, alpha):
    text = LEDGER + "ALPHA,R1,,2022-10-01,100,\nALPHA,R2,,2022-10-01,100,0\nALPHA,R3,,2022-10-01,-100,-40\n"
    load("receivables", text)
    assert list(Receivable.objects.order_by("document_no").values_list("open_amount", flat=True)) == [
        100 * SCALE,
        0,
        -40 * SCALE,
    ]
    bad = (
        LEDGER
        + "ALPHA,R1,,2022-10-01,100,101\nALPHA,R2,,2022-10-01,100,-1\nALPHA,R4,2022-11-01,2022-10-01,1,\n"
    )
    assert reasons_of(load("receivables", bad)) == {
        2: reasons.OPEN_ABOVE_AMOUNT,
        3: reasons.OPEN_ABOVE_AMOUNT,
        4: reasons.END_BEFORE_START,
    }


def open_items():
    rows = Receivable.objects.exclude(open_amount=0).order_by("document_no")
    return list(rows.values_list("document_no", flat=True))


def test_what_a_complete_list_no_longer_holds_counts_as_paid_of_its_customers_alone(load, alpha, beta, dora):
    load("receivables", LEDGER + "".join(f"ALPHA,R{n},,2022-10-01,9,\n" for n in range(3)))
    load("receivables", LEDGER + "BETA,B1,,2022-10-01,9,\n")
    text = LEDGER + "ALPHA,R1,,2022-10-01,9,\n"
    assert fates(load("receivables", text)) == (0, 0, 1, 0, 0)
    assert open_items() == ["B1", "R0", "R1", "R2"], "without the constant a file is no complete list"
    report = load("receivables", text, constants={"complete_list": "yes"})
    assert fates(report) == (0, 0, 1, 0, 0)
    assert [note.count for note in report.warnings] == [2]
    assert open_items() == ["B1", "R1"]
    undo(report, dora)
    assert open_items() == ["B1", "R0", "R1", "R2"]


def test_a_complete_list_with_a_rejected_line_lets_nothing_count_as_paid(load, alpha):
    load("receivables", LEDGER + "ALPHA,R1,,2022-10-01,9,\nALPHA,R2,,2022-10-01,9,\n")
    text = LEDGER + "ALPHA,R1,,2022-10-01,9,\nALPHA,R2,,2022-10-01,nine,\n"
    load("receivables", text, constants={"complete_list": "yes"}, skip_rejected=True)
    assert open_items() == ["R1", "R2"]


def test_rows_of_one_order_line_are_its_deliveries_and_those_of_one_day_add_up(
    load, alpha_store, product, dora
):
    rows = "ALPHA,A1,O1,1,P1,24,2022-10-10,2022-10-11,{day},{units},own fleet,no\n"
    text = ORDERS + "".join(
        rows.format(day=f"2022-10-{day}", units=units) for day, units in (("09", 4), ("10", 10), ("10", 5))
    )
    assert fates(load("deliveries", text)) == (3, 0, 0, 0, 0)
    line = OrderLine.objects.get()
    assert (line.store.code, line.ordered_units, line.delivery_mode, line.is_cancelled) == (
        "A1",
        24 * SCALE,
        "own fleet",
        False,
    )
    assert list(line.deliveries.values_list("units", flat=True)) == [4 * SCALE, 15 * SCALE]
    more = ORDERS + rows.format(day="2022-10-12", units=5) + rows.format(day="2022-10-09", units=3)
    report = load("deliveries", more)
    assert fates(report) == (1, 1, 0, 0, 0)
    assert list(line.deliveries.values_list("units", flat=True)) == [3 * SCALE, 15 * SCALE, 5 * SCALE]
    with pytest.raises(UndoRefused):
        undo_import(batch=ImportBatch.objects.order_by("pk").first(), by=dora)
    undo(report, dora)
    assert list(line.deliveries.values_list("units", flat=True)) == [4 * SCALE, 15 * SCALE]


def test_an_order_line_whose_deliveries_came_later_is_not_taken_back_first(load, alpha, dora):
    first = load("deliveries", ORDERS + "ALPHA,,O1,1,,24,2022-10-10,,,,,\n")
    second = load("deliveries", ORDERS + "ALPHA,,O1,1,,24,2022-10-10,,2022-10-10,24,,\n")
    with pytest.raises(UndoRefused):
        undo(first, dora)
    undo(second, dora)
    undo(first, dora)
    assert not OrderLine.objects.exists()


def test_order_lines_that_cannot_be(load, alpha_store, beta_store, product, sue):
    text = ORDERS + (
        "ALPHA,,O1,1,,24,2022-10-10,,2022-10-10,,,\n"
        "ALPHA,,O1,1,,24,2022-10-10,,,5,,\n"
        "ALPHA,B1,O1,1,,24,2022-10-10,,,,,\n"
        "ALPHA,NOPE,O1,1,,24,2022-10-10,,,,,\n"
        "ALPHA,,O1,1,P9,24,2022-10-10,,,,,\n"
        "ALPHA,,O1,1,,-1,2022-10-10,,,,,\n"
        "ALPHA,,O1,1,,24,2022-10-10,,2999-10-10,5,,\n"
        "ALPHA,,O1,1,,24,2022-10-10,,,,,perhaps\n"
        "ALPHA,,O1,2,,24,2022-10-10,,2022-10-10,99999999999,,\n"
        "ALPHA,,O1,2,,24,2022-10-10,,2022-10-10,99999999999,,\n"
    )
    expected = {
        2: reasons.HALF_A_DELIVERY,
        3: reasons.HALF_A_DELIVERY,
        5: reasons.UNKNOWN_STORE,
        6: reasons.UNKNOWN_PRODUCT,
        7: reasons.NEGATIVE,
        8: reasons.IN_THE_FUTURE,
        9: reasons.NOT_A_CHOICE,
        10: reasons.TOO_LARGE,
        11: reasons.TOO_LARGE,
    }
    assert reasons_of(load("deliveries", text)) == {**expected, 4: reasons.STORE_OF_ANOTHER}
    assert reasons_of(load("deliveries", text, by=sue, viewer=sue)) == {**expected, 4: reasons.UNKNOWN_STORE}


def test_the_same_order_number_of_two_customers_is_two_orders(load, alpha, beta, sue):
    load("deliveries", ORDERS + "BETA,,O1,1,,24,2022-10-10,,,,,\n")
    report = load("deliveries", ORDERS + "ALPHA,,O1,1,,12,2022-10-10,,,,,\n", by=sue, viewer=sue)
    assert fates(report) == (1, 0, 0, 0, 0)
    assert OrderLine.objects.get(customer=beta).ordered_units == 24 * SCALE


def terms():
    rows = PriceTerm.objects.order_by("from_on")
    return [(f"{row.from_on:%m}", f"{row.to_on:%m}" if row.to_on else None) for row in rows]


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (("05-01,06-30",), {2}),
        (("01-01,12-31", "07-01,"), {2, 3}),
        (("07-01,09-30", "09-30,12-31"), {2, 3}),
        (("07-01,09-30", "10-01,"), set()),
        (("01-01,02-28", "03-15,03-31"), {3}),
        (("03-01,05-14",), set()),
        (("04-30,",), {2}),
        (("05-01,", "06-01,"), {2, 3}),
        (("03-01,05-31", "06-01,"), {2, 3}),
        (("07-01,12-31", "08-01,08-31", "09-01,09-30"), {2, 3, 4}),
    ],
)
def test_prices_of_one_product_never_hold_on_the_same_day(load, alpha, product, lines, wrong):
    """Stored are March to April, and the middle of May to that of June."""
    load("price_terms", PRICES + "ALPHA,P1,5,2022-03-01,2022-04-30\nALPHA,P1,5,2022-05-15,2022-06-15\n")
    text = PRICES
    for line in lines:
        start, end = line.split(",")
        text += f"ALPHA,P1,6,2022-{start},{'2022-' + end if end else ''}\n"
    report = load("price_terms", text, skip_rejected=True)
    assert {line for line, reason in reasons_of(report).items() if reason == reasons.OVERLAP} == wrong
    assert violations()["price_terms_that_overlap"] == 0


def test_an_open_price_is_ended_and_the_next_begins_in_one_file(load, alpha, product, dora):
    load("price_terms", PRICES + "ALPHA,P1,5,2022-01-01,\n")
    assert reasons_of(load("price_terms", PRICES + "ALPHA,P1,6,2022-07-01,\n")) == {2: reasons.OVERLAP}
    report = load("price_terms", PRICES + "ALPHA,P1,5,2022-01-01,2022-06-30\nALPHA,P1,6,2022-07-01,\n")
    assert fates(report) == (1, 1, 0, 0, 0)
    assert terms() == [("01", "06"), ("07", None)]
    undo(report, dora)
    assert terms() == [("01", None)]


def test_prices_of_others_products_and_promotions_stand_beside_each_other(load, alpha_store, beta, product):
    Product.objects.create(code="P2", name="Reposado")
    head = "customer_code,store_code,region,product_code,net_price,from,source\n"
    text = head + (
        "ALPHA,,,P1,5,2022-01-01,\nBETA,,,P1,5,2022-01-01,\nALPHA,,,P2,5,2022-01-01,\n"
        "ALPHA,,,P1,4,2022-01-01,promotion\n,A1,,P1,5,2022-01-01,\n,,Mainland,P1,5,2022-01-01,\n"
        ",,Island,P1,5,2022-01-01,\n,,,P1,5,2022-01-01,\n"
    )
    assert fates(load("price_terms", text)) == (8, 0, 0, 0, 0)
    assert violations()["price_terms_that_overlap"] == 0
    assert reasons_of(load("price_terms", head + "ALPHA,A1,,P1,5,2023-01-01,\n")) == {2: reasons.FOR_ONE_ONLY}


def test_prices_for_everybody_are_not_stated_by_a_supervisor(load, alpha, product, sue):
    head = "customer_code,region,product_code,net_price,from\n"
    text = head + ",,P1,5,2022-01-01\n,Mainland,P1,5,2022-01-01\nALPHA,,P1,5,2022-01-01\n"
    report = load("price_terms", text, by=sue, viewer=sue)
    assert reasons_of(report) == {2: reasons.FOR_ALL, 3: reasons.FOR_ALL}


def test_a_price_typed_while_the_file_is_loaded_is_not_overlapped(load, alpha, product, dora, monkeypatch):
    prepare = PriceTermImporter.prepare

    def with_somebody_typing(importer, batch):
        PriceTerm.objects.create(customer=alpha, product=product, net_price=9, from_on=dt.date(2021, 1, 1))
        prepare(importer, batch)

    monkeypatch.setattr(PriceTermImporter, "prepare", with_somebody_typing)
    with pytest.raises(FileRefused, match="same moment"):
        load("price_terms", ONE_LINE["price_terms"])
    assert PriceTerm.objects.get().net_price == 9


def test_overlaps_are_counted_as_violations(alpha, product):
    for start in (1, 2):
        PriceTerm.objects.create(
            customer=alpha, product=product, net_price=1, from_on=dt.date(2022, start, 1)
        )
    PriceTerm.objects.create(product=product, net_price=1, from_on=dt.date(2022, 1, 1))
    assert violations()["price_terms_that_overlap"] == 2


def test_costs_of_one_file_add_up_and_a_later_file_replaces_the_sum(load, alpha):
    text = COSTS + "ALPHA,2022-10,freight,5\nALPHA,2022-10,Freight,6\nALPHA,2022-10,visits,1\n"
    load("account_costs", text)
    assert set(AccountCost.objects.values_list("kind", "amount")) == {
        ("freight", 11 * SCALE),
        ("visits", SCALE),
    }
    assert fates(load("account_costs", COSTS + "ALPHA,2022-10,freight,7\n")) == (0, 1, 0, 0, 0)
    assert AccountCost.objects.get(kind="freight").amount == 7 * SCALE
    assert reasons_of(load("account_costs", COSTS + "ALPHA,2022-10,lunch,5\n")) == {2: reasons.NOT_A_CHOICE}


def test_a_category_of_targets_arises_from_its_code_and_goes_with_the_file(load, alpha, dora):
    report = load("targets", TARGETS + "ALPHA,,NEW,2022-10,5\n")
    assert Category.objects.get().code == "NEW"
    undo(report, dora)
    assert not Category.objects.exists()
