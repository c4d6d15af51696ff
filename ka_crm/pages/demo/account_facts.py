"""Generated facts about money and deliveries: targets, receivables, net prices, costs to serve.

Sizes follow what the customers really bought; everything else is drawn with a fixed seed. Each kind hangs on
an import batch whose name says that it is generated.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any

import pandas as pd

from ka_crm.lib import clock
from ka_crm.lib.bulk import load_rows
from ka_crm.lib.money import SCALE
from ka_crm.lib.periods import month_index, month_start
from ka_crm.pages.demo.dossier_rivals import NEW_YEAR, YEAR_END, payment_days
from ka_crm.pages.demo.dossier_stories import Story
from ka_crm.pages.demo.facts import committed_batch
from ka_crm.pages.demo.plan import DEMO_DAY, DemoPlan
from ka_crm.pages.demo.source import DemoSource
from ka_crm.pages.demo.visits import SEED
from ka_crm.people.models import User
from purchases.models import AccountCost, CostKind, PriceSource, PriceTerm, Receivable, Target
from purchases.models.fact import Fact

_GROWTH = 1.05
_ROUND_TO = 10 * SCALE
_INVOICED_DAYS = 150
#: The hand-written account: so many invoices and so much are overdue.
_OVERDUE_INVOICES, _OVERDUE_AMOUNT = 3, 48_200 * SCALE
_TOP_PRODUCTS = 6
_PROMOTED = (dt.date(2022, 10, 17), dt.date(2022, 11, 6))
#: What serving costs, as parts of our sales of the month: from, to.
_COST_SHARES = {
    CostKind.FREIGHT: (0.018, 0.034),
    CostKind.PROMOTION: (0.010, 0.045),
    CostKind.CREDIT: (0.002, 0.007),
}
_A_VISIT = 35 * SCALE


def load_facts(
    model: type[Fact], kind: str, fields: Sequence[str], rows: Iterable[Sequence[Any]], *, by: User
) -> int:
    """Load rows of one kind of fact under a batch that says they are generated; returns their number."""
    found = list(rows)
    batch = committed_batch(kind, len(found), by=by, name=f"generated {kind.replace('_', ' ')}")
    now = clock.now()
    return load_rows(
        model,
        [*fields, "batch_id", "version", "updated_at"],
        ((*row, batch.pk, 1, now) for row in found),
    )


def own_lines(source: DemoSource, plan: DemoPlan) -> pd.DataFrame:
    """Return our lines of the file with the code of their customer."""
    own = source.lines[source.lines["is_ours"]]
    return own.assign(customer=own["store"].map(plan.stores["customer"]))


def target_rows(own: pd.DataFrame, keys: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    """Yield a target for each month of 2022: the same month of 2021 and 5 % more, in whole tens.

    Months without sales have none. Key account managers have the sum of their customers.
    """
    first = month_index(NEW_YEAR) - 12
    last_year = own[own["month"].between(first, first + 11)]
    for (code, month), amount in last_year.groupby(["customer", "month"], sort=True)["amount"].sum().items():
        aimed = round(amount * _GROWTH / _ROUND_TO) * _ROUND_TO
        if aimed > 0:
            yield keys[code], month_start(month + 12), aimed


def receivable_rows(
    own: pd.DataFrame, keys: dict[str, int], stories: dict[str, Story]
) -> Iterator[tuple[Any, ...]]:
    """Yield half-monthly invoices; paid but for what is not due yet and what the story says."""
    number = 0
    for code, story in stories.items():
        random = Random(f"{SEED} {code} invoices")
        lines = own[own["customer"] == code]
        late_days = list(range(story.overdue, 0, -max(story.overdue // _OVERDUE_INVOICES, 1)))
        late_days = late_days[: _OVERDUE_INVOICES if story.overdue > 20 else 1]
        for issued, amount in _half_months(lines):
            number += 1
            due = issued + dt.timedelta(days=payment_days(code))
            open_amount = amount if due >= DEMO_DAY else 0
            yield keys[code], f"R22-{number:05d}", issued, due, amount, open_amount
        for place, days in enumerate(late_days):
            number += 1
            due = DEMO_DAY - dt.timedelta(days=days)
            issued = due - dt.timedelta(days=payment_days(code))
            amount = _late_amount(lines, random, len(late_days), is_largest=code == "HY-VEE", place=place)
            yield keys[code], f"R22-{number:05d}", issued, due, amount, amount


def _late_amount(lines: pd.DataFrame, random: Random, count: int, *, is_largest: bool, place: int) -> int:
    if is_largest:
        rest = _OVERDUE_AMOUNT // count
        return rest if place else _OVERDUE_AMOUNT - rest * (count - 1)
    a_month = int(lines["amount"].sum()) / 22
    return max(round(a_month * random.uniform(0.1, 0.3) / SCALE), 50) * SCALE


def _half_months(lines: pd.DataFrame) -> Iterator[tuple[dt.date, int]]:
    """Yield the day of an invoice and our sales to the customer in the two weeks before it."""
    end = DEMO_DAY - dt.timedelta(days=1)
    for _ in range(_INVOICED_DAYS // 15):
        first = end - dt.timedelta(days=15)
        amount = int(lines.loc[(lines["date"] > first) & (lines["date"] <= end), "amount"].sum())
        if amount > 0:
            yield end, amount
        end = first


def price_rows(
    own: pd.DataFrame, keys: dict[str, int], products: dict[str, Any], stories: dict[str, Story]
) -> Iterator[tuple[Any, ...]]:
    """Yield net prices of 2022 for the articles that a customer buys most: the mean price paid, a bit less.

    Every fifth customer has a promotion price for its first article around the demo day.
    """
    for place, code in enumerate(stories):
        random = Random(f"{SEED} {code} prices")
        year = own[(own["customer"] == code) & (own["month"] >= month_index(NEW_YEAR)) & (own["units"] > 0)]
        sums = year.groupby("item", sort=True)[["amount", "units"]].sum()
        sums = sums.sort_values("amount", ascending=False, kind="stable")
        for rank, row in enumerate(sums.head(_TOP_PRODUCTS).itertuples()):
            paid = row.amount / row.units
            net = round(paid * random.uniform(0.94, 0.99) * 20) * SCALE // 20
            product = products[str(row.Index)].pk
            yield keys[code], product, net, NEW_YEAR, YEAR_END, PriceSource.AGREED.value, ""
            if rank == 0 and place % 5 == 0:
                promoted = net * 95 // 100
                yield keys[code], product, promoted, *_PROMOTED, PriceSource.PROMOTION.value, "Autumn display"


def cost_rows(
    own: pd.DataFrame, plan: DemoPlan, keys: dict[str, int], stories: dict[str, Story]
) -> Iterator[tuple[Any, ...]]:
    """Yield what serving a customer cost in each month of 2022."""
    this_year = own[own["month"] >= month_index(NEW_YEAR)]
    sums = this_year.groupby(["customer", "month"], sort=True)["amount"].sum()
    for (code, month), amount in sums.items():
        if code not in stories or amount <= 0:
            continue
        random = Random(f"{SEED} {code} {month} costs")
        for kind, (low, high) in _COST_SHARES.items():
            yield keys[code], month_start(month), kind.value, round(amount * random.uniform(low, high))
        visits = max(int(plan.customers.at[code, "stores"]) // 4, 1) + random.randint(0, 2)
        yield keys[code], month_start(month), CostKind.VISITS.value, visits * _A_VISIT


def load_account_facts(
    source: DemoSource,
    plan: DemoPlan,
    *,
    keys: dict[str, int],
    products: dict[str, Any],
    stories: dict[str, Story],
    by: User,
) -> int:
    """Load targets for all customers, and for those in ``stories`` invoices, prices and costs."""
    own = own_lines(source, plan)
    loaded = load_facts(Target, "targets", ["customer_id", "month", "amount"], target_rows(own, keys), by=by)
    loaded += load_facts(
        Receivable,
        "receivables",
        ["customer_id", "document_no", "issued_on", "due_on", "amount", "open_amount"],
        receivable_rows(own, keys, stories),
        by=by,
    )
    loaded += load_facts(
        PriceTerm,
        "price_terms",
        ["customer_id", "product_id", "net_price", "from_on", "to_on", "source", "note"],
        price_rows(own, keys, products, stories),
        by=by,
    )
    return loaded + load_facts(
        AccountCost,
        "account_costs",
        ["customer_id", "month", "kind", "amount"],
        cost_rows(own, plan, keys, stories),
        by=by,
    )
