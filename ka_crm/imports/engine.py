"""One pass over a file: open it, understand its columns, check every line."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ka_crm.imports.importer import Context, Importer, Progress
from ka_crm.imports.registry import importer_of
from ka_crm.imports.rules.headers import header_texts
from ka_crm.imports.rules.lines import Line, Plan
from ka_crm.imports.rules.mapping import Mapping, mapping_from
from ka_crm.imports.rules.questions import Doubts
from ka_crm.imports.rules.report import Note, Question, Report, Tally, sample_rows
from ka_crm.lib import clock
from ka_crm.lib.bulk import chunked
from ka_crm.lib.spreadsheets import Cell, FileRefused, Table, open_table
from ka_crm.people.models import User

CHUNK = 2_000
_SAMPLE = 8
OnRejected = Callable[[Plan, Line], None]


def silent(done: int, total: int, phase: str) -> None:
    """Report progress to nobody."""


@dataclass
class Run:
    """A file under work: its table, plan, importer and report."""

    importer: Importer
    plan: Plan
    report: Report
    source: "Source"
    lines_seen: int = 0

    def chunks(self, progress: Progress, phase: str) -> Iterator[list[Line]]:
        """Read the lines from the start, in chunks."""
        done = 0
        for chunk in chunked(self.plan.lines(self.source.data_rows(self.plan.mapping.header)), CHUNK):
            yield chunk
            done += len(chunk)
            total = self.lines_seen or int(done / max(self.source.fraction_read(), 0.001))
            progress(done, max(total, done), phase)


class Source:
    """Where rows come from: a table in a file, or records handed over by a program."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.notes = table.notes

    def data_rows(self, has_header: bool) -> Iterator[tuple[int, list[Cell]]]:
        """Yield the rows after the header."""
        rows = self._table.rows()
        if has_header:
            next(rows, None)
        return rows

    def first_rows(self, count: int) -> list[list[Cell]]:
        """Return the first rows, the header included."""
        rows = self._table.rows()
        return [cells for _, (_, cells) in zip(range(count), rows, strict=False)]

    def fraction_read(self) -> float:
        """Return how much is read, 0–1."""
        return self._table.fraction_read()


class RecordSource(Source):
    """Records as dicts; their keys are our own field names. "Lines" count from 1."""

    def __init__(self, records: list[dict[str, Any]], names: list[str]) -> None:
        self._records = records
        self._names = names
        self.notes = []

    def data_rows(self, has_header: bool) -> Iterator[tuple[int, list[Cell]]]:
        for number, record in enumerate(self._records, start=1):
            yield number, [record.get(name) for name in self._names]

    def first_rows(self, count: int) -> list[list[Cell]]:
        rows = [[record.get(name) for name in self._names] for record in self._records[: count - 1]]
        return [list(self._names), *rows]

    def fraction_read(self) -> float:
        return 1.0


def digest_of(path: Path) -> str:
    """Return the file's fingerprint (SHA-256)."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def open_source(path: Path, encoding: str = "") -> Source:
    """Open a file. Raises ``FileRefused``."""
    return Source(open_table(path, encoding=encoding or None))


def headers_of(source: Source, has_header: bool) -> tuple[list[str], list[list[Cell]]]:
    """Return headers (blank ones where the file has none) and the first data rows.

    Raises ``FileRefused`` for a file without data.
    """
    first = source.first_rows(_SAMPLE + 1)
    if not first:
        raise FileRefused("The file is empty.")
    if not has_header:
        return [""] * max(len(row) for row in first), first
    headers = header_texts(first[0])
    if len(first) == 1:
        raise FileRefused("The file holds a header and no lines.")
    return headers, first[1:]


def start_run(
    kind: str,
    source: Source,
    mapping: dict[str, Any] | Mapping | None,
    *,
    viewer: User | None = None,
    by: User | None = None,
    on_rejected: OnRejected | None = None,
) -> Run:
    """Make everything ready to check a file. Raises ``FileRefused`` where mapping and file do not fit."""
    importer_class = importer_of(kind)
    stated = mapping if isinstance(mapping, Mapping) else mapping_from(mapping, importer_class.fields)
    if stated.own_when and not importer_class.takes_own_when:
        raise FileRefused(f'"own_when" is for market data, not for {kind}.')
    headers, rows = headers_of(source, stated.header)
    needed = importer_class.needed_in_every_line()
    plan = Plan(stated, headers, importer_class.fields, clock.today(), needed)
    missing = importer_class.missing_fields(plan.mapped, stated)
    if missing:
        raise FileRefused(f"No column is given for: {', '.join(missing)}.")
    report = Report(kind, skip_rejected=stated.skip_rejected)
    report.columns = {name: plan.column_name(name) for name in plan.columns}
    report.sample = sample_rows(headers, rows)
    report.warnings = [Note(text) for text in source.notes]
    tally = Tally(report, _no_value, (lambda line: on_rejected(plan, line)) if on_rejected else None)
    context = Context(stated, plan, tally, viewer, by, clock.today(), report.questions)
    importer = importer_class(context)
    tally._value_of = importer.value_of
    return Run(importer, plan, report, source)


def _no_value(line: Line) -> int:
    return 0


def check(run: Run, progress: Progress) -> Report:
    """Check every line and fill the run's report; nothing is stored."""
    importer, tally = run.importer, run.importer.context.tally
    doubts = Doubts(run.plan)
    seen = 0
    for chunk in run.chunks(progress, "checking"):
        _check_chunk(importer, chunk, doubts)
        seen += len(chunk)
    run.lines_seen = seen  # known from here on; until then the number of lines is estimated
    if not run.lines_seen:
        raise FileRefused("The file holds no lines.")
    importer.finish()
    tally.close()
    run.report.questions += doubts.questions()
    if run.plan.mapping.header and run.plan.unused_headers and not isinstance(run.source, RecordSource):
        run.report.questions.append(
            Question("columns", "Nothing is taken from these columns.", run.plan.unused_headers)
        )
    run.report.touches = importer.touches()
    run.report.made = {name: count for name, count in importer.made().items() if count}
    return run.report


def _check_chunk(importer: Importer, chunk: Iterable[Line], doubts: Doubts) -> None:
    tally = importer.context.tally
    readable = []
    for line in chunk:
        if line.fate:
            tally.count(line.fate)
        elif line.problems:
            doubts.look_at(line)
            tally.reject(line)
        else:
            readable.append(line)
    importer.check(readable)
    for line in readable:
        if line.problems:
            tally.reject(line)
        elif line.fate:
            tally.count(line.fate)
