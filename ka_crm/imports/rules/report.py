"""What an import would do or did: counts of lines, errors by reason, questions and warnings."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ka_crm.imports.rules.lines import Line
from ka_crm.lib.money import from_scaled

SHOWN_ERRORS = 200
FATES = ("created", "updated", "unchanged", "rejected", "skipped")


@dataclass
class ErrorGroup:
    """All lines rejected for one reason in one field; ``value_scaled`` in ten-thousandths."""

    reason: str
    field: str
    column: str
    count: int = 0
    value_scaled: int = 0


@dataclass
class ShownError:
    """One rejected cell, as the file has it."""

    line: int
    field: str
    column: str
    value: str
    reason: str


@dataclass
class Question:
    """Something only a person knows; ``options`` answer it as mapping keys."""

    code: str
    text: str
    values: list[str] = field(default_factory=list)
    options: list[dict[str, Any]] = field(default_factory=list)
    #: What is weighed against each other, in ten-thousandths: {"loaded_scaled": …, "file_scaled": …}.
    sums: dict[str, int] = field(default_factory=dict)


@dataclass
class Note:
    """A warning: it is kept as the file has it, but somebody should know."""

    text: str
    count: int = 1


@dataclass
class Report:
    """The outcome of checking or loading one file. Counts are lines of the file.

    ``touches`` names months, stores, customers, products and returns; ``made`` counts master data that
    arises on the way; ``batch`` is set once something was stored (or was there already).
    """

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0
    value_rejected_scaled: int = 0
    batch: int | None = None
    is_committed: bool = False
    is_known_already: bool = False
    skip_rejected: bool = False
    groups: list[ErrorGroup] = field(default_factory=list)
    errors: list[ShownError] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    touches: dict[str, Any] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    sample: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_loadable(self) -> bool:
        """Whether the file may be stored as it is."""
        return self.rejected == 0 or self.skip_rejected

    def counts(self) -> dict[str, Any]:
        """Return the one JSON object that the command line prints."""
        value = from_scaled(self.value_rejected_scaled)
        return {
            "kind": self.kind,
            "rows": self.rows,
            **{fate: getattr(self, fate) for fate in FATES},
            "value_rejected": float(value),
            "batch": self.batch,
        }

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain JSON."""
        return {**asdict(self), "is_loadable": self.is_loadable}


class Tally:
    """Counts lines into a report; hands every rejected line to ``on_rejected``."""

    def __init__(
        self,
        report: Report,
        value_of: Callable[[Line], int],
        on_rejected: Callable[[Line], None] | None = None,
    ) -> None:
        self.report = report
        self._value_of = value_of
        self._on_rejected = on_rejected
        self._groups: dict[tuple[str, str], ErrorGroup] = {}
        self._notes: Counter[str] = Counter()

    def count(self, fate: str, lines: int = 1) -> None:
        """Add lines of one fate."""
        self.report.rows += lines
        setattr(self.report, fate, getattr(self.report, fate) + lines)

    def reject(self, line: Line) -> None:
        """Count a line with problems, group them, keep the first to show."""
        value = self._value_of(line)
        self.count("rejected")
        self.report.value_rejected_scaled += value
        for reason, name in dict.fromkeys((problem.reason, problem.field) for problem in line.problems):
            group = self._groups.get((reason, name))
            if group is None:
                column = next(p.column for p in line.problems if (p.reason, p.field) == (reason, name))
                group = self._groups[reason, name] = ErrorGroup(reason, name, column)
            group.count += 1
            group.value_scaled += value
        for problem in line.problems:
            if len(self.report.errors) >= SHOWN_ERRORS:
                break
            self.report.errors.append(
                ShownError(line.number, problem.field, problem.column, problem.value, problem.reason)
            )
        if self._on_rejected:
            self._on_rejected(line)

    def note(self, text: str, count: int = 1) -> None:
        """Add to a warning."""
        self._notes[text] += count

    def close(self) -> None:
        """Write groups and warnings into the report, the largest first."""
        self.report.groups = sorted(self._groups.values(), key=lambda group: (-group.count, group.reason))
        self.report.warnings += [Note(text, count) for text, count in self._notes.most_common() if count]
        self.report.errors.sort(key=lambda error: error.line)


def sample_rows(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
    """Return the first rows under their headers (or column numbers), to show beside the mapping."""
    names = [header or str(index + 1) for index, header in enumerate(headers)]
    return [
        dict(zip(names, (str(cell) if cell is not None else "" for cell in row), strict=False))
        for row in rows
    ]
