"""Recording what was counted in a store on one day."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from ka_crm.lib.money import LARGEST
from ka_crm.people.models import Role, User
from ka_crm.records.operations import record_change
from ka_crm.records.queries import business_today
from purchases.models import Category
from visits.evaluation import evaluate_stores
from visits.models import Observation
from visits.models.observation import ObservationKind

MAY_COUNT = (Role.ADMIN, Role.DIRECTOR, Role.SUPERVISOR, Role.KAM, Role.REP)
#: A count this many times the store's usual one is asked about.
FAR_ABOVE = 4
#: So many earlier counts tell what is usual.
USUAL_FROM = 3
USUAL_OF = 12
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
    """The stored count, and whether this call stored it."""

    observation: Observation
    is_new: bool


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
    evaluate: bool = True,
) -> Recorded:
    """Keep what was counted in a store and category on a day; numbers in ten-thousandths.

    The same ``client_uuid`` again changes nothing. Another count of the same day is a correction: a new
    version, the older one stays and no longer counts. Afterwards the store's share is evaluated anew
    (``evaluate``). ``is_certain``: somebody has confirmed an unusual number.

    Raises ``ValidationError`` by field, ``Implausible`` where the number should be asked about, and
    ``PermissionDenied`` for stores that ``by`` may not see.
    """
    if by.role not in MAY_COUNT or not Store.objects.visible_to(by).filter(pk=store.pk).exists():
        raise PermissionDenied
    repeated = _already(client_uuid, category)
    if repeated:
        return _same(repeated, store, by)
    _check(store, date, kind, (total_units, own_units), (total_amount, own_amount))
    if not is_certain:
        _ask_if_unusual(store, category, date, total_units)
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
    )
    try:
        _store_it(by, observation)
    except IntegrityError:
        repeated = _already(client_uuid, category)  # sent twice at once: the other one was faster
        if repeated is None:
            raise ValidationError(_("Somebody else saved this day at the same moment. Try again.")) from None
        return _same(repeated, store, by)
    if evaluate and kind == ObservationKind.ROUTINE:
        evaluate_stores([store.pk])
    return Recorded(observation, True)


def _already(client_uuid: uuid.UUID, category: Category) -> Observation | None:
    return Observation.objects.filter(client_uuid=client_uuid, category=category).order_by("-pk").first()


def _same(observation: Observation, store: Store, by: User) -> Recorded:
    if observation.store_id != store.pk:
        raise ValidationError(_("This form was already used for another store."))
    return Recorded(observation, False)


def _check(
    store: Store,
    date: dt.date,
    kind: str,
    units: tuple[int, int],
    amounts: tuple[int | None, int | None],
    today: dt.date | None = None,
) -> None:
    errors: dict[str, object] = {}
    if date > (today or business_today()):
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
    if errors:
        raise ValidationError(errors)  # type: ignore[arg-type]


def _ask_if_unusual(store: Store, category: Category, date: dt.date, total_units: int) -> None:
    usual = list(
        Observation.objects.filter(
            store=store, category=category, is_live=True, is_confirmed=True, kind=ObservationKind.ROUTINE
        )
        .exclude(date=date)
        .order_by("-date")
        .values_list("total_units", flat=True)[:USUAL_OF]
    )
    _compare(total_units, usual)


def _compare(total_units: int, usual: Sequence[int]) -> None:
    if len(usual) < USUAL_FROM:
        return
    middle = int(median(usual))
    if total_units > FAR_ABOVE * middle > 0:
        raise Implausible(total_units, middle, min(usual), max(usual))


def _store_it(by: User, observation: Observation) -> None:
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
