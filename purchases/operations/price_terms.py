"""Writes of net prices. Two terms of the same whom, product and source never hold on the same day."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.locks import hold_until_commit
from ka_crm.people.models import User
from purchases.models import PriceTerm
from purchases.operations.facts import archive_fact, change_fact, create_fact, restore_fact
from purchases.permissions import may_price_for_all
from purchases.queries.price_terms import terms_beside


@transaction.atomic
def create_price_term(*, by: User, values: Mapping[str, Any]) -> PriceTerm:
    """Keep a net price. Raises ``ValidationError`` by field."""
    return create_fact(PriceTerm(**values), by=by, check=_check)


@transaction.atomic
def change_price_term(
    *, by: User, price_term: PriceTerm, version: int, changes: Mapping[str, Any]
) -> PriceTerm:
    """Change a net price. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    _may(by, price_term)
    return change_fact(price_term, by=by, version=version, changes=changes, check=_check)


def archive_price_term(*, by: User, price_term: PriceTerm, reason: str = "") -> PriceTerm:
    """Put a net price away: it no longer counts."""
    _may(by, price_term)
    return archive_fact(price_term, by=by, reason=reason)


@transaction.atomic
def restore_price_term(*, by: User, price_term: PriceTerm) -> PriceTerm:
    """Let an archived price count again. Raises ``ValidationError`` where another took its place."""
    _may(by, price_term)
    return restore_fact(price_term, by=by, check=_check)


def _may(by: User, term: PriceTerm) -> None:
    if term.customer is None and term.store is None and not may_price_for_all(by):
        raise PermissionDenied


def _check(by: User, term: PriceTerm) -> None:
    if sum(whom is not None for whom in (term.customer, term.store, term.region)) > 1:
        raise ValidationError({"customer": _("Name a customer, a store or a region, or none of them.")})
    if term.customer is None and term.store is None and not may_price_for_all(by):
        raise ValidationError({"customer": _("Name a customer or a store.")})
    if term.to_on is not None and term.to_on < term.from_on:
        raise ValidationError({"to_on": _("The end lies before the start.")})
    hold_until_commit("price terms")
    other = terms_beside(term).first()
    if other is not None and term.archived_at is None:
        until = other.to_on or _("further notice")
        text = _("Another price of this product holds from %(start)s until %(end)s.")
        raise ValidationError({"from_on": text % {"start": other.from_on, "end": until}})
