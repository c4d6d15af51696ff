"""What the form of a visit shows of a store: last numbers, usual level, certainty, what to look at.

Nothing of a dossier: representatives read it. A few queries for any number of stores.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, Sum, Window
from django.db.models.functions import RowNumber

from accounts.models import Competitor, Store
from purchases.models import Category, Product
from visits.models import BrandCount, CheckPoint, Observation, PriceSighting, ShelfPrice, StoreShare
from visits.models.observation import ObservationKind
from visits.queries.loaded import loaded
from visits.rules.plausibility import USUAL_OF, Usual, usual_of
from visits.rules.share import MIN_DAYS

MOST_CATEGORIES = 12
MOST_UNKNOWN = 4
MOST_PRODUCTS = 5
MOST_COMPETITORS = 6
Pair = tuple[int, int]


@dataclass(frozen=True)
class LastCount:
    """The newest count that holds; ten-thousandths."""

    on: dt.date
    total: int
    own: int


@dataclass(frozen=True)
class CategoryToCount:
    """One category of the form; ``share`` is where the store stands now, if anything is known."""

    category: Category
    share: StoreShare | None
    last: LastCount | None
    usual: Usual | None

    @property
    def visits_done(self) -> int:
        """Visit days that the present share stands on; full counts are no visits."""
        return self.share.clusters if self.share and self.share.basis == "visits" else 0

    @property
    def visits_needed(self) -> int:
        """Visit days that are missing until a share can be told at all."""
        is_counted = self.share is not None and self.share.basis == "totals"
        return 0 if is_counted else max(MIN_DAYS - self.visits_done, 0)


@dataclass(frozen=True)
class PriceToCheck:
    """A product whose price to look at; ten-thousandths, ``None`` where unknown."""

    product: Product
    shelf_price: int | None
    last_price: int | None


@dataclass(frozen=True)
class StoreForm:
    """Everything that the form of a visit asks and shows."""

    store: Store
    categories: list[CategoryToCount]
    points: list[CheckPoint]
    products: list[PriceToCheck]
    competitors: list[str]


def store_forms(stores: Sequence[Store], on: dt.date) -> dict[int, StoreForm]:
    """Return the forms of stores (with their customers), by store id, for a visit on a day."""
    ids = [store.pk for store in stores]
    shares = _shares(ids)
    earlier = _earlier_counts(ids, on)
    counted = {category for _store, category in earlier}
    categories = {row.pk: row for row in Category.objects.filter(pk__in=counted)}
    usual_ones = _usual_categories() if len(shares) < len(set(ids)) else []
    points = list(CheckPoint.objects.filter(archived_at__isnull=True))
    prices = _prices(stores, on)
    rivals, known_rivals = _rivals(ids), None
    forms = {}
    for store in stores:
        of_store = shares.get(store.pk, {})
        found = {row.category_id: row.category for row in of_store.values()}
        found |= {pk: categories[pk] for at, pk in earlier if at == store.pk and pk not in found}
        found = found or {row.pk: row for row in usual_ones}
        names = rivals.get(store.pk)
        if names is None:
            known_rivals = _all_rivals() if known_rivals is None else known_rivals
            names = known_rivals
        forms[store.pk] = StoreForm(
            store,
            [
                _category(row, of_store.get(pk), earlier.get((store.pk, pk), []))
                for pk, row in list(found.items())[:MOST_CATEGORIES]
            ],
            points,
            prices[store.pk],
            names,
        )
    return forms


def check_points_by_part() -> dict[str, list[str]]:
    """Return what is looked at on visits, by the part it belongs to; archived points left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for part, name in CheckPoint.objects.filter(archived_at__isnull=True).values_list("part", "name"):
        found[part].append(name)
    return dict(found)


def _category(category: Category, share: StoreShare | None, counts: list[LastCount]) -> CategoryToCount:
    usual = usual_of([count.total for count in counts])
    return CategoryToCount(category, share, counts[0] if counts else None, usual)


def _shares(ids: Sequence[int]) -> dict[int, dict[int, StoreShare]]:
    """Where each store stands, its largest categories first."""
    rows = StoreShare.objects.filter(store__in=ids).select_related("category")
    found: dict[int, dict[int, StoreShare]] = defaultdict(dict)
    for row in rows.order_by(F("potential_amount").desc(nulls_last=True), "category__name"):
        found[row.store_id][row.category_id] = row
    return found


