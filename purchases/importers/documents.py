"""Sales lines that carry document and line number: they update by that key."""

from collections.abc import Iterator

from django.db.models import Q

from ka_crm.imports.models import BatchState
from ka_crm.imports.rules.lines import Line
from ka_crm.lib.bulk import chunked
from purchases.importers.sums import Sale
from purchases.models import SalesLine

_PART = 900
Stored = tuple[int, Sale]


class Documents:
    """Compares lines with stored ones of the same key, chunk by chunk. A key that stands twice in a file
    is changed twice: the last line counts. Lines without a key are simply new."""

    def __init__(self, *, look_up: bool, visible: set[int] | None) -> None:
        self._visible = visible
        self._any_stored = look_up and _live().exists()
        self._waiting: list[tuple[Line, Sale]] = []
        self._in_file: dict[int, int] = {}
        self._last_of: dict[int, int] = {}

    def expect(self, line: Line, sale: Sale) -> None:
        """Take a line into the present chunk."""
        self._waiting.append((line, sale))

    def decide(self) -> tuple[int, list[Line]]:
        """Give every line of the chunk its fate; return how many have no key, and the lines whose key
        belongs to a customer that the person may not see."""
        stored = self._stored()
        foreign: list[Line] = []
        without = 0
        for line, sale in self._waiting:
            if not _has_key(sale):
                without += 1
                continue
            mark, content = hash(sale[8:]), hash(sale[:8])
            earlier = self._in_file.get(mark)
            if earlier is not None:
                self._last_of[mark] = line.number
                line.fate = "unchanged" if earlier == content else "updated"
            else:
                found = stored.get(sale[8:])
                if (
                    found is not None
                    and self._visible is not None
                    and found[1].customer_id not in self._visible
                ):
                    foreign.append(line)
                    continue
                line.fate = "created" if found is None else "unchanged" if found[1] == sale else "updated"
            self._in_file[mark] = content
        self._waiting = []
        return without, foreign

    def changed(self) -> Iterator[tuple[Sale, Stored | None]]:
        """Yield what the chunk adds, with the stored line that it replaces."""
        stored = self._stored()
        for line, sale in self._waiting:
            if not _has_key(sale):
                yield sale, None
                continue
            if self._last_of.get(hash(sale[8:]), line.number) != line.number:
                continue
            found = stored.get(sale[8:])
            if found is None or found[1] != sale:
                yield sale, found
        self._waiting = []

    def _stored(self) -> dict[tuple[str, ...], Stored]:
        if not self._any_stored:
            return {}
        wanted = {sale.document_no for _, sale in self._waiting if _has_key(sale)}
        found: dict[tuple[str, ...], Stored] = {}
        for part in chunked(sorted(wanted), _PART):
            rows = _live().filter(document_no__in=part).order_by().values_list("pk", *Sale._fields)
            for pk, *values in rows:
                sale = Sale(*values)
                found[sale[8:]] = (pk, sale)
        return found


def _has_key(sale: Sale) -> bool:
    return bool(sale.document_no and sale.line_no)


def _live():  # type: ignore[no-untyped-def]
    """Stored lines with a key that count."""
    return SalesLine.objects.filter(
        ~Q(document_no=""), batch__state=BatchState.COMMITTED, superseded_by__isnull=True
    ).exclude(line_no="")
