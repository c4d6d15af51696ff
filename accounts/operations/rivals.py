"""Writes of competitors: who they are for all of us, how far they are with a customer, what they did."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Competitor, Customer, DossierEntry, Rival, RivalMove
from accounts.operations.entries import add_entry, change_entry, check_may_edit
from accounts.permissions import may_edit_accounts, may_edit_terms
from ka_crm.people.models import User
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record
from ka_crm.records.queries import business_today

Entry = TypeVar("Entry", bound=DossierEntry)


def create_competitor(*, by: User, name: str, website: str = "", note: str = "") -> Competitor:
    """Add a competitor to the list of the company. Raises ``ValidationError`` where the name is taken."""
    if not may_edit_accounts(by):
        raise PermissionDenied
    name = name.strip()
    _refuse_taken(name)
    return create_record(Competitor(name=name, website=website, note=note), by=by)


def change_competitor(
    *, by: User, competitor: Competitor, version: int, changes: Mapping[str, Any]
) -> Competitor:
    """Rename a competitor or change its facts, for everybody. Raises ``StaleVersion``."""
    if not may_edit_terms(by):
        raise PermissionDenied
    changes = dict(changes)
    if "name" in changes:
        changes["name"] = changes["name"].strip()
        _refuse_taken(changes["name"], competitor)
    return change_record(competitor, by=by, version=version, changes=changes)


def archive_competitor(*, by: User, competitor: Competitor) -> Competitor:
    """Take a competitor out of the choices; what was written about it stays."""
    if not may_edit_terms(by):
        raise PermissionDenied
    return archive_record(competitor, by=by)


def restore_competitor(*, by: User, competitor: Competitor) -> Competitor:
    """Bring a competitor back into the choices."""
    if not may_edit_terms(by):
        raise PermissionDenied
    return restore_record(competitor, by=by)


def add_rival(
    *, by: User, customer: Customer, values: Mapping[str, Any], model: type[Rival] = Rival
) -> Rival:
    """Say where a competitor stands with a customer; ``competitor_name`` may name a new one."""
    check_may_edit(by, customer)
    _check_pace(values)
    with transaction.atomic():
        facts = _with_competitor(by, values)
        _refuse_second(customer, facts["competitor"])
        return add_entry(by=by, customer=customer, model=model, values=facts)


def change_rival(*, by: User, entry: Rival, version: int, changes: Mapping[str, Any]) -> Rival:
    """Change where a competitor stands. A pace always has its reason."""
    check_may_edit(by, entry.customer)
    kept = {"pace": entry.pace, "pace_reason": entry.pace_reason}
    _check_pace({**kept, **changes})
    with transaction.atomic():
        facts = _with_competitor(by, changes)
        if "competitor" in facts:
            _refuse_second(entry.customer, facts["competitor"], entry)
        return change_entry(by=by, entry=entry, version=version, changes=facts)


#: One of these says what a move was.
_TELLING = ("contact", "met_text", "said", "papers")


def add_rival_move(
    *, by: User, customer: Customer, values: Mapping[str, Any], model: type[RivalMove] = RivalMove
) -> RivalMove:
    """Note one thing that a competitor did. A day in the future is refused, and a move that says nothing."""
    check_may_edit(by, customer)
    _refuse_future(values)
    if not any(values.get(name) for name in _TELLING):
        raise ValidationError(
            {"said": _("Say what happened: whom they met, what was said, or what they left.")}
        )
    with transaction.atomic():
        return add_entry(by=by, customer=customer, model=model, values=_with_competitor(by, values))


def change_rival_move(*, by: User, entry: RivalMove, version: int, changes: Mapping[str, Any]) -> RivalMove:
    """Change what is noted of a competitor's move."""
    check_may_edit(by, entry.customer)
    _refuse_future(changes)
    with transaction.atomic():
        return change_entry(by=by, entry=entry, version=version, changes=_with_competitor(by, changes))


def _with_competitor(by: User, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with the competitor that ``competitor_name`` names, made if there is none."""
    facts = dict(values)
    if "competitor_name" not in facts:
        return facts
    name = facts.pop("competitor_name").strip()
    if not name:
        raise ValidationError({"competitor_name": _("Who is it?")})
    found = Competitor.objects.filter(name__iexact=name).first()
    if found is None:
        try:
            found = create_competitor(by=by, name=name)
        except ValidationError as error:
            raise ValidationError({"competitor_name": error.messages}) from error
    elif found.archived_at is not None:
        raise ValidationError({"competitor_name": _("This competitor is archived.")})
    return {**facts, "competitor": found}


def _refuse_taken(name: str, but: Competitor | None = None) -> None:
    if Competitor.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise ValidationError({"name": _("This name is taken.")})


def _refuse_second(customer: Customer, competitor: Competitor, but: Rival | None = None) -> None:
    there = Rival.objects.kept().filter(customer=customer, competitor=competitor)
    if there.exclude(pk=but.pk if but else 0).exists():
        raise ValidationError({"competitor_name": _("This competitor is in the dossier already.")})


def _check_pace(values: Mapping[str, Any]) -> None:
    if values.get("pace") and not (values.get("pace_reason") or "").strip():
        raise ValidationError({"pace_reason": _("Say why this pace.")})


def _refuse_future(values: Mapping[str, Any]) -> None:
    if values.get("on") and values["on"] > business_today():
        raise ValidationError({"on": _("A day in the future is not possible.")})
