"""Saving one visit and evaluating its store anew, with a short history and with a year of daily visits."""

from __future__ import annotations

import datetime as dt
import statistics
import time
import uuid
from collections.abc import Iterator

GOAL = 1.1
FEW, MANY = 10_000, 1_000_000
_COLUMNS = [
    "store_id", "category_id", "date", "kind", "client_uuid", "total_units", "own_units", "version",
    "is_confirmed", "is_live", "is_generated", "created_at",
]  # fmt: skip


def measure_visits(rounds: int) -> tuple[list[tuple[str, str, str, str]], list[str]]:
    """Return the row of the ratio between many observations and few, in the same stores."""
    from ka_crm.records.queries import business_today
    from visits.models import Observation

    today = business_today()
    before = Observation.objects.count()
    fill_up(FEW, today)
    few = median_save(rounds * 10, today)
    fill_up(MANY, today)
    many = median_save(rounds * 10, today)
    details = f"{many * 1000:.1f} ms against {few * 1000:.1f} ms, {before} observations at first"
    voids = [] if many <= GOAL * few else [f"saving a visit: {many / few:.2f} times slower, at most {GOAL}"]
    what = f"saving a visit, {MANY:,} observations against {FEW:,}"
    return [(what, f"≤ {GOAL}", f"{many / few:.2f}", details)], voids


def fill_up(size: int, today: dt.date) -> None:
    """Add daily counts of all stores, from the day before today backwards, until there are so many."""
    from django.db import connection, transaction

    from accounts.models import Store
    from ka_crm.lib import clock
    from ka_crm.lib.bulk import load_rows
    from purchases.models import Category
    from visits.models import Observation

    category = Category.objects.order_by("pk")[0].pk
    stores = list(Store.objects.filter(archived_at__isnull=True).order_by("pk").values_list("pk", flat=True))
    missing = size - Observation.objects.count()
    now = clock.now()

    def rows() -> Iterator[tuple[object, ...]]:
        known = set(Observation.objects.filter(is_live=True, kind="routine").values_list("store", "date"))
        added, day = 0, today
        while added < missing:
            day -= dt.timedelta(days=1)
            for store in stores:
                if added < missing and (store, day) not in known:
                    total, own = 10 + (store + day.day) % 17, (store + day.day) % 7
                    yield (
                        store, category, day, "routine", uuid.uuid4().hex, total * 10_000, own * 10_000, 1,
                        True, True, True, now,
                    )  # fmt: skip
                    added += 1

    with transaction.atomic():
        load_rows(Observation, _COLUMNS, rows())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def median_save(times: int, today: dt.date) -> float:
    """Return the median seconds of saving a visit with one count; nothing of it is kept."""
    from django.db import transaction

    from accounts.models import Store
    from ka_crm.people.models import User
    from purchases.models import Category
    from visits.operations import CountSeen, Seen, record_visit

    director = User.objects.filter(role="director").earliest("pk")
    category = Category.objects.order_by("pk")[0]
    stores = list(Store.objects.filter(archived_at__isnull=True).order_by("pk"))
    seconds = []
    for number in range(times):
        store = stores[number * 37 % len(stores)]
        count = CountSeen(category, 170_000, 40_000)
        with transaction.atomic():
            seen = Seen(client_uuid=uuid.uuid4(), store=store, on=today, counts=[count])
            start = time.perf_counter()
            record_visit(by=director, seen=seen)
            seconds.append(time.perf_counter() - start)
            transaction.set_rollback(True)
    return statistics.median(seconds)
