"""Numbers, dates and codes as people write them."""

import datetime as dt
from decimal import Decimal

import pytest

from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.dates import day_in, fitting_formats, parsed
from ka_crm.imports.rules.numbers import scaled_amount, share_number, whole_number
from ka_crm.imports.rules.problems import CellError
from ka_crm.imports.rules.texts import code_in, mail_in, web_in

TODAY = dt.date(2025, 6, 30)


@pytest.mark.parametrize(
    ("text", "decimal", "scaled"),
    [
        ("234", ".", 2_340_000),
        ("-0.5", ".", -5_000),
        ("0.00005", ".", 1),
        ("-0.00005", ".", -1),
        ("0.00004999", ".", 0),
        ("$1,234.50", ".", 12_345_000),
        ("1,234,567", ".", 12_345_670_000),
        ("12,34,567.5", ".", 12_345_675_000),
        ("(12.50)", ".", -125_000),
        ("($1,012.50)", ".", -10_125_000),
        ("12.50-", ".", -125_000),
        ("-$12.50", ".", -125_000),
        ("$-12.50", ".", -125_000),
        ("€ 12.50", ".", 125_000),
        ("12.50 EUR", ".", 125_000),
        ("USD 12.50", ".", 125_000),
        ("US$12.50", ".", 125_000),
        ("1 234,50", ",", 12_345_000),
        ("1\u00a0234,50 €", ",", 12_345_000),
        ("1.234,50", ",", 12_345_000),
        ("12,5", ",", 125_000),
        ("1'234.50", ".", 12_345_000),
        ("１２３．５", ".", 1_235_000),
        ("1.5e3", ".", 15_000_000),
        (".5", ".", 5_000),
        ("  7 ", ".", 70_000),
        (9.80000019, ".", 98_000),
        (12, ".", 120_000),
        ("", ".", None),
        (None, ".", None),
    ],
)
def test_amounts_are_understood(text, decimal, scaled):
    assert scaled_amount(text, decimal) == scaled


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("inf", reasons.NOT_FINITE),
        ("-Infinity", reasons.NOT_FINITE),
        ("NaN", reasons.NOT_FINITE),
        (float("inf"), reasons.NOT_FINITE),
        ("#REF!", reasons.SPREADSHEET_ERROR),
        ("1" * 30, reasons.TOO_LARGE),
        ("1e300", reasons.TOO_LARGE),
        ("99999999999999", reasons.TOO_LARGE),
        ("12,5", reasons.WRONG_SIGN_OF_DECIMALS),
        ("1.234,50", reasons.WRONG_SIGN_OF_DECIMALS),
        ("1,23,4", reasons.NOT_A_NUMBER),
        ("1.2.3", reasons.NOT_A_NUMBER),
        ("12 34", reasons.NOT_A_NUMBER),
        ("twelve", reasons.NOT_A_NUMBER),
        ("--5", reasons.NOT_A_NUMBER),
        (True, reasons.NOT_A_NUMBER),
        ("1_000", reasons.NOT_A_NUMBER),
    ],
)
def test_what_is_no_amount_says_why(text, reason):
    with pytest.raises(CellError) as error:
        scaled_amount(text)
    assert error.value.reason == reason


@pytest.mark.parametrize(("text", "share"), [("24 %", "0.24"), ("0.24", "0.24"), ("100%", "1"), (0.3, "0.3")])
def test_shares_are_fractions_or_percent(text, share):
    assert share_number(text) == Decimal(share)


@pytest.mark.parametrize("text", ["24", "-1%", "101 %", "1.01"])
def test_a_share_beyond_one_is_refused(text):
    with pytest.raises(CellError):
        share_number(text)


@pytest.mark.parametrize("text", ["2.5", "-3", "x"])
def test_counts_of_things_are_whole_and_not_negative(text):
    with pytest.raises(CellError):
        whole_number(text)


