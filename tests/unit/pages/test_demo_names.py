"""Names, chains and territories of the demo company."""

import doctest

import pytest

from ka_crm.pages.demo import chains, dossier_stories, geography, made_up_names, names, people
from ka_crm.pages.demo.chains import chain_of, code_from, independent_key, short_store_name
from ka_crm.pages.demo.names import city_text, title_text
from ka_crm.pages.demo.plan import plan_demo
from ka_crm.pages.demo.source import read_source


@pytest.mark.parametrize("module", [names, chains, people, made_up_names, dossier_stories])
def test_the_examples_in_the_module_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("printed", "city", "readable"),
    [
        ("HY-VEE FOOD STORE / OSCEOLA", "OSCEOLA", "Hy-Vee, Osceola"),
        ("HY-VEE FAST & FRESH EXPRESS -OSCELOA", "OSCEOLA", "Hy-Vee Fast & Fresh Express, Osceola"),
        ("CASEY'S GENERAL STORE # 2774/AMANA", "AMANA", "Casey's #2774, Amana"),
        ("CASEY'S GENERAL STORE #2096 / COUNCI", "COUNCIL BLUFFS", "Casey's #2096, Council Bluffs"),
        ("FAREWAY STORES, INC. #222 / ROCKWELL CITY", "ROCKWELL CITY", "Fareway #222, Rockwell City"),
        ("CVS / PHARMACY #10161 / DES MOINES", "DES MOINES", "CVS #10161, Des Moines"),
        ("WAL-MART 1625 / LEMARS", "LE MARS", "Walmart 1625, Le Mars"),
        ("H & A MINI MART", "DES MOINES", "H & A Mini Mart, Des Moines"),
        ("BOYD GROCERY, INC.", "KEOSAUQUA", "Boyd Grocery"),
        ("CENTER POINT FOODS", "CENTER POINT", "Center Point Foods"),
        ("MRS. B'S LIQUOR", "REMSEN", "Mrs. B's Liquor"),
        ("I-80 LIQUOR / COUNCIL BLUFFS", "COUNCIL BLUFFS", "I-80 Liquor"),
    ],
)
def test_a_printed_name_becomes_readable(printed, city, readable):
    assert short_store_name(printed, city, city_text(city)) == readable


def test_equal_common_names_in_two_cities_stay_two_customers():
    assert independent_key("QUICK STOP / BURLINGTON", "BURLINGTON") != independent_key("QUICK STOP", "AMES")
    assert chain_of("KWIK STOP 3 / WATERLOO", "WATERLOO") is None
    assert chain_of("SUPER QUICK STOP - COUNCIL BLUFFS", "COUNCIL BLUFFS") is None
    assert chain_of("CENTRAL CITY 2", "DES MOINES").name == "Central City"


def test_codes_have_no_slash_and_small_words_stay_small():
    assert code_from("H & A Mini Mart / BP") == "H-A-MINI-MART-BP"
    assert title_text("LIQUOR ON THE CORNER") == "Liquor on the Corner"


def test_the_same_files_give_the_same_plan():
    source = read_source()
    first, second = plan_demo(source), plan_demo(source)
    assert first.visit_days == second.visit_days
    assert first.visits_only == second.visits_only
    assert first.customers.equals(second.customers)
    assert len(first.visits_only) == 100
    assert first.stores["name"].str.strip().ne("").all()
    assert set(first.stores["territory"]) == {name for area in geography.AREAS.values() for name in area}
    assert set(people.GIVEN["Dana Whitfield"]) <= set(first.customers.index)
    assert all(name in {person.name for person in people.CAST} for name in first.customers["kam"])
