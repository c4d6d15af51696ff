"""Generated lots, supply routes and case files of the demo company.

Lots go to a territory; most are seen there, a few elsewhere, so that the pages have something to ask about.
All of it is made up: no store ever sold such a lot, and no case says anything about a real company.
"""

import datetime as dt
from decimal import Decimal
from random import Random

from accounts.models import Customer, Store
from ka_crm.pages.demo.geography import AREAS
from ka_crm.pages.demo.plan import DEMO_DAY
from ka_crm.pages.demo.price_facts import Listed
from ka_crm.pages.demo.visits import SEED
from ka_crm.people.models import Role, Territory, User
from purchases.models import Product
from visits.models import CaseState, DiversionCase, LotShipment, LotSighting, SupplyStep
from visits.operations.diversion_cases import add_evidence, close_case, open_case

_LOTS_EACH = 3
_SEEN_EACH = 3
#: Territory that a lot was meant for, and the one where it was seen, twice.
_ASTRAY = (
    ("Council Bluffs–Southwest", "Des Moines"),
    ("Quad Cities", "Ames–Fort Dodge"),
    ("Des Moines", "Cedar Rapids–Iowa City"),
)
_UNKNOWN = ("X-0000", "Des Moines")
_SUPPLIED = "A van at the back door, as the store says"
#: Levels of a route, nearest to us first, with the part of its price that each keeps.
_LEVELS = (
    ("State warehouse", Decimal("0.0600")),
    ("Wholesaler", Decimal("0.1150")),
    ("Sub-wholesaler", Decimal("0.0900")),
    ("Cash-and-carry market", Decimal("0.0750")),
)
_ROUTES = 36
_OUTSIDE = 3


def load_lots(listed: list[Listed]) -> int:
    """Write shipments and sightings of lots; returns how many were seen."""
    places = {territory.name: territory for territory in Territory.objects.all()}
    names = [name for territories in AREAS.values() for name in territories if name in places]
    shipped, seen = [], []
    astray = dict(_ASTRAY)
    for number, name in enumerate(names):
        random = Random(f"{SEED} {name} lots")
        stores = _stores(name)
        for lot_number in range(_LOTS_EACH if listed else 0):
            lot = f"L22-{number + 1:02d}{lot_number + 1}"
            product = listed[lot_number % len(listed)].product
            on = DEMO_DAY - dt.timedelta(days=random.randint(50, 110))
            shipped.append(LotShipment(lot=lot, product=product, territory=places[name], shipped_on=on))
            found = random.sample(stores, min(_SEEN_EACH, len(stores)))
            if lot_number == 0 and name in astray:
                found += _stores(astray[name])[number : number + 2]
            for store in found:
                seen.append(_seen(random, store, lot, product=product))
    lot, name = _UNKNOWN
    seen += [_seen(Random(lot), store, lot, product=None) for store in _stores(name)[:1]]
    LotShipment.objects.bulk_create(shipped)
    return len(LotSighting.objects.bulk_create(seen))


def _stores(territory: str) -> list[Store]:
    rows = Store.objects.filter(
        territory__name=territory, archived_at__isnull=True, observations__is_generated=True
    )
    return list(rows.select_related("territory", "customer__kam").distinct().order_by("code"))


def _seen(random: Random, store: Store, lot: str, *, product: Product | None) -> LotSighting:
    return LotSighting(
        lot=lot,
        store=store,
        product=product,
        on=DEMO_DAY - dt.timedelta(days=random.randint(3, 40)),
        supplied_by=_SUPPLIED if random.random() < 0.4 else "",
        by=store.customer.kam,
        is_generated=True,
    )


def load_routes() -> int:
    """Write the supply routes of some stores, one to four levels long; returns the number of levels."""
    steps = []
    stores = [store for territories in AREAS.values() for name in territories for store in _stores(name)[:4]]
    for store in stores[:_ROUTES]:
        random = Random(f"{SEED} {store.code} route")
        for level, (supplier, margin) in enumerate(_LEVELS[: random.choice((1, 2, 2, 3, 4))], start=1):
            kept = None if random.random() < 0.12 else margin + Decimal(random.randint(-15, 15)) / 1000
            steps.append(SupplyStep(store=store, level=level, supplier=supplier, margin_share=kept))
    made = len(SupplyStep.objects.bulk_create(steps))
    return made + _routes_outside(stores)


def _routes_outside(stores: list[Store]) -> int:
    """Let a few stores be supplied by a wholesaler of another territory."""
    supplier = Customer.objects.filter(code="BENZ-DISTRIBUTING").first()
    if supplier is None:
        return 0
    far = [store for store in stores if store.territory_id != supplier.territory_id]
    made = 0
    for store in far[:_OUTSIDE]:
        made += SupplyStep.objects.filter(store=store, level=1).update(supplier=supplier.name)
    return made


def load_cases() -> int:
    """Open case files about lots seen elsewhere by the usual operations: open, confirmed, dismissed."""
    made = 0
    for place, (meant, seen_in) in enumerate(_ASTRAY):
        by = _supervisor(seen_in)
        rows = LotSighting.objects.filter(store__territory__name=seen_in, is_generated=True)
        lots = LotShipment.objects.filter(territory__name=meant).values("lot")
        sightings = list(rows.filter(lot__in=lots).order_by("pk"))
        if by is None or not sightings:
            continue
        title = f"Lot {sightings[0].lot} for {meant}, seen in {seen_in} (made up)"
        case = open_case(by=by, values={"title": title, "customer": None}, sightings=sightings)
        _tell(by, case, place)
        made += 1
    return made


def _tell(by: User, case: DiversionCase, place: int) -> None:
    """Add evidence, and end the later cases."""
    texts = (
        ("Photo of the box in the stock room: the lot is readable.", 9),
        ("The store names a driver who offers what is left of promotions.", 6),
        ("Warehouse confirms: the whole lot left for the other territory.", 4),
    )
    for text, ago in texts[: 3 - place % 2]:
        add_evidence(by=by, case=case, values={"text": text, "on": DEMO_DAY - dt.timedelta(days=ago)})
    if place == 1:
        outcome = "Two stores of one owner swapped a pallet; nothing was sold on."
        close_case(by=by, case=case, version=case.version, state=CaseState.DISMISSED, outcome=outcome)
    if place == 2:
        outcome = "Leftovers of a promotion were sold on; the next one is given in smaller lots."
        close_case(by=by, case=case, version=case.version, state=CaseState.CONFIRMED, outcome=outcome)


def _supervisor(territory: str) -> User | None:
    area = next((area for area, names in AREAS.items() if territory in names), "")
    return User.objects.filter(role=Role.SUPERVISOR, territory__name=area).first()
