"""Reads the evidence of stores into arrays: full counts, newest visits, desk sources, our own sales."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import F, Q

from accounts.models import Store
from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.lib.bulk import NULL, day_number_sql, month_index_sql, read_integers
from ka_crm.lib.periods import Window
from visits.models import MarketShare, PotentialEstimate
from visits.rules.evidence import Counted, DeskSources, Evidence
from visits.rules.potential_sources import HALF_LIFE_DAYS, SOURCE_RSE

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
_COLUMNS = ("total_amount", "own_amount", "total_units", "own_units")


def load_evidence(
    as_of: dt.date,
    settings: CriteriaSettings,
    *,
    store_ids: Sequence[int] | None = None,
    visits_before: dt.date | None = None,
) -> Evidence:
    """Return what is known of every pair of store and category, ordered by store and category.

    Full counts lie in the window before ``as_of``; visits are the newest before ``visits_before``
    (default: the as-of date). ``store_ids`` narrows it to some stores.
    """
    window = Window(as_of, settings.window_months)
    visits_before = visits_before or as_of
    months = _month_rows(window, store_ids)
    visits = _visit_rows(visits_before, settings.visit_window, store_ids)
    desk = _desk_rows(as_of, store_ids)
    pairs = np.concatenate(
        [np.stack(rows[:2], axis=1) for rows in (months, visits)]
        + [np.array([row[:2] for row in desk], dtype=np.int64).reshape(-1, 2)]
    )
    keys, places = np.unique(pairs, axis=0, return_inverse=True)
    places = places.reshape(-1)
    in_months, in_visits = len(months[0]), len(visits[0])
    store, category = keys[:, 0], keys[:, 1]
    region, store_format, archived = _store_columns(store)
    month_amount, month_units = _grids(
        months, places[:in_months], months[2] - window.first_index, len(keys), window.months
    )
    newest = settings.visit_window[0]
    visit_rows = places[in_months : in_months + in_visits]
    visit_amount, visit_units = _grids(visits, visit_rows, visits[2], len(keys), newest)
    visit_day = np.zeros((len(keys), newest), dtype=np.int64)
    visit_day[visit_rows, visits[2]] = visits[7]
    evidence = Evidence(
        store=store,
        category=category,
        region=region,
        format=store_format,
        month_amount=month_amount,
        month_units=month_units,
        visit_day=visit_day,
        visit_amount=visit_amount,
        visit_units=visit_units,
        desk=_desk_sources(desk, places[in_months + in_visits :], len(keys), as_of),
        own_sales=_own_sales(store, category, window),
        first_month=window.first_index,
        as_of=visits_before.toordinal(),
    )
    return evidence if not archived.any() else _without(evidence, archived)


def configured_market_shares(evidence: Evidence, as_of: dt.date) -> tuple[FloatArray, FloatArray]:
    """Return the stated market shares in force on the last day before ``as_of``: by region, by country.

    nan where none is stated. Of several in force the one that began last holds.
    """
    day = as_of - dt.timedelta(days=1)
    stated: dict[tuple[int, int], float] = {}
    rows = MarketShare.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day, archived_at__isnull=True
    ).order_by("from_on", "id")
    for category, region, value in rows.values_list("category_id", "region_id", "share"):
        stated[(category, region or -1)] = float(value)
    by_region = np.full(len(evidence), np.nan)
    by_country = np.full(len(evidence), np.nan)
    for (category, region), fraction in stated.items():
        of_category = evidence.category == category
        if region == -1:
            by_country[of_category] = fraction
        else:
            by_region[of_category & (evidence.region == region)] = fraction
    return by_region, by_country


def _limited(column: str, store_ids: Sequence[int] | None) -> tuple[str, list[Any]]:
    if store_ids is None:
        return "", []
    marks = ", ".join(["%s"] * len(store_ids)) or "NULL"
    return f" AND {column} IN ({marks})", list(store_ids)


def _month_rows(window: Window, store_ids: Sequence[int] | None) -> list[IntArray]:
    """Store, category, month index and the four numbers; of several sources the newest row counts."""
    only, params = _limited("t.store_id", store_ids)
    sql = f"""
        SELECT t.store_id, t.category_id, {month_index_sql("t.month")} AS month_index,
               t.total_amount, t.own_amount, t.total_units, t.own_units
        FROM (
            SELECT t.*, ROW_NUMBER() OVER (
                PARTITION BY t.store_id, t.category_id, t.month ORDER BY t.id DESC) AS newest
            FROM visits_categorytotal t
            WHERE t.is_live AND t.month >= %s AND t.month < %s{only}
        ) t WHERE t.newest = 1
    """
    return read_integers(sql, [window.first_month.isoformat(), window.end.isoformat(), *params])


def _visit_rows(
    before: dt.date, visit_window: tuple[int, int], store_ids: Sequence[int] | None
) -> list[IntArray]:
    """Store, category, place (0 = newest), the four numbers, and the day of the newest visits."""
    newest, days = visit_window
    only, params = _limited("o.store_id", store_ids)
    sql = f"""
        SELECT o.store_id, o.category_id, o.place - 1 AS place,
               o.total_amount, o.own_amount, o.total_units, o.own_units, {day_number_sql("o.date")} AS day
        FROM (
            SELECT o.*, ROW_NUMBER() OVER (
                PARTITION BY o.store_id, o.category_id ORDER BY o.date DESC, o.id DESC) AS place
            FROM visits_observation o
            WHERE o.is_live AND o.is_confirmed AND o.kind = 'routine'
              AND o.date >= %s AND o.date < %s{only}
        ) o WHERE o.place <= %s
    """
    first = before - dt.timedelta(days=days)
    return read_integers(sql, [first.isoformat(), before.isoformat(), *params, newest])


def _grids(
    rows: list[IntArray], place: IntArray, column: IntArray, height: int, width: int
) -> tuple[Counted, Counted]:
    """Spread rows of (…, total_amount, own_amount, total_units, own_units) over (height, width)."""
    grids = []
    for values in rows[3:7]:
        grid = np.full((height, width), NULL, dtype=np.int64)
        grid[place, column] = values
        grids.append(grid)
    known = [grid != NULL for grid in grids]
    filled = [np.where(mask, grid, 0) for mask, grid in zip(known, grids, strict=True)]
    return (
        Counted(filled[0], filled[1], known[0], known[1]),
        Counted(filled[2], filled[3], known[2], known[3]),
    )


def _store_columns(store: IntArray) -> tuple[IntArray, IntArray, npt.NDArray[np.bool_]]:
    """Region (the store's, else its customer's), format and whether it is archived, by row."""
    rows = Store.objects.values_list(
        "id", "region_id", "customer__region_id", "format_id", "archived_at", "customer__archived_at"
    )
    if len(store) < 1000:
        rows = rows.filter(id__in=np.unique(store).tolist())
    known = {row[0]: (row[1] or row[2] or -1, row[3] or -1, bool(row[4] or row[5])) for row in rows}
    columns = [known[int(store_id)] for store_id in store]
    table = np.array(columns, dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2].astype(bool)


def customer_desk_sources(as_of: dt.date) -> tuple[list[tuple[int, int]], DeskSources]:
    """Return the (customer, category) pairs that a desk estimate is stated for, and their sources."""
    rows = _newest_estimates(as_of, "customer", Q(customer__archived_at__isnull=True))
    pairs = sorted({row[:2] for row in rows})
    number = {pair: place for place, pair in enumerate(pairs)}
    places = np.array([number[row[:2]] for row in rows], dtype=np.int64)
    return pairs, _desk_sources(rows, places, len(pairs), as_of)


def _desk_rows(as_of: dt.date, store_ids: Sequence[int] | None) -> list[tuple[Any, ...]]:
    return _newest_estimates(as_of, "store", Q() if store_ids is None else Q(store_id__in=list(store_ids)))


def _newest_estimates(as_of: dt.date, owner: str, wanted: Q) -> list[tuple[Any, ...]]:
    """Newest estimate of each store (or customer), category and source, stated before the as-of date."""
    rows = PotentialEstimate.objects.filter(
        Q(stated_on__isnull=True) | Q(stated_on__lt=as_of),
        wanted,
        archived_at__isnull=True,
        year__lte=as_of.year,
        **{f"{owner}__isnull": False},
    ).order_by("year", F("stated_on").asc(nulls_first=True), "id")
    newest = {}
    for row in rows.values_list(
        f"{owner}_id", "category_id", "source", "amount", "units", "year", "stated_on"
    ):
        newest[row[:3]] = row
    return list(newest.values())


def _desk_sources(rows: list[tuple[Any, ...]], place: IntArray, height: int, as_of: dt.date) -> DeskSources:
    names = [name for name in SOURCE_RSE if name != "sister_stores"]
    keys = ("amount", "units", "rse", "age", "half")
    columns = {key: np.full((height, len(names)), np.nan) for key in keys}
    for (_, _, source, amount, units, year, stated_on), row in zip(rows, place.tolist(), strict=True):
        cell = (row, names.index(source))
        columns["amount"][cell] = np.nan if amount is None else amount
        columns["units"][cell] = np.nan if units is None else units
        columns["rse"][cell] = SOURCE_RSE[source]
        columns["age"][cell] = max(0, (as_of - (stated_on or dt.date(year, 1, 1))).days)
        columns["half"][cell] = HALF_LIFE_DAYS[source]
    return DeskSources(*(columns[key] for key in keys))


def _own_sales(store: IntArray, category: IntArray, window: Window) -> FloatArray:
    """Our sales lines to each store and category in the window; nan where there are none."""
    only, params = _limited("m.store_id", np.unique(store).tolist() if len(store) < 500 else None)
    rows = read_integers(
        f"""
        SELECT m.store_id, COALESCE(m.category_id, 0), SUM(m.net_amount)
        FROM purchases_monthlysales m JOIN imports_importbatch b ON b.id = m.batch_id
        WHERE b.state = 'committed' AND m.store_id IS NOT NULL AND m.month >= %s AND m.month < %s{only}
        GROUP BY m.store_id, COALESCE(m.category_id, 0)
        """,
        [window.first_month.isoformat(), window.end.isoformat(), *params],
    )
    known = {(s, c): amount for s, c, amount in zip(*(column.tolist() for column in rows), strict=True)}
    return np.array(
        [known.get(pair, np.nan) for pair in zip(store.tolist(), category.tolist(), strict=True)],
        dtype=np.float64,
    )


def _without(evidence: Evidence, gone: npt.NDArray[np.bool_]) -> Evidence:
    """The evidence without some rows."""

    def kept(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value[~gone]
        if isinstance(value, Counted | DeskSources):
            return type(value)(**{name: column[~gone] for name, column in vars(value).items()})
        return value

    return Evidence(**{name: kept(value) for name, value in vars(evidence).items()})
