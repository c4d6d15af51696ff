"""Reads of service: cases with what became of the promise, the share kept, and the standards."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import Customer, ServiceCase, ServiceStandard, ServiceStep, ServiceTier
from accounts.rules import service as rules
from ka_crm.lib import clock
from ka_crm.records.queries import business_today

#: Cases that began within so many days count for the share kept.
DAYS_COUNTED = 365


@dataclass(frozen=True)
class CaseRow:
    """A case, what became of its promise, and until when it was promised."""

    case: ServiceCase
    state: str
    due_at: dt.datetime | None


@dataclass(frozen=True)
class StepKept:
    """How many promises of a step held in the last twelve months."""

    step: str
    label: str
    kept: rules.Kept


def business_now() -> dt.datetime:
    """Return this moment on the business day."""
    now = timezone.localtime(clock.now())
    return timezone.make_aware(dt.datetime.combine(business_today(), now.time()))


def cases_of(customer: Customer, now: dt.datetime, limit: int) -> list[CaseRow]:
    """Return the cases of a customer that are not done, then those done last."""
    rows = ServiceCase.objects.kept().filter(customer=customer).select_related("contact")
    newest = rows.order_by(F("done_at").desc(nulls_first=True), "-began_at", "-pk")
    return [
        CaseRow(
            case,
            rules.case_state(case.began_at, case.done_at, case.promised_hours, now),
            rules.due_at(case.began_at, case.promised_hours),
        )
        for case in newest[:limit]
    ]


def kept_by_step(customer: Customer, now: dt.datetime) -> list[StepKept]:
    """Return how many promises held, by step; steps without a decided case are there with 0 of 0."""
    since = now - dt.timedelta(days=DAYS_COUNTED)
    rows = ServiceCase.objects.kept().filter(customer=customer, began_at__gte=since)
    states: dict[str, list[str]] = {step: [] for step in ServiceStep.values}
    for step, began_at, done_at, hours in rows.values_list("step", "began_at", "done_at", "promised_hours"):
        states[step].append(rules.case_state(began_at, done_at, hours, now))
    return [StepKept(step.value, str(step.label), rules.kept_of(states[step.value])) for step in ServiceStep]


def standards() -> dict[tuple[str, str], ServiceStandard]:
    """Return what is promised, by tier and step."""
    return {(row.tier, row.step): row for row in ServiceStandard.objects.all()}


def standards_of(tier: str) -> list[dict[str, Any]]:
    """Return what is promised to one tier, step by step; ``None`` where nothing is."""
    found = dict(ServiceStandard.objects.filter(tier=tier).values_list("step", "promised_hours"))
    return [{"label": step.label, "hours": found.get(step.value)} for step in ServiceStep]


def tier_label(tier: str) -> str:
    """Return the words of a tier."""
    return str(ServiceTier(tier).label)
