"""What the header of a dossier says, in as few queries as it takes."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from accounts.models import (
    AccountPlan,
    ChainRole,
    Commitment,
    CommitmentState,
    Contract,
    ContractState,
    Customer,
    DecisionRole,
    InteractionContact,
    Profile,
    Promiser,
    TeamMember,
)
from accounts.rules.dossier_sections import plan_year
from accounts.rules.needs_now import BROKEN_DAYS
from ka_crm.people.models import User
from purchases.models import MonthlySales
from purchases.queries import COUNTED
from segmentation.models import CustomerResult, SegmentationRun
from segmentation.queries import current_run


def opened_customer(viewer: User, code: str, today: dt.date) -> Customer:
    """Return a customer that ``viewer`` may see with everything its header says, in one query; 404 for all
    others alike.

    Beside its standing it carries ``sponsor_name``, ``fiscal_month``, ``has_plan`` (for the year that
    counts), ``agreed_share`` (on time in full, of the contract in force), ``talks_with``,
    ``decider_name`` and ``sales_begin`` (first month with sales of anybody).
    """
    own = OuterRef("pk")
    in_force = Q(end_on__isnull=True) | Q(end_on__gte=today)
    agreed = Contract.objects.kept().filter(
        in_force, customer=own, state=ContractState.SIGNED, start_on__lte=today
    )
    sponsors = TeamMember.objects.kept().filter(customer=own, is_sponsor=True)
    profiles = Profile.objects.kept().filter(customer=own)
    guests = InteractionContact.objects.filter(interaction=OuterRef("standing__next_talks"))
    deciders = ChainRole.objects.filter(
        chain__customer=own,
        chain__archived_at__isnull=True,
        contact__archived_at__isnull=True,
        role=DecisionRole.DECIDER,
    )
    begin = MonthlySales.objects.filter(COUNTED).order_by("month")  # alone, so that the index ends the search
    found = (
        Customer.objects.visible_to(viewer)
        .select_related(
            "kam", "territory", "region", "channel", "format", "parent", "standing", "standing__next_talks"
        )
        .annotate(
            sponsor_name=first_of(sponsors, "user__name"),
            fiscal_month=first_of(profiles, "fiscal_year_month"),
            has_plan=Exists(AccountPlan.objects.kept().filter(customer=own, year=plan_year(today))),
            agreed_share=first_of(
                agreed.filter(service_level_share__isnull=False), "service_level_share", "-start_on"
            ),
            talks_with=first_of(guests, "contact__name"),
            decider_name=first_of(deciders, "contact__name"),
            sales_begin=Subquery(begin.values("month")[:1]),
        )
    )
    record: Customer = get_object_or_404(found, code=code)
    return record


def first_of(rows: "QuerySet[Any]", name: str, order: str = "pk") -> Subquery:
    """Return one value of the first of these rows, as part of a query."""
    return Subquery(rows.order_by(order, "pk").values(name)[:1])


def promises_to_keep(customer: Customer, today: dt.date, limit: int) -> list[Commitment]:
    """Return our promises that are late, or were broken in the last month, the longest first."""
    broken_since = today - dt.timedelta(days=BROKEN_DAYS)
    wanted = Q(state=CommitmentState.OPEN, due_on__lt=today) | Q(
        state=CommitmentState.BROKEN, settled_on__gte=broken_since
    )
    rows = Commitment.objects.kept().filter(wanted, customer=customer, promiser=Promiser.US)
    return list(rows.select_related("contact").order_by("due_on", "pk")[:limit])


def result_and_run(customer: Customer) -> tuple[CustomerResult | None, SegmentationRun | None]:
    """Return what the current run found out about a customer, and that run; usually in one query."""
    rows = CustomerResult.objects.filter(run__is_current=True, customer=customer)
    found = rows.select_related("run", "run__criteria").first()
    return (found, found.run) if found else (None, current_run())
