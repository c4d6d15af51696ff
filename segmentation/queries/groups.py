"""By what results are broken down, and the same groups as filters of lists, so that counts agree."""

from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Coalesce

from accounts.models import Store

CHAIN, REGION, KAM, TERRITORY, CHANNEL = "chain", "region", "kam", "territory", "channel"
DIMENSIONS = (KAM, TERRITORY, REGION, CHAIN)
#: Keys of those without a group, and of chains that have one store only.
NOBODY, INDEPENDENT = "none", "-"
#: Statuses of results whose counts are too few, or have no market to be compared with.
EARLY = ("insufficient", "no_market_share")
#: Customers part of whose total nobody measured.
ESTIMATED = Q(measured_share__isnull=True) | Q(measured_share__lt=1 - 1e-9)


def group_key(level: str, by: str) -> Any:
    """Return the id of each row's group: an expression, null where it has none."""
    if by == CHAIN:
        customer = F("customer") if level == "customers" else F("store__customer")
        return Case(When(is_chain(level), then=customer))
    if level == "customers":
        return F(f"customer__{by}")
    if by in (REGION, TERRITORY):
        return Coalesce(F(f"store__{by}"), F(f"store__customer__{by}"))
    return F(f"store__customer__{by}")


def is_chain(level: str) -> Q:
    """Return the condition on rows whose customer has more than one store."""
    if level == "customers":
        return Q(stores__gt=1)
    siblings = Store.objects.filter(
        customer=OuterRef("store__customer"), archived_at__isnull=True
    ).exclude(pk=OuterRef("store"))  # fmt: skip
    return Q(Exists(siblings))


def group_condition(level: str, by: str, text: str) -> Q:
    """Return the condition on the rows of one group, named by id, or by ``NOBODY``."""
    prefix = "customer__" if level == "customers" else "store__"
    if level == "stores" and by in (REGION, TERRITORY):
        own, inherited = f"store__{by}", f"store__customer__{by}"
        if text == NOBODY:
            return Q(**{f"{own}__isnull": True, f"{inherited}__isnull": True})
        return Q(**{own: text}) | Q(**{f"{own}__isnull": True, inherited: text})
    path = f"{prefix}{by}" if level == "customers" else f"store__customer__{by}"
    return Q(**{f"{path}__isnull": True}) if text == NOBODY else Q(**{path: text})


def evidence_condition(level: str, text: str) -> Q:
    """Return the condition on rows whose total is measured, too early to tell, estimated or unknown."""
    known = Q(potential__isnull=False)
    measured = Q(measured_share__gt=0) if level == "customers" else ~Q(basis="")
    early = Q(status__in=EARLY)
    conditions = {
        "measured": known & measured & ~early,
        "early": known & measured & early,
        "estimated": known & ESTIMATED if level == "customers" else known & Q(basis=""),
        "unknown": Q(potential__isnull=True),
    }
    return conditions.get(text, Q(pk__in=[]))
