"""How much of what the viewer's accounts buy is measured, estimated or unknown: in all and by territory."""

from typing import Any

from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast, Coalesce

from accounts.models import Store
from accounts.visibility import store_scope
from ka_crm.people.models import Territory, User
from segmentation.models import SegmentationRun
from segmentation.queries.groups import EARLY
from segmentation.queries.results import customer_results, store_results
from segmentation.rules.sufficiency import Known

_PLACE = Coalesce(F("store__territory"), F("store__customer__territory"))


def known_in_all(run: SegmentationRun, viewer: User) -> Known:
    """Return what is known of everything the viewer sees; three queries."""
    accounts = _account_sums(customer_results(run, viewer).aggregate(**_ACCOUNTS))
    stores = _stores(viewer).aggregate(n=Count("pk"))["n"]
    counted = _counted(run, viewer).aggregate(n=Count("store", distinct=True))["n"]
    return Known(**accounts, stores=stores, counted_stores=counted)


def known_by_territory(run: SegmentationRun, viewer: User) -> list[tuple[int | None, str, Known]]:
    """Return (territory, name, what is known) of each territory with accounts or stores; four queries.

    The one with the most that is not measured comes first, those without a territory last. Territories add up
    to ``known_in_all``.
    """
    places: dict[int | None, dict[str, int]] = {}
    accounts: Any = customer_results(run, viewer).values("customer__territory").annotate(**_ACCOUNTS)
    for row in accounts.order_by():
        places.setdefault(row["customer__territory"], {}).update(_account_sums(row))
    stores = _stores(viewer).annotate(place=Coalesce(F("territory"), F("customer__territory")))
    for row in stores.values("place").annotate(n=Count("pk")).order_by():
        places.setdefault(row["place"], {})["stores"] = row["n"]
    counted = _counted(run, viewer).annotate(place=_PLACE).values("place")
    for row in counted.annotate(n=Count("store", distinct=True)).order_by():
        places.setdefault(row["place"], {})["counted_stores"] = row["n"]
    names = dict(Territory.objects.values_list("pk", "name"))
    found = [(pk, names.get(pk, "") if pk else "", Known(**sums)) for pk, sums in places.items()]
    return sorted(
        found,
        key=lambda item: (
            item[0] is None,
            -(item[2].estimated + item[2].early),
            -item[2].unknown_own,
            item[1],
        ),
    )


def _stores(viewer: User) -> Any:
    return Store.objects.filter(
        store_scope(viewer), archived_at__isnull=True, customer__archived_at__isnull=True
    )


def _counted(run: SegmentationRun, viewer: User) -> Any:
    return store_results(run, viewer).exclude(basis="")


_KNOWN = Q(potential__isnull=False)
_ACCOUNTS: dict[str, Any] = {
    "n": Count("pk"),
    "unknown": Count("pk", filter=~_KNOWN),
    "total": Sum("potential"),
    "counted": Sum(Cast("potential", FloatField()) * F("measured_share"), filter=~Q(status__in=EARLY)),
    "rare": Sum(Cast("potential", FloatField()) * F("measured_share"), filter=Q(status__in=EARLY)),
    "sold": Sum("own_sales"),
    "unknown_sold": Sum("own_sales", filter=~_KNOWN),
}


def _account_sums(row: dict[str, Any]) -> dict[str, int]:
    """Whole amounts that add up to the total: what was not measured was estimated."""
    total, early = row["total"] or 0, round(row["rare"] or 0)
    measured = min(round(row["counted"] or 0), total)
    early = min(early, total - measured)
    return {
        "accounts": row["n"],
        "unknown_accounts": row["unknown"],
        "measured": measured,
        "early": early,
        "estimated": total - measured - early,
        "own": row["sold"] or 0,
        "unknown_own": row["unknown_sold"] or 0,
    }
