"""Recording what was counted in a store on one day."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from ka_crm.lib.money import LARGEST
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from purchases.models import Category
from visits.evaluation import evaluate_stores
from visits.models import Observation, Visit
from visits.models.observation import ObservationKind
from visits.permissions import MAY_COUNT
from visits.rules.plausibility import USUAL_OF, is_far_above, usual_of

EARLIEST = dt.date(1990, 1, 1)


class SentTwice(IntegrityError):
    """The same count was kept by somebody else between the first look and the lock."""


class Implausible(Exception):
    """The count is far above what the store usually sells: ask first. Units in ten-thousandths."""

    def __init__(self, total_units: int, usual_units: int, smallest: int, largest: int) -> None:
        super().__init__("far above what this store usually sells")
        self.total_units = total_units
        self.usual_units = usual_units
        self.smallest = smallest
        self.largest = largest


@dataclass(frozen=True)
class Recorded:
    """The stored count, whether this call stored it, and the doubt for which it was kept aside."""

    observation: Observation
    is_new: bool
    doubt: Implausible | None = None


def record_observation(
    *,
    by: User,
    store: Store,
    category: Category,
    date: dt.date,
    total_units: int,
    own_units: int,
    client_uuid: uuid.UUID,
    kind: str = ObservationKind.ROUTINE,
    total_amount: int | None = None,
    own_amount: int | None = None,
    rep: User | None = None,
    is_certain: bool = False,
    certain_reason: str = "",
    visit: Visit | None = None,
    keep_aside: bool = False,
    evaluate: bool = True,
) -> Recorded:
    """Keep what was counted in a store and category on a day; numbers in ten-thousandths.

    The same ``client_uuid`` again changes nothing. Another count of the same day is a correction: a new
    version, the older one stays and no longer counts. Afterwards the store's share is evaluated anew
    (``evaluate``). ``is_certain``: somebody has confirmed an unusual number, ``certain_reason`` says why.
    ``keep_aside``: an unusual number is kept unconfirmed, where it feeds nothing, instead of refused.

    Raises ``ValidationError`` by field, ``Implausible`` where the number should be asked about, and
    ``PermissionDenied`` for stores that ``by`` does not visit.
    """
    if by.role not in MAY_COUNT or not Store.objects.visited_by(by).filter(pk=store.pk).exists():
        raise PermissionDenied
    repeated = _already(client_uuid, category)
    if repeated:
        return _same(repeated, store, by)
    _check(store, date, kind, (total_units, own_units), (total_amount, own_amount))
    doubt = None if is_certain else _doubt(store, category, date, total_units)
    if doubt and not keep_aside:
        raise doubt
    observation = Observation(
        store=store,
        category=category,
        date=date,
        kind=kind,
        client_uuid=client_uuid,
        total_units=total_units,
        own_units=own_units,
        total_amount=total_amount,
        own_amount=own_amount,
        rep=rep or by,
        visit=visit,
        is_confirmed=doubt is None,
    )
    try:
        _store_it(by, observation, certain_reason)
    except IntegrityError:
        repeated = _already(client_uuid, category)  # sent twice at once: the other one was faster
        if repeated is None:
            raise ValidationError(_("Somebody else saved this day at the same moment. Try again.")) from None
        return _same(repeated, store, by)
    if evaluate and kind == ObservationKind.ROUTINE:
        evaluate_stores([store.pk])
    return Recorded(observation, True, doubt)


def _already(client_uuid: uuid.UUID, category: Category) -> Observation | None:
    return Observation.objects.filter(client_uuid=client_uuid, category=category).order_by("-pk").first()


def _same(observation: Observation, store: Store, by: User) -> Recorded:
    if observation.store_id != store.pk:
        raise ValidationError(_("This form was already used for another store."))
    return Recorded(observation, False)


def check_count(
    store: Store,
    date: dt.date,
    kind: str,
    units: tuple[int, int],
    amounts: tuple[int | None, int | None],
    today: dt.date,
) -> dict[str, object]:
    """Return what cannot be true of a count, by field; nothing where all is well."""
    errors: dict[str, object] = {}
    if date > today:
        errors["date"] = _("A day in the future cannot have been counted.")
    elif date < EARLIEST:
        errors["date"] = _("This day is too long ago.")
    if kind not in ObservationKind.values:
        errors["kind"] = _("Choose a kind of visit.")
    for name, (total, own) in (("units", units), ("amount", amounts)):
        if total is None and own is None:
            continue
        if total is None or own is None:
            errors[f"total_{name}" if total is None else f"own_{name}"] = _("Both numbers belong together.")
        elif total < 0 or total > LARGEST:
            errors[f"total_{name}"] = _("A count is not negative and not that large.")
        elif own < 0:
            errors[f"own_{name}"] = _("A count is not negative.")
        elif own > total:
            errors[f"own_{name}"] = _("Ours cannot be more than all.")
    if store.archived_at is not None:
        errors["store"] = _("This store is archived.")
    return errors


def _check(
    store: Store,
    date: dt.date,
    kind: str,
    units: tuple[int, int],
    amounts: tuple[int | None, int | None],
    today: dt.date | None = None,
) -> None:
    errors = check_count(store, date, kind, units, amounts, today or business_today())
    if errors:
        raise ValidationError(errors)  # type: ignore[arg-type]


def _doubt(store: Store, category: Category, date: dt.date, total_units: int) -> Implausible | None:
    usual = list(
        Observation.objects.filter(
            store=store, category=category, is_live=True, is_confirmed=True, kind=ObservationKind.ROUTINE
        )
        .exclude(date=date)
        .order_by("-date")
        .values_list("total_units", flat=True)[:USUAL_OF]
    )
    return compared(total_units, usual)


def compared(total_units: int, earlier: Sequence[int]) -> Implausible | None:
    """Return the doubt about a count, given the store's earlier ones, newest first."""
    usual = usual_of(earlier)
    if usual is None or not is_far_above(total_units, usual):
        return None
    return Implausible(total_units, usual.middle, usual.low, usual.high)


def _store_it(by: User, observation: Observation, reason: str = "") -> None:
    with transaction.atomic():
        older = (
            Observation.objects.select_for_update()
            .filter(
                store=observation.store,
                category=observation.category,
                date=observation.date,
                kind=observation.kind,
                is_live=True,
            )
            .first()
        )
        before = {}
        if older and older.client_uuid == observation.client_uuid:
            raise SentTwice
        if older:
            Observation.objects.filter(pk=older.pk).update(is_live=False)
            observation.version = older.version + 1
            before = _numbers(older)
        observation.save(force_insert=True)
        record_change(
            by=by,
            action="correct_count" if older else "count",
            record=observation,
            before=before,
            after=_numbers(observation),
            reason=reason,
        )


def _numbers(observation: Observation) -> dict[str, object]:
    return {
        "date": observation.date,
        "category": observation.category_id,
        "total_units": observation.total_units,
        "own_units": observation.own_units,
        "total_amount": observation.total_amount,
        "own_amount": observation.own_amount,
    }
