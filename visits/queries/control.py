"""Reads of shelf prices, prices seen, and where they stand against the floor."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet

from accounts.visibility import store_scope
from ka_crm.people.models import User
from visits.control_access import shelf_price_scope
from visits.models import PriceSighting, ShelfPrice
from visits.queries.loaded import loaded
from visits.rules.price import (
    CONFIRMED_WITHIN,
    Floor,
    ListedPrice,
    PriceJudgement,
    Seen,
    floor_in_force,
    judge_series,
)

#: Prices judged at once at most, the newest first.
MOST_SIGHTINGS = 50_000
_ORDER = {"confirmed": 0, "to_verify": 1, "ok": 2, "not_judged": 3}


@dataclass(frozen=True)
class JudgedPrice:
    """A price seen, with its judgement; amounts in ten-thousandths. ``data`` holds names and codes."""

    pk: int
    data: dict[str, Any]
    price: int
    floor: Floor | None
    judgement: PriceJudgement


@dataclass(frozen=True)
class ProductRange:
    """What a product costs on the shelves: lowest, median and highest newest price, and the lowest and
    highest floor in force; ten-thousandths."""

    name: str
    code: str
    stores: int
    lowest: int
    middle: int
    highest: int
    floors: tuple[int, int] | None
    below: int


def shelf_prices_seen_by(viewer: User) -> "QuerySet[ShelfPrice]":
    """Return the price list as far as ``viewer`` may see it, archived lines included."""
    return ShelfPrice.objects.filter(shelf_price_scope(viewer), loaded())


def price_sightings_seen_by(viewer: User) -> "QuerySet[PriceSighting]":
    """Return the prices seen in stores that ``viewer`` may see."""
    return PriceSighting.objects.filter(store_scope(viewer, "store__"))


def prices_beside(listed: ShelfPrice) -> "QuerySet[ShelfPrice]":
    """Return other live lines for the same product, whom and kind that hold on a day of this one."""
    others = ShelfPrice.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=listed.from_on),
        product=listed.product_id,
        is_promotion=listed.is_promotion,
        archived_at__isnull=True,
        **_same("customer", listed.customer_id),
        **_same("region", listed.region_id),
    )
    if listed.to_on is not None:
        others = others.filter(from_on__lte=listed.to_on)
    return others.exclude(pk=listed.pk)


def _same(name: str, value: int | None) -> dict[str, Any]:
    return {f"{name}__isnull": True} if value is None else {name: value}


def listed_prices(products: Iterable[int] | None = None) -> dict[int, list[ListedPrice]]:
    """Return the lines of the price list by product, for the rule; one query."""
    rows = ShelfPrice.objects.filter(loaded(), archived_at__isnull=True).order_by()
    if products is not None:
        rows = rows.filter(product__in=list(products))
    found: dict[int, list[ListedPrice]] = defaultdict(list)
    names = ("product_id", "floor", "price", "from_on", "to_on", "customer_id", "region_id", "is_promotion")
    for product, *values in rows.values_list(*names):
        found[product].append(ListedPrice(*values))
    return found


def judged_prices(viewer: User, where: Q, *, since: dt.date, until: dt.date) -> list[JudgedPrice]:
    """Return the prices seen in a period, judged, newest first; two queries whatever their number.

    Earlier ones of the same store and product are read too, because they may confirm a price.
    """
    names = (
        "pk", "on", "price", "has_photo", "product_id", "product__code", "product__name", "store_id",
        "store__code", "store__name", "store__customer__code", "store__customer__name", "store__customer_id",
        "store__region_id", "store__customer__region_id", "store__region__name",
    )  # fmt: skip
    rows = price_sightings_seen_by(viewer).filter(
        where, on__gte=since - dt.timedelta(CONFIRMED_WITHIN), on__lte=until
    )
    series: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("-on", "-pk").values(*names)[:MOST_SIGHTINGS]:
        series[row["store_id"], row["product_id"]].append(row)
    listed = listed_prices({product for _store, product in series})
    found = [
        one
        for (_store, product), group in series.items()
        for one in _judged(listed.get(product, []), group[::-1])
        if one.data["on"] >= since
    ]
    return sorted(found, key=lambda one: (one.data["on"], one.pk), reverse=True)


def _judged(listed: list[ListedPrice], group: list[dict[str, Any]]) -> list[JudgedPrice]:
    floors = [
        floor_in_force(
            listed,
            customer=row["store__customer_id"],
            region=row["store__region_id"] or row["store__customer__region_id"],
            on=row["on"],
        )
        for row in group
    ]
    seen = [
        Seen(row["on"], row["price"], floor, row["has_photo"])
        for row, floor in zip(group, floors, strict=True)
    ]
    return [
        JudgedPrice(row["pk"], row, row["price"], floor, judgement)
        for row, floor, judgement in zip(group, floors, judge_series(seen), strict=True)
    ]


def is_cut(viewer: User, where: Q, *, since: dt.date, until: dt.date) -> bool:
    """Return whether there are more prices in a period than are judged at once; reads one row."""
    first = since - dt.timedelta(CONFIRMED_WITHIN)
    rows = price_sightings_seen_by(viewer).filter(where, on__gte=first, on__lte=until)
    return rows.order_by("-on", "-pk").values("pk")[MOST_SIGHTINGS : MOST_SIGHTINGS + 1].exists()


def newest_of_each(prices: list[JudgedPrice]) -> list[JudgedPrice]:
    """Return the newest price of every store and product, the deepest below its floor first."""
    newest: dict[tuple[int, int], JudgedPrice] = {}
    for one in prices:
        newest.setdefault((one.data["store_id"], one.data["product_id"]), one)
    return sorted(newest.values(), key=_by_deviation)


def _by_deviation(one: JudgedPrice) -> tuple[int, float, int]:
    return _ORDER[one.judgement.state], -(one.judgement.deviation or 0.0), -one.pk


def product_ranges(newest: list[JudgedPrice]) -> list[ProductRange]:
    """Return how far prices of each product spread, those with most stores below the floor first."""
    groups: dict[int, list[JudgedPrice]] = defaultdict(list)
    for one in newest:
        groups[one.data["product_id"]].append(one)
    found = []
    for group in groups.values():
        prices = [one.price for one in group]
        floors = [one.floor.amount for one in group if one.floor]
        found.append(
            ProductRange(
                name=group[0].data["product__name"],
                code=group[0].data["product__code"],
                stores=len(group),
                lowest=min(prices),
                middle=int(median(prices)),
                highest=max(prices),
                floors=(min(floors), max(floors)) if floors else None,
                below=sum(one.judgement.state in ("to_verify", "confirmed") for one in group),
            )
        )
    return sorted(found, key=lambda one: (-one.below, one.name))


def judge_sightings(viewer: User, rows: list[PriceSighting]) -> dict[int, JudgedPrice]:
    """Return the judgements of a few sightings (one page of them) by id; two queries."""
    if not rows:
        return {}
    where = Q(store__in={row.store_id for row in rows}, product__in={row.product_id for row in rows})
    days = [row.on for row in rows]
    return {one.pk: one for one in judged_prices(viewer, where, since=min(days), until=max(days))}


def shelf_price_text(text: str) -> Q:
    """Return the condition for a text within product, customer or region of a line of the price list."""
    return (
        Q(product__name__icontains=text)
        | Q(product__code__icontains=text)
        | Q(customer__name__icontains=text)
        | Q(customer__code__icontains=text)
        | Q(region__name__icontains=text)
    )
