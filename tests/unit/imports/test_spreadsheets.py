"""Files as strangers make them: what is read, and what is refused."""

import codecs
import datetime as dt
import gzip
import io
import zipfile

import pytest
import xlsxwriter

from ka_crm.lib.spreadsheets import BadCell, FileRefused, inert, open_table


@pytest.fixture
def written(tmp_path):
    def write(content, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows_of(path, **options):
    return list(open_table(path, **options).rows())


def workbook(path, rows, **options):
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, dt.datetime.combine(value, dt.time()), day)
                elif isinstance(value, tuple):
                    sheet.write_formula(number, column, value[0], None, value[1])
                elif isinstance(value, str):
                    sheet.write_string(number, column, value)
                else:
                    sheet.write(number, column, value)
    return path


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_letters_survive_in_every_encoding(written, codec):
    text = "编码,名称\n1,好又多超市\n2,华联商店\n"
    assert rows_of(written(text.encode(codec)))[1] == (2, ["1", "好又多超市"])


def test_western_letters_of_unknown_encoding_are_a_question(written):
    path = written("code,name\n1,Café Müller\n".encode("cp1252"))
    with pytest.raises(FileRefused) as refusal:
        open_table(path)
    assert refusal.value.question == "encoding"
    assert rows_of(path, encoding="windows-1252")[1][1][1] == "Café Müller"


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("a,b,c\n1,2;5,3\n", ["1", "2;5", "3"]),
        ("a;b;c\n1;2,5;3\n", ["1", "2,5", "3"]),
        ("a\tb\tc\n1\t2,5\t3\n", ["1", "2,5", "3"]),
        ("a;b\n1,5;2,5\n1,5;2,5\n", ["1,5", "2,5"]),
        ("sep=;\na;b\n1;2\n", ["a", "b"]),
        ('a,b\n"x,y",2\n', ["x,y", "2"]),
    ],
)
def test_the_delimiter_is_found(written, text, second):
    assert rows_of(written(text))[0 if text.startswith("sep") else 1][1] == second


def test_a_quoted_line_break_keeps_line_numbers_right(written):
    rows = rows_of(written('a,b\n"two\nlines",1\nx,2\n'))
    assert rows == [(1, ["a", "b"]), (2, ["two\nlines", "1"]), (4, ["x", "2"])]


@pytest.mark.parametrize("text", ['a,b\n1,2\n"open,3\n4,5\n', 'a,b\n1,2\n"open,3\n"x",5\n'])
def test_an_unclosed_quote_is_refused_with_its_line(written, text):
    with pytest.raises(FileRefused) as refusal:
        rows_of(written(text))
    assert refusal.value.line == 3


def test_codes_stay_text(written):
    line = rows_of(written("a,b,c,d\n00123,NA,NULL,1234567890123456789\n"))[1][1]
    assert line == ["00123", "NA", "NULL", "1234567890123456789"]


def test_gzip_is_told_by_content(written):
    assert rows_of(written(gzip.compress(b"a,b\n1,2\n"), "file.csv.gz"))[1][1] == ["1", "2"]


def test_a_truncated_gzip_is_refused(written):
    with pytest.raises(FileRefused):
        rows_of(written(gzip.compress(b"a,b\n1,2\n" * 5000)[:-30], "file.csv.gz"))


def test_a_gzip_bomb_is_refused(written):
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * (20 << 20))
    with pytest.raises(FileRefused, match="large"):
        for _ in open_table(written(bomb, "file.csv.gz")).rows():
            pass


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"   \n\n", "blank.csv"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "page.xlsx"),
        (b"\xef\xbb\xbf<html><body></body></html>", "page.xlsx"),
        (b"<!DOCTYPE html><html></html>", "page.csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.xls"),
        (b"PK\x03\x04 and then nothing", "cut.xlsx"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture.csv"),
        (b"plain text, not a workbook", "text.xlsx"),
    ],
)
def test_what_is_no_table_is_refused(written, content, name):
    with pytest.raises(FileRefused):
        rows_of(written(content, name))


