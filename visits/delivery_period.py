"""Which lines a report about deliveries is asked for: read from an address, the same for page and API."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ka_crm.lib.periods import month_index, month_start
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from purchases.queries.delivery_report import DeliveryReport, delivery_report
from purchases.rules.delivery import Basis

MONTHS = (3, 6, 12)
USUAL_MONTHS = 6
#: Value of ``mode`` that asks for lines without one.
NO_MODE = "-"


@dataclass(frozen=True)
class Asked:
    """Lines requested from ``first`` to before ``end``; the open month is part of it, as far as judged."""

    basis: Basis
    months: int
    mode: str
    first: dt.date
    end: dt.date
    as_of: dt.date


def asked_of(query: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what makes no sense is the usual."""
    today = business_today()
    text = query.get("months", "")
    months = int(text) if text in {str(number) for number in MONTHS} else USUAL_MONTHS
    this = month_index(today)
    return Asked(
        basis="confirmed" if query.get("basis") == "confirmed" else "requested",
        months=months,
        mode=query.get("mode", ""),
        first=month_start(this - months + 1),
        end=month_start(this + 1),
        as_of=today,
    )


def asked_report(viewer: User, query: Mapping[str, str]) -> tuple[Asked, DeliveryReport]:
    """Return what is asked for, and the report."""
    asked = asked_of(query)
    mode = None if not asked.mode else "" if asked.mode == NO_MODE else asked.mode
    report = delivery_report(
        viewer, basis=asked.basis, first=asked.first, end=asked.end, as_of=asked.as_of, mode=mode
    )
    return asked, report
