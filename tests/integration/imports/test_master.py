"""Customers, stores, products, market shares and estimates: made, changed, taken back."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Customer, Ownership, Region, Store
from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.imports.rules import reasons
from ka_crm.lib import clock
from ka_crm.people.models import Territory
from purchases.models import Category, Product
from tests.integration.imports.conftest import fates, reasons_of
from visits.models import MarketShare, PotentialEstimate


def undo(report, by):
    return undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=by)


def test_customers_are_made_changed_and_left_alone(load):
    head = "code,name,region,headcount\n"
    load("customers", head + "00123,Alpha,North,10\nNA,Nadir,,\n")
    report = load("customers", head + "00123,Alpha,NORTH,12\nNA,Nadir,,\nNULL,Null Ltd,,\n")
    assert fates(report) == (1, 1, 1, 0, 0)
    assert list(Customer.objects.order_by("code").values_list("code", flat=True)) == ["00123", "NA", "NULL"]
    changed = Customer.objects.get(code="00123")
    assert (changed.headcount, changed.region.name, changed.version) == (12, "North", 2)
    assert Region.objects.count() == 1


def test_a_blank_cell_leaves_what_is_there(load, alpha):
    assert fates(load("customers", "code,name,region\nALPHA,Alpha Markets,\n")) == (0, 1, 0, 0, 0)
    assert Customer.objects.get().region.name == "Mainland"


def test_a_name_that_somebody_edited_stays(load):
    load("customers", "code,name\nC1,First\n")
    Customer.objects.update(name="By hand")
    load("customers", "code,name\nC1,Second\n")
    assert Customer.objects.values_list("name", "imported_name").get() == ("By hand", "Second")


def test_undo_brings_values_back_and_deletes_what_was_made(load, alpha, alice, bob, dora):
    Ownership.objects.create(customer=alpha, kam=alice, from_on=dt.date(2021, 1, 1))
    text = "code,name,region,territory,kam_email,parent_code\nNEW,New,Far,Outback,bob@test.example,ALPHA\nALPHA,Other,Far,,bob@test.example,\n"  # noqa: E501
    report = load("customers", text)
    changed = Customer.objects.get(code="ALPHA")
    assert (changed.name, changed.kam, changed.region.name) == ("Other", bob, "Far")
    assert Ownership.objects.get(customer=alpha, to_on__isnull=True).kam == bob
    undo(report, dora)
    back = Customer.objects.get()
    assert (back.name, back.kam, back.region.name) == ("Alpha Markets", alice, "Mainland")
    assert Ownership.objects.get().to_on is None
    assert not Region.objects.filter(name="Far").exists()
    assert not Territory.objects.filter(name="Outback").exists()


def test_undo_is_refused_after_an_edit_by_hand(load, alpha, dora):
    report = load("customers", "code,name,headcount\nALPHA,Other,3\n")
    Customer.objects.update(name="Edited", version=9)
    with pytest.raises(UndoRefused):
        undo(report, dora)


def test_undo_is_refused_while_stores_stand_on_the_customers(load, dora):
    report = load("customers", "code,name\nC1,One\n")
    load("stores", "code,name,customer_code\nS1,Shop,C1\n")
    with pytest.raises(UndoRefused):
        undo(report, dora)


def test_a_parent_may_stand_further_down_but_not_in_a_circle(load, dora):
    head = "code,name,parent_code\n"
    report = load("customers", head + "A,Branch,B\nB,House,\n")
    assert Customer.objects.get(code="A").parent.code == "B"
    bad = load("customers", head + "B,House,A\nC,Other,NOPE\nD,Self,D\n")
    assert reasons_of(bad) == {2: reasons.OWN_PARENT, 3: reasons.UNKNOWN_CUSTOMER, 4: reasons.OWN_PARENT}
    undo(report, dora)
    assert not Customer.objects.exists()


def test_a_code_twice_in_a_file_takes_its_last_line(load):
    report = load("customers", "code,name\nC1,First\nC1,Second\nC1,Second\n")
    assert (fates(report), Customer.objects.get().name) == ((1, 1, 1, 0, 0), "Second")


def test_bad_customers_say_why(load):
    text = "code,name,headcount,website,kam_email\na/b,X,,,\n,X,,,\nC1,,,,\nC2,X,-1,,\nC3,X,,ftp://x,\nC4,X,,,nobody@test.example\n"
    report = load("customers", text)
    assert fates(report) == (0, 0, 0, 6, 0)
    assert reasons_of(report) == {
        2: reasons.SLASH_IN_CODE,
        3: reasons.MISSING,
        4: reasons.MISSING,
        5: reasons.NEGATIVE,
        6: reasons.NOT_WEB,
        7: reasons.UNKNOWN_USER,
    }
    assert not Customer.objects.exists()


def test_formulas_and_scripts_in_names_are_plain_text(load):
    load("customers", "code,name\nC1,=cmd()\nC2,<script>alert(1)</script>\n")
    assert set(Customer.objects.values_list("name", flat=True)) == {"=cmd()", "<script>alert(1)</script>"}


def test_a_supervisor_cannot_touch_a_foreign_code_or_territory(load, sue, alpha, beta):
    text = "code,name,territory\nALPHA,Alpha,\nBETA,Stolen,\nNEW,New,South\nMINE,Mine,\n"
    report = load("customers", text, by=sue, viewer=sue, skip_rejected=True)
    assert reasons_of(report) == {3: reasons.CODE_NOT_YOURS, 4: reasons.OUTSIDE_TERRITORY}
    assert Customer.objects.get(code="MINE").territory == sue.territory
    assert Customer.objects.get(code="BETA").name == "Beta Stores"


def test_stores_find_or_make_their_customer(load, alpha, dora):
    head = "code,name,customer_code,city,latitude\n"
    assert reasons_of(load("stores", head + "S1,Shop,NOPE,,\nS2,Shop,,,\nS3,Shop,ALPHA,,91\n")) == {
        2: reasons.UNKNOWN_CUSTOMER,
        3: reasons.MISSING,
        4: reasons.OUT_OF_RANGE,
    }
    report = load(
        "stores", head + "S1,One,ALPHA,York,41.5\nS2,Two,,,\nS3,Three,C3,,\n", create_missing=["customers"]
    )
    assert {store.code: store.customer.code for store in Store.objects.all()} == {
        "S1": "ALPHA",
        "S2": "S2",
        "S3": "C3",
    }
    assert (Customer.objects.get(code="S2").name, Customer.objects.get(code="C3").name) == ("Two", "C3")
    undo(report, dora)
    assert (Store.objects.count(), Customer.objects.get().code) == (0, "ALPHA")


def test_every_store_can_be_a_customer_of_its_own(load):
    load(
        "stores",
        "Store,Name\n2106,Hillstreet\n",
        columns={"code": "Store", "name": "Name", "customer_code": "Store"},
        create_missing=["customers"],
    )
    assert Customer.objects.values_list("code", "name").get() == ("2106", "Hillstreet")


def test_products_bring_their_categories(load):
    head = "code,name,category_code,list_price,unit_cost\n"
    load("products", head + "P1,Blanco,TEQ,$24.90,14.2\n")
    assert fates(load("products", head + "P1,Blanco,TEQ,24.9,14.2\nP2,Oro,RUM,1,\n")) == (1, 0, 1, 0, 0)
    assert Product.objects.get(code="P1").list_price == Decimal("24.9")
    assert set(Category.objects.values_list("code", flat=True)) == {"TEQ", "RUM"}
    assert reasons_of(load("products", head + "P3,X,TEQ,-1,\n")) == {2: reasons.NEGATIVE}


def test_a_market_share_may_be_stated_for_the_time_to_come(load):
    next_year = dt.date(clock.today().year + 1, 1, 1)
    report = load("market_shares", f"category_code,from,share\nTEQ,{next_year},0.3\n")
    assert fates(report) == (1, 0, 0, 0, 0)


def test_market_shares_by_category_region_and_day(load, dora):
    head = "category_code,region,from,to,share,source\n"
    load(
        "market_shares", head + "TEQ,,2022-01-01,2030-12-31,30.4 %,Study\nTEQ,North,2022-01-01,,0.25,Study\n"
    )
    report = load(
        "market_shares", head + "TEQ,,2022-01-01,2030-12-31,0.304,Study\nTEQ,north,2022-01-01,,0.26,Study\n"
    )
    assert fates(report) == (0, 1, 1, 0, 0)
    assert MarketShare.objects.get(region__name="North").share == Decimal("0.26")
    undo(report, dora)
    assert MarketShare.objects.get(region__name="North").share == Decimal("0.25")
    bad = load("market_shares", head + "TEQ,,2022-01-01,2021-01-01,0.3,\nTEQ,,2022-01-01,,30,\nTEQ,,,,0.3,\n")
    assert reasons_of(bad) == {2: reasons.END_BEFORE_START, 3: reasons.NOT_A_SHARE, 4: reasons.MISSING}


def test_estimates_are_of_a_customer_or_of_a_store(load, alpha_store):
    head = "customer_code,store_code,category_code,year,amount,units,source,stated_on\n"
    text = head + "ALPHA,,TEQ,2022,50000,,declared,2022-06-30\n,A1,TEQ,2022,,100,Approved budget,\n"
    assert fates(load("potential_estimates", text)) == (2, 0, 0, 0, 0)
    assert set(PotentialEstimate.objects.values_list("source", "amount", "units")) == {
        ("declared", 500_000_000, None),
        ("approved_budget", None, 1_000_000),
    }
    bad = (
        head
        + "ALPHA,A1,TEQ,2022,1,,declared,\nALPHA,,TEQ,2022,,,declared,\nALPHA,,TEQ,22,1,,declared,\nALPHA,,TEQ,2022,-1,,declared,\nALPHA,,TEQ,2022,1,,guess,\nNOPE,,TEQ,2022,1,,area,\n"  # noqa: E501
    )
    assert reasons_of(load("potential_estimates", bad)) == {
        2: reasons.CUSTOMER_OR_STORE,
        3: reasons.AMOUNT_OR_UNITS,
        4: reasons.NOT_A_YEAR,
        5: reasons.NEGATIVE,
        6: reasons.NOT_A_CHOICE,
        7: reasons.UNKNOWN_CUSTOMER,
    }
