"""Brands in stores by month: adding up, replacing, undoing."""

import datetime as dt

import pytest

from accounts.models import Competitor
from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.imports.rules import reasons
from ka_crm.lib.spreadsheets import FileRefused
from tests.integration.imports.conftest import fates, reasons_of
from visits.models import BrandCount

HEAD = "store_code,category_code,month,competitor,brand,amount,units\n"


def live():
    rows = BrandCount.objects.filter(is_live=True).order_by("on", "competitor__name", "brand")
    return [
        (
            row.on.isoformat()[:7],
            row.competitor.name if row.competitor else "ours",
            row.brand,
            row.amount,
            row.units,
        )
        for row in rows.select_related("competitor")
    ]


def undo(report, by):
    return undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=by)


@pytest.mark.parametrize("ours", ["own", "OURS", "us", "We"])
def test_our_own_lines_have_no_competitor(load, alpha_store, ours):
    report = load("brand_counts", HEAD + f"A1,TEQ,2022-10,{ours},Patron,100,10\nA1,TEQ,2022-10,Diageo,,50,\n")
    assert fates(report) == (2, 0, 0, 0, 0)
    assert sorted(live()) == [
        ("2022-10", "Diageo", "", 500_000, None),
        ("2022-10", "ours", "Patron", 1_000_000, 100_000),
    ]
    assert {row.period for row in BrandCount.objects.all()} == {"month"}


def test_lines_add_up_and_days_fall_into_months(load, alpha_store):
    head = "store_code,category_code,date,competitor,amount\n"
    text = "A1,TEQ,2022-10-03,Diageo,10\nA1,TEQ,2022-10-31,diageo,5\n"
    assert fates(load("brand_counts", head + text)) == (2, 0, 0, 0, 0)
    assert live() == [("2022-10", "Diageo", "", 150_000, None)]
    assert Competitor.objects.count() == 1


def test_a_later_file_replaces_what_it_names_and_undo_brings_it_back(load, alpha_store, dora):
    load(
        "brand_counts",
        HEAD + "A1,TEQ,2022-09,Diageo,,1,\nA1,TEQ,2022-10,Diageo,,2,\nA1,TEQ,2022-10,ours,,9,\n",
    )
    report = load(
        "brand_counts", HEAD + "A1,TEQ,2022-10,Diageo,,3,\nA1,TEQ,2022-10,ours,,9,\nA1,TEQ,2022-10,Beam,,4,\n"
    )
    assert fates(report) == (1, 1, 1, 0, 0)
    assert {(month, who): amount for month, who, _b, amount, _u in live()} == {
        ("2022-09", "Diageo"): 10_000,
        ("2022-10", "Diageo"): 30_000,
        ("2022-10", "ours"): 90_000,
        ("2022-10", "Beam"): 40_000,
    }
    undo(report, dora)
    assert {(month, who): amount for month, who, _b, amount, _u in live()} == {
        ("2022-09", "Diageo"): 10_000,
        ("2022-10", "Diageo"): 20_000,
        ("2022-10", "ours"): 90_000,
    }
    assert BrandCount.objects.count() == 3
    assert not Competitor.objects.filter(name="Beam").exists()


def test_a_replaced_file_cannot_be_taken_back_first(load, alpha_store, dora):
    first = load("brand_counts", HEAD + "A1,TEQ,2022-10,Diageo,,1,\n")
    load("brand_counts", HEAD + "A1,TEQ,2022-10,Diageo,,2,\n")
    with pytest.raises(UndoRefused):
        undo(first, dora)


def test_counts_of_visit_days_are_left_alone(load, alpha_store, dora):
    first = load("brand_counts", HEAD + "A1,TEQ,2022-10,Diageo,,1,\n")
    row = BrandCount.objects.get()
    BrandCount.objects.create(
        store=alpha_store, category=row.category, competitor=row.competitor, on=dt.date(2022, 10, 1),
        period="day", units=10_000,
    )  # fmt: skip
    assert fates(load("brand_counts", HEAD + "A1,TEQ,2022-10,Diageo,,2,\n")) == (0, 1, 0, 0, 0)
    assert BrandCount.objects.get(period="day").is_live
    assert first.rows == 1


def test_what_cannot_be_is_rejected_with_its_reason(load, alpha_store):
    report = load(
        "brand_counts",
        HEAD
        + "NOPE,TEQ,2022-10,Diageo,,1,\nA1,TEQ,,Diageo,,1,\nA1,TEQ,2022-10,,,1,\nA1,TEQ,2022-10,Diageo,,,\n"
        + "A1,TEQ,2022-10,Diageo,,many,\n",
    )
    assert list(reasons_of(report).values()) == [
        reasons.UNKNOWN_STORE,
        reasons.MISSING,
        reasons.MISSING,
        reasons.AMOUNT_OR_UNITS,
        reasons.NOT_A_NUMBER,
    ]
    assert not BrandCount.objects.exists() and not Competitor.objects.exists()


def test_a_file_without_competitor_month_or_measure_is_refused(load, alpha_store):
    with pytest.raises(FileRefused, match="competitor"):
        load("brand_counts", "store_code,category_code,store_name\nA1,TEQ,x\n")


def test_one_line_with_money_and_one_with_pieces_keep_what_is_known(load, alpha_store):
    load("brand_counts", HEAD + "A1,TEQ,2022-10,Diageo,,5,\nA1,TEQ,2022-10,Diageo,,,7\n")
    assert live() == [("2022-10", "Diageo", "", 50_000, 70_000)]


def test_somebody_else_s_stores_are_unknown(load, bob, alpha_store):
    report = load("brand_counts", HEAD + "A1,TEQ,2022-10,Diageo,,1,\n", by=bob, viewer=bob)
    assert reasons_of(report) == {2: reasons.UNKNOWN_STORE}
