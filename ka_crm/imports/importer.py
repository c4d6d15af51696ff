"""What a room tells the engine about one kind of file."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules.fields import Field
from ka_crm.imports.rules.lines import Line, Plan
from ka_crm.imports.rules.mapping import Mapping
from ka_crm.imports.rules.report import Question, Tally
from ka_crm.people.models import Role, User

Progress = Callable[[int, int, str], None]
#: Calls back with chunks of the same lines that were checked, read anew.
LinesAgain = Callable[[], Iterator[list[Line]]]
#: Hears how many rows were removed just now.
Removed = Callable[[int], None]


class UndoRefused(Exception):
    """A batch cannot be taken back; the reason says what stands on it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Context:
    """What an importer knows about the file and the person. ``viewer`` ``None`` means everything."""

    mapping: Mapping
    plan: Plan
    tally: Tally
    viewer: User | None
    by: User | None
    today: dt.date
    questions: list[Question] = field(default_factory=list)

    @property
    def is_everywhere(self) -> bool:
        """Whether the person sees all customers and stores."""
        return self.viewer is None or self.viewer.role in (Role.ADMIN, Role.DIRECTOR)

    def makes(self, what: str) -> bool:
        """Whether missing ``customers``, ``stores`` or ``products`` are made from their codes."""
        return what in self.mapping.create_missing


class Importer(ABC):
    """One file of one kind, from the first check to the last write. Made anew for every file.

    The engine calls ``check`` with chunks of lines, then ``finish``; to load it goes on with ``prepare``
    (one short transaction: master data), ``store`` (facts, in chunks, still unseen) and ``publish``
    (inside the short transaction that makes the batch count).
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str] = ""
    fields: ClassVar[tuple[Field, ...]]
    #: The field whose sum is the value of a line, if lines have one.
    value_field: ClassVar[str] = ""
    takes_own_when: ClassVar[bool] = False
    #: Whether equal lines are legitimate, so that only the file's digest guards against loading it twice.
    is_additive: ClassVar[bool] = False
    #: Whether ``prepare`` makes its own short transactions; a load that fails is taken back by its changes.
    prepares_in_steps: ClassVar[bool] = False

    def __init__(self, context: Context) -> None:
        self.context = context

    @classmethod
    def needed_in_every_line(cls) -> list[str]:
        """Return the fields that no line may leave blank, whatever the mapping says."""
        return [item.name for item in cls.fields if item.required]

    @classmethod
    def missing_fields(cls, mapped: set[str], mapping: Mapping) -> list[str]:
        """Return the required fields that nothing is mapped to."""
        return [item.name for item in cls.fields if item.required and item.name not in mapped]

    @abstractmethod
    def check(self, lines: list[Line]) -> None:
        """Give every line without problems a fate, or problems, or leave it open until ``finish``."""

    def finish(self) -> None:  # noqa: B027
        """Decide what was left open, telling the tally."""

    def touches(self) -> dict[str, Any]:
        """Return what the file reaches: months, stores, customers, products, returns."""
        return {}

    def made(self) -> dict[str, int]:
        """Return how many records of master data arise on the way, by kind."""
        return {}

    def value_of(self, line: Line) -> int:
        """Return the signed value of a line in ten-thousandths, as far as it can be known."""
        return sum(record.get(self.value_field, 0) for record in line.records) if self.value_field else 0

    def prepare(self, batch: ImportBatch) -> None:  # noqa: B027
        """Store master data, remembering in ``ImportChange`` what was there before."""

    def store(self, batch: ImportBatch, lines: LinesAgain, progress: Progress) -> None:  # noqa: B027
        """Store facts under the batch, in chunks, not yet seen by any reader."""

    def publish(self, batch: ImportBatch) -> None:  # noqa: B027
        """Make the batch's facts take the place of older ones; runs in one short transaction."""

    @classmethod  # noqa: B027
    def check_undo(cls, batch: ImportBatch) -> None:
        """Raise ``UndoRefused`` where something stands on this batch."""

    @classmethod
    def unpublish(cls, batch: ImportBatch) -> dict[str, int]:
        """Take back what ``publish`` did, in one short transaction; return counts by kind of record."""
        return {}

    @classmethod  # noqa: B027
    def discard(cls, batch: ImportBatch, removed: Removed) -> None:
        """Delete the batch's stored facts in short transactions; nobody reads them any more. It may be
        stopped after any of them, and begun again."""

    @classmethod  # noqa: B027
    def follow_up(cls, batch: ImportBatch) -> None:
        """What is computed anew once the batch counts, or counts no more; a failure takes nothing back."""
