"""Keeping many talks at once: the rules of one, in few queries."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Contact, Customer, Interaction, InteractionContact, Source
from accounts.operations.entries import check_references
from accounts.operations.standing import refresh_standing
from accounts.operations.talk_checks import People, check_talk, values_of
from accounts.permissions import may_edit_accounts
from ka_crm.people.models import User
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today

_PART = 500
_TRIES = 3


@dataclass(frozen=True)
class Talk:
    """One talk to keep. ``values``: channel, purpose, state, on, at, place, subject, text, owner."""

    customer: Customer
    values: dict[str, Any]
    contacts: tuple[Contact, ...] = ()
    informants: tuple[Contact, ...] = ()
    client_uuid: uuid.UUID = field(default_factory=uuid.uuid4)
    source: str = Source.TYPED


@dataclass(frozen=True)
class Logged:
    """The stored talk, and whether this call stored it."""

    interaction: Interaction
    is_new: bool


class TalksRefused(Exception):
    """Some talks cannot be kept: (position from 0, ``ValidationError``)."""

    def __init__(self, errors: list[tuple[int, ValidationError]]) -> None:
        super().__init__("some talks cannot be kept")
        self.errors = errors


def log_interactions(*, by: User, talks: Sequence[Talk]) -> list[Logged]:
    """Keep many talks, all or none; one audit row each. The same ``client_uuid`` again changes nothing.

    Raises ``TalksRefused``, and ``PermissionDenied`` for customers that ``by`` may not see.
    """
    customers = {talk.customer.pk for talk in talks}
    seen = Customer.objects.visible_to(by).filter(pk__in=customers).count()
    if not may_edit_accounts(by) or seen != len(customers):
        raise PermissionDenied
    for tries_left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                return _log(by, talks)
        except IntegrityError as error:
            if not tries_left:  # sent twice at once: as a rule the second try sees what the other kept
                text = _("Somebody else saved this at the same moment. Try again.")
                raise TalksRefused([(0, ValidationError(text))]) from error
    raise AssertionError  # the loop returns or raises


def _log(by: User, talks: Sequence[Talk]) -> list[Logged]:
    known, today = _kept_before(talks), business_today()
    kept: list[Logged] = []
    new: list[tuple[Interaction, People]] = []
    errors: list[tuple[int, ValidationError]] = []
    for index, talk in enumerate(talks):
        repeated = known.get(talk.client_uuid)
        try:
            if repeated:
                kept.append(_same(repeated, talk))
                continue
            people = People.of(talk.contacts, talk.informants)
            for one in people.contacts:
                check_references(talk.customer, {"contacts": one})
            interaction = _interaction(by, talk, today)
            check_talk(interaction, today)
        except ValidationError as error:
            errors.append((index, error))
            continue
        known[talk.client_uuid] = interaction
        new.append((interaction, people))
        kept.append(Logged(interaction, True))
    if errors:
        raise TalksRefused(errors)
    if new:
        _store(by, new)
    return kept


def _interaction(by: User, talk: Talk, today: dt.date) -> Interaction:
    values = {"on": today, "owner": by, **talk.values}
    return Interaction(
        customer=talk.customer,
        created_by=by,
        source=talk.source,
        client_uuid=talk.client_uuid,
        **values,
    )


def _same(interaction: Interaction, talk: Talk) -> Logged:
    if interaction.customer_id != talk.customer.pk:
        raise ValidationError(_("This form was already used for another account."))
    return Logged(interaction, False)


def _store(by: User, new: list[tuple[Interaction, People]]) -> None:
    Interaction.objects.bulk_create([interaction for interaction, _people in new], batch_size=_PART)
    InteractionContact.objects.bulk_create(
        [
            InteractionContact(interaction=interaction, contact_id=pk, gave_information=told)
            for interaction, people in new
            for pk, told in people.flags().items()
        ],
        batch_size=_PART,
    )
    AuditRow.objects.bulk_create(
        [_audit(by, interaction, people) for interaction, people in new], batch_size=_PART
    )
    refresh_standing(customers=sorted({interaction.customer_id for interaction, _people in new}))


def _audit(by: User, interaction: Interaction, people: People) -> AuditRow:
    values = {**values_of(interaction), **people.as_values()}
    return AuditRow(
        by=by,
        action="create",
        record_type=interaction._meta.label_lower,
        record_id=str(interaction.pk),
        label=str(interaction)[:200],
        after={name: value for name, value in values.items() if value not in (None, "", [])},
    )


def _kept_before(talks: Sequence[Talk]) -> dict[uuid.UUID, Interaction]:
    numbers = sorted({talk.client_uuid for talk in talks})
    found: dict[uuid.UUID, Interaction] = {}
    for start in range(0, len(numbers), _PART):
        rows = Interaction.objects.filter(client_uuid__in=numbers[start : start + _PART])
        found |= {row.client_uuid: row for row in rows}
    return found
