"""Recording a whole visit at once: its counts, checks, prices and lots, and the task that it fulfils."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import Competitor, Store
from ka_crm.lib import clock
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from visits.evaluation import evaluate_stores
from visits.models import (
    BrandCount,
    Check,
    LotSighting,
    PriceSighting,
    TaskState,
    Visit,
    VisitKind,
    VisitTask,
)
from visits.models.observation import ObservationKind
from visits.operations.observations import Implausible, check_count, record_observation
from visits.operations.seen import CountSeen, Seen
from visits.permissions import MAY_COUNT


class SentWithOtherContent(Exception):
    """This client UUID already stands for another visit."""


@dataclass(frozen=True)
class RecordedVisit:
    """The stored visit, whether this call stored it, and the counts that it kept aside, by category."""

    visit: Visit
    is_new: bool
    doubts: dict[str, Implausible] = field(default_factory=dict)
    feeds: bool = False


def record_visit(*, by: User, seen: Seen, evaluate: bool = True) -> RecordedVisit:
    """Keep a visit with everything that was seen, all or nothing; numbers in ten-thousandths.

    The same client UUID with the same content changes nothing and gives the stored visit. A count far
    above the store's usual level, and not said to be certain, is kept aside until somebody confirms it.
    One audit row for the visit, and one for each count. The store is evaluated once (``evaluate``; who
    records many visits calls ``evaluate_visited`` afterwards).

    Raises ``PermissionDenied`` for stores that ``by`` does not visit, ``ValidationError`` by field
    (``counts.0.own``), and ``SentWithOtherContent``.
    """
    if by.role not in MAY_COUNT or not Store.objects.visited_by(by).filter(pk=seen.store.pk).exists():
        raise PermissionDenied
    digest = seen.digest()
    known = _already(by, seen.client_uuid, digest)
    if known:
        return known
    _check(seen)
    try:
        with transaction.atomic():
            recorded = _store_it(by, seen, digest)
    except IntegrityError:
        known = _already(by, seen.client_uuid, digest)  # sent twice at once: the other one was faster
        if known is None:
            raise ValidationError(_("Somebody else saved this day at the same moment. Try again.")) from None
        return known
    if evaluate:
        evaluate_visited([recorded])
    return recorded


def evaluate_visited(recorded: Sequence[RecordedVisit]) -> None:
    """Evaluate the stores of new visits whose counts feed the estimates, each store once."""
    stores = sorted({item.visit.store_id for item in recorded if item.feeds})
    if stores:
        evaluate_stores(stores)


def _already(by: User, client_uuid: uuid.UUID, digest: str) -> RecordedVisit | None:
    visit = Visit.objects.filter(client_uuid=client_uuid).first()
    if visit is None:
        return None
    if visit.body_digest != digest or visit.by_id != by.pk:
        raise SentWithOtherContent
    return RecordedVisit(visit, False)


def _check(seen: Seen) -> None:
    """Refuse what cannot be true; every problem at its field."""
    errors: dict[str, Any] = {}
    today = business_today()
    errors |= check_count(seen.store, seen.on, ObservationKind.ROUTINE, (0, 0), (None, None), today)
    if "date" in errors:
        errors["on"] = errors.pop("date")
    if seen.kind not in VisitKind.values:
        errors["kind"] = _("Choose a kind of visit.")
    names = {"total_units": "total", "own_units": "own"}
    for place, count in enumerate(seen.counts):
        found = check_count(
            seen.store, today, ObservationKind.ROUTINE, (count.total, count.own), (None, None), today
        )
        errors |= {f"counts.{place}.{names[key]}": found[key] for key in found if key in names}
        if sum(brand.units for brand in count.brands) > max(count.total - count.own, 0):
            errors[f"counts.{place}.brands"] = _("These brands sold more than all without ours.")
    for name, keys in (
        ("counts", [count.category.pk for count in seen.counts]),
        ("checks", [check.point.pk for check in seen.checks]),
    ):
        if len(set(keys)) != len(keys):
            errors[name] = _("One of them is named twice.")
    for place, (_product, price) in enumerate(seen.prices):
        if price <= 0:
            errors[f"prices.{place}.price"] = _("A price is above zero.")
    if errors:
        raise ValidationError(errors)


def _store_it(by: User, seen: Seen, digest: str) -> RecordedVisit:
    visit = Visit(
        store=seen.store,
        on=seen.on,
        kind=seen.kind,
        by=by,
        note=seen.note,
        client_uuid=seen.client_uuid,
        body_digest=digest,
        began_at=seen.began_at,
        saved_at=clock.now(),
    )
    visit.save(force_insert=True)  # first: whoever sends the same at the same moment waits here
    doubts = _store_counts(by, visit, seen.counts)
    Check.objects.bulk_create(
        Check(visit=visit, point=item.point, is_ok=item.is_ok, note=item.note) for item in seen.checks
    )
    PriceSighting.objects.bulk_create(
        PriceSighting(store=seen.store, product=product, on=seen.on, price=price, visit=visit)
        for product, price in seen.prices
    )
    LotSighting.objects.bulk_create(
        LotSighting(
            lot=item.lot, store=seen.store, on=seen.on, supplied_by=item.supplied_by, visit=visit, by=by
        )
        for item in seen.lots
    )
    task = _finish_task(by, visit, seen.task)
    after = {
        "store": seen.store.code, "on": seen.on, "kind": str(seen.kind), "counts": len(seen.counts),
        "checks": len(seen.checks), "prices": len(seen.prices), "lots": len(seen.lots), "task": task,
    }  # fmt: skip
    record_change(by=by, action="visit", record=visit, after=after)
    feeds = seen.kind == VisitKind.ROUTINE and len(doubts) < len(seen.counts)
    return RecordedVisit(visit, True, doubts, feeds)


def _store_counts(by: User, visit: Visit, counts: Sequence[CountSeen]) -> dict[str, Implausible]:
    doubts = {}
    kind = ObservationKind.ROUTINE if visit.kind == VisitKind.ROUTINE else ObservationKind.CONTROL
    known = _competitors([brand.name for count in counts for brand in count.brands])
    for count in counts:
        kept = record_observation(
            by=by,
            store=visit.store,
            category=count.category,
            date=visit.on,
            total_units=count.total,
            own_units=count.own,
            client_uuid=visit.client_uuid,
            kind=kind,
            is_certain=count.is_certain,
            certain_reason=count.certain_reason,
            visit=visit,
            keep_aside=True,
            evaluate=False,
        )
        if kept.doubt:
            doubts[count.category.code] = kept.doubt
        BrandCount.objects.bulk_create(
            BrandCount(
                store=visit.store,
                category=count.category,
                competitor_id=known.get(brand.name.lower()),
                brand=brand.name,
                on=visit.on,
                units=brand.units,
                observation=kept.observation,
            )
            for brand in count.brands
        )
    return doubts


def _competitors(names: Sequence[str]) -> dict[str, int]:
    """Ids of the known competitors among these names."""
    if not names:
        return {}
    rows = Competitor.objects.annotate(small=Lower("name")).filter(small__in=[name.lower() for name in names])
    return dict(rows.values_list("small", "pk"))


def _finish_task(by: User, visit: Visit, task: int | None) -> int | None:
    """Mark the planned visit done: the one named, else one of this day. A plan that changed meanwhile
    never keeps a visit from being stored."""
    mine = VisitTask.objects.filter(user=by, store=visit.store).exclude(state=TaskState.DONE)
    wanted = Q(pk=task) | Q(on=visit.on) if task else Q(on=visit.on)
    found = sorted(mine.filter(wanted).values_list("pk", flat=True), key=lambda pk: pk != task)
    if not found:
        return None
    VisitTask.objects.filter(pk=found[0]).update(
        state=TaskState.DONE, visit=visit, skip_reason="", version=F("version") + 1
    )
    return found[0]