def test_a_truncated_workbook_is_refused(tmp_path):
    path = workbook(tmp_path / "t.xlsx", [["a", "b"], [1, 2]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FileRefused):
        open_table(path)


def with_part(path, name, content):
    """Put a part into a workbook's archive, replacing the one of that name."""
    old = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            if part.filename != name:
                target.writestr(part, source.read(part))
        target.writestr(name, content)
    return path


def test_a_macro_workbook_is_refused(tmp_path):
    path = workbook(tmp_path / "m.xlsx", [["a"], [1]])
    with pytest.raises(FileRefused, match="macros"):
        open_table(with_part(path, "xl/vbaProject.bin", b"x"))


def test_a_zip_bomb_is_refused_before_parsing(tmp_path):
    path = workbook(tmp_path / "z.xlsx", [["a"], [1]])
    with pytest.raises(FileRefused, match="large"):
        open_table(with_part(path, "xl/worksheets/sheet2.xml", b" " * (60 << 20)))


def test_an_entity_bomb_is_refused_before_parsing(tmp_path):
    path = workbook(tmp_path / "e.xlsx", [["a"], [1]])
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    with pytest.raises(FileRefused, match="entities"):
        open_table(with_part(path, "xl/sharedStrings.xml", bomb))


def test_numbers_dates_and_long_codes_of_a_workbook(tmp_path):
    path = workbook(
        tmp_path / "w.xlsx", [["code", "day", "amount"], ["00123", dt.date(2022, 10, 3), 12.5], [7, "NA", -1]]
    )
    assert rows_of(path)[1] == (2, ["00123", dt.date(2022, 10, 3), 12.5])


def test_dates_of_a_1904_workbook_are_right(tmp_path):
    path = workbook(tmp_path / "mac.xlsx", [["day"], [dt.date(2022, 10, 3)]], date_1904=True)
    assert rows_of(path)[1][1] == [dt.date(2022, 10, 3)]


def test_spreadsheet_errors_and_uncomputed_formulas_are_marked(tmp_path):
    rows = [["a", "b", "c"], [("=1/0", "#DIV/0!"), ("=A9", ""), ("=1+1", 2)]]
    cells = rows_of(workbook(tmp_path / "f.xlsx", rows))[1][1]
    assert isinstance(cells[0], BadCell) and cells[0].shown == "#DIV/0!"
    assert isinstance(cells[1], BadCell) and "formula" in cells[1].reason
    assert cells[2] == 2


def test_row_numbers_are_those_the_spreadsheet_shows(tmp_path):
    rows = rows_of(workbook(tmp_path / "g.xlsx", [[], ["a", "b"], [], [1, 2]]))
    assert [number for number, _ in rows] == [2, 4]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, b""])
def test_a_byte_order_mark_is_not_part_of_the_header(written, mark):
    assert rows_of(written(mark + b"code,name\n1,x\n"))[0][1][0] == "code"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=cmd()", "'=cmd()"),
        ("+1 (515) 555", "'+1 (515) 555"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("-12.50", "-12.50"),
        ("-x", "'-x"),
    ],
)
def test_exported_text_is_inert(text, safe):
    assert inert(text) == safe


@pytest.mark.parametrize("is_1904", [False, True])
def test_a_large_sheet_read_piece_by_piece_gives_the_same_rows(tmp_path, monkeypatch, is_1904):
    rows = [
        [],
        ["code", "day", "amount", "note"],
        ["00123", dt.date(2022, 10, 3), 12.5, "a & b <c> \n_x"],
        [7, "NA", -1, ("=1/0", "#DIV/0!")],
        [],
        ["  ", dt.date(2024, 2, 29), ("=A9", ""), ("=1+1", 2)],
        ["好又多", True, 1e-7, ""],
    ]
    path = workbook(tmp_path / "large.xlsx", rows, date_1904=is_1904)
    whole = rows_of(path)
    monkeypatch.setattr("ka_crm.lib.spreadsheets.workbook.MANY_CELLS", 3)
    table = open_table(path)
    assert type(table).__name__ == "StreamedTable"
    assert [(number, row[:4]) for number, row in table.rows()] == whole
    assert [(number, row[:4]) for number, row in table.rows()] == whole
    assert table.fraction_read() == 1.0


def test_a_sheet_with_too_many_cells_is_refused_before_parsing(tmp_path, monkeypatch):
    path = workbook(tmp_path / "huge.xlsx", [["a", "b"], [1, 2]])
    monkeypatch.setattr("ka_crm.lib.spreadsheets.workbook.MANY_CELLS", 1)
    monkeypatch.setattr("ka_crm.lib.spreadsheets.workbook.MOST_CELLS", 3)
    with pytest.raises(FileRefused, match="cells"):
        open_table(path)
