"""Generated orders of the last months with what arrived of them: on time in full, late, or short."""

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from ka_crm.lib.bulk import load_rows
from ka_crm.lib.money import SCALE
from ka_crm.pages.demo.account_facts import load_facts
from ka_crm.pages.demo.dossier_stories import Story
from ka_crm.pages.demo.plan import DEMO_DAY, DemoPlan
from ka_crm.pages.demo.visits import SEED
from ka_crm.people.models import User
from purchases.models import Delivery, OrderLine

DAYS = 120
_AHEAD = 7
_LINES_OF_LARGE, _LINES_OF_SMALL = 6, 3
_CASES = (6, 12, 12, 24, 36)
#: How orders are delivered, in turns of ten, and how much more often a line fails than on average.
_MODES = ("Own lorry",) * 5 + ("National pooling",) * 3 + ("Parcel carrier",) * 2
_FAILS = {"Own lorry": 0.6, "National pooling": 1.1, "Parcel carrier": 1.85}


class Ordered(NamedTuple):
    """One line of an order, units in bottles, and what arrived when; nothing arrived yet of what is ahead."""

    customer: str
    store: str
    product: str
    order_no: str
    line_no: str
    units: int
    requested_on: dt.date
    confirmed_on: dt.date
    mode: str
    delivered: tuple[tuple[dt.date, int], ...]


def ordered(plan: DemoPlan, products: list[str], stories: dict[str, Story]) -> Iterator[Ordered]:
    """Yield the orders of each customer: one or two a week, of three to six lines.

    As many lines fail as the story says, evenly over time: half of them come late, half short, and of
    those every second for good. Which mode an order goes by decides where they fail; a late day was confirmed
    beforehand every second time.
    """
    by_customer = {code: sorted(map(str, group.index)) for code, group in plan.stores.groupby("customer")}
    for place, (code, story) in enumerate(stories.items()):
        random = Random(f"{SEED} {code} orders")
        stores = by_customer[code]
        width = _LINES_OF_LARGE if len(stores) > 3 else _LINES_OF_SMALL
        failing, debt = 1 - story.otif, random.random()
        for number, requested in enumerate(_days(random), start=1):
            store = random.choice(stores)
            mode = _MODES[(number + place) % len(_MODES)]
            for line, product in enumerate(random.sample(products, width), start=1):
                units = random.choice(_CASES)
                debt += failing * _FAILS[mode]
                is_failing = debt >= 1 and requested < DEMO_DAY
                debt -= is_failing
                arrivals = _arrivals(random, requested, units, is_failing)
                confirmed = max(requested, arrivals[-1][0]) if is_failing and line % 2 else requested
                yield Ordered(
                    code, store, product, f"{code[:20]}-{number:03d}", str(line), units, requested,
                    confirmed, mode, arrivals,
                )  # fmt: skip


def _days(random: Random) -> Iterator[dt.date]:
    on = DEMO_DAY - dt.timedelta(days=DAYS)
    while on < DEMO_DAY + dt.timedelta(days=_AHEAD):
        if on.weekday() < 5:
            yield on
        on += dt.timedelta(days=random.randint(2, 6))


def _arrivals(
    random: Random, requested: dt.date, units: int, is_failing: bool
) -> tuple[tuple[dt.date, int], ...]:
    if requested >= DEMO_DAY:
        return ()
    late = min(requested + dt.timedelta(days=random.randint(1, 4)), DEMO_DAY - dt.timedelta(days=1))
    if not is_failing:
        early = requested - dt.timedelta(days=random.choice((0, 0, 0, 1)))
        return ((early, units),)
    if late > requested and random.random() < 0.5:
        return ((late, units),)
    part = units * 2 // 3
    comes_later = late > requested and random.random() < 0.5
    return ((requested, part), (late, units - part)) if comes_later else ((requested, part),)


def load_orders(
    plan: DemoPlan,
    *,
    keys: dict[str, int],
    stores: dict[str, int],
    products: dict[str, int],
    stories: dict[str, Story],
    by: User,
) -> int:
    """Load the order lines with their deliveries; returns the number of lines."""
    lines = list(ordered(plan, sorted(products), stories))
    loaded = load_facts(
        OrderLine,
        "deliveries",
        ["customer_id", "store_id", "product_id", "order_no", "line_no", "ordered_units", "requested_on"]
        + ["confirmed_on", "is_cancelled", "delivery_mode"],
        (
            (keys[line.customer], stores[line.store], products[line.product], line.order_no, line.line_no)
            + (line.units * SCALE, line.requested_on, line.confirmed_on, False, line.mode)
            for line in lines
        ),
        by=by,
    )
    load_rows(Delivery, ["order_line_id", "delivered_on", "units", "batch_id"], _delivery_rows(lines, keys))
    return loaded


def _delivery_rows(lines: list[Ordered], keys: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    names = ("pk", "customer_id", "order_no", "line_no", "batch_id")
    key_of = {
        (customer, order, line): (pk, batch)
        for pk, customer, order, line, batch in OrderLine.objects.values_list(*names)
    }
    for line in lines:
        pk, batch = key_of[keys[line.customer], line.order_no, line.line_no]
        for on, units in line.delivered:
            yield pk, on, units * SCALE, batch
