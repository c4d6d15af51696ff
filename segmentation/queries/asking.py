"""Whom to ask first: the stores (or accounts without stores) whose total would teach us most."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from accounts.models import Store
from accounts.visibility import store_scope
from ka_crm.lib.periods import Window
from ka_crm.people.models import User
from purchases.models import MonthlySales
from segmentation.models import SegmentationRun
from segmentation.queries.results import Row, customer_results, store_results
from segmentation.rules.ask_first import NO_TOTAL, OLD_TOTAL, UNCERTAIN_TOTAL, ask_first

LIMIT = 30
#: Without one of these reasons there is nothing to ask.
_TEACHES = {NO_TOTAL, OLD_TOTAL, UNCERTAIN_TOTAL}
#: Relative error that a grade stands for, at its upper end.
_RSE = {"A": 0.0, "B": 0.15, "C": 0.27, "D": 0.5}


def stores_to_ask(
    run: SegmentationRun, viewer: User, limit: int = LIMIT, *, territory: int | None = None
) -> list[Row]:
    """Return stores to ask first, best first, with ``score``, ``reasons`` (keys), ``our_sales`` and names.

    Own sales are the store's sales lines; what lines say of the customer alone goes to its stores in equal
    parts, because nobody knows better. ``territory`` keeps the stores of one (0: of none).
    """
    found_stores: Any = (
        Store.objects.filter(store_scope(viewer), archived_at__isnull=True)
        .filter(customer__archived_at__isnull=True)
        .values(
            "pk", "code", "name", "city", chain=F("customer__name"), chain_code=F("customer__code"),
            customer_pk=F("customer"), kam_name=F("customer__kam__name"),
            place=Coalesce(F("territory"), F("customer__territory")),
        )
        .order_by("code")
    )  # fmt: skip
    stores: list[Row] = list(found_stores)
    if not stores:
        return []
    own = _own_sales(run, stores)
    if territory is not None:
        here = [index for index, row in enumerate(stores) if (row["place"] or 0) == territory]
        stores, own = [stores[index] for index in here], own[here]
    known = _known_totals(run, viewer)
    guess = np.array([known.get(row["pk"], (np.nan,))[0] for row in stores], dtype=np.float64)
    chosen = ask_first(
        own=own,
        potential_guess=guess,
        measured=np.array([row["pk"] in known and known[row["pk"]][3] for row in stores], dtype=bool),
        age_days=np.array([known.get(row["pk"], (0, np.nan))[1] for row in stores], dtype=np.float64),
        rse=np.array([known.get(row["pk"], (0, 0, np.nan))[2] for row in stores], dtype=np.float64),
        near_threshold=_top_line(run),
        limit=limit,
    )
    found = [
        {**stores[index], "our_sales": int(own[index]), "score": float(score), "reasons": list(reasons)}
        for index, score, reasons in zip(
            chosen.indices.tolist(), chosen.score.tolist(), chosen.reasons, strict=True
        )
    ]
    return [row for row in found if _TEACHES & set(row["reasons"])]


def accounts_to_ask(run: SegmentationRun, viewer: User, limit: int = LIMIT) -> list[Row]:
    """Return the largest accounts whose total nobody knows: for companies that keep no stores."""
    unknown = customer_results(run, viewer).filter(
        Q(potential__isnull=True) | Q(measured_share=0) | Q(measured_share__isnull=True), own_sales__gt=0
    )
    found: Any = (
        unknown.values(
            "cell", code=F("customer__code"), name=F("customer__name"), kam_name=F("customer__kam__name"),
            our_sales=F("own_sales"),
        ).order_by("-own_sales", "customer__code")[:limit]
    )  # fmt: skip
    return list(found)


def _own_sales(run: SegmentationRun, stores: Sequence[Row]) -> np.ndarray[Any, np.dtype[np.float64]]:
    window = Window(run.as_of, run.window_months)
    lines = MonthlySales.objects.filter(
        batch__state="committed", month__gte=window.first_month, month__lt=window.end
    )
    by_store: dict[int, int] = {}
    by_customer: dict[int, int] = {}
    for customer, store, amount in (
        lines.values_list("customer", "store").annotate(amount=Sum("net_amount")).order_by()
    ):
        if store is None:
            by_customer[customer] = by_customer.get(customer, 0) + amount
        else:
            by_store[store] = by_store.get(store, 0) + amount
    siblings: dict[int, int] = defaultdict(int)
    for row in stores:
        siblings[row["customer_pk"]] += 1
    return np.array(
        [
            by_store.get(row["pk"], 0) + by_customer.get(row["customer_pk"], 0) / siblings[row["customer_pk"]]
            for row in stores
        ],
        dtype=np.float64,
    )


def _known_totals(run: SegmentationRun, viewer: User) -> dict[int, tuple[float, float, float, bool]]:
    """Store → (total, age in days, relative error, was it measured), from the run's results."""
    known: dict[int, tuple[float, float, float, bool]] = {}
    found = store_results(run, viewer).filter(potential__gt=0)
    rows = found.values_list("store", "potential", "last_seen_on", "grade", "basis").order_by()
    for store, potential, seen, grade, basis in rows:
        # A full count covers the window to its end; only days of visits grow old within it.
        age = float((run.as_of - seen).days) if seen is not None and basis != "totals" else 0.0
        known[store] = (
            float(potential or 0),
            max(age, 0.0),
            _RSE.get(grade, 0.5),
            basis in ("totals", "visits"),
        )
    return known


def _top_line(run: SegmentationRun) -> float | None:
    """Smallest store total in the top class, when one market makes it comparable."""
    cuts = [(side.get("cut_potential") or {}).get("A") for side in (run.summary.get("stores") or {}).values()]
    known = [cut for cut in cuts if cut]
    return float(known[0]) if len(known) == 1 else None
