"""Measure the demo company against floors taken on the same machine in the same minute.

    make bench [ARGS="--rounds 7"]

Seconds differ from machine to machine, so goals are ratios: a recomputation against copying its inputs
out and its results in; a page against an empty response to somebody who is logged in. Floors and
measurements alternate and the median of the rounds counts. A measurement is void, and the program fails,
if something beats its floor, if a page does not answer 200, or if two recomputations differ in their
counts. A throw-away data folder is used; nothing of yours is touched.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Page -> most times the time of an empty response (None: no goal yet), most queries.
PAGES: dict[str, tuple[float | None, int]] = {
    "/": (3, 20),
    "/accounts/": (4, 12),
    "/stores/": (4, 12),
    "/segmentation/": (3, 20),
    "/segmentation/comparison/": (None, 20),
    "/api/v1/customers/": (4, 12),
    "/api/v1/stores/": (4, 12),
}
INPUTS = ("purchases_monthlysales", "visits_categorytotal", "accounts_store", "accounts_customer")
RESULTS = ("segmentation_customerresult", "segmentation_storeresult")
RECOMPUTE_GOAL = 2.5
EMPTY = "bench-empty/"
Row = tuple[str, str, str, str]


def timed(action: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def manage(*arguments: str) -> dict[str, object]:
    """Run a management command in its own process; returns the JSON object of its last line."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True)
    lines = done.stdout.strip().splitlines()
    found = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return found if isinstance(found, dict) else {}


def copy_floor() -> None:
    """Read the inputs of a recomputation and write as many result rows: the least it has to do."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table in INPUTS:
            cursor.execute(f"SELECT * FROM {table}")
            cursor.fetchall()
        for table in RESULTS:
            cursor.execute(f"SELECT * FROM {table} WHERE run_id = (SELECT MAX(run_id) FROM {table})")
            rows = cursor.fetchall()
            cursor.execute(f"CREATE TEMPORARY TABLE bench_floor AS SELECT * FROM {table} WHERE 1 = 0")
            if rows:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO bench_floor VALUES ({places})", rows)
            cursor.execute("DROP TABLE bench_floor")


def measure_recompute(rounds: int) -> tuple[list[Row], list[str]]:
    """The recomputation (its own ``seconds``) against the floor, and its peak memory."""
    floors, measured, counts = [], [], set()
    for _ in range(rounds):
        floors.append(timed(copy_floor))
        result = manage("recompute")
        measured.append(float(str(result["seconds"])))
        counts.add((result["customers"], result["stores"]))
    floors.append(timed(copy_floor))
    floor, median = statistics.median(floors), statistics.median(measured)
    customers, stores = sorted(counts, key=str)[0]
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    voids = [f"recompute: counts differ: {counts}"] if len(counts) > 1 else []
    voids += ["recompute: beats its floor"] if median < floor else []
    what = f"recompute, {customers} customers, {stores} stores"
    row = (
        what,
        f"≤ {RECOMPUTE_GOAL}",
        f"{median / floor:.2f}",
        f"floor {floor:.2f} s, peak {megabytes:.0f} MB",
    )
    return [row], voids


def add_empty_page() -> None:
    """Route an empty response that asks, like every page, who is logged in."""
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from ka_crm import urls

    def empty(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=200 if request.user.is_authenticated else 403)

    patterns: list[object] = urls.urlpatterns  # type: ignore[assignment]
    patterns.insert(0, path(EMPTY, empty))


def measure_pages(rounds: int) -> tuple[list[Row], list[str]]:
    """Every page as the director sees it, against an empty response; and its number of queries."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    add_empty_page()
    client = Client()
    client.force_login(get_user_model().objects.filter(role="director").earliest("pk"))
    rows, voids = [], []
    for page, (goal, most_queries) in PAGES.items():
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            status = client.get(page).status_code
        if status != 200:
            voids.append(f"{page}: answered {status}")
            continue
        empty, full = [], []
        for _ in range(rounds * 3):
            empty.append(timed(partial(client.get, f"/{EMPTY}")))
            full.append(timed(partial(client.get, page)))
        floor, median = statistics.median(empty), statistics.median(full)
        voids += [f"{page}: beats its floor"] if median < floor else []
        if len(queries) > most_queries:
            voids.append(f"{page}: {len(queries)} queries, at most {most_queries}")
        shown = f"{median * 1000:.1f} ms, floor {floor * 1000:.1f} ms, {len(queries)} queries"
        rows.append((page, f"≤ {goal}" if goal else "–", f"{median / floor:.2f}", shown))
    return rows, voids


def show(rows: list[Row], voids: list[str]) -> None:
    """Print the table, then whatever makes it void."""
    for what, goal, ratio, details in [("measured", "goal", "ratio", ""), *rows]:
        print(f"{what:<48} {goal:>7} {ratio:>8}  {details}")
    for void in voids:
        print(f"VOID  {void}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Speed of the demo company against floors.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="ka-bench-") as folder:
        own = {"KA_DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3", "REDIS_URL": ""}
        os.environ.update(own, KA_DEBUG="1", KA_LOG_LEVEL="ERROR")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ka_crm.settings")
        sys.path.insert(0, str(ROOT))
        manage("migrate", "--verbosity", "0")
        loading = timed(lambda: manage("load_demo"))
        import django

        django.setup()
        rows: list[Row] = [("loading the demo company", "≤ 120 s", f"{loading:.0f} s", "")]
        voids: list[str] = []
        for measure in (measure_recompute, measure_pages):
            more, wrong = measure(rounds)
            rows, voids = rows + more, voids + wrong
        show(rows, voids)
    return 1 if voids else 0


if __name__ == "__main__":
    sys.exit(main())