def _earlier_counts(ids: Sequence[int], on: dt.date) -> dict[Pair, list[LastCount]]:
    """The newest counts before a day that hold, newest first; read over the index, not the history."""
    place = Window(
        RowNumber(), partition_by=[F("store"), F("category")], order_by=[F("date").desc(), F("id").desc()]
    )
    rows = Observation.objects.filter(
        store__in=ids,
        date__lt=on,
        is_live=True,
        is_confirmed=True,
        kind=ObservationKind.ROUTINE,
    ).annotate(place=place)
    found: dict[Pair, list[LastCount]] = defaultdict(list)
    newest = rows.filter(place__lte=USUAL_OF).order_by("store", "category", "place")
    for store, category, day, total, own in newest.values_list(
        "store", "category", "date", "total_units", "own_units"
    ):
        found[store, category].append(LastCount(day, total, own))
    return dict(found)


def _usual_categories() -> list[Category]:
    """What to ask in a store of which nothing is known: the categories counted in most stores."""
    counted = Category.objects.filter(pk__in=StoreShare.objects.order_by().values("category"))
    many = StoreShare.objects.order_by().values("category").annotate(stores=Count("store"))
    order = [row["category"] for row in many.order_by("-stores", "category")[:MOST_UNKNOWN]]
    found = {row.pk: row for row in counted.filter(pk__in=order)}
    return [found[pk] for pk in order] or list(Category.objects.all()[:MOST_UNKNOWN])


def _prices(stores: Sequence[Store], on: dt.date) -> dict[int, list[PriceToCheck]]:
    """The products with a shelf price in force, promotions first: the most special price of each."""
    rows = list(
        ShelfPrice.objects.filter(
            loaded(),
            Q(to_on__isnull=True) | Q(to_on__gte=on),
            Q(customer__isnull=True) | Q(customer__in={store.customer_id for store in stores}),
            from_on__lte=on,
            archived_at__isnull=True,
            product__archived_at__isnull=True,
        )
        .select_related("product")
        .order_by("from_on", "pk")
    )
    chosen = {store.pk: _most_special(rows, store) for store in stores}
    wanted = {row.product_id for found in chosen.values() for row in found}
    last = _last_prices([store.pk for store in stores], wanted)
    return {
        store: [PriceToCheck(row.product, row.price, last.get((store, row.product_id))) for row in found]
        for store, found in chosen.items()
    }


def _most_special(rows: Iterable[ShelfPrice], store: Store) -> list[ShelfPrice]:
    region = store.region_id or store.customer.region_id
    best: dict[int, tuple[Any, ShelfPrice]] = {}
    for row in rows:
        if row.customer_id not in (None, store.customer_id) or row.region_id not in (None, region):
            continue
        rank = (row.is_promotion, row.customer_id is not None, row.region_id is not None, row.from_on)
        if row.product_id not in best or rank >= best[row.product_id][0]:
            best[row.product_id] = (rank, row)
    found = [row for _rank, row in best.values()]
    return sorted(found, key=lambda row: (not row.is_promotion, row.product.name, row.pk))[:MOST_PRODUCTS]


def _last_prices(ids: Sequence[int], products: set[int]) -> dict[Pair, int]:
    if not products:
        return {}
    place = Window(
        RowNumber(), partition_by=[F("store"), F("product")], order_by=[F("on").desc(), F("id").desc()]
    )
    rows = PriceSighting.objects.filter(store__in=ids, product__in=products).annotate(place=place)
    newest = rows.filter(place=1).order_by().values_list("store", "product", "price")
    return {(store, product): price for store, product, price in newest}


def _rivals(ids: Sequence[int]) -> dict[int, list[str]]:
    """Names of the competitors seen in each store, largest first."""
    rows = BrandCount.objects.filter(store__in=ids, competitor__isnull=False).order_by()
    sums = rows.values("store", "competitor__name").annotate(units=Sum("units"))
    found: dict[int, list[str]] = defaultdict(list)
    for row in sorted(sums, key=lambda row: (-(row["units"] or 0), row["competitor__name"])):
        if len(found[row["store"]]) < MOST_COMPETITORS:
            found[row["store"]].append(row["competitor__name"])
    return dict(found)


def _all_rivals() -> list[str]:
    rows = Competitor.objects.filter(archived_at__isnull=True)
    return list(rows.values_list("name", flat=True)[:MOST_COMPETITORS])
