"""Short ways to put flags of any state into a test's database."""

import datetime as dt
from typing import Any

from accounts.models import Customer, Store
from ka_crm.lib.money import SCALE
from ka_crm.people.models import User
from purchases.models import Category
from visits.models import Flag, Measure, StoreShare
from visits.operations import flags, inspections, measures

TODAY = dt.date(2022, 11, 1)
ALL_FINE = {part: inspections.Found(True) for part in inspections.PARTS}


def flag_of(
    store: Store, category: Category, *, gap: int = 200, supervisor: User | None = None, **fields: Any
) -> Flag:
    """An open flag with the present share of its store; the gap in whole currency units a month."""
    StoreShare.objects.update_or_create(
        store=store,
        category=category,
        defaults={
            "basis": "visits", "in_units": True, "clusters": 12, "n_eff": 240, "share": 0.1, "low": 0.07,
            "high": 0.14, "market_share": 0.3, "status": "below_confirmed",
            "potential_amount": 12_000 * SCALE, "gap_amount": gap * SCALE,
            "evaluated_at": dt.datetime(2022, 11, 1, 2, tzinfo=dt.UTC),
        },
    )  # fmt: skip
    values = {
        "opened_on": dt.date(2022, 8, 1), "moved_on": dt.date(2022, 8, 1), "opening_share": 0.1,
        "opening_low": 0.07, "opening_high": 0.14, "opening_market_share": 0.3,
        "opening_gap_amount": gap * SCALE, "supervisor": supervisor, **fields,
    }  # fmt: skip
    return Flag.objects.create(store=store, category=category, **values)


def inspected(by: User, flag: Flag) -> Flag:
    """The flag in ``inspecting`` with its inspection done."""
    planned = flags.plan_inspection(by=by, flag=flag, version=flag.version, inspector=by, planned_on=TODAY)
    inspections.record_inspection(by=by, inspection=planned, version=planned.version, found=ALL_FINE)
    return fresh(flag)


def treated(by: User, flag: Flag, *, owner: User | None = None, due_on: dt.date = TODAY) -> Measure:
    """A measure of the flag, due on a day that may be over."""
    if flag.state == "flagged":
        flag = inspected(by, flag)
    values = {"kind": "display", "text": "Move the shelf", "owner": owner or by, "due_on": TODAY, "cost": 100}
    measure = measures.add_measure(by=by, flag=flag, values=values)
    if due_on != TODAY:
        Measure.objects.filter(pk=measure.pk).update(due_on=due_on)
    measure.refresh_from_db()
    return measure


def recovering(by: User, flag: Flag, *, done_on: dt.date = TODAY) -> Flag:
    """The flag after its measure was done."""
    measure = treated(by, flag)
    measures.finish_measure(by=by, measure=measure, version=measure.version, done_on=done_on)
    return flags.move_flag(by=by, flag=flag, version=fresh(flag).version, to="recovering")


def many_flags(customer: Customer, category: Category, count: int, **fields: Any) -> list[Flag]:
    """So many flags of one customer's stores."""
    first = Store.objects.count()
    return [
        flag_of(
            Store.objects.create(
                code=f"F{first + n}", name=f"Flagged {first + n}", customer=customer,
                territory=customer.territory,
            ),
            category,
            gap=100 + n,
            **fields,
        )
        for n in range(count)
    ]  # fmt: skip


def fresh(flag: Flag) -> Flag:
    return Flag.objects.get(pk=flag.pk)
