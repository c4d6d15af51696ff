"""Keeps the effect of a flag's measures: counts before and after them, there and in comparable stores."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Store
from ka_crm.lib.money import SCALE
from ka_crm.lib.periods import month_index, month_start
from visits.models import CategoryTotal, Flag, FlagEffect, FlagState, Observation
from visits.models.observation import ObservationKind
from visits.rules.effect import MIN_CONTROL_STORES as ENOUGH
from visits.rules.effect import Control, ControlStore, SpanShare, control_of, effect_of, span_share

#: Newest visit days and months of each span, and how old the days before may be.
MOST_DAYS = 12
MOST_MONTHS = 6
OLDEST = dt.timedelta(days=180)
VISITS, TOTALS = "visits", "totals"
_TREATED = (FlagState.MEASURES, FlagState.RECOVERING)


@dataclass(frozen=True)
class Spans:
    """Counts of one store before and after a day: (day, all, ours), oldest first."""

    basis: str
    in_units: bool
    before: list[tuple[dt.date, float, float]]
    after: list[tuple[dt.date, float, float]]

    def share(self, counts: list[tuple[dt.date, float, float]]) -> SpanShare:
        """Share of one of the spans."""
        return span_share([count[1:] for count in counts], self.in_units)


def refresh_effects(flags: Iterable[Flag]) -> None:
    """Compute and keep the effect of each flag that has a measure done; the others have none."""
    for flag in flags:
        _refresh(flag, with_control=True)


def follow_effects(store_ids: Sequence[int]) -> None:
    """Bring the effects in some stores up to date after new counts; what comparable stores did stays as it
    was last night, so that a count costs the same however many stores there are."""
    flags = Flag.objects.filter(store_id__in=list(store_ids), state__in=_TREATED, effect__isnull=False)
    for flag in flags.select_related("store__customer", "effect"):
        _refresh(flag, with_control=False)


def treated_flags() -> "QuerySet[Flag]":
    """Return the open flags with a measure done, whose effect is followed at night."""
    done = Q(measures__done_on__isnull=False, measures__cancelled_at__isnull=True)
    return Flag.objects.filter(done, state__in=_TREATED).select_related("store__customer").distinct()


def _refresh(flag: Flag, *, with_control: bool) -> None:
    since = flag.measures.filter(cancelled_at__isnull=True).aggregate(day=Min("done_on"))["day"]
    if since is None:
        FlagEffect.objects.filter(flag=flag).delete()
        return
    visits, totals = _visit_spans(flag, since), _total_spans(flag, since)
    spans = max((visits, totals), key=_evidence_in)
    before, after = spans.share(spans.before), spans.share(spans.after)
    control = _control(flag, since, spans) if with_control else _kept_control(flag, spans.basis)
    found = effect_of(before, after, control)
    FlagEffect.objects.update_or_create(
        flag=flag,
        defaults={
            "since_on": since,
            "basis": spans.basis,
            "visits_since": _routine(flag).filter(date__gte=since).count(),
            "visits_before": before.clusters,
            "visits_after": after.clusters,
            "before_share": before.share,
            "before_low": before.low,
            "before_high": before.high,
            "after_share": after.share,
            "after_low": after.low,
            "after_high": after.high,
            "control_stores": control.stores if control else 0,
            "control_before_share": control.before if control else None,
            "control_after_share": control.after if control else None,
            "control_se": control.se if control else None,
            "effect": found.effect,
            "low": found.low,
            "high": found.high,
        },
    )


def _routine(flag: Flag) -> "QuerySet[Observation]":
    return Observation.objects.filter(
        store=flag.store_id,
        category=flag.category_id,
        kind=ObservationKind.ROUTINE,
        is_live=True,
        is_confirmed=True,
    )


def _visit_spans(flag: Flag, since: dt.date) -> Spans:
    rows = _routine(flag).values_list("date", "total_units", "own_units")
    before = rows.filter(date__lt=since, date__gte=since - OLDEST).order_by("-date")[:MOST_DAYS]
    after = rows.filter(date__gte=since).order_by("-date")[:MOST_DAYS]
    return Spans(VISITS, True, _scaled(before), _scaled(after))


def _total_spans(flag: Flag, since: dt.date) -> Spans:
    """Months before the measure's, and after it; the month of the measure itself is half and half."""
    this_month = since.replace(day=1)
    totals = CategoryTotal.objects.filter(store=flag.store_id, category=flag.category_id, is_live=True)
    in_units = totals.filter(total_units__isnull=False, own_units__isnull=False).exists()
    total, own = ("total_units", "own_units") if in_units else ("total_amount", "own_amount")
    known = totals.filter(**{f"{total}__isnull": False, f"{own}__isnull": False})
    first = month_start(month_index(this_month) - MOST_MONTHS)
    newest = dict[dt.date, tuple[Any, Any]]()
    for month, *numbers in known.filter(month__gte=first).order_by("id").values_list("month", total, own):
        newest[month] = (numbers[0], numbers[1])
    rows = sorted(((month, *numbers) for month, numbers in newest.items()), reverse=True)
    return Spans(
        TOTALS,
        in_units,
        _scaled([row for row in rows if row[0] < this_month][:MOST_MONTHS]),
        _scaled([row for row in rows if row[0] > this_month][:MOST_MONTHS]),
    )


