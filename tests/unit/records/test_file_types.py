"""What a file is, told by its content."""

import io
import zipfile

import pytest

from ka_crm.records.rules.file_types import ENDINGS, type_of


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (b"%PDF-1.7 ...", ".pdf"),
        (b"\xff\xd8\xff\xe0rest", ".jpg"),
        (b"\x89PNG\r\n\x1a\nrest", ".png"),
        (b"RIFF\x00\x00\x00\x00WEBPrest", ".webp"),
        (zipped("word/document.xml"), ".docx"),
        (zipped("xl/workbook.xml"), ".xlsx"),
        ("Grüße, 你好\n".encode(), ".txt"),
    ],
)
def test_a_type_is_read_from_the_content(content: bytes, ending: str) -> None:
    assert ENDINGS[type_of(content) or ""] == ending


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf  <html>",
        b"MZ\x90\x00",
        b"text with \x00 inside",
        zipped("word/document.xml", "word/vbaProject.bin"),
        zipped("evil.exe"),
        b"PK\x03\x04broken",
    ],
)
def test_everything_else_is_refused(content: bytes) -> None:
    assert type_of(content) is None
