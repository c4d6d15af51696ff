"""Who may keep the facts of the dossier: those who organise accounts, about customers that they see."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from accounts.permissions import may_edit_terms, may_organise
from ka_crm.people.models import User
from purchases.queries.scopes import kam_scope


def may_keep_facts(user: User) -> bool:
    """Return whether the role states targets, receivables, orders, prices and costs at all: nobody does so
    about themselves."""
    return may_organise(user)


def may_price_for_all(user: User) -> bool:
    """Return whether the role states prices of regions and the general list."""
    return may_edit_terms(user)


def check_may_keep(by: User) -> None:
    """Raise ``PermissionDenied`` where the role keeps no facts."""
    if not may_keep_facts(by):
        raise PermissionDenied


def check_whose(by: User, values: Mapping[str, Any]) -> None:
    """Raise ``ValidationError`` by field for a customer, store or person that ``by`` may not see."""
    customer, store, kam = values.get("customer"), values.get("store"), values.get("kam")
    unknown = _("There is no record with this code.")
    if customer and not Customer.objects.visible_to(by).filter(pk=customer.pk).exists():
        raise ValidationError({"customer": unknown})
    if store and not Store.objects.visible_to(by).filter(pk=store.pk).exists():
        raise ValidationError({"store": unknown})
    if kam and not User.objects.filter(kam_scope(by), pk=kam.pk).exists():
        raise ValidationError({"kam": _("Nobody has this mail address.")})
