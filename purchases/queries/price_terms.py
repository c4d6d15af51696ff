"""What a customer pays for a product on a day."""

import datetime as dt
from collections.abc import Hashable

from django.db.models import Q, QuerySet

from accounts.models import Customer
from purchases.models import PriceTerm
from purchases.rules.periods import Period, overlapping


def price_terms_of(customer: Customer, *, on: dt.date) -> "QuerySet[PriceTerm]":
    """Return the terms that hold for a customer on a day: its own, those of its stores and its region, and
    the general list."""
    for_all = Q(customer__isnull=True, store__isnull=True, region__isnull=True)
    whose = Q(customer=customer) | Q(store__customer=customer) | for_all
    if customer.region_id:
        whose |= Q(region=customer.region_id)
    holds = Q(to_on__isnull=True) | Q(to_on__gte=on)
    terms = PriceTerm.objects.counted().filter(whose, holds, from_on__lte=on)
    return terms.select_related("product", "store", "region").order_by("product__name", "product_id", "pk")


def net_prices_of(customer: Customer, *, on: dt.date) -> dict[int, PriceTerm]:
    """Return the term by which a customer pays for each product (by id) on a day, in one query.

    The customer's own term goes before its region's, that before the general list; among terms of the same
    reach the lower price (a promotion). Terms of single stores are not the customer's price.
    """
    best: dict[int, PriceTerm] = {}
    for term in price_terms_of(customer, on=on).filter(store__isnull=True):
        known = best.get(term.product_id)
        if known is None or _order(term) < _order(known):
            best[term.product_id] = term
    return best


def _order(term: PriceTerm) -> tuple[int, int]:
    reach = 0 if term.customer_id else 1 if term.region_id else 2
    return reach, term.net_price


def terms_beside(term: PriceTerm) -> "QuerySet[PriceTerm]":
    """Return the other terms of the same whom, product and source that hold on a day of this one."""
    whose = {"customer": term.customer, "store": term.store, "region": term.region}
    same = {name: value for name, value in whose.items() if value is not None}
    none = {f"{name}__isnull": True for name, value in whose.items() if value is None}
    others = PriceTerm.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=term.from_on),
        product=term.product,
        source=term.source,
        archived_at__isnull=True,
        **same,
        **none,
    )
    if term.to_on is not None:
        others = others.filter(from_on__lte=term.to_on)
    return others.exclude(pk=term.pk)


def overlapping_terms(products: list[int] | None = None) -> set[Hashable]:
    """Return the ids of live terms that hold on a day of another one of the same whom, product and source;
    of all products, or of some."""
    rows = PriceTerm.objects.filter(archived_at__isnull=True).order_by()
    if products is not None:
        rows = rows.filter(product__in=products)
    group = ("customer_id", "store_id", "region_id", "product_id", "source")
    found = rows.values_list("pk", "from_on", "to_on", *group).iterator(chunk_size=5_000)
    return overlapping(Period(tuple(whose), pk, first, last) for pk, first, last, *whose in found)
