"""What key accounts bring of our sales, and how sales and purchases spread over channels."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.visibility import customer_scope
from ka_crm.lib.periods import Window
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from purchases.models import MonthlySales
from segmentation.models import CustomerResult, KeyAccountTerm, SegmentationRun
from segmentation.queries.groups import REGION, group_condition
from segmentation.queries.key_accounts import key_accounts_on
from segmentation.queries.results import customer_results
from segmentation.rules.quadrants import POOL


@dataclass(frozen=True)
class KeyPart:
    """How many key accounts there are and what they bring, in ten-thousandths.

    ``registered``: they are those of the register; else the large buyers (attack, defend, explore) stand in.
    """

    count: int
    own_amount: int
    all_amount: int
    registered: bool = False

    @property
    def part(self) -> float | None:
        """Part of our sales that they bring; None where we sell nothing."""
        return self.own_amount / self.all_amount if self.all_amount > 0 else None


@dataclass(frozen=True)
class ChannelSum:
    """One channel in one run: accounts, our sales, and all they buy as far as it is known."""

    key: int | None
    name: str
    accounts: int
    own_amount: int
    total_amount: int


def key_account_part(rows: QuerySet[Any]) -> KeyPart:
    """Return what the key accounts among the rows bring of our sales; sales above 0 count.

    Customers by the register of today; stores, and customers before anything is registered, by their
    quadrant. Two queries.
    """
    registered = rows.model is CustomerResult and KeyAccountTerm.objects.exists()
    is_key, sold = Q(quadrant__in=POOL), Q(own_sales__gt=0)
    if registered:
        is_key = Q(customer__in=key_accounts_on(business_today()).order_by().values("customer"))
    found = rows.aggregate(
        n=Count("pk", filter=is_key),
        own=Sum("own_sales", filter=sold & is_key),
        everything=Sum("own_sales", filter=sold),
    )
    return KeyPart(found["n"], found["own"] or 0, found["everything"] or 0, registered)


def channel_sums(run: SegmentationRun, viewer: User, region: str = "") -> list[ChannelSum]:
    """Return each channel of the viewer's accounts, the largest by what they buy first; one query.

    ``region``: id of a region, or ``none``; empty for all. Sales above 0 count, as in the concentration.
    """
    rows = customer_results(run, viewer)
    if region:
        rows = rows.filter(group_condition("customers", REGION, region))
    grouped: Any = rows.values("customer__channel", name=F("customer__channel__name")).annotate(
        n=Count("pk"), own=Sum("own_sales", filter=Q(own_sales__gt=0)), total=Sum("potential")
    )
    found = [
        ChannelSum(row["customer__channel"], row["name"] or "", row["n"], row["own"] or 0, row["total"] or 0)
        for row in grouped.order_by()
    ]
    return sorted(found, key=lambda item: (item.key is None, -item.total_amount, -item.own_amount, item.name))


def channel_months(
    run: SegmentationRun, viewer: User, region: str = "", months: int = 24
) -> tuple[list[dt.date], dict[int | None, list[int]]]:
    """Return the months up to the run's as-of date, oldest first, and our net sales in each by channel id.

    These are the sales as they are known now, in one query; months before the first sale are left out.
    """
    window = Window(run.as_of, months)
    starts = list(window.starts())
    lines = MonthlySales.objects.filter(
        customer_scope(viewer, "customer__"), batch__state="committed", month__gte=window.first_month,
        month__lt=window.end, customer__archived_at__isnull=True,
    )  # fmt: skip
    if region:
        wanted = {"customer__region__isnull": True} if region == "none" else {"customer__region": region}
        lines = lines.filter(**wanted)
    place = {start: index for index, start in enumerate(starts)}
    sums: dict[int | None, list[int]] = {}
    for channel, month, amount in (
        lines.values_list("customer__channel", "month").annotate(amount=Sum("net_amount")).order_by()
    ):
        index = place.get(month.replace(day=1))
        if index is not None:
            sums.setdefault(channel, [0] * len(starts))[index] += amount or 0
    first = next(
        (index for index in range(len(starts)) if any(row[index] for row in sums.values())), len(starts)
    )
    return starts[first:], {channel: row[first:] for channel, row in sums.items()}
