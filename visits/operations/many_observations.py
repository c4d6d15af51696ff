"""Recording many counts at once: the rules of one, in few queries."""

import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from ka_crm.lib import clock
from ka_crm.lib.bulk import load_rows
from ka_crm.people.models import User
from ka_crm.records.models import AuditRow
from ka_crm.records.operations import plain_value
from ka_crm.records.queries import business_today
from purchases.models import Category
from visits.evaluation import evaluate_stores
from visits.models import Observation
from visits.models.observation import ObservationKind
from visits.operations.observations import (
    Implausible,
    Recorded,
    _check,
    _numbers,
    _same,
    compared,
)
from visits.permissions import MAY_COUNT
from visits.rules.plausibility import USUAL_OF

_PART = 500
_TRIES = 3
_COLUMNS = (
    "store_id", "category_id", "date", "kind", "client_uuid", "total_units", "own_units", "total_amount",
    "own_amount", "rep_id", "version", "is_confirmed", "is_live", "is_generated", "created_at",
)  # fmt: skip
_AUDIT = ("at", "by_id", "action", "record_type", "record_id", "label", "before", "after", "reason")
Day = tuple[int, int, dt.date, str]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Count:
    """One count, as ``record_observation`` takes it; numbers in ten-thousandths."""

    store: Store
    category: Category
    date: dt.date
    total_units: int
    own_units: int
    client_uuid: uuid.UUID
    kind: str = ObservationKind.ROUTINE
    total_amount: int | None = None
    own_amount: int | None = None
    rep: User | None = None
    is_certain: bool = False

    @property
    def day(self) -> Day:
        """What only one live count may have."""
        return self.store.pk, self.category.pk, self.date, str(self.kind)


class CountsRefused(Exception):
    """Some counts cannot be kept: (position from 0, ``ValidationError`` or ``Implausible``)."""

    def __init__(self, errors: list[tuple[int, ValidationError | Implausible]]) -> None:
        super().__init__("some counts cannot be kept")
        self.errors = errors


def record_observations(*, by: User, counts: Sequence[Count]) -> list[Recorded]:
    """Keep many counts, all or none, under the rules of ``record_observation``; one audit row for each.

    What is usual in a store is what was kept before this call. Raises ``CountsRefused`` and
    ``PermissionDenied`` for stores that ``by`` does not visit.
    """
    stores = {count.store.pk for count in counts}
    seen = Store.objects.visited_by(by).filter(pk__in=stores).count()
    if by.role not in MAY_COUNT or seen != len(stores):
        raise PermissionDenied
    for tries_left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                kept = _record(by, counts)
            break
        except IntegrityError as error:
            if not tries_left:  # each time somebody else was faster; as a rule the second try sees theirs
                text = _("Somebody else saved one of these days at the same moment. Try again.")
                raise CountsRefused([(0, ValidationError(text))]) from error
    routine = {
        item.observation.store_id
        for item in kept
        if item.is_new and item.observation.kind == ObservationKind.ROUTINE
    }
    if routine:
        evaluate_stores(sorted(routine))
    return kept


def _record(by: User, counts: Sequence[Count]) -> list[Recorded]:
    live = _live(counts)  # first: once its rows are locked, what others have just kept is seen
    known, usual = _kept_before(counts), _usual_counts(counts)
    today, older_of = business_today(), {}
    kept: list[Recorded] = []
    errors: list[tuple[int, ValidationError | Implausible]] = []
    for index, count in enumerate(counts):
        try:
            repeated = known.get((count.client_uuid, count.category.pk))
            if repeated:
                kept.append(_same(repeated, count.store, by))
                continue
            _check_one(count, usual, today)
        except (ValidationError, Implausible) as error:
            errors.append((index, error))
            continue
        observation, older = _observation(by, count), live.get(count.day)
        if older:
            older.is_live = False
            observation.version = older.version + 1
            older_of[id(observation)] = older
        live[count.day] = known[count.client_uuid, count.category.pk] = observation
        kept.append(Recorded(observation, True))
    if errors:
        raise CountsRefused(errors)
    _store(by, [item.observation for item in kept if item.is_new], older_of)
    return kept


