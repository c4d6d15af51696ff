"""Compile every ``locale/*/LC_MESSAGES/*.po`` that is newer than its ``.mo``, without system gettext."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_catalogue(source: Path) -> None:
    """Write the ``.mo`` beside a ``.po``; fuzzy entries are left out."""
    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


def main() -> None:
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            compile_catalogue(source)


if __name__ == "__main__":
    main()
