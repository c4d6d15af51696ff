"""What people found out about accounts, for the selection: assessments, nominations, register, vetoes."""

import datetime as dt
from collections.abc import Iterable

import numpy as np
from django.db.models import Q

from accounts.queries.assessments import levels_by_customer
from accounts.rules.assessments import THREE_P, strategic_score
from ka_crm.criteria.queries import criteria_in_force, settings_of
from ka_crm.criteria.rules.settings import CriteriaSettings
from segmentation.inputs import BoolArray, FloatArray, IntArray
from segmentation.models import NominationKind, Veto
from segmentation.queries.key_accounts import key_accounts_on, nominations_holding
from segmentation.rules.ka_candidates import AccountFacts, unknown_facts
from visits.models import PotentialEstimate
from visits.models.estimate import EstimateSource


def facts_of(customers: IntArray, as_of: dt.date, settings: CriteriaSettings | None = None) -> AccountFacts:
    """Return the facts of some customers as of a day; what nobody assessed, or what expired, is unknown.

    ``settings`` name the company's own criteria; without them those in force do. A fixed number of queries.
    """
    place = {int(pk): row for row, pk in enumerate(customers.tolist())}
    n = len(customers)
    numbers: dict[str, FloatArray] = {name: np.full(n, np.nan) for name in (*THREE_P, "strategic")}
    used = settings or settings_of(criteria_in_force())
    weights = {one.name: float(one.weight) for one in used.own_criteria}
    for customer, levels in levels_by_customer(as_of).items():
        row = place.get(customer)
        if row is None:
            continue
        for name in THREE_P:
            level = levels.get(name)
            if level is not None:
                numbers[name][row] = level
        strategic = strategic_score(levels, weights)
        if strategic is not None:
            numbers["strategic"][row] = strategic

    def marked(ids: Iterable[int]) -> BoolArray:
        marks = np.zeros(n, dtype=bool)
        marks[[place[pk] for pk in ids if pk in place]] = True
        return marks

    named: dict[str, set[int]] = {str(kind): set() for kind in NominationKind.values}
    for pk, kind in nominations_holding(as_of).order_by().values_list("customer_id", "kind"):
        named[kind].add(pk)
    terms = list(key_accounts_on(as_of).order_by().values_list("customer_id", "tenure_until"))
    return unknown_facts(
        n,
        **numbers,
        approved_budget=marked(named["budget"] | _budgets(as_of)),
        image=marked(named["image"]),
        expert=marked(named["expert"]),
        nominated=marked(named["image"] | named["expert"]),
        already=marked(pk for pk, _until in terms),
        protected=marked(pk for pk, until in terms if until is not None and until > as_of),
        veto=marked(vetoed_on(as_of)),
    )


def vetoed_on(day: dt.date) -> set[int]:
    """Return the ids of the customers against whom a veto stands on a day."""
    lifted = Q(lifted_on__isnull=True) | Q(lifted_on__gt=day)
    rows = Veto.objects.filter(lifted, from_on__lte=day)
    return set(rows.order_by().values_list("customer_id", flat=True))


def _budgets(as_of: dt.date) -> set[int]:
    """Customers whose own approved budget of that year, or a later one, is among the estimates."""
    rows = PotentialEstimate.objects.filter(
        Q(stated_on__isnull=True) | Q(stated_on__lte=as_of),
        source=EstimateSource.APPROVED_BUDGET,
        archived_at__isnull=True,
        year__gte=as_of.year,
    ).order_by()
    found = set(rows.filter(customer__isnull=False).values_list("customer_id", flat=True))
    return found | set(rows.filter(store__isnull=False).values_list("store__customer_id", flat=True))
