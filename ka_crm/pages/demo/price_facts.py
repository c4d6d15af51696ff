"""Generated shelf prices of the demo company: a price list, promotions, and prices seen in stores.

Recommended prices stand a quarter above the list price of the product; what was "seen" is drawn with a fixed
seed around them. Nobody ever read any of these prices on a shelf.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import NamedTuple

from django.db.models import Sum

from accounts.models import Customer
from ka_crm.lib.money import SCALE, to_scaled
from ka_crm.pages.demo.visits import SEED
from ka_crm.people.models import User
from purchases.models import Product, SalesLine
from visits.models import Observation, PriceSighting, ShelfPrice
from visits.operations.shelf_prices import create_shelf_price

PRODUCTS = 6
STORES = 150
NOTE = "Made up for the demo company"
_LIST_FROM = dt.date(2022, 1, 1)
_SEEN_FROM = dt.date(2022, 8, 15)
_MARKUP, _FLOOR = Decimal("1.25"), Decimal("0.92")
_CLUBS, _CLUB_MARKUP = ("SAMS-CLUB", "COSTCO"), Decimal("1.14")
#: Place of the product among those sold most, first and last day, part of the floor that stays, for whom.
_PROMOTIONS = (
    (0, dt.date(2022, 6, 13), dt.date(2022, 7, 10), Decimal("0.88"), ""),
    (1, dt.date(2022, 8, 15), dt.date(2022, 9, 11), Decimal("0.90"), ""),
    (2, dt.date(2022, 9, 12), dt.date(2022, 10, 9), Decimal("0.88"), ""),
    (0, dt.date(2022, 10, 17), dt.date(2022, 11, 6), Decimal("0.90"), "HY-VEE"),
)
#: Of a hundred prices: so many are far below the floor on one day only, and so many on two days.
_ONCE, _TWICE = 4, 4
_DEEP = (0.86, 0.96)
_USUAL = (0.97, 1.07)


class Listed(NamedTuple):
    """A product of the price list; prices in ten-thousandths."""

    product: Product
    price: int
    floor: int


def load_price_list(*, by: User) -> list[Listed]:
    """Write the price list with its promotions by the usual operation; the products sold most come first."""
    listed = []
    for product in _sold_most():
        shelf = _shelf(product.list_price or Decimal(0), _MARKUP)
        listed.append(Listed(product, shelf, _tagged(shelf * _FLOOR)))
    customers = Customer.objects.in_bulk([*_CLUBS, "HY-VEE"], field_name="code")
    for one in listed:
        create_shelf_price(by=by, values=_line(one.product, one.price, one.floor))
        for code in _CLUBS:
            price = _shelf(one.product.list_price or Decimal(0), _CLUB_MARKUP)
            line = _line(one.product, price, _tagged(price * _FLOOR))
            if code in customers:
                create_shelf_price(by=by, values={**line, "customer": customers[code]})
    for place, first, last, part, code in _PROMOTIONS:
        if place < len(listed) and (not code or code in customers):
            floor = _tagged(listed[place].floor * part)
            line = _line(listed[place].product, listed[place].price, floor)
            days = {"from_on": first, "to_on": last, "is_promotion": True}
            create_shelf_price(by=by, values={**line, **days, "customer": customers.get(code)})
    return listed


def _sold_most() -> list[Product]:
    rows = SalesLine.objects.filter(date__gte=_LIST_FROM, product__list_price__gt=0).order_by()
    sums = rows.values("product").annotate(units=Sum("quantity")).order_by("-units", "product__code")
    found = Product.objects.in_bulk([row["product"] for row in sums[:PRODUCTS]])
    return [found[row["product"]] for row in sums[:PRODUCTS]]


def _line(product: Product, price: int, floor: int) -> dict[str, object]:
    return {"product": product, "price": price, "floor": floor, "from_on": _LIST_FROM, "note": NOTE}


def _shelf(list_price: Decimal, markup: Decimal) -> int:
    return _tagged(Decimal(to_scaled(list_price)) * markup)


def _tagged(amount: Decimal) -> int:
    """Return an amount in ten-thousandths as it stands on a tag: it ends with 9 cents."""
    dimes = round(amount / (SCALE // 10))
    return dimes * (SCALE // 10) - SCALE // 100


def load_price_sightings(listed: list[Listed]) -> int:
    """Write the prices that were "seen" on visit days of August to October; returns their number."""
    return len(PriceSighting.objects.bulk_create(_seen(listed), batch_size=500))


def _seen(listed: list[Listed]) -> Iterator[PriceSighting]:
    days: dict[tuple[str, int], list[dt.date]] = {}
    rows = Observation.objects.filter(is_generated=True, date__gte=_SEEN_FROM).order_by("store__code", "date")
    for code, store, on in rows.values_list("store__code", "store_id", "date"):
        days.setdefault((code, store), []).append(on)
    often = [(code, store, dates) for (code, store), dates in days.items() if len(dates) > 1]
    for code, store, dates in often[:STORES]:
        random = Random(f"{SEED} {code} shelf")
        for one in random.sample(listed, min(3, len(listed))):
            case = random.randrange(100)
            is_deep = case < _ONCE + _TWICE
            if not is_deep:
                for on in dates[-2:]:
                    yield _sighting(store, one, on, one.price * Decimal(str(random.uniform(*_USUAL))))
                continue
            price = one.floor * Decimal(str(random.uniform(*_DEEP)))
            # Twice within a month confirms; once is left to be verified.
            near = [on for on in dates if (dates[-1] - on).days <= 28]
            for on in near[-2:] if case >= _ONCE else near[-1:]:
                yield _sighting(store, one, on, price)


def _sighting(store: int, one: Listed, on: dt.date, price: Decimal) -> PriceSighting:
    return PriceSighting(store_id=store, product=one.product, on=on, price=_tagged(price), is_generated=True)


def has_price_list() -> bool:
    """Return whether there is a price list already."""
    return ShelfPrice.objects.exists()
