"""Importing what was counted on visit days."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import transaction

from ka_crm.imports.importer import Context, LinesAgain, Progress, Removed, UndoRefused
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.lib import clock
from ka_crm.lib.bulk import chunked, load_rows
from ka_crm.people.models import User
from visits.importers.counts import MEASURES, STORE_AND_CATEGORY, CountImporter, Key
from visits.importers.following import evaluate_counted
from visits.importers.removal import delete_rows, supersede
from visits.models import Observation
from visits.models.observation import ObservationKind

_PART = 20_000
_KEY = ("store_id", "category_id", "date", "kind")
_REST = (
    "client_uuid",
    "rep_id",
    "version",
    "is_confirmed",
    "is_live",
    "is_generated",
    "batch_id",
    "created_at",
)


class ObservationImporter(CountImporter):
    """One row per store, category and day; the same again is a new version, the older row is kept.

    With ``own_when`` the lines of a day add up; without it the last line of a day counts.
    """

    kind: ClassVar[str] = "observations"
    label: ClassVar[str] = "Observations of visit days"
    takes_own_when: ClassVar[bool] = True
    fields: ClassVar[tuple[Field, ...]] = (
        *STORE_AND_CATEGORY,
        Field(
            "date",
            FieldType.DATE,
            "Day",
            required=True,
            example="2022-10-31",
            synonyms=("visit date", "day", "visited on", "日期"),
        ),
        Field(
            "total_units",
            FieldType.UNITS,
            "All brands, units",
            required=True,
            example="14",
            synonyms=("total", "all brands", "units"),
        ),
        Field(
            "own_units", FieldType.UNITS, "Ours, units", required=True, example="3", synonyms=("own", "ours")
        ),
        Field("total_amount", FieldType.AMOUNT, "All brands, amount", example="420.00"),
        Field("own_amount", FieldType.AMOUNT, "Ours, amount", example="90.00"),
        Field(
            "rep_email",
            FieldType.EMAIL,
            "Representative (mail)",
            example="",
            synonyms=("rep", "representative", "sales rep", "visitor"),
        ),
        Field("store_name", FieldType.TEXT, "Store name (for new ones)", longest=200, example=""),
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        users = User.objects.values_list("email", "pk")
        self._users = {email.lower(): pk for email, pk in users}
        self._reps: dict[Key, int] = {}
        self._stored: dict[Key, tuple[int, int, list[int | None]]] = {}
        self._twice = 0

    @classmethod
    def needed_in_every_line(cls) -> list[str]:
        return ["store_code", "category_code", "date"]

    @classmethod
    def missing_fields(cls, mapped, mapping):  # type: ignore[no-untyped-def]
        missing = super().missing_fields(mapped, mapping)
        return [name for name in missing if not (name == "own_units" and mapping.own_when)]

    def check_record(self, line: Line, record: Record, position: int) -> None:
        reject = self.context.plan.reject
        email = record.get("rep_email")
        if email is not None and email not in self._users:
            reject(line, "rep_email", reasons.UNKNOWN_USER, position)
        for measure in ("units", "amount"):
            total, own = record.get(f"total_{measure}"), record.get(f"own_{measure}")
            if total is None and own is None and measure == "amount":
                continue
            if total is None:
                reason = reasons.OWN_WITHOUT_TOTAL if own else reasons.NO_TOTAL
                reject(line, f"total_{measure}", reason, position)
            elif own is None:
                reject(line, f"own_{measure}", reasons.OWN_MISSING, position)
            elif total < 0 or own < 0:
                name = f"total_{measure}" if total < 0 else f"own_{measure}"
                reject(line, name, reasons.NEGATIVE, position)
            elif own > total:
                reject(line, f"own_{measure}", reasons.OWN_ABOVE_TOTAL, position)

    def key_rest(self, record: Record) -> tuple[dt.date, str]:
        return record["date"], ObservationKind.ROUTINE.value

    def merge(self, key: Key, before: list[int | None], counts: list[int | None]) -> None:
        if self.is_own_told:
            self.counts[key] = [
                None if old is None or new is None else old + new
                for old, new in zip(before, counts, strict=True)
            ]
        else:
            self._twice += 1
            self.counts[key] = counts

    def remember(self, key: Key, record: Record) -> None:
        if "rep_email" in record:
            self._reps[key] = self._users[record["rep_email"]]

    def decide(self) -> None:
        days = [key[2] for key in self.counts]
        if days:
            live = Observation.objects.filter(
                is_live=True, date__gte=min(days), date__lte=max(days)
            ).order_by()
            for pk, version, *rest in live.values_list("pk", "version", *_KEY, *MEASURES).iterator():
                key: Key = (rest[0], rest[1], rest[2], rest[3])
                if key in self.counts:
                    self._stored[key] = (pk, version, rest[4:])
        for key, counts in self.counts.items():
            stored = self._stored.get(key)
            self.fates[key] = (
                "created" if stored is None else "unchanged" if stored[2] == counts else "updated"
            )
        text = "The same store, category and day stands more than once; the last line counts."
        self.context.tally.note(text, self._twice)

    def prepare(self, batch: ImportBatch) -> None:
        reps = dict(self._reps)
        self.make_missing(batch)
        self._reps = {self._real(key): rep for key, rep in reps.items()}

    def store(self, batch: ImportBatch, lines: LinesAgain, progress: Progress) -> None:
        now = clock.now()
        rows = (
            (
                *key,
                *counts,
                uuid.uuid4().hex,
                self._reps.get(key),
                self._stored.get(key, (0, 0))[1] + 1,
                True,
                False,
                False,
                batch.pk,
                now,
            )
            for key, counts in self.counts.items()
            if self.fates[key] != "unchanged"
        )
        for part in chunked(rows, _PART):
            with transaction.atomic():
                load_rows(Observation, (*_KEY, *MEASURES, *_REST), part)

    def publish(self, batch: ImportBatch) -> None:
        replaced = [self._stored[key][0] for key, fate in self.fates.items() if fate == "updated"]
        supersede(Observation, replaced, batch)
        Observation.objects.filter(batch=batch).update(is_live=True)

    @classmethod
    def check_undo(cls, batch: ImportBatch) -> None:
        corrected = Observation.objects.filter(batch=batch, is_live=False).exclude(superseded_by=batch)
        if corrected.exclude(superseded_by__state=BatchState.UNDONE).exists():
            raise UndoRefused("Some of these observations have been corrected since; undo would lose that.")

    @classmethod
    def unpublish(cls, batch: ImportBatch) -> dict[str, int]:
        gone = Observation.objects.filter(batch=batch).update(is_live=False)
        restored = Observation.objects.filter(superseded_by=batch).update(is_live=True, superseded_by=None)
        return {"observations": gone, "observations restored": restored}

    @classmethod
    def discard(cls, batch: ImportBatch, removed: Removed) -> None:
        delete_rows(Observation, batch, removed)

    @classmethod
    def follow_up(cls, batch: ImportBatch) -> None:
        evaluate_counted(Observation, batch)