@pytest.mark.parametrize(
    ("cell", "form", "day"),
    [
        ("2022-10-03", "", dt.date(2022, 10, 3)),
        ("2022-10-03 08:26:00", "", dt.date(2022, 10, 3)),
        ("2022-10-03T08:26:00Z", "", dt.date(2022, 10, 3)),
        ("2022/10/3", "", dt.date(2022, 10, 3)),
        ("20221003", "", dt.date(2022, 10, 3)),
        ("２０２２-10-03", "", dt.date(2022, 10, 3)),
        (dt.datetime(2022, 10, 3, 8), "", dt.date(2022, 10, 3)),
        (dt.date(2022, 10, 3), "%d/%m/%Y", dt.date(2022, 10, 3)),
        ("03/10/2022", "%d/%m/%Y", dt.date(2022, 10, 3)),
        ("10/3/22", "%m/%d/%y", dt.date(2022, 10, 3)),
        ("3 Oct 2022", "%d %b %Y", dt.date(2022, 10, 3)),
        ("2022-W40", "%G-W%V", dt.date(2022, 10, 3)),
        ("2020-02-29", "", dt.date(2020, 2, 29)),
        ("", "", None),
    ],
)
def test_days_are_understood(cell, form, day):
    assert day_in(cell, form, latest=TODAY) == day


@pytest.mark.parametrize(
    ("cell", "form", "reason"),
    [
        ("31/02/2025", "%d/%m/%Y", reasons.WRONG_DATE_FORM),
        ("2025-02-31", "", reasons.NO_SUCH_DAY),
        ("2021-02-29", "", reasons.NO_SUCH_DAY),
        ("0025-01-01", "", reasons.TOO_EARLY),
        ("2025-07-01", "", reasons.IN_THE_FUTURE),
        ("03/04/2025", "", reasons.NOT_A_DATE),
        ("2022-1003", "", reasons.NOT_A_DATE),
        (44837, "", reasons.NOT_A_DATE),
        ("yesterday", "", reasons.NOT_A_DATE),
        ("#N/A", "", reasons.SPREADSHEET_ERROR),
    ],
)
def test_what_is_no_day_says_why(cell, form, reason):
    with pytest.raises(CellError) as error:
        day_in(cell, form, latest=TODAY)
    assert error.value.reason == reason


@pytest.mark.parametrize(
    ("cell", "form"),
    [("2022-10", ""), ("202210", ""), ("2022-10-17", ""), ("10/2022", "%m/%Y"), ("Oct-22", "%b-%y")],
)
def test_months_are_their_first_day(cell, form):
    assert day_in(cell, form, latest=TODAY, is_month=True) == dt.date(2022, 10, 1)


def test_a_day_beyond_twelve_decides_the_form_of_all_dates():
    assert fitting_formats(["03/04/2025", "13/04/2025"]) == ["%d/%m/%Y"]
    assert {"%d/%m/%Y", "%m/%d/%Y"} <= set(fitting_formats(["03/04/2025"]))
    assert fitting_formats(["03/04/2025", "13/13/2025"]) == []


def test_a_week_without_a_weekday_is_its_monday():
    assert parsed("2022-W01", "%G-W%V") == dt.date(2022, 1, 3)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("00123", "00123"),
        ("NA", "NA"),
        ("NULL", "NULL"),
        ("1234567890123456789", "1234567890123456789"),
        (" 17850 ", "17850"),
        (123.0, "123"),
        (123, "123"),
        ("17850.0", "17850.0"),
        ("０１２", "012"),
        ("", None),
    ],
)
def test_codes_stay_what_they_are(cell, code):
    assert code_in(cell) == code


@pytest.mark.parametrize("cell", ["a/b", "x" * 61, 1.2345678901234568e18, "#REF!", "a\x00b"])
def test_what_is_no_code_is_an_error(cell):
    with pytest.raises(CellError):
        code_in(cell)


def test_mail_and_web_addresses():
    assert mail_in("Kim@Example.COM") == "kim@example.com"
    assert web_in("alpha.example") == "https://alpha.example"
    for read, text in ((mail_in, "kim"), (web_in, "javascript://alert(1)")):
        with pytest.raises(CellError):
            read(text)
