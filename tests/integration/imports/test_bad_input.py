"""The list of bad input: refused as a file, an error of a row, a question, or quietly understood."""

import datetime as dt

import pytest
import xlsxwriter

from accounts.models import Customer
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.lib import clock
from ka_crm.lib.spreadsheets import FileRefused
from purchases.models import SalesLine
from tests.integration.imports.conftest import fates, reasons_of

HEAD = "date,customer_code,net_amount\n"


def question(report, code):
    return next((item for item in report.questions if item.code == code), None)


@pytest.mark.parametrize(
    ("content", "mapping"),
    [
        ("", {}),
        (HEAD, {}),
        (HEAD + "\n\n", {}),
        ("date,customer_code,net_amount,date\n2022-01-01,A,1,2\n", {}),
        ("date,net_amount\n2022-01-01,1\n", {}),
        ("customer_code,net_amount\nA,1\n", {}),
        ("date,customer_code\n2022-01-01,A\n", {}),
        (HEAD + '2022-01-01,"A,1\n', {}),
        (HEAD + "2022-01-01,A,1\n", {"columns": {"net_amount": "Betrag"}}),
        (HEAD + "2022-01-01,A,1\n", {"columns": {"colour": "date"}}),
        (HEAD + "2022-01-01,A,1\n", {"colums": {}}),
        (HEAD + "2022-01-01,A,1\n", {"decimal": ";"}),
        (HEAD + "2022-01-01,A,1\n", {"date_format": "dd.mm.yyyy"}),
        (HEAD + "2022-01-01,A,1\n", {"create_missing": ["worlds"]}),
        (HEAD + "2022-01-01,A,1\n", {"skip_rejected": "yes"}),
        (HEAD + "2022-01-01,A,1\n", {"only_when": {"nowhere": ["1"]}}),
        (HEAD + "2022-01-01,A,1\n", {"constants": {"date": "soon"}}),
        (HEAD + "2022-01-01,A,1\n", {"header": False, "columns": {"date": "date"}}),
        (HEAD + "2022-01-01,A,1\n", {"header": False, "columns": {"date": 9}}),
        (HEAD + "2022-01-01,A,1\n", {"unpivot": {"columns": ["date"], "into": "category_code"}}),
    ],
)
def test_a_file_or_mapping_that_cannot_work_is_refused_and_nothing_stored(load, alpha, content, mapping):
    with pytest.raises(FileRefused) as refusal:
        load("sales", content, **mapping)
    assert refusal.value.reason
    assert not ImportBatch.objects.exists() and not SalesLine.objects.exists()


def test_an_unknown_column_is_a_question_and_no_obstacle(check, alpha):
    report = check("sales", "date,customer_code,net_amount,Colour\n2022-01-01,ALPHA,1,red\n")
    assert question(report, "columns").values == ["Colour"]
    assert report.is_loadable


@pytest.mark.parametrize("code", ["00123", "NA", "NULL", "1234567890123456789"])
def test_codes_are_kept_as_text(load, code):
    load("sales", HEAD + f"2022-01-01,{code},1\n", create_missing=["customers"])
    assert Customer.objects.get().code == code


def test_full_width_digits_are_understood(load):
    load("sales", HEAD + "２０２２-０１-０１,０１２,１２．５\n", create_missing=["customers"])
    assert SalesLine.objects.values_list("customer__code", "net_amount", "date").get() == (
        "012",
        125_000,
        dt.date(2022, 1, 1),
    )


def test_a_comma_before_the_decimals_is_a_question(check, load, alpha):
    text = HEAD.replace(",", ";") + "2022-01-01;ALPHA;1.234,50\n"
    report = check("sales", text)
    assert reasons_of(report) == {2: reasons.WRONG_SIGN_OF_DECIMALS}
    assert {"decimal": ","} in question(report, "decimal").options
    load("sales", text, decimal=",")
    assert SalesLine.objects.get().net_amount == 12_345_000


@pytest.mark.parametrize("value", ["inf", "NaN", "#REF!", "1e99", "9" * 40, "abc"])
def test_what_is_no_number_is_an_error_of_the_row(check, alpha, value):
    report = check("sales", HEAD + f"2022-01-01,ALPHA,{value}\n")
    assert fates(report) == (0, 0, 0, 1, 0)
    error = report.errors[0]
    assert (error.line, error.column, error.value) == (2, "net_amount", value)


def test_days_before_months_are_a_question_that_the_file_itself_answers(check, load, alpha):
    text = HEAD + "03/04/2025,ALPHA,1\n13/04/2025,ALPHA,1\n"
    report = check("sales", text)
    assert question(report, "date_format").options == [{"date_format": "%d/%m/%Y"}]
    assert not report.is_loadable
    load("sales", text, date_format="%d/%m/%Y")
    assert set(SalesLine.objects.values_list("date", flat=True)) == {
        dt.date(2025, 4, 3),
        dt.date(2025, 4, 13),
    }


@pytest.mark.parametrize("day", ["2025-02-31", "0025-01-01", "31/02/2025"])
def test_a_day_that_cannot_be_is_an_error(check, alpha, day):
    assert fates(check("sales", HEAD + f"{day},ALPHA,1\n")) == (0, 0, 0, 1, 0)


def test_tomorrow_is_an_error_and_today_is_not(check, alpha):
    today = clock.today()
    report = check("sales", HEAD + f"{today},ALPHA,1\n{today + dt.timedelta(days=1)},ALPHA,1\n")
    assert reasons_of(report) == {3: reasons.IN_THE_FUTURE}


def test_ragged_lines_are_errors_and_blank_ends_are_not(check, alpha):
    report = check("sales", HEAD + "2022-01-01,ALPHA\n2022-01-01,ALPHA,1,2\n2022-01-01,ALPHA,1,,\n,,\n")
    assert reasons_of(report) == {2: reasons.RAGGED, 3: reasons.RAGGED}
    assert fates(report) == (1, 0, 0, 2, 1)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_understood(load, alpha, delimiter):
    load("sales", (HEAD + "2022-01-01,ALPHA,1\n").replace(",", delimiter))
    assert SalesLine.objects.count() == 1


def test_a_workbook_with_dates_numbers_errors_and_uncomputed_formulas(load, alpha, tmp_path):
    path = tmp_path / "sales.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, ["date", "customer_code", "net_amount"])
        for row, amount in enumerate([12.5, ("=1/0", "#DIV/0!"), ("=A1", ""), ("=6*7", 42)], start=1):
            sheet.write_datetime(row, 0, dt.datetime(2022, 1, row), day)
            sheet.write_string(row, 1, "ALPHA")
            if isinstance(amount, tuple):
                sheet.write_formula(row, 2, amount[0], None, amount[1])
            else:
                sheet.write_number(row, 2, amount)
    report = load("sales", path.read_bytes(), name="sales.xlsx", skip_rejected=True)
    assert reasons_of(report) == {3: reasons.SPREADSHEET_ERROR, 4: reasons.NO_STORED_VALUE}
    assert set(SalesLine.objects.values_list("date", "net_amount")) == {
        (dt.date(2022, 1, 1), 125_000),
        (dt.date(2022, 1, 4), 420_000),
    }


def test_many_errors_are_all_counted_and_the_first_shown(check, alpha):
    report = check("sales", HEAD + "2022-01-01,NOPE,2\n" * 5_000)
    assert (report.rejected, len(report.errors), report.groups[0].count) == (5_000, 200, 5_000)
    assert report.counts()["value_rejected"] == 10_000.0
