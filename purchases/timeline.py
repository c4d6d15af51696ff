"""What the room of purchases tells in a customer's timeline: one line a month, large returns by their day."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Sum
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Customer
from accounts.timeline import Before, Source, TimelineEntry, entry_key
from ka_crm.lib.periods import month_index, month_start
from ka_crm.lib.shown import money_text
from ka_crm.people.models import User
from purchases.models import MonthlySales, OrderDay
from purchases.queries import COUNTED

#: A day of returns is named when it takes away at least this part of what was bought in its month.
LARGE_RETURN = 0.02


@dataclass
class _Days:
    """The days of one month on which something was bought or given back."""

    bought: int = 0
    returned: int = 0
    sum: int = 0
    largest: tuple[int, dt.date | None] = field(default=(0, None))


def read(
    customer: Customer, viewer: User, before: Before | None, limit: int, today: dt.date
) -> list[TimelineEntry]:
    """Return the months in which something was bought, newest first; two queries.

    A month stands on its last day, the running one on today.
    """
    months = MonthlySales.objects.filter(COUNTED, customer=customer, month__lte=today)
    if before is not None:
        months = months.filter(month__lte=before.on)
    sums = months.values("month").annotate(net=Sum("net_amount"), count=Sum("lines")).order_by("-month")
    found = []
    for row in sums[: limit + 1]:  # one more: the first may lie before the place where the page begins
        key = entry_key("sales", month_index(row["month"]))
        on = min(month_start(month_index(row["month"]) + 1) - dt.timedelta(days=1), today)
        if before is None or before.holds(on, key):
            found.append((row, on, key))
    found = found[:limit]
    if not found:
        return []
    days = _days_of(customer, found[-1][0]["month"], found[0][1])
    url = reverse("accounts:customer_tab", args=[customer.code, "purchases"])
    return [
        TimelineEntry(
            on=on,
            kind="sales",
            icon="package",
            title=date_format(row["month"], "F Y"),
            key=key,
            line=_line(row["count"], days.get(month_index(on), _Days())),
            note=_("%(amount)s net") % {"amount": money_text(row["net"])},
            url=url,
        )
        for row, on, key in found
    ]


def _days_of(customer: Customer, first: dt.date, last: dt.date) -> dict[int, _Days]:
    rows = OrderDay.objects.filter(COUNTED, customer=customer, date__range=(first, last))
    found: dict[int, _Days] = {}
    for row in rows.values("date").annotate(net=Sum("net_amount")).order_by("date"):
        month = found.setdefault(month_index(row["date"]), _Days())
        if row["net"] > 0:
            month.bought += 1
            month.sum += row["net"]
        elif row["net"] < 0:
            month.returned += 1
            month.largest = min(month.largest, (row["net"], row["date"]), key=lambda one: one[0])
    return found


def _line(lines: int, days: _Days) -> str:
    parts = [ngettext("%(n)s line", "%(n)s lines", lines) % {"n": f"{lines:,}"}]
    if days.bought:
        parts.append(ngettext("on %(n)s day", "on %(n)s days", days.bought) % {"n": days.bought})
    text = " ".join(parts)
    if not days.returned:
        return text
    returned = ngettext("%(n)s day of returns", "%(n)s days of returns", days.returned)
    text += f", {returned % {'n': days.returned}}"
    amount, day = days.largest
    if day and -amount >= LARGE_RETURN * days.sum:
        named = {"amount": money_text(amount), "day": date_format(day, "j M")}
        text += ", " + _("the largest %(amount)s on %(day)s") % named
    return text


SOURCES: tuple[Source, ...] = (Source("sales", gettext_lazy("Sales"), read, 50),)
