"""What needs somebody today: accounts with promises due, talks ahead, silence, orders that stay away; sales
against target. Read from where accounts stand (``AccountStanding``)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.models import BuyingState, Customer
from accounts.rules.needs_now import SILENT_DAYS
from ka_crm.people.models import User
from purchases.models import MonthlySales
from purchases.queries import COUNTED, YearTarget, kam_targets

SOON_DAYS = 7
#: Accounts read of one kind; whoever has more finds them in the list.
MOST = 500
Row = dict[str, Any]


@dataclass(frozen=True)
class Today:
    """Accounts by what they need, each most urgent first."""

    promises: list[Row]
    talks: list[Row]
    silent: list[Row]
    at_risk: list[Row]


@dataclass(frozen=True)
class AgainstTarget:
    """Sales of the whole months of a year against the target to date, in ten-thousandths."""

    first: dt.date
    last: dt.date
    sales: int
    target: int | None

    @property
    def part(self) -> float | None:
        """Sales as a part of the target."""
        return self.sales / self.target if self.target else None

    @property
    def missing(self) -> int | None:
        """What is missing to the target to date; negative above it."""
        return None if self.target is None else self.target - self.sales


def _conditions(today: dt.date) -> dict[str, Q]:
    soon = today + dt.timedelta(days=SOON_DAYS)
    return {
        "promises": Q(standing__oldest_promise_due_on__lte=soon),
        "talks": Q(standing__next_talks_on__range=(today, soon)),
        "silent": Q(standing__last_contact_on__lt=today - dt.timedelta(days=SILENT_DAYS)),
        "at_risk": Q(standing__buying_state=BuyingState.AT_RISK),
    }


def needed_today(viewer: User, today: dt.date) -> Today:
    """Return the accounts of ``viewer`` that need something, in one query."""
    wanted = _conditions(today)
    live = Customer.objects.visible_to(viewer).filter(archived_at__isnull=True)
    rows = live.filter(wanted["promises"] | wanted["talks"] | wanted["silent"] | wanted["at_risk"])
    found = list(
        rows.order_by("name", "pk").values(
            "code", "name", "standing__oldest_promise_due_on", "standing__next_talks_on",
            "standing__next_talks__subject", "standing__last_contact_on", "standing__buying_state",
            "standing__last_order_on", "standing__usual_gap_days",
        )[:MOST]
    )  # fmt: skip
    soon = today + dt.timedelta(days=SOON_DAYS)
    rows_of: dict[str, list[Row]] = {name: [] for name in wanted}
    for row in found:
        plain = {key.removeprefix("standing__"): value for key, value in row.items()}
        promise, talks, last = (
            plain["oldest_promise_due_on"],
            plain["next_talks_on"],
            plain["last_contact_on"],
        )
        if promise and promise <= soon:
            rows_of["promises"].append({**plain, "on": promise, "days": (today - promise).days})
        if talks and today <= talks <= soon:
            rows_of["talks"].append({**plain, "on": talks, "days": (talks - today).days})
        if last and (today - last).days > SILENT_DAYS:
            rows_of["silent"].append({**plain, "on": last, "days": (today - last).days})
        if plain["buying_state"] == BuyingState.AT_RISK:
            rows_of["at_risk"].append({**plain, "on": plain["last_order_on"]})
    return Today(**{name: sorted(rows, key=lambda row: row["on"]) for name, rows in rows_of.items()})


def whole_months(today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first month of the year of the last whole month, and the end of that month."""
    end = today.replace(day=1)
    return (end - dt.timedelta(days=1)).replace(month=1, day=1), end


def against_targets(kams: Collection[int], today: dt.date) -> dict[int, AgainstTarget]:
    """Return what key account managers sold this year, in whole months, against their targets; three
    queries."""
    first, end = whole_months(today)
    sold = dict(
        MonthlySales.objects.filter(COUNTED, customer__kam__in=kams, month__gte=first, month__lt=end)
        .filter(customer__archived_at__isnull=True)
        .order_by()
        .values("customer__kam")
        .annotate(sum=Sum("net_amount"))
        .values_list("customer__kam", "sum")
    )
    targets: dict[int, YearTarget] = kam_targets(list(kams), year=first.year, end=end)
    last = end - dt.timedelta(days=1)
    return {kam: AgainstTarget(first, last, sold.get(kam, 0), targets[kam].to_date) for kam in kams}


def duties_per_kam(viewer: User, today: dt.date) -> dict[int, Row]:
    """Return late promises, silent accounts and accounts that stay away, by key account manager."""
    wanted = _conditions(today)
    live = Customer.objects.visible_to(viewer).filter(archived_at__isnull=True, kam__isnull=False)
    rows = live.order_by().values("kam").annotate(
        late=Count("pk", filter=Q(standing__oldest_promise_due_on__lt=today)),
        silent=Count("pk", filter=wanted["silent"]),
        at_risk=Count("pk", filter=wanted["at_risk"]),
    )  # fmt: skip
    return {row["kam"]: row for row in rows}
