"""Reads of the service that results ask for an account, by the strategies in force."""

import datetime as dt
from collections import Counter

from accounts.models import AccountStanding, Aspect, Customer
from accounts.queries.assessments import aspects_of
from accounts.visibility import store_scope
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from segmentation.models import CustomerResult, StoreResult, StrategyVersion
from segmentation.queries.runs import current_run
from segmentation.rules.solvency import allowed_days
from segmentation.rules.strategy import Proposal, propose
from segmentation.rules.strategy_set import DEFAULT_SET, StrategySet, strategy_set_from


def version_in_force(day: dt.date | None = None) -> StrategyVersion | None:
    """Return the version that holds on a day (today), ``None`` while the product's defaults hold.

    Of two versions that have begun the later day counts, and of one day the later version.
    """
    rows = StrategyVersion.objects.filter(effective_from__lte=day or business_today())
    return rows.select_related("author").order_by("-effective_from", "-number").first()


def strategies_in_force(day: dt.date | None = None) -> StrategySet:
    """Return the strategies that hold on a day (today)."""
    version = version_in_force(day)
    return strategies_of(version)


def strategies_of(version: StrategyVersion | None) -> StrategySet:
    """Return a version's strategies, checked and typed; the defaults for ``None``."""
    return DEFAULT_SET if version is None else strategy_set_from(version.settings)


def strategy_versions() -> list[StrategyVersion]:
    """Return all versions, the newest first, each with its author."""
    return list(StrategyVersion.objects.select_related("author"))


def newest_version() -> StrategyVersion | None:
    """Return the version that was saved last, begun or not."""
    return StrategyVersion.objects.order_by("-number").first()


def solvency_days_of(customer: Customer) -> int | None:
    """Return the credit days that a customer's solvency allows at most; ``None``: nothing limits them.

    Solvency as assessed within the last 12 months, and invoices more than 60 days late.
    """
    assessed = next(row for row in aspects_of(customer, business_today()) if row.key == Aspect.SOLVENCY)
    late = AccountStanding.objects.filter(pk=customer.pk).values_list("overdue_over_60_amount", flat=True)
    return allowed_days(assessed.finding, is_long_overdue=(late.first() or 0) > 0)


def proposal_of(customer: Customer, viewer: User) -> tuple[Proposal | None, str]:
    """Return the proposed service of a customer and its quadrant ("" where nothing is computed).

    Stores are those that ``viewer`` sees; one in several categories counts once, by the quadrant that asks
    for most visits.
    """
    run = current_run()
    result = CustomerResult.objects.filter(run=run, customer=customer).first() if run else None
    if result is None:
        return None, ""
    strategies = strategies_in_force()
    rows = StoreResult.objects.filter(
        store_scope(viewer, "store__"), run=run, store__customer=customer, store__archived_at__isnull=True
    )
    best: dict[int, str] = {}
    for store, quadrant in rows.order_by().values_list("store_id", "quadrant").distinct():
        if quadrant in strategies.quadrants and _visits(quadrant, strategies) > _visits(
            best.get(store, ""), strategies
        ):
            best[store] = quadrant
    proposal = propose(
        result.cell,
        result.quadrant,
        Counter(best.values()),
        solvency_days=solvency_days_of(customer),
        strategies=strategies.cells,
        treatments=strategies.quadrants,
    )
    return proposal, result.quadrant


def _visits(quadrant: str, strategies: StrategySet) -> float:
    treatment = strategies.quadrants.get(quadrant)
    return treatment.store_visits if treatment else -1.0
