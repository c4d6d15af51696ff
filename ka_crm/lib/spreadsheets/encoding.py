"""In which letters a text file is written."""

import codecs
import re
from pathlib import Path
from typing import IO

from ka_crm.lib.spreadsheets.refusal import FileRefused

_BLOCK = 1 << 20
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_ORDINARY = frozenset("\n\t,;.-0123456789 abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Offered when the encoding cannot be told.
CHOICES = ("utf-8", "windows-1252", "gb18030", "utf-16")


def encoding_of(stream: IO[bytes], name: str) -> str:
    """Return the codec of a text file, reading it once; ``stream`` is left anywhere.

    Raises ``FileRefused`` with ``question="encoding"`` where several would fit.
    """
    head = stream.read(_BLOCK)
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return codec
    if b"\0" in head:
        return _utf16_without_mark(head, name)
    if _decodes(head, stream, "utf-8"):
        return "utf-8"
    stream.seek(0)
    head = stream.read(_BLOCK)
    if _looks_chinese(head) and _decodes(head, stream, "gb18030"):
        return "gb18030"
    raise FileRefused(
        "The letters of this file cannot be told for certain (neither UTF-8 nor GB18030). "
        'Save it as UTF-8 or say its encoding, for example "windows-1252".',
        question="encoding",
    )


def _utf16_without_mark(head: bytes, name: str) -> str:
    """In the right byte order commas, digits and line ends come out; in the wrong one, rare letters."""
    half = head[: len(head) // 2 * 2]
    known = {codec: _known_letters(half.decode(codec, "replace")) for codec in ("utf-16-le", "utf-16-be")}
    best = max(known, key=lambda codec: known[codec])
    if known[best] > 0 and known[best] > 2 * min(known.values()):
        return best
    raise FileRefused(f"{Path(name).name} is not a text file or workbook.")


def _known_letters(text: str) -> int:
    if "\0" in text or "\ufffd" in text[:-1]:
        return 0
    return sum(letter in _ORDINARY for letter in text)


def _decodes(head: bytes, stream: IO[bytes], codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    block = head
    try:
        while block:
            decoder.decode(block)
            block = stream.read(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _looks_chinese(head: bytes) -> bool:
    """Chinese letters come as pairs of high bytes; Western accents stand alone among ASCII."""
    runs = _HIGH_RUN.findall(head[: head.rfind(b"\n") + 1] or head)
    if not runs or any(len(run) % 2 for run in runs):
        return False
    text = b"".join(runs).decode("gb18030", errors="replace")
    chinese = sum(
        "\u4e00" <= letter <= "\u9fff" or "\u3000" <= letter <= "\u303f" or letter > "\uff00"
        for letter in text
    )
    return len(text) >= 2 and "\ufffd" not in text and chinese > 0.9 * len(text)
