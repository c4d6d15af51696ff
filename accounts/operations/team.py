"""Writes of the team of a customer: members, with one sponsor at most."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, TeamMember
from accounts.operations.entries import change_entry, check_may_edit
from accounts.operations.standing import refresh_standing
from ka_crm.lib.versions import apply_changes, stale
from ka_crm.people.models import User
from ka_crm.records.operations import differences, field_values, record_change


def add_member(
    *, by: User, customer: Customer, values: Mapping[str, Any], model: type[TeamMember] = TeamMember
) -> TeamMember:
    """Take somebody into the team; a new sponsor replaces the old one in the same act."""
    check_may_edit(by, customer)
    member = model(customer=customer, created_by=by, **values)
    try:
        with transaction.atomic():
            _lock(customer)
            _check_not_in_team(member)
            old = _release_sponsor(customer) if member.is_sponsor else None
            member.full_clean()
            member.save(force_insert=True)
            _tell(by, "create", member, {}, field_values(member), old)
            refresh_standing(customers=[customer.pk])
    except IntegrityError as error:
        raise ValidationError(_("Somebody else has just saved the same.")) from error
    return member


def change_member(*, by: User, entry: TeamMember, version: int, changes: Mapping[str, Any]) -> TeamMember:
    """Change a member; made sponsor, they replace the old one. Raises ``StaleVersion``."""
    check_may_edit(by, entry.customer)
    with transaction.atomic():
        _lock(entry.customer)
        fresh = TeamMember.objects.get(pk=entry.pk)
        if fresh.version != version:
            raise stale(fresh, changes)
        if not changes.get("is_sponsor") or fresh.is_sponsor:
            return change_entry(by=by, entry=fresh, version=version, changes=changes)
        before = field_values(fresh)
        old = _release_sponsor(fresh.customer)
        for name, value in changes.items():
            setattr(fresh, name, value)
        _check_not_in_team(fresh)
        fresh.full_clean()
        apply_changes(fresh, version=version, changes=dict(changes))
        _tell(by, "update", fresh, *differences(before, field_values(fresh)), old)
        refresh_standing(customers=[fresh.customer_id])
    return fresh


def _lock(customer: Customer) -> None:
    """Let two people who choose a sponsor come one after the other."""
    Customer.objects.select_for_update().filter(pk=customer.pk).first()


def _check_not_in_team(member: TeamMember) -> None:
    others = TeamMember.objects.kept().filter(customer=member.customer, user_id=member.user_id)
    if others.exclude(pk=member.pk).exists():
        raise ValidationError({"user": _("This person is in the team.")})


def _release_sponsor(customer: Customer) -> TeamMember | None:
    """Make the sponsor an ordinary member; the audit row of the new one names them."""
    old: TeamMember | None = (
        TeamMember.objects.kept().filter(customer=customer, is_sponsor=True).select_related("user").first()
    )
    if old is not None:
        apply_changes(old, version=old.version, changes={"is_sponsor": False})
    return old


def _tell(
    by: User,
    action: str,
    member: TeamMember,
    before: dict[str, Any],
    after: dict[str, Any],
    old: TeamMember | None,
) -> None:
    if old is not None:
        before, after = {**before, "sponsor": str(old.user)}, {**after, "sponsor": str(member.user)}
    record_change(by=by, action=action, record=member, before=before, after=after)
