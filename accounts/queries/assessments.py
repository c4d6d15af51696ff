"""Reads of what was assessed about customers."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Aspect, Assessment, Customer, Finding
from accounts.rules.assessments import OWN, UNKNOWN, Found, expires_on, is_expired, levels_on
from ka_crm.criteria.queries import criteria_in_force, settings_of
from ka_crm.criteria.rules.settings import CriteriaSettings


@dataclass(frozen=True)
class AspectNow:
    """One aspect of a customer on a day: the newest finding, whether it expired, and those before."""

    key: str
    label: str
    newest: Assessment | None
    expired: bool
    expires_on: dt.date | None
    earlier: list[Assessment]

    @property
    def finding(self) -> str:
        """The finding that counts; an expired one is unknown."""
        return UNKNOWN if self.newest is None or self.expired else self.newest.finding

    @property
    def word(self) -> str:
        """The finding that counts, in words."""
        return str(Finding(self.finding).label)


def aspects_asked(settings: CriteriaSettings | None = None) -> list[tuple[str, str]]:
    """Return every aspect that can be assessed with its words: the three P, then the criteria in force."""
    found = settings or settings_of(criteria_in_force())
    return [
        *[(str(key), str(label)) for key, label in Aspect.choices],
        *[(OWN + one.name, one.name) for one in found.own_criteria],
    ]


def aspects_of(customer: Customer, on: dt.date, settings: CriteriaSettings | None = None) -> list[AspectNow]:
    """Return the aspects of a customer as of a day, each with its history, newest first; one query."""
    rows: dict[str, list[Assessment]] = defaultdict(list)
    held = Assessment.objects.kept().filter(customer=customer, assessed_on__lte=on)
    for row in held.select_related("created_by").order_by("-assessed_on", "-pk"):
        rows[row.aspect].append(row)
    found = []
    for key, label in aspects_asked(settings):
        newest = rows[key][0] if rows[key] else None
        found.append(
            AspectNow(
                key=key,
                label=label,
                newest=newest,
                expired=newest is not None and is_expired(newest.assessed_on, on),
                expires_on=expires_on(newest.assessed_on) if newest else None,
                earlier=rows[key][1:],
            )
        )
    return found


def levels_by_customer(on: dt.date, customers: Iterable[int] | None = None) -> dict[int, dict[str, Any]]:
    """Return aspect → 0, 1, 2 or ``None`` of every customer that was ever assessed up to a day; one query."""
    held = Assessment.objects.kept().filter(assessed_on__lte=on)
    if customers is not None:
        held = held.filter(customer__in=list(customers))
    rows: dict[int, list[Found]] = defaultdict(list)
    values = held.order_by().values_list("customer_id", "aspect", "finding", "assessed_on", "pk")
    for customer, aspect, finding, day, pk in values:
        rows[customer].append(Found(aspect, finding, day, pk))
    return {customer: levels_on(found, on) for customer, found in rows.items()}
