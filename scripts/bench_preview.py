"""Previewing criteria against recomputing everything: in memory, so that it may take little more."""

from __future__ import annotations

import statistics
import time

GOAL = 1.5
#: What is previewed: a list by other thresholds, and a window that has to be computed anew.
CHANGES: dict[str, dict[str, object]] = {
    "another list": {"potential_type_score": 80},
    "computed anew": {"xyz_thresholds": [0.25, 0.5]},
}


def measure_preview(rounds: int) -> tuple[list[tuple[str, str, str, str]], list[str]]:
    """Return the rows of the ratio between a preview, whatever it keeps forgotten, and a recomputation.

    Both run in this process and alternate. What a preview finds must be the same in every round.
    """
    from ka_crm.criteria.queries import values_in_force
    from ka_crm.people.models import User
    from segmentation import preview_people
    from segmentation.operations import recompute_segmentation
    from segmentation.preview import preview

    director = User.objects.filter(role="director").earliest("pk")
    values, floors = values_in_force(), []
    seconds: dict[str, list[float]] = {name: [] for name in CHANGES}
    found: dict[str, set[tuple[object, ...]]] = {name: set() for name in CHANGES}
    for _ in range(max(2, rounds // 2)):
        start = time.perf_counter()
        run = recompute_segmentation()
        floors.append(time.perf_counter() - start)
        for name, change in CHANGES.items():
            preview_people.forget()
            start = time.perf_counter()
            report = preview(run=run, values={**values, **change}, viewer=director)
            seconds[name].append(time.perf_counter() - start)
            found[name].add((report["accounts"], report["after"], report["enters"], report["moves"]))
    floor = statistics.median(floors)
    rows, voids = [], []
    for name, times in seconds.items():
        ratio = statistics.median(times) / floor
        details = f"{statistics.median(times):.2f} s against {floor:.2f} s"
        rows.append((f"preview of criteria, {name}", f"≤ {GOAL}", f"{ratio:.2f}", details))
        voids += [f"preview, {name}: {ratio:.2f} times a recomputation"] if ratio > GOAL else []
        voids += [f"preview, {name}: rounds differ: {found[name]}"] if len(found[name]) > 1 else []
    return rows, voids
