"""Who is a key account: the one place that says so, by the register, for any day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.models import Customer
from ka_crm.criteria.rules.settings import KA_TYPES
from ka_crm.people.models import User
from segmentation.models import KeyAccountTerm, Nomination, NominationState, Veto
from segmentation.rules.ka_register import Membership, Term, shown_membership


def in_force_on(day: dt.date) -> Q:
    """Return the condition on terms that hold on a day."""
    return Q(from_on__lte=day) & (Q(to_on__isnull=True) | Q(to_on__gt=day))


def key_accounts_on(day: dt.date) -> "QuerySet[KeyAccountTerm]":
    """Return the terms in force on a day: one for each key account."""
    return KeyAccountTerm.objects.filter(in_force_on(day))


def key_account_ids(day: dt.date) -> set[int]:
    """Return the ids of the customers that are key accounts on a day."""
    return set(key_accounts_on(day).order_by().values_list("customer_id", flat=True))


def term_on(customer: Customer, day: dt.date) -> KeyAccountTerm | None:
    """Return the term of a customer that holds on a day, or ``None``."""
    rows = key_accounts_on(day).filter(customer=customer)
    return rows.select_related("decided_by", "round", "criteria").first()


def terms_of(customer: Customer) -> list[KeyAccountTerm]:
    """Return everything that the register says about a customer, the newest first."""
    rows = KeyAccountTerm.objects.filter(customer=customer)
    return list(rows.select_related("decided_by", "ended_by", "round", "criteria"))


def register_rows(
    viewer: User, day: dt.date, *, type_: str = "", kam: str = "", text: str = ""
) -> "QuerySet[KeyAccountTerm]":
    """Return the register on a day for a viewer, by name; ``type_``, ``kam`` (id) and ``text`` narrow it."""
    rows = key_accounts_on(day).visible_to(viewer)  # type: ignore[attr-defined]
    rows = rows.select_related("customer__kam", "customer__region", "decided_by", "round", "criteria")
    if kam.isascii() and kam.isdigit() and len(kam) < 19:
        rows = rows.filter(customer__kam=kam)
    if text:
        rows = rows.filter(Q(customer__name__icontains=text) | Q(customer__code__icontains=text))
    if type_:
        rows = of_type(rows, type_)
    return rows.order_by("customer__name", "customer__code")  # type: ignore[no-any-return]


def of_type(rows: "QuerySet[Any]", type_: str) -> "QuerySet[Any]":
    """Return the rows whose ``types`` (JSON) name this one; a word that is none finds nothing."""
    if type_ not in KA_TYPES:
        return rows.none()
    told = rows.annotate(types_text=Cast("types", TextField()))
    found: QuerySet[Any] = told.filter(types_text__contains=f'"{type_}"')
    return found


def membership_rows(customers: Iterable[int] | None = None) -> dict[int, list[KeyAccountTerm]]:
    """Return the terms of customers (all of them without ``customers``) by customer; one query."""
    rows = KeyAccountTerm.objects.order_by("from_on", "pk")
    if customers is not None:
        rows = rows.filter(customer__in=list(customers))
    found: dict[int, list[KeyAccountTerm]] = defaultdict(list)
    for row in rows.only("customer_id", "from_on", "to_on", "types"):
        found[row.customer_id].append(row)
    return found


def standing_of(terms: list[KeyAccountTerm], day: dt.date) -> dict[str, Any]:
    """Return what lists and headers keep of a customer's terms: the membership of a day, or the next."""
    shown: Membership | None = shown_membership([Term(one.from_on, one.to_on) for one in terms], day)
    if shown is None:
        return {"ka_from_on": None, "ka_until_on": None, "ka_types": ""}
    at = max(day, shown.from_on)
    now = [one for one in terms if one.from_on <= at and (one.to_on is None or at < one.to_on)]
    types = ",".join(now[0].types) if now else ""
    return {"ka_from_on": shown.from_on, "ka_until_on": shown.until_on, "ka_types": types}


def open_veto(customer: Customer) -> Veto | None:
    """Return the veto that stands against a customer, or ``None``."""
    return Veto.objects.filter(customer=customer, lifted_on__isnull=True).select_related("by").first()


def nominations_of(customer: Customer) -> list[Nomination]:
    """Return the nominations of a customer, the newest first."""
    rows = Nomination.objects.filter(customer=customer)
    return list(rows.select_related("nominated_by", "decided_by"))


def nominations_for(viewer: User, *, states: Iterable[str] = ()) -> "QuerySet[Nomination]":
    """Return the nominations that a viewer may see, the newest first."""
    rows = Nomination.objects.all().visible_to(viewer)  # type: ignore[attr-defined]
    rows = rows.select_related("customer__kam", "nominated_by", "decided_by").order_by("-pk")
    return rows.filter(state__in=list(states)) if states else rows  # type: ignore[no-any-return]


def nominations_holding(day: dt.date) -> "QuerySet[Nomination]":
    """Return the approved nominations that hold on a day."""
    return Nomination.objects.filter(
        state=NominationState.APPROVED, nominated_on__lte=day, expires_on__gt=day
    )
