"""Measure the product against floors taken on the same machine in the same minute.

    make bench [ARGS="--rounds 7"]                      the demo company on SQLite
    make bench ARGS="--customers 200000"                with so many generated customers more
    make bench ARGS="--database postgres://…/bench"     on an empty PostgreSQL database of yours

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
    "/visits/today/": (None, 25),
    "/visits/": (None, 12),
}
RECOMPUTE_GOALS = {"sqlite": 2.5, "postgresql": 1.35}
IMPORT_GOAL = 2.0
IMPORT_LINES = 100_000
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


def copy_floor() -> Callable[[], None]:
    """Return the least a recomputation has to do: read its inputs as columns, and load as many result rows
    as the last run has, indexes and all, by the fastest means of the database. Nothing of it is kept."""
    from django.db import transaction

    from ka_crm.lib import bulk
    from segmentation.models import CustomerResult, SegmentationRun, StoreResult

    last = SegmentationRun.objects.order_by("-pk")[0]
    spare = SegmentationRun.objects.create(
        as_of=last.as_of, window_months=last.window_months, criteria=last.criteria
    )
    results = []
    for model in (CustomerResult, StoreResult):
        names = [
            field.attname for field in model._meta.concrete_fields if field.attname not in ("id", "run_id")
        ]
        rows = model._default_manager.filter(run=last).values_list(*names)
        plain = [[json.dumps(value) if isinstance(value, list) else value for value in row] for row in rows]
        results.append((model, ["run_id", *names], [[spare.pk, *row] for row in plain]))

    def copy() -> None:
        with transaction.atomic():
            bulk.read_integers(
                "SELECT customer_id, net_amount, cost_amount, lines FROM purchases_monthlysales"
            )
            bulk.read_integers("SELECT store_id, total_amount, own_amount FROM visits_categorytotal")
            for model, names, rows in results:
                bulk.load_rows(model, names, rows)
            transaction.set_rollback(True)

    return copy


def measure_recompute(rounds: int) -> tuple[list[Row], list[str]]:
    """The recomputation (its own ``seconds``) against the floor, and its peak memory."""
    from django.db import connection

    manage("recompute")
    copy, floors, measured, counts = copy_floor(), [], [], set()
    for _ in range(rounds):
        floors.append(timed(copy))
        result = manage("recompute")
        measured.append(float(str(result["seconds"])))
        counts.add((result["customers"], result["stores"]))
    floors.append(timed(copy))
    floor, median = statistics.median(floors), statistics.median(measured)
    customers, stores = sorted(counts, key=str)[0]
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    voids = [f"recompute: counts differ: {counts}"] if len(counts) > 1 else []
    voids += ["recompute: beats its floor"] if median < floor else []
    row = (
        f"recompute, {customers} customers, {stores} stores",
        f"≤ {RECOMPUTE_GOALS[connection.vendor]}",
        f"{median / floor:.2f}",
        f"floor {floor:.2f} s, peak {megabytes:.0f} MB",
    )
    return [row], voids


def measure_import(rounds: int) -> tuple[list[Row], list[str]]:
    """A checked import of sales lines against loading as many typed rows into the same table."""
    from bench_data import write_sales_file
    from django.db import transaction

    from accounts.models import Customer
    from ka_crm.imports.models import ImportBatch
    from ka_crm.lib import bulk
    from purchases.models import SalesLine

    folder = Path(os.environ["KA_DATA_DIR"])
    mapping = folder / "mapping.json"
    mapping.write_text(json.dumps({"create_missing": ["customers", "products"]}))
    customer, batch = Customer.objects.order_by("pk")[0].pk, ImportBatch.objects.order_by("pk")[0].pk
    names = ["date", "customer_id", "net_amount", "quantity", "document_no", "line_no", "batch_id"]
    typed = [(f"2022-10-{1 + i % 28:02d}", customer, i, i, "", "", batch) for i in range(IMPORT_LINES)]

    def copy() -> None:
        with transaction.atomic():
            bulk.load_rows(SalesLine, names, typed)
            transaction.set_rollback(True)

    floors, measured, created = [], [], []
    for i in range(max(1, rounds // 2)):
        file = folder / f"sales{i}.csv"
        write_sales_file(file, IMPORT_LINES)
        file.write_text(file.read_text(encoding="utf-8") + "\n" * i, encoding="utf-8")  # another digest
        floors.append(timed(copy))
        started = time.perf_counter()
        result = manage("import_file", "sales", str(file), "--mapping", str(mapping))
        measured.append(time.perf_counter() - started)
        created.append(result["created"])
    floor, median = statistics.median(floors), statistics.median(measured)
    voids = [f"import: created {created}"] if set(created) != {IMPORT_LINES} else []
    row = (
        f"import of {IMPORT_LINES} checked lines, process start included",
        f"≤ {IMPORT_GOAL}",
        f"{median / floor:.2f}",
        f"{median:.1f} s, floor {floor:.2f} s",
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
        asked = len(queries)  # now: the next request empties the log
        if status != 200:
            voids.append(f"{page}: answered {status}")
            continue
        empty, full = [], []
        for _ in range(rounds * 3):
            empty.append(timed(partial(client.get, f"/{EMPTY}")))
            full.append(timed(partial(client.get, page)))
        floor, median = statistics.median(empty), statistics.median(full)
        voids += [f"{page}: beats its floor"] if median < floor else []
        if asked > most_queries:
            voids.append(f"{page}: {asked} queries, at most {most_queries}")
        shown = f"{median * 1000:.1f} ms, floor {floor * 1000:.1f} ms, {asked} queries"
        rows.append((page, f"≤ {goal}" if goal else "–", f"{median / floor:.2f}", shown))
    return rows, voids


def show(rows: list[Row], voids: list[str]) -> None:
    """Print the table, then whatever makes it void."""
    for what, goal, ratio, details in [("measured", "goal", "ratio", ""), *rows]:
        print(f"{what:<48} {goal:>7} {ratio:>8}  {details}")
    for void in voids:
        print(f"VOID  {void}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Speed of the product against floors.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--customers", type=int, default=0, help="generated customers beside the demo company"
    )
    parser.add_argument("--database", default="", help="an empty database of yours, as DATABASE_URL")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ka-bench-") as folder:
        database = options.database or f"sqlite:///{folder}/bench.sqlite3"
        os.environ.update(KA_DATA_DIR=folder, DATABASE_URL=database, REDIS_URL="")
        os.environ.update(KA_DEBUG="1", KA_LOG_LEVEL="ERROR")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ka_crm.settings")
        sys.path.insert(0, str(ROOT))
        manage("migrate", "--verbosity", "0")
        loading = timed(lambda: manage("load_demo"))
        import django

        django.setup()
        if options.customers:
            from bench_data import generate_company

            generate_company(options.customers)
        from bench_preview import measure_preview
        from bench_visits import measure_visits

        rows: list[Row] = [("loading the demo company", "≤ 120 s", f"{loading:.0f} s", "")]
        voids: list[str] = []
        measures = (measure_recompute, measure_preview, measure_pages, measure_import, measure_visits)
        for measure in measures:
            more, wrong = measure(options.rounds)
            rows, voids = rows + more, voids + wrong
        show(rows, voids)
    return 1 if voids else 0


if __name__ == "__main__":
    sys.exit(main())
