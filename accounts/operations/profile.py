"""Writes of part 1 of a dossier: the texts, one by one or together, and that they still hold."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Profile
from accounts.operations.customers import change_customer
from accounts.operations.entries import check_may_edit
from accounts.operations.standing import refresh_standing
from ka_crm.lib.versions import stale
from ka_crm.people.models import User
from ka_crm.records.editing import change_record, create_record
from ka_crm.records.queries import business_today

#: Fields of the general part that stand on the customer itself.
ON_CUSTOMER = ("headcount", "website")


def change_profile(*, by: User, customer: Customer, version: int, changes: Mapping[str, Any]) -> Profile:
    """Change texts of the general part that still has ``version``; 0 where nothing was written yet.

    Raises ``StaleVersion`` and ``ValidationError`` by field.
    """
    check_may_edit(by, customer)
    with transaction.atomic():
        profile = _locked(customer)
        if profile is None:
            profile = create_record(Profile(customer=customer, created_by=by, **changes), by=by)
        else:
            profile = change_record(profile, by=by, version=version, changes=changes)
        refresh_standing(customers=[customer.pk])
    return profile


def add_profile(
    *, by: User, customer: Customer, values: Mapping[str, Any], model: type[Profile] = Profile
) -> Profile:
    """Write the general part for the first time. Raises ``ValidationError`` where there is one."""
    check_may_edit(by, customer)
    if Profile.objects.filter(customer=customer).exists():
        raise ValidationError(_("The general part has been written already; change it."))
    return change_profile(by=by, customer=customer, version=0, changes=values)


def change_profile_entry(*, by: User, entry: Profile, version: int, changes: Mapping[str, Any]) -> Profile:
    """Change the general part as an entry of the dossier."""
    return change_profile(by=by, customer=entry.customer, version=version, changes=changes)


def change_general_field(*, by: User, customer: Customer, name: str, value: Any, seen: str) -> None:
    """Change one field of the general part; ``seen`` is the ``digest_of`` the value that was shown.

    What somebody else changed in other fields meanwhile stays. Raises ``StaleVersion`` where this very
    field was changed to something else, ``ValidationError`` by field.
    """
    check_may_edit(by, customer)
    with transaction.atomic():
        profile = _locked(customer)
        record: Any = Customer.objects.get(pk=customer.pk) if name in ON_CUSTOMER else profile
        stored = getattr(record, name, None)
        if digest_of(stored) not in (seen, digest_of(value)):
            raise stale(record, {name: value})
        if digest_of(stored) == digest_of(value):
            return
        if name in ON_CUSTOMER:
            change_customer(by=by, customer=record, version=record.version, changes={name: value})
        else:
            version = profile.version if profile else 0
            change_profile(by=by, customer=customer, version=version, changes={name: value})


def confirm_profile(*, by: User, customer: Customer) -> Profile:
    """Say that the general part is still true today. Raises ``ValidationError`` where there is none."""
    check_may_edit(by, customer)
    with transaction.atomic():
        profile = _locked(customer)
        if profile is None:
            raise ValidationError(_("Nothing is written yet that could be true."))
        changes = {"confirmed_on": business_today()}
        profile = change_record(profile, by=by, version=profile.version, changes=changes, action="confirm")
        refresh_standing(customers=[customer.pk])
    return profile


def digest_of(value: Any) -> str:
    """Return a short mark of a value, by which a later look tells whether it is still the same."""
    text = "" if value is None else str(value)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _locked(customer: Customer) -> Profile | None:
    """Return the general part; whoever else writes to this customer's waits."""
    Customer.objects.select_for_update().filter(pk=customer.pk).first()
    profile: Profile | None = Profile.objects.filter(customer=customer).first()
    return profile