def _check_one(count: Count, usual: dict[tuple[int, int], list[tuple[dt.date, int]]], today: dt.date) -> None:
    units, amounts = (count.total_units, count.own_units), (count.total_amount, count.own_amount)
    _check(count.store, count.date, count.kind, units, amounts, today)
    if not count.is_certain:
        before = usual.get((count.store.pk, count.category.pk), ())
        doubt = compared(count.total_units, [units for day, units in before if day != count.date][:USUAL_OF])
        if doubt:
            raise doubt


def _observation(by: User, count: Count) -> Observation:
    return Observation(
        store=count.store,
        category=count.category,
        date=count.date,
        kind=count.kind,
        client_uuid=count.client_uuid,
        total_units=count.total_units,
        own_units=count.own_units,
        total_amount=count.total_amount,
        own_amount=count.own_amount,
        rep=count.rep or by,
    )


def _store(by: User, new: list[Observation], older_of: dict[int, Observation]) -> None:
    replaced = [older.pk for older in older_of.values() if older.pk]
    for start in range(0, len(replaced), _PART):
        Observation.objects.filter(pk__in=replaced[start : start + _PART]).update(is_live=False)
    now = clock.now()
    load_rows(Observation, _COLUMNS, ([*_values(item), now] for item in new))
    numbers = {
        (row.client_uuid, row.category_id, row.version, row.date): row.pk
        for part in _parts([item.client_uuid for item in new])
        for row in Observation.objects.filter(client_uuid__in=part)
    }
    for item in new:
        item.pk = numbers[item.client_uuid, item.category_id, item.version, item.date]
    load_rows(AuditRow, _AUDIT, ([now, by.pk, *_audit(item, older_of.get(id(item)))] for item in new))


def _values(item: Observation) -> list[object]:
    return [
        item.store_id, item.category_id, item.date, str(item.kind), item.client_uuid.hex, item.total_units,
        item.own_units, item.total_amount, item.own_amount, item.rep_id, item.version, item.is_confirmed,
        item.is_live, item.is_generated,
    ]  # fmt: skip


def _audit(item: Observation, older: Observation | None) -> list[object]:
    return [
        "correct_count" if older else "count", item._meta.label_lower, str(item.pk), str(item)[:200],
        json.dumps(_plain(older)), json.dumps(_plain(item)), "",
    ]  # fmt: skip


def _plain(observation: Observation | None) -> dict[str, object]:
    values = _numbers(observation) if observation else {}
    return {name: plain_value(value) for name, value in values.items()}


def _kept_before(counts: Sequence[Count]) -> dict[tuple[uuid.UUID, int], Observation]:
    """Counts kept earlier under the same numbers, the newest of each."""
    found = {}
    for part in _parts(sorted({count.client_uuid for count in counts})):
        for row in Observation.objects.filter(client_uuid__in=part).order_by("pk"):
            found[row.client_uuid, row.category_id] = row
    return found


def _live(counts: Sequence[Count]) -> dict[Day, Observation]:
    """Counts that hold now on the same days, locked where the database can."""
    days = [count.date for count in counts]
    found: dict[Day, Observation] = {}
    for part in _parts(sorted({count.store.pk for count in counts})):
        rows = Observation.objects.select_for_update().filter(
            store__in=part, is_live=True, date__gte=min(days), date__lte=max(days)
        )
        found |= {(row.store_id, row.category_id, row.date, row.kind): row for row in rows}
    return found


def _usual_counts(counts: Sequence[Count]) -> dict[tuple[int, int], list[tuple[dt.date, int]]]:
    """(day, all brands) of the routine counts of each store and category, newest first."""
    doubtful = {count.store.pk for count in counts if not count.is_certain}
    found: dict[tuple[int, int], list[tuple[dt.date, int]]] = defaultdict(list)
    for part in _parts(sorted(doubtful)):
        rows = Observation.objects.filter(
            store__in=part, is_live=True, is_confirmed=True, kind=ObservationKind.ROUTINE
        ).order_by("-date")
        for store, category, day, units in rows.values_list("store", "category", "date", "total_units"):
            found[store, category].append((day, units))
    return found


def _parts(items: Sequence[Item]) -> Iterable[Sequence[Item]]:
    return (items[start : start + _PART] for start in range(0, len(items), _PART))
