"""Reads of lots, supply routes and case files: what was seen outside its territory."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Customer, Store
from accounts.visibility import store_scope
from ka_crm.lib.bulk import chunked
from ka_crm.people.models import Territory, User
from visits.control_access import case_scope, lot_shipment_scope
from visits.models import DiversionCase, LotShipment, LotSighting, SupplyStep
from visits.queries.loaded import loaded
from visits.rules.diversion import LotResult, Path, judge_lot
from visits.rules.supply_route import RouteMargin, margin_lost

#: Routes of one list, the longest ones.
MOST_ROUTES = 200
_PART = 900


@dataclass(frozen=True)
class JudgedLot:
    """A lot seen, the result, and the names of the territories it was shipped to."""

    sighting: LotSighting
    result: LotResult
    shipped_to: tuple[str, ...]


@dataclass(frozen=True)
class RouteOutside:
    """A store that is supplied by a customer of another territory."""

    store: Store
    supplier: Customer


@dataclass(frozen=True)
class SupplyRoute:
    """The levels between us and a store, nearest to us first, and what they keep together."""

    store: Store
    steps: tuple[SupplyStep, ...]
    margin: RouteMargin


def lot_shipments_seen_by(viewer: User) -> "QuerySet[LotShipment]":
    """Return the shipments of lots that ``viewer`` may see."""
    return LotShipment.objects.filter(lot_shipment_scope(viewer), loaded())


def lot_sightings_seen_by(viewer: User) -> "QuerySet[LotSighting]":
    """Return the lots seen in stores that ``viewer`` may see."""
    return LotSighting.objects.filter(store_scope(viewer, "store__"))


def cases_seen_by(viewer: User) -> "QuerySet[DiversionCase]":
    """Return the case files that ``viewer`` may see."""
    return DiversionCase.objects.filter(case_scope(viewer))


def supply_steps_seen_by(viewer: User) -> "QuerySet[SupplyStep]":
    """Return the levels of supply routes to stores that ``viewer`` may see."""
    return SupplyStep.objects.filter(store_scope(viewer, "store__"))


def territory_paths() -> dict[int, tuple[Path, str]]:
    """Return the way from the root, and the name, of every territory by its id."""
    rows = {pk: (parent, name) for pk, parent, name in Territory.objects.values_list("pk", "parent", "name")}
    found: dict[int, tuple[Path, str]] = {}
    for pk, (_parent, name) in rows.items():
        path: list[int] = []
        step: int | None = pk
        while step is not None and step not in path:
            path.append(step)
            step = rows[step][0]
        found[pk] = (tuple(reversed(path)), name)
    return found


def judged_lots(sightings: Iterable[LotSighting]) -> list[JudgedLot]:
    """Compare lots seen with where they had been shipped by that day; the sightings carry store and
    customer. All shipments count, also those that the viewer could not list."""
    rows = list(sightings)
    paths = territory_paths()
    shipped: dict[str, list[tuple[dt.date, int]]] = defaultdict(list)
    for part in chunked(sorted({row.lot for row in rows}), _PART):
        for lot, day, place in LotShipment.objects.filter(loaded(), lot__in=part).values_list(
            "lot", "shipped_on", "territory_id"
        ):
            shipped[lot].append((day, place))
    found = []
    for row in rows:
        places = sorted({place for day, place in shipped[row.lot] if day <= row.on})
        home = row.store.territory_id or row.store.customer.territory_id
        result = judge_lot(paths[home][0] if home else None, [paths[place][0] for place in places])
        found.append(JudgedLot(row, result, tuple(paths[place][1] for place in places)))
    return found


def routes_outside(viewer: User, most: int = 200) -> list[RouteOutside]:
    """Return stores whose supplier, by a customer's code or name, belongs to another territory; only
    suppliers that ``viewer`` may see. Three queries."""
    steps = supply_steps_seen_by(viewer).select_related("store__customer").order_by("store__name", "level")
    named = {step.supplier.strip().casefold() for step in steps[: most * 10]}
    known: dict[str, Customer] = {}
    for customer in Customer.objects.visible_to(viewer).filter(territory__isnull=False).iterator():
        for text in (customer.code.casefold(), customer.name.casefold()):
            if text in named:
                known[text] = customer
    paths = territory_paths()
    found = []
    for step in steps[: most * 10]:
        supplier = known.get(step.supplier.strip().casefold())
        home = step.store.territory_id or step.store.customer.territory_id
        if supplier is None or supplier.territory_id is None or home is None:
            continue
        if judge_lot(paths[home][0], [paths[supplier.territory_id][0]]) == "diversion":
            found.append(RouteOutside(step.store, supplier))
    return found[:most]


def supply_route_of(store: Store) -> SupplyRoute:
    """Return the route to a store; without levels where nobody has asked."""
    return _route(store, list(SupplyStep.objects.filter(store=store).order_by("level")))


def stores_with_route(viewer: User) -> int:
    """Return of how many stores ``viewer`` may see a route is described."""
    stores = Store.objects.visible_to(viewer).filter(archived_at__isnull=True)
    return stores.filter(Exists(SupplyStep.objects.filter(store=OuterRef("pk")))).count()


def longest_routes(viewer: User, most: int = MOST_ROUTES) -> list[SupplyRoute]:
    """Return the stores with most levels between us and them, the longest first; two queries."""
    stores = (
        Store.objects.visible_to(viewer)
        .filter(archived_at__isnull=True)
        .annotate(levels=Count("supply_steps"))
        .filter(levels__gt=0)
        .select_related("customer")
        .order_by("-levels", "name", "pk")
    )
    chosen: Sequence[Store] = stores[:most]
    steps: dict[int, list[SupplyStep]] = defaultdict(list)
    for step in SupplyStep.objects.filter(store__in=[store.pk for store in chosen]).order_by("level"):
        steps[step.store_id].append(step)
    return [_route(store, steps[store.pk]) for store in chosen]


def _route(store: Store, steps: list[SupplyStep]) -> SupplyRoute:
    shares = [None if step.margin_share is None else float(step.margin_share) for step in steps]
    return SupplyRoute(store, tuple(steps), margin_lost(shares))


def case_text(text: str) -> Q:
    """Return the condition for a text within a case's title or its customer."""
    return Q(title__icontains=text) | Q(customer__name__icontains=text) | Q(customer__code__icontains=text)
