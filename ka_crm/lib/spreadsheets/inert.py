"""Text that no spreadsheet program takes for a formula."""

import re

#: A text that starts with one of these could be run as a formula; it gets a quote mark in front.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[\d.,\s]*\d%?\Z")


def inert(text: str) -> str:
    """Return ``text`` with a leading quote mark where a spreadsheet would run it; numbers stay.

    >>> inert("=cmd()"), inert("-12.50"), inert("Alpha")
    ("'=cmd()", '-12.50', 'Alpha')
    """
    if text.startswith(FORMULA_STARTS) and not _NUMBER.match(text):
        return f"'{text}"
    return text
