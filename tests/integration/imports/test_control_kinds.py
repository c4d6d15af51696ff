"""Importing the list of shelf prices and shipments of lots."""

import datetime as dt

import pytest

from ka_crm.imports.queries import may_import
from ka_crm.imports.rules import reasons
from ka_crm.lib.money import SCALE
from tests.integration.imports.conftest import fates, reasons_of
from tests.integration.imports.dossier import undo
from visits.models import LotShipment, ShelfPrice

PRICES = "customer_code,region,product_code,price,floor,promotion,from,to,note\n"
LOTS = "lot,territory,shipped_on,customer_code,product_code\n"
ONE_LINE = {
    "shelf_prices": PRICES + "ALPHA,,P1,25,22.5,no,2022-01-01,,\n",
    "lot_shipments": LOTS + "l 77,North,2022-05-01,ALPHA,P1\n",
}
MODEL_OF = {"shelf_prices": ShelfPrice, "lot_shipments": LotShipment}
every_kind = pytest.mark.parametrize("kind", ONE_LINE)


@every_kind
def test_the_same_lines_twice_add_nothing_and_undo_leaves_nothing(load, alpha, product, dora, kind):
    report = load(kind, ONE_LINE[kind], by=dora)
    assert fates(report) == (1, 0, 0, 0, 0)
    assert fates(load(kind, ONE_LINE[kind] + ",,,\n"))[2] == 1
    assert MODEL_OF[kind].objects.get().batch.state == "committed"
    undo(report, dora)
    assert not MODEL_OF[kind].objects.exists()


def test_a_line_becomes_a_floor(load, alpha, product, region):
    load("shelf_prices", PRICES + ",mainland,P1,25,20,yes,2022-03-01,2022-03-14,Spring\n")
    row = ShelfPrice.objects.get()
    assert (row.region, row.floor, row.is_promotion) == (region, 20 * SCALE, True)
    assert (row.to_on, row.note) == (dt.date(2022, 3, 14), "Spring")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ALPHA,Mainland,P1,25,22,no,2022-01-01,,", reasons.FOR_ONE_ONLY),
        ("ALPHA,,P1,25,26,no,2022-01-01,,", reasons.OUT_OF_RANGE),
        ("ALPHA,,P1,25,0,no,2022-01-01,,", reasons.OUT_OF_RANGE),
        ("ALPHA,,P1,25,22,yes,2022-01-01,,", reasons.MISSING),
        ("ALPHA,,P1,25,22,no,2022-01-02,2022-01-01,", reasons.END_BEFORE_START),
        ("NOBODY,,P1,25,22,no,2022-01-01,,", reasons.UNKNOWN_CUSTOMER),
        ("ALPHA,,P9,25,22,no,2022-01-01,,", reasons.UNKNOWN_PRODUCT),
    ],
)
def test_an_impossible_price_is_rejected_with_its_reason(load, alpha, product, line, reason):
    report = load("shelf_prices", PRICES + line + "\n")
    assert reasons_of(report) == {2: reason}
    assert not ShelfPrice.objects.exists()


def test_a_line_that_overlaps_is_rejected_with_its_reason(load, alpha, product):
    load("shelf_prices", ONE_LINE["shelf_prices"])
    report = load(
        "shelf_prices",
        PRICES + "ALPHA,,P1,25,21,no,2022-06-01,,\n,,P1,25,21,no,2022-06-01,,\n",
    )
    assert reasons_of(report) == {2: reasons.OVERLAP}
    assert ShelfPrice.objects.count() == 1


def test_a_price_ends_by_being_stated_again_with_its_last_day(load, alpha, product):
    load("shelf_prices", ONE_LINE["shelf_prices"])
    ended = PRICES + "ALPHA,,P1,25,22.5,no,2022-01-01,2022-05-31,\nALPHA,,P1,26,23,no,2022-06-01,,\n"
    assert fates(load("shelf_prices", ended)) == (1, 1, 0, 0, 0)


def test_a_lot_is_kept_in_capitals_and_a_supervisor_ships_to_their_own_territory(
    load, alpha, beta, product, sue, territories
):
    load("lot_shipments", ONE_LINE["lot_shipments"])
    row = LotShipment.objects.get()
    assert (row.lot, row.territory, row.customer, row.product) == (
        "L77",
        territories["north"],
        alpha,
        product,
    )
    lines = LOTS + "L1,South,2022-05-01,,\nL2,North,2022-05-01,BETA,\nL3,Moon,2022-05-01,,\n"
    report = load("lot_shipments", lines, by=sue, viewer=sue)
    assert reasons_of(report) == {
        2: reasons.OUTSIDE_TERRITORY,
        3: reasons.UNKNOWN_CUSTOMER,
        4: reasons.OUTSIDE_TERRITORY,
    }


def test_who_may_load_them(dora, sue, alice, fay):
    assert may_import(dora, "shelf_prices") and not may_import(sue, "shelf_prices")
    assert may_import(sue, "lot_shipments") and not may_import(alice, "lot_shipments")
    assert not may_import(fay, "lot_shipments")