def _scaled(rows: Iterable[tuple[Any, ...]]) -> list[tuple[dt.date, float, float]]:
    return [(day, total / SCALE, own / SCALE) for day, total, own in rows][::-1]


def _evidence_in(spans: Spans) -> tuple[int, int]:
    """The better basis has more on its thinner side, then more in all."""
    before, after = len(spans.before), len(spans.after)
    return min(before, after), before + after


def _kept_control(flag: Flag, basis: str) -> Control | None:
    kept = flag.effect
    before, after = kept.control_before_share, kept.control_after_share
    if kept.basis != basis or before is None or after is None:
        return None
    return Control(kept.control_stores, before, after, kept.control_se or 0.0)


def _control(flag: Flag, since: dt.date, spans: Spans) -> Control | None:
    """Stores of the same category and region (and format, where enough), never flagged meanwhile."""
    if not spans.before or not spans.after:
        return None
    first, last = spans.before[0][0], spans.after[-1][0]
    store = flag.store
    region = store.region_id or store.customer.region_id or -1
    flagged = Flag.objects.filter(category=flag.category_id, opened_on__lte=max(last, since)).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gte=first)
    )
    stores = (
        Store.objects.annotate(market=Coalesce("region_id", "customer__region_id", -1))
        .filter(market=region, archived_at__isnull=True)
        .exclude(pk=store.pk)
        .exclude(pk__in=flagged.values("store"))
    )
    rows = _control_rows(flag, since, spans, first, last).filter(store__in=stores)
    found = list(rows.filter(days_before__gte=2, days_after__gte=2))
    alike = [row for row in found if row["format"] == store.format_id]
    chosen = alike if len(alike) >= ENOUGH else found
    return control_of(
        [
            ControlStore(row["total_before"], row["own_before"], row["total_after"], row["own_after"])
            for row in chosen
        ]
    )


def _control_rows(flag: Flag, since: dt.date, spans: Spans, first: dt.date, last: dt.date) -> Any:
    """Sums of both spans by store; one query."""
    if spans.basis == VISITS:
        rows: Any = Observation.objects.filter(
            kind=ObservationKind.ROUTINE, is_live=True, is_confirmed=True, date__range=(first, last)
        )
        day, is_before, is_after = "date", Q(date__lt=since), Q(date__gte=since)
    else:
        rows = CategoryTotal.objects.filter(is_live=True, month__range=(first, last))
        month = since.replace(day=1)
        day, is_before, is_after = "month", Q(month__lt=month), Q(month__gt=month)
    unit = "units" if spans.in_units else "amount"
    known = rows.filter(
        **{"category": flag.category_id, f"total_{unit}__isnull": False, f"own_{unit}__isnull": False}
    )
    return (
        known.order_by()
        .values("store", format=F("store__format"))
        .annotate(
            days_before=Count(day, filter=is_before),
            days_after=Count(day, filter=is_after),
            total_before=Sum(f"total_{unit}", filter=is_before),
            own_before=Sum(f"own_{unit}", filter=is_before),
            total_after=Sum(f"total_{unit}", filter=is_after),
            own_after=Sum(f"own_{unit}", filter=is_after),
        )
    )
