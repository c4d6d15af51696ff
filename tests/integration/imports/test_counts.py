"""Category totals and observations: adding up, replacing, correcting."""

import datetime as dt

import pytest

from accounts.models import Customer, Store
from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.imports.rules import reasons
from ka_crm.lib.spreadsheets import FileRefused
from tests.integration.imports.conftest import fates, reasons_of
from visits.models import CategoryTotal, Observation

HEAD = "store_code,category_code,month,total_amount,own_amount\n"
SEEN = "store_code,category_code,date,total_units,own_units\n"


def live():
    rows = CategoryTotal.objects.filter(is_live=True).order_by("store__code", "month", "source")
    return [(row.store.code, row.month.isoformat()[:7], row.total_amount, row.own_amount) for row in rows]


def undo(report, by):
    return undo_import(batch=ImportBatch.objects.get(pk=report.batch), by=by)


def test_lines_of_a_file_add_up_and_days_fall_into_months(load, alpha_store):
    text = "store_code,category_code,date,total_amount,own_amount\nA1,TEQ,2022-01-03,10,1\nA1,TEQ,2022-01-31,5,2\nA1,TEQ,2022-02-01,7,0\n"  # noqa: E501
    assert fates(load("category_totals", text)) == (3, 0, 0, 0, 0)
    assert live() == [("A1", "2022-01", 150_000, 30_000), ("A1", "2022-02", 70_000, 0)]


def test_a_later_file_replaces_the_months_it_names(load, alpha_store, dora):
    load("category_totals", HEAD + "A1,TEQ,2022-01,10,1\nA1,TEQ,2022-02,20,2\n")
    report = load("category_totals", HEAD + "A1,TEQ,2022-02,25,2\nA1,TEQ,2022-03,30,3\nA1,TEQ,2022-01,10,1\n")
    assert fates(report) == (1, 1, 1, 0, 0)
    assert [total for _, _, total, _ in live()] == [100_000, 250_000, 300_000]
    undo(report, dora)
    assert [total for _, _, total, _ in live()] == [100_000, 200_000]
    assert CategoryTotal.objects.count() == 2


def test_a_replaced_file_cannot_be_taken_back_first(load, alpha_store, dora):
    first = load("category_totals", HEAD + "A1,TEQ,2022-01,10,1\n")
    load("category_totals", HEAD + "A1,TEQ,2022-01,11,1\n")
    with pytest.raises(UndoRefused):
        undo(first, dora)


def test_the_same_file_after_another_one_brings_its_values_back(load, alpha_store):
    text = HEAD + "A1,TEQ,2022-01,10,1\n"
    load("category_totals", text)
    assert fates(load("category_totals", text)) == (0, 0, 1, 0, 0)
    load("category_totals", HEAD + "A1,TEQ,2022-01,11,1\n")
    assert fates(load("category_totals", text)) == (0, 1, 0, 0, 0)


def test_sources_stand_beside_each_other(load, alpha_store):
    load("category_totals", HEAD + "A1,TEQ,2022-01,10,1\n", constants={"source": "Scanner"})
    assert fates(load("category_totals", HEAD + "A1,TEQ,2022-01,12,1\n")) == (1, 0, 0, 0, 0)
    assert len(live()) == 2


def test_lines_of_items_count_for_all_and_ours_where_they_are_ours(load):
    text = "Store,Day,Item,Sale,Bottles\nS1,2022-01-03,77,10,1\nS1,2022-01-04,88,20,2\nS1,2022-01-05,99,-5,-1\nS2,2022-01-05,99,4,1\n"  # noqa: E501
    report = load(
        "category_totals",
        text,
        columns={"store_code": "Store", "date": "Day", "total_amount": "Sale", "total_units": "Bottles"},
        constants={"category_code": "TEQ"},
        own_when={"Item": [77, "88"]},
        create_missing=["stores"],
    )
    assert fates(report) == (4, 0, 0, 0, 0)
    assert live() == [("S1", "2022-01", 250_000, 300_000), ("S2", "2022-01", 40_000, 0)]
    assert CategoryTotal.objects.get(store__code="S1").own_units == 30_000
    assert {note.count for note in report.warnings} == {1}
    assert Store.objects.get(code="S1").customer == Customer.objects.get(code="S1")


def test_a_blank_own_is_unknown_and_makes_the_sum_unknown(load, alpha_store):
    load("category_totals", HEAD + "A1,TEQ,2022-01,10,\nA1,TEQ,2022-02,10,1\nA1,TEQ,2022-02,10,\n")
    assert [own for *_, own in live()] == [None, None]


