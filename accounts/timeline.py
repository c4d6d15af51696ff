"""The timeline of a customer: a register of sources, and one page of what they tell, newest first.

Every room brings its own sources when the app is ready (docs/howto/add-to-the-dossier.md). Pages are told
by the day and the key of their last entry, so that older pages stay the same while newer things happen, and
cost the same however long the history is.
"""

import datetime as dt
import heapq
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import Customer
from ka_crm.people.models import User

_CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})~([a-z_]{1,30}):(\d{12})\Z", re.ASCII)


@dataclass(frozen=True)
class TimelineEntry:
    """One line. ``note`` stands beside the title, ``line`` below it; ``key`` is unique and has a fixed length
    of digits after the strand's name, so that it sorts; ``opens_form``: ``url`` is a form for the sheet.
    ``tick_url`` settles it with one click (a POST with ``version``), ``tick`` says how.
    """

    on: dt.date
    kind: str
    icon: str
    title: str
    key: str
    at: dt.time | None = None
    line: str = ""
    note: str = ""
    tone: str = ""
    url: str = ""
    opens_form: bool = False
    tick_url: str = ""
    tick: str = ""
    version: int = 0

    @property
    def order(self) -> tuple[dt.date, str]:
        return self.on, self.key


@dataclass(frozen=True)
class Before:
    """A place in the timeline; what comes below it is older."""

    on: dt.date
    key: str

    def __str__(self) -> str:
        return f"{self.on.isoformat()}~{self.key}"

    @classmethod
    def parse(cls, text: str) -> "Before":
        """Read a place from an address. Raises ``ValueError``."""
        found = _CURSOR.match(text)
        if found is None:
            raise ValueError("This is no place in a timeline.")
        return cls(dt.date.fromisoformat(found[1]), f"{found[2]}:{found[3]}")

    def holds(self, on: dt.date, key: str) -> bool:
        """Return whether an entry comes after this place."""
        return (on, key) < (self.on, self.key)

    def condition(self, strand: str, day: str) -> Q:
        """Return the rows of a strand that come after this place; ``day`` is the path to their day."""
        own, _colon, number = self.key.partition(":")
        earlier = Q(**{f"{day}__lt": self.on})
        if strand > own:
            return earlier
        same = Q(**{day: self.on})
        return earlier | (same if strand < own else same & Q(pk__lt=int(number)))


Read = Callable[[Customer, User, Before | None, int, dt.date], list[TimelineEntry]]


@dataclass(frozen=True)
class Source:
    """What a room tells: ``read(customer, viewer, before, limit, today)`` returns at most ``limit`` entries,
    newest first, of which all lie after ``before`` and none after today. Sources of one kind share a chip.
    """

    kind: str
    label: Any
    read: Read
    place: int = 50  # of the chip in its row


_SOURCES: list[Source] = []


def register_timeline(*sources: Source) -> None:
    """Add sources; called when an app is ready."""
    _SOURCES.extend(source for source in sources if source not in _SOURCES)
    _SOURCES.sort(key=lambda source: source.place)


def timeline_kinds() -> dict[str, Any]:
    """Return the kinds of entries with their words, in the order of their chips."""
    return {source.kind: source.label for source in _SOURCES}


def entry_key(strand: str, number: int) -> str:
    """Return a key that sorts by number within its strand."""
    return f"{strand}:{number:012d}"


def strand(
    name: str,
    rows: Callable[[Customer, User], "QuerySet[Any]"],
    day: str,
    entries: Callable[[list[Any], dt.date], Iterable[TimelineEntry]],
) -> Read:
    """Return the reader of rows that each carry one day: one query, ``limit`` rows, and what they prefetch.

    ``entries`` turns rows (with their day in order) into entries whose keys are ``entry_key(name, pk)``.
    """

    def read(
        customer: Customer, viewer: User, before: Before | None, limit: int, today: dt.date
    ) -> list[TimelineEntry]:
        found = rows(customer, viewer).filter(**{f"{day}__lte": today})
        if before is not None:
            found = found.filter(before.condition(name, day))
        return list(entries(list(found.order_by(F(day).desc(), "-pk")[:limit]), today))

    return read


def merged(lists: Iterable[list[TimelineEntry]], limit: int) -> tuple[list[TimelineEntry], Before | None]:
    """Return the newest ``limit`` entries of lists that are each newest first, and where the next page is.

    The lists must hold at least ``limit + 1`` entries each, or all there are.
    """
    newest_first = heapq.merge(*lists, key=lambda entry: entry.order, reverse=True)
    page = [entry for _number, entry in zip(range(limit + 1), newest_first, strict=False)]
    if len(page) <= limit:
        return page, None
    return page[:limit], Before(*page[limit - 1].order)


def timeline_page(
    customer: Customer,
    *,
    viewer: User,
    today: dt.date,
    limit: int,
    kind: str = "",
    before: Before | None = None,
) -> tuple[list[TimelineEntry], Before | None]:
    """Return one page of what happened up to today, and where the next one begins (``None``: nowhere)."""
    chosen = [source for source in _SOURCES if kind in ("", source.kind)]
    return merged([source.read(customer, viewer, before, limit + 1, today) for source in chosen], limit)
