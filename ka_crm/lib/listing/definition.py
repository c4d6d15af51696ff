"""What a list is made of: its columns, its filters, its ready-made views."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

Row = Mapping[str, Any]
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Column:
    """One column: what it reads, how it is shown, sorted, summed and exported.

    Attributes:
        key: its name in the URL.
        label: head on the screen; ``second`` its second line.
        path: what is read, a path or an annotation; ``also`` further paths the cell needs.
        kind: text, money, units, share, percent, count, date or term: how it is shown and exported.
        cell: template of the cell where ``kind`` is not enough.
        sort: path to sort by; "" for ``path``; None where it cannot be sorted by.
        falling: largest first on the first click.
        total: key of the sum shown in the last row.
        shown: part of the list until somebody chooses other columns; ``fixed``: cannot be left out.
        words: codes and their words, for the export and for ``kind`` term.
    """

    key: str
    label: Any
    path: str
    second: Any = ""
    kind: str = "text"
    also: tuple[str, ...] = ()
    cell: str = ""
    sort: str | None = ""
    falling: bool = False
    total: str = ""
    shown: bool = True
    fixed: bool = False
    words: Mapping[str, Any] = field(default_factory=dict)
    export_label: Any = ""

    @property
    def sort_path(self) -> str | None:
        return None if self.sort is None else self.sort or self.path

    @property
    def is_number(self) -> bool:
        return self.kind in ("money", "units", "percent", "count", "number")

    @property
    def template(self) -> str:
        return self.cell or f"listing/cells/{self.kind}.html"

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path, *self.also)


@dataclass(frozen=True)
class Filter:
    """One filter: how its values in the URL become a condition, and what may be chosen.

    Attributes:
        clean: the values that make sense, others are dropped. condition: of one or more clean values.
        choices: what may be chosen (asked only when the sheet of filters is opened).
        labels: words of chosen values, for the chips; ``None`` looks them up in ``choices``.
    """

    key: str
    label: Any
    clean: Callable[[Sequence[str]], list[str]]
    condition: Callable[[Sequence[str]], Q]
    choices: Callable[[], Choices]
    labels: Callable[[Sequence[str]], Mapping[str, Any]]


@dataclass(frozen=True)
class Preset:
    """A ready-made view, as a tab: its name and its query."""

    key: str
    label: Any
    query: str = ""


@dataclass(frozen=True)
class Listing:
    """A list: everything that page, count, sum and export have in common."""

    key: str
    title: Any
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    sort: str
    search: Callable[[str], Q]
    sums: Mapping[str, Any] = field(default_factory=dict)
    presets: tuple[Preset, ...] = ()
    page_size: int = 50
    extra_paths: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()  # further keys of the URL that belong to a view

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def filter(self, key: str) -> Filter | None:
        return next((item for item in self.filters if item.key == key), None)
