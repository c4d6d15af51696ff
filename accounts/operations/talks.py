"""Writes of talks: logged, planned, held, changed, cancelled. Each is one transaction with one audit row."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Contact, Customer, Interaction, InteractionState, Source
from accounts.operations.entries import check_may_edit, check_references
from accounts.operations.many_talks import Logged, Talk, TalksRefused, log_interactions
from accounts.operations.standing import refresh_standing
from accounts.operations.talk_checks import PEOPLE, People, check_talk, people_of, set_people, values_of
from accounts.rules import talks as rules
from ka_crm.lib.versions import Difference, StaleVersion, apply_changes, stale
from ka_crm.people.models import User
from ka_crm.records.operations import differences, record_change
from ka_crm.records.queries import business_today


def log_interaction(
    *,
    by: User,
    customer: Customer,
    values: Mapping[str, Any],
    contacts: Iterable[Contact] = (),
    informants: Iterable[Contact] = (),
    client_uuid: uuid.UUID | None = None,
    source: str = Source.TYPED,
) -> Logged:
    """Keep a contact with a customer, held (the default) or planned; a day not given is today.

    ``contacts`` took part, ``informants`` gave us inside information. The same ``client_uuid`` again
    changes nothing and returns what was kept. Raises ``ValidationError`` by field, ``PermissionDenied``.
    """
    talk = Talk(
        customer, dict(values), tuple(contacts), tuple(informants), client_uuid or uuid.uuid4(), source
    )
    try:
        return log_interactions(by=by, talks=[talk])[0]
    except TalksRefused as refused:
        raise refused.errors[0][1] from refused


def change_interaction(
    *,
    by: User,
    interaction: Interaction,
    version: int,
    changes: Mapping[str, Any],
    action: str = "update",
    reason: str = "",
    planned_for: dt.date | None = None,
) -> Interaction:
    """Change a talk that still has ``version``; ``contacts`` and ``informants`` replace who took part.

    ``planned_for`` is a day that may be over, because the talk was planned for it before.
    Raises ``StaleVersion``, ``ValidationError`` by field, ``PermissionDenied``.
    """
    customer = interaction.customer
    check_may_edit(by, customer)
    fields = {name: value for name, value in changes.items() if name not in PEOPLE}
    people = {name: list(value) for name, value in changes.items() if name in PEOPLE}
    for value in (fields, *({"contacts": one} for some in people.values() for one in some)):
        check_references(customer, value)
    with transaction.atomic():
        fresh = Interaction.objects.select_for_update(of=("self",)).get(pk=interaction.pk)
        present = people_of(fresh)
        if fresh.version != version:
            raise _stale(fresh, fields, present, people)
        before = {**values_of(fresh), **present.as_values()}
        state = fresh.state
        planned_for = planned_for or (fresh.on if state == InteractionState.PLANNED else None)
        for name, value in fields.items():
            setattr(fresh, name, value)
        _check_move(state, fresh.state)
        check_talk(fresh, business_today(), planned_for)
        wanted = present.changed(people)
        old, new = differences(before, {**values_of(fresh), **wanted.as_values()})
        if not new:
            return fresh
        apply_changes(fresh, version=version, changes=fields)
        set_people(fresh, present, wanted)
        record_change(by=by, action=action, record=fresh, before=old, after=new, reason=reason)
        refresh_standing(customers=[fresh.customer_id])
    return fresh


def hold_interaction(
    *,
    by: User,
    interaction: Interaction,
    version: int,
    on: dt.date | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Interaction:
    """Make a planned talk one that was held: on its planned day, today where that is still to come."""
    held_on = on or min(interaction.on, business_today())
    return change_interaction(
        by=by,
        interaction=interaction,
        version=version,
        changes={**(changes or {}), "state": InteractionState.DONE, "on": held_on},
        action="hold",
    )


def plan_again(*, by: User, interaction: Interaction, version: int, on: dt.date) -> Interaction:
    """Take back that a talk was held or cancelled: it is planned for ``on``, overdue if that is over."""
    return change_interaction(
        by=by,
        interaction=interaction,
        version=version,
        changes={"state": InteractionState.PLANNED, "on": on},
        action="plan_again",
        planned_for=on,
    )


def cancel_interaction(*, by: User, interaction: Interaction, version: int, reason: str = "") -> Interaction:
    """Call a planned talk off; it stays in the history of changes."""
    return change_interaction(
        by=by,
        interaction=interaction,
        version=version,
        changes={"state": InteractionState.CANCELLED},
        action="cancel",
        reason=reason,
    )


def _check_move(state: str, wanted: str) -> None:
    if state != wanted and not rules.may_become(state, wanted):
        raise ValidationError({"state": _("A talk that was held is not called off: remove it.")})


def _stale(
    fresh: Interaction, fields: Mapping[str, Any], present: People, people: Mapping[str, list[Contact]]
) -> StaleVersion:
    found = stale(fresh, fields)
    labels = {"contacts": _("With"), "informants": _("Gave us inside information")}
    for name, wanted in people.items():
        stored = present.named(name)
        yours = ", ".join(sorted(str(one) for one in wanted))
        if stored != yours:
            found.differences.append(Difference(name, labels[name], stored, yours))
    return found
