"""Counts of what must never be (DESIGN §4): each app lists its own in ``invariants.py``."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count
from django.utils.module_loading import autodiscover_modules

from ka_crm.records.models import AuditRow, IdempotencyKey


@dataclass(frozen=True)
class Invariant:
    """One rule about stored data: its number in the design, a name, and how many rows break it."""

    number: int
    name: str
    count: Callable[[], int]


_registered: dict[str, Invariant] = {}


def invariant(number: int, name: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Register a function that counts violations under a name that is unique in the product."""

    def register(count: Callable[[], int]) -> Callable[[], int]:
        _registered[name] = Invariant(number, name, count)
        return count

    return register


def all_invariants() -> list[Invariant]:
    """Return the invariants of all apps, by number and name."""
    autodiscover_modules("invariants")
    return sorted(_registered.values(), key=lambda item: (item.number, item.name))


def violations() -> dict[str, int]:
    """Return how many rows break each invariant, 0 expected, by name."""
    return {item.name: item.count() for item in all_invariants()}


@invariant(10, "audit_rows_can_be_altered")
def missing_audit_guard() -> int:
    """1 where the database would let somebody alter audit rows, else 0."""
    question = {
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgname = 'audit_rows_stay' AND tgenabled <> 'D'",
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = 'audit_rows_stay'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0] == 0)


@invariant(10, "records_created_twice_in_audit")
def created_twice() -> int:
    """Records with more than one audit row that says they were created."""
    rows = AuditRow.objects.filter(action="create").order_by().values("record_type", "record_id")
    return rows.annotate(rows=Count("pk")).filter(rows__gt=1).count()


@invariant(2, "idempotency_keys_used_twice")
def keys_used_twice() -> int:
    """Keys of one user that are stored more than once."""
    rows = IdempotencyKey.objects.order_by().values("user", "key")
    return rows.annotate(rows=Count("pk")).filter(rows__gt=1).count()
