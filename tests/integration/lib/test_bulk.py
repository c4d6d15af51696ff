"""What is loaded in bulk is what was given, on either database."""

import datetime as dt

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Customer
from ka_crm.lib import bulk
from ka_crm.records.models import SystemSetting

NOW = dt.datetime(2022, 11, 1, 8, 30, 15, 250000, tzinfo=dt.UTC)
FIELDS = [
    "code",
    "name",
    "imported_name",
    "headcount",
    "website",
    "archived_at",
    "created_at",
    "updated_at",
    "version",
]


def load(*rows):
    return bulk.load_rows(
        Customer, FIELDS, [(code, name, "", count, "", gone, NOW, NOW, 1) for code, name, count, gone in rows]
    )


@pytest.mark.parametrize(
    "name",
    [
        "plain",
        'quo"te, comma',
        "back\\slash \\N \\n",
        "tab\tline\nreturn\r\n",
        "客户 Ünïcode",
        " spaces ",
        "NULL",
        "NA",
        "'",
    ],
)
def test_text_arrives_as_it_was(db, name):
    assert load(("X", name, None, None)) == 1
    assert Customer.objects.get(code="X").name == name


def test_unknown_empty_zero_and_moments_stay_apart(db):
    load(("A", "", None, None), ("B", "b", 0, NOW))
    first, second = Customer.objects.order_by("code")
    assert (first.name, first.headcount, first.archived_at) == ("", None, None)
    assert (second.headcount, second.archived_at, second.created_at) == (0, NOW, NOW)


def test_more_rows_than_a_chunk_all_arrive(db, monkeypatch):
    monkeypatch.setattr(bulk, "_CHUNK", 7)
    assert load(*((f"C{i}", "name", i, None) for i in range(50))) == 50
    assert Customer.objects.count() == 50


def test_whole_numbers_come_back_as_arrays_with_null_marked(db):
    load(("A", "a", None, None), ("B", "b", 2**31 - 1, None))
    number, count = bulk.read_integers(
        "SELECT 9007199254740993, headcount FROM accounts_customer ORDER BY code"
    )
    assert number.dtype == np.int64
    assert number.tolist() == [9007199254740993] * 2
    assert count.tolist() == [bulk.NULL, 2**31 - 1]


def test_no_rows_are_empty_columns(db):
    code, count = bulk.read_integers("SELECT id, headcount FROM accounts_customer WHERE code = %s", ["none"])
    assert len(code) == len(count) == 0


@pytest.mark.parametrize("day", ["0999-12-31", "2000-02-29", "2022-11-01"])
def test_days_and_months_are_numbered_as_in_python(db, day):
    SystemSetting.objects.create(name="x", value=1)
    date = dt.date.fromisoformat(day)
    column = f"CAST('{day}' AS date)" if connection.vendor == "postgresql" else f"'{day}'"
    sql = f"SELECT {bulk.day_number_sql(column)}, {bulk.month_index_sql(column)} FROM records_systemsetting"
    number, month = bulk.read_integers(sql)
    assert (number[0], month[0]) == (date.toordinal(), date.year * 12 + date.month - 1)


@pytest.mark.django_db
def test_a_violated_constraint_is_the_same_error_on_either_database():
    load(("A", "Alpha", 1, None))
    with pytest.raises(IntegrityError), transaction.atomic():
        load(("A", "Alpha again", 1, None))
