"""Drawing stores for control and joint visits, and calling a round off."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from accounts.models import Store
from ka_crm.lib import clock
from ka_crm.lib.locks import hold_until_commit
from ka_crm.people.models import User
from ka_crm.records.editing import change_record, create_record
from ka_crm.records.queries import business_today
from visits.models import SampleKind, SampleRound, TaskReason, TaskState, VisitTask
from visits.permissions import may_draw
from visits.queries.samples import drawable, kams_to_control, rounds_seen_by, visitors
from visits.rules.route import Place, best_order
from visits.rules.sampling import MOST_PER_PERSON, REST_DAYS, Stratum, draw, spread
from visits.rules.working_days import working_days

LONGEST_DAYS = 60
#: More stops than this are ordered in strips: the best order of many takes too long.
MOST_FOR_BEST_ORDER = 40
_SEEDS = 2**62


def draw_round(
    *,
    by: User,
    kind: str,
    visitor: User,
    kams: Sequence[User],
    per_person: int,
    first_on: dt.date,
    last_on: dt.date,
    by_size: bool = False,
    seed: int | None = None,
) -> SampleRound:
    """Draw stores of account managers at random and plan a visit of ``visitor`` in each.

    The visits lie evenly on the working days of the period, in a short way. Nobody chooses the seed;
    ``seed`` is for drawing a round again to check it. Raises ``PermissionDenied``, and ``ValidationError``
    by field.
    """
    _may(by, visitor, kams)
    _check(kind, per_person, first_on, last_on)
    days = working_days(first_on, last_on)
    if not days:
        raise ValidationError({"last_on": _("There is no working day in this period.")})
    seed = secrets.randbelow(_SEEDS) if seed is None else seed
    with transaction.atomic():
        hold_until_commit("samples")
        pool = drawable(by, visitor, kams, business_today(), last_on)
        strata = draw(pool, seed=seed, per_person=per_person, by_size=by_size)
        stores = [store for stratum in strata for store in stratum.drawn]
        if not stores:
            raise ValidationError(
                {"kams": _("No store can be drawn: all were drawn lately, or are planned already.")}
            )
        sample = SampleRound(
            kind=kind,
            seed=seed,
            drawn_by=by,
            visitor=visitor,
            drawn_on=business_today(),
            first_on=first_on,
            last_on=last_on,
            parameters={
                "per_person": per_person,
                "rest_days": REST_DAYS,
                "by_size": by_size,
                "people": [_told(stratum) for stratum in strata],
            },
        )
        create_record(sample, by=by, also={"stores": len(stores)})
        VisitTask.objects.bulk_create(_tasks(sample, stores, days))
    return sample


def cancel_round(*, by: User, sample: SampleRound, version: int, reason: str) -> SampleRound:
    """Call off what is still to be visited; what was counted stays and counts.

    Raises ``PermissionDenied``, ``ValidationError`` by field and ``StaleVersion``.
    """
    if not may_draw(by) or not rounds_seen_by(by).filter(pk=sample.pk).exists():
        raise PermissionDenied
    reason = " ".join(reason.split())
    if not reason or len(reason) > 200:
        raise ValidationError({"reason": _("Say why, in at most 200 characters.")})
    with transaction.atomic():
        tasks = VisitTask.objects.select_for_update().filter(sample_round=sample, state=TaskState.PLANNED)
        left = len(tasks)
        if not left:
            raise ValidationError(_("Nothing of this round is open any more."))
        changes = {"cancelled_at": clock.now(), "cancel_reason": reason}
        also = ({"open": left}, {"open": 0})
        done = change_record(sample, by=by, version=version, changes=changes, action="cancel", also=also)
        tasks.update(state=TaskState.SKIPPED, skip_reason=reason, version=F("version") + 1)
    return done


def _may(by: User, visitor: User, kams: Sequence[User]) -> None:
    if not may_draw(by) or not visitors(by).filter(pk=visitor.pk).exists():
        raise PermissionDenied
    wanted = {kam.pk for kam in kams}
    if kams_to_control(by).filter(pk__in=wanted).count() != len(wanted):
        raise PermissionDenied


def _check(kind: str, per_person: int, first_on: dt.date, last_on: dt.date) -> None:
    errors: dict[str, Any] = {}
    today = business_today()
    if kind not in SampleKind.values:
        errors["kind"] = _("Choose control or joint visits.")
    if not 1 <= per_person <= MOST_PER_PERSON:
        errors["per_person"] = _("From 1 to %(most)s stores each.") % {"most": MOST_PER_PERSON}
    if first_on < today:
        errors["first_on"] = _("This day is over.")
    if last_on < first_on:
        errors["last_on"] = _("It ends before it begins.")
    elif last_on > today + dt.timedelta(days=LONGEST_DAYS):
        errors["last_on"] = _("Plan at most %(days)s days ahead.") % {"days": LONGEST_DAYS}
    if errors:
        raise ValidationError(errors)


def _told(stratum: Stratum) -> dict[str, Any]:
    return {
        "person": stratum.person,
        "stores": stratum.stores,
        "resting": stratum.resting,
        "drawn": list(stratum.drawn),
    }


def _tasks(sample: SampleRound, stores: Sequence[int], days: Sequence[dt.date]) -> list[VisitTask]:
    """A visit in each store, neighbours on the same day, behind what is planned for that day."""
    found: Mapping[int, Store] = Store.objects.select_related("customer__kam").in_bulk(stores)
    order = _short_way([found[store] for store in stores])
    rows = VisitTask.objects.filter(user=sample.visitor, on__range=(days[0], days[-1])).order_by()
    last = {row["on"]: row["last"] for row in rows.values("on").annotate(last=Max("position"))}
    joint = sample.kind == SampleKind.JOINT
    tasks = []
    for index, day in zip(order, spread(len(order), len(days)), strict=True):
        store, on = found[stores[index]], days[day]
        last[on] = last.get(on, -1) + 1
        tasks.append(
            VisitTask(
                store=store,
                user=sample.visitor,
                on=on,
                position=last[on],
                kind=sample.kind,
                reason=TaskReason.SAMPLE,
                note=_("Together with %(name)s") % {"name": store.customer.kam} if joint else "",
                sample_round=sample,
                created_by=sample.drawn_by,
            )
        )
    return tasks


def _short_way(stores: Sequence[Store]) -> list[int]:
    """An order in which neighbours follow each other; for many stores in strips from south to north."""
    if len(stores) <= MOST_FOR_BEST_ORDER:
        return best_order([Place(store.latitude, store.longitude) for store in stores])

    def strip(index: int) -> tuple[float, float, int]:
        store = stores[index]
        return round(store.latitude or 0, 1), store.longitude or 0, index

    return sorted(range(len(stores)), key=strip)
