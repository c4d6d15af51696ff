"""Reads for whoever prepares or prints: the talks ahead, the last ones, roles of people in every chain."""

import datetime as dt
from collections import defaultdict

from django.shortcuts import get_object_or_404

from accounts.models import ChainRole, ContactChannel, Customer, DecisionRole, Interaction, InteractionState
from ka_crm.people.models import User


def talks_to_prepare(customer: Customer, viewer: User, today: dt.date, pk: str = "") -> Interaction | None:
    """Return the talks to prepare, with who takes part: those of ``pk``, else the next planned.

    Talks on terms come before other contacts that are planned earlier. 404 for a ``pk`` of another customer.
    """
    rows = Interaction.objects.visible_to(viewer).kept().filter(customer=customer)
    rows = rows.select_related("owner").prefetch_related("contacts")
    if pk:
        number = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0
        chosen: Interaction = get_object_or_404(rows, pk=number)
        return chosen
    planned = list(rows.filter(state=InteractionState.PLANNED, on__gte=today).order_by("on", "pk")[:20])
    return next((row for row in planned if row.purpose == "talks"), planned[0] if planned else None)


def last_talks(customer: Customer, viewer: User, today: dt.date, limit: int) -> list[Interaction]:
    """Return the last contacts that were held, newest first; a note is no contact."""
    rows = (
        Interaction.objects.visible_to(viewer)
        .kept()
        .filter(customer=customer, state=InteractionState.DONE, on__lte=today)
    )
    rows = rows.exclude(channel=ContactChannel.NOTE).select_related("owner").prefetch_related("contacts")
    return list(rows.order_by("-on", "-pk")[:limit])


def roles_in_chains(customer: Customer) -> dict[int, list[tuple[str, list[str]]]]:
    """Return the roles of each person by decision chain: {contact: [(chain, [role])]}, in one query."""
    words = {role.value: str(role.label) for role in DecisionRole}
    rows = ChainRole.objects.filter(chain__customer=customer, chain__archived_at__isnull=True)
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for contact, chain, role in rows.order_by("chain", "pk").values_list("contact", "chain__name", "role"):
        found[contact][chain].append(words[role])
    return {contact: list(chains.items()) for contact, chains in found.items()}
