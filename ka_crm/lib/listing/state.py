"""What a URL asks of a list: filters, search, order, columns, place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from ka_crm.lib.listing.definition import Column, Filter, Listing

MAX_SEARCH = 100
PAGING = ("after", "before", "from", "part", "export")


@dataclass(frozen=True)
class Chip:
    """One filter in force and the address of the list without it."""

    label: Any
    value: str
    remove_url: str


@dataclass(frozen=True)
class ListState:
    """A list as one URL asks for it; unknown or senseless parts of the URL are dropped."""

    listing: Listing
    values: Mapping[str, list[str]]
    search: str
    sort: str
    columns: tuple[Column, ...]
    chosen: bool
    kept: Mapping[str, str]
    after: str = ""
    before: str = ""
    start: int = 1

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def sort_column(self) -> Column:
        column = self.listing.column(self.sort.lstrip("-"))
        assert column is not None
        return column

    @property
    def order(self) -> list[str]:
        """The order for a keyset page."""
        path = self.sort_column.sort_path
        return [f"-{path}" if self.descending else str(path), "pk"]

    def condition(self) -> Q:
        """Return the condition of all filters and the search together."""
        wanted = Q()
        for item, values in self.active():
            wanted &= item.condition(values)
        if self.search:
            wanted &= self.listing.search(self.search)
        return wanted

    def active(self) -> list[tuple[Filter, list[str]]]:
        """Return the filters in force with their values."""
        return [(item, self.values[item.key]) for item in self.listing.filters if self.values.get(item.key)]

    def pairs(self, **changes: Any) -> list[tuple[str, str]]:
        """Return the URL's parts, with some filters, the search, sort or columns changed."""
        values = {key: list(found) for key, found in self.values.items()} | {
            key: value for key, value in changes.items() if self.listing.filter(key)
        }
        found = [(item.key, value) for item in self.listing.filters for value in values.get(item.key) or []]
        found += [
            (key, value)
            for key, value in {**self.kept, **_subset(changes, self.listing.keep)}.items()
            if value
        ]
        search = changes.get("q", self.search)
        sort = changes.get("sort", self.sort)
        columns = changes.get("col", [column.key for column in self.columns] if self.chosen else [])
        found += [("q", search)] if search else []
        found += [("sort", sort)] if sort != self.listing.sort else []
        return found + [("col", key) for key in columns]

    def query(self, **changes: Any) -> str:
        """Return the query string with changes; always starts on the first page."""
        pairs = self.pairs(**changes)
        return "?" + urlencode(pairs) if pairs else "?"

    def canonical(self) -> str:
        """Return the one way to write this view, to compare it with saved ones."""
        return urlencode(sorted(self.pairs()))

    def chips(self) -> list[Chip]:
        """Return the filters in force, each removable."""
        chips = []
        for item, values in self.active():
            words = item.labels(values)
            for value in values:
                rest = [other for other in values if other != value]
                chips.append(Chip(item.label, str(words.get(value, "?")), self.query(**{item.key: rest})))
        return chips


def read_state(listing: Listing, data: QueryDict) -> ListState:
    """Return what the URL asks for; whatever makes no sense is as if it were not there."""
    values = {item.key: list(dict.fromkeys(item.clean(data.getlist(item.key)))) for item in listing.filters}
    sort = data.get("sort", "")
    column = listing.column(sort.removeprefix("-"))
    if column is None or column.sort_path is None:
        sort = listing.sort
    asked = [found for key in data.getlist("col") if (found := listing.column(key))]
    columns = [column for column in listing.columns if column.fixed or (column.shown and not asked)]
    for column in asked:
        if column not in columns:
            columns.append(column)
    return ListState(
        listing=listing,
        values={key: found for key, found in values.items() if found},
        search=" ".join(data.get("q", "").replace("\x00", "").split())[:MAX_SEARCH],
        sort=sort,
        columns=tuple(columns),
        chosen=bool(asked),
        kept={key: str(data[key]) for key in listing.keep if data.get(key)},
        after=data.get("after", ""),
        before=data.get("before", ""),
        start=_whole(data.get("from", ""), 1),
    )


def _subset(values: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: values[key] for key in keys if key in values}


def _whole(text: str, default: int) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 10 else default