def test_negative_months_and_own_above_total_are_kept_with_a_warning(load, alpha_store):
    report = load("category_totals", HEAD + "A1,TEQ,2022-01,-10,-2\nA1,TEQ,2022-02,5,8\nA1,TEQ,2022-03,0,0\n")
    assert fates(report) == (3, 0, 0, 0, 0)
    assert sum(note.count for note in report.warnings) == 3
    assert live()[1] == ("A1", "2022-02", 50_000, 80_000)


def test_totals_that_cannot_be(load, alpha_store):
    text = (
        HEAD
        + "A1,TEQ,2022-01,,5\nA1,TEQ,2022-01,,\nNOPE,TEQ,2022-01,1,\nA1,TEQ,2999-01,1,\nA1,,2022-01,1,\nA1,TEQ,,1,\n"  # noqa: E501
    )
    assert reasons_of(load("category_totals", text)) == {
        2: reasons.OWN_WITHOUT_TOTAL,
        3: reasons.NO_TOTAL,
        4: reasons.UNKNOWN_STORE,
        5: reasons.IN_THE_FUTURE,
        6: reasons.MISSING,
        7: reasons.MISSING,
    }


def test_a_wide_table_of_months(load, alpha_store):
    text = 'Store,2022-01,2022-02\nA1,"1,000.50",\n'
    report = load(
        "category_totals",
        text,
        columns={"store_code": "Store"},
        constants={"category_code": "TEQ"},
        unpivot={"columns": ["2022-01", "2022-02"], "into": "month", "value": "total_amount"},
    )
    assert (fates(report), live()) == ((1, 0, 0, 0, 0), [("A1", "2022-01", 10_005_000, None)])


def test_own_when_is_refused_where_it_means_nothing(load, alpha):
    with pytest.raises(FileRefused):
        load("sales", "date,customer_code,net_amount\n2022-01-01,ALPHA,1\n", own_when={"net_amount": [1]})


def test_observations_are_held_to_own_within_total(load, alpha_store):
    text = (
        SEEN
        + "A1,TEQ,2022-01-03,3,4\nA1,TEQ,2022-01-04,,4\nA1,TEQ,2022-01-05,4,\nA1,TEQ,2022-01-06,-1,-2\nA1,TEQ,2022-01-07,0,0\nA1,TEQ,2999-01-07,1,0\n"  # noqa: E501
    )
    report = load("observations", text, skip_rejected=True)
    assert reasons_of(report) == {
        2: reasons.OWN_ABOVE_TOTAL,
        3: reasons.OWN_WITHOUT_TOTAL,
        4: reasons.OWN_MISSING,
        5: reasons.NEGATIVE,
        7: reasons.IN_THE_FUTURE,
    }
    seen = Observation.objects.get()
    assert (seen.total_units, seen.own_units, seen.date) == (0, 0, dt.date(2022, 1, 7))


def test_the_same_day_again_is_a_new_version(load, alpha_store, rex, dora):
    load("observations", SEEN + "A1,TEQ,2022-01-03,14,3\n")
    report = load(
        "observations", SEEN + "A1,TEQ,2022-01-03,15,3\n", constants={"rep_email": "rex@test.example"}
    )
    assert fates(report) == (0, 1, 0, 0, 0)
    old, new = Observation.objects.order_by("version")
    assert (old.is_live, old.superseded_by_id, new.is_live, new.version) == (False, report.batch, True, 2)
    assert (new.total_units, new.rep) == (150_000, rex)
    undo(report, dora)
    assert Observation.objects.get().is_live


def test_observed_items_add_up_where_own_lines_are_told(load, alpha_store):
    text = "store_code,category_code,date,brand,total_units\nA1,TEQ,2022-01-03,Ours,3\nA1,TEQ,2022-01-03,Theirs,5\n"  # noqa: E501
    load("observations", text, own_when={"brand": ["Ours"]})
    seen = Observation.objects.get()
    assert (seen.total_units, seen.own_units) == (80_000, 30_000)


def test_a_kam_reaches_own_stores_and_learns_nothing_of_others(load, alice, alpha_store, beta_store):
    text = SEEN + "A1,TEQ,2022-01-03,14,3\nB1,TEQ,2022-01-03,14,3\nNOPE,TEQ,2022-01-03,14,3\n"
    report = load("observations", text, by=alice, viewer=alice)
    assert reasons_of(report) == {3: reasons.UNKNOWN_STORE, 4: reasons.UNKNOWN_STORE}
    made = load("observations", text, by=alice, viewer=alice, create_missing=["stores"])
    assert reasons_of(made)[3] == reasons.UNKNOWN_STORE
