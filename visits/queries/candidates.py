"""What is known of the stores that somebody could visit on a day."""

import datetime as dt

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from ka_crm.people.models import User
from visits.models import Flag, FlagState, Observation, ShelfPrice, StoreShare, TaskState, Visit, VisitTask
from visits.models.store_share import ShareStatus
from visits.queries.visits import stores_visited_by
from visits.rules.route import Candidate, Place

MONTHS_A_YEAR = 12


def candidates_for(user: User, on: dt.date) -> list[Candidate]:
    """Return the stores that ``user`` could visit on a day, one query for any number of them.

    Left out: stores that anybody is to visit that day, and those that ``user`` has done or skipped.
    Sizes are money a month in ten-thousandths: missing where flagged, else bought.
    """
    taken = VisitTask.objects.filter(Q(state=TaskState.PLANNED) | Q(user=user), on=on, store=OuterRef("pk"))
    flags = Flag.objects.filter(store=OuterRef("pk")).exclude(state=FlagState.CLOSED)
    shares = StoreShare.objects.filter(store=OuterRef("pk"))
    counted = Observation.objects.filter(store=OuterRef("pk"), is_live=True, date__lt=on).order_by()
    visited = Visit.objects.filter(store=OuterRef("pk"), on__lt=on).order_by()
    promoted = (
        ShelfPrice.objects.filter(
            _holds_there(), is_promotion=True, archived_at__isnull=True, from_on__lte=on
        )
        .filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
        .order_by("-from_on")
    )
    rows = (
        stores_visited_by(user)
        .filter(~Exists(taken))
        .annotate(
            rhythm=F("visit_cadence__visits_a_month"),
            counted_on=Subquery(counted.values("store").annotate(last=Max("date")).values("last")),
            visited_on=Subquery(visited.values("store").annotate(last=Max("on")).values("last")),
            has_flag=Exists(flags.exclude(state=FlagState.RECOVERING)),
            is_recovering=Exists(flags.filter(state=FlagState.RECOVERING)),
            is_below=Exists(shares.filter(status=ShareStatus.BELOW_CONFIRMED)),
            promotion_on=Subquery(promoted.order_by("-from_on").values("from_on")[:1]),
            gap=Subquery(shares.order_by("-gap_amount").values("gap_amount")[:1]),
            buys=Subquery(
                shares.filter(potential_amount__isnull=False)
                .order_by("-potential_amount")
                .values("potential_amount")[:1]
            ),
        )
        .order_by("pk")
        .values_list(
            "pk", "latitude", "longitude", "rhythm", "counted_on", "visited_on", "has_flag", "is_recovering",
            "is_below", "promotion_on", "gap", "buys",
        )
    )  # fmt: skip
    found = []
    for pk, north, east, rhythm, counted_on, visited_on, has_flag, recovering, below, *rest in rows:
        promotion_on, gap, buys = rest
        is_flagged = has_flag or (below and not recovering)
        found.append(
            Candidate(
                store=pk,
                place=Place(north, east),
                visits_a_month=rhythm,
                last_on=max((day for day in (counted_on, visited_on) if day), default=None),
                is_flagged=is_flagged,
                is_recheck=recovering,
                promotion_on=promotion_on,
                size=(gap or 0) if is_flagged else (buys or 0) // MONTHS_A_YEAR,
            )
        )
    return found


def _holds_there() -> Q:
    """Prices that hold in the outer store: its customer's, its region's, or everybody's."""
    region = Coalesce(OuterRef("region"), OuterRef("customer__region"))
    return Q(customer=OuterRef("customer")) | Q(customer__isnull=True) & (
        Q(region__isnull=True) | Q(region=region)
    )
