"""Writes of assessments: added and changed with their evidence; every one stays in the history."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Assessment, Customer
from accounts.operations.entries import add_entry, change_entry
from accounts.queries.assessments import aspects_asked
from ka_crm.people.models import User
from ka_crm.records.queries import business_today


def add_assessment(
    *, by: User, customer: Customer, values: Mapping[str, Any], model: type[Assessment] = Assessment
) -> Assessment:
    """Say what was found about one aspect of a customer. Raises ``ValidationError`` by field."""
    filled = {"assessed_on": business_today(), **{k: v for k, v in values.items() if v is not None}}
    _check(filled)
    return add_entry(by=by, customer=customer, model=model, values=filled)


def change_assessment(*, by: User, entry: Assessment, version: int, changes: Mapping[str, Any]) -> Assessment:
    """Correct an assessment that still has ``version``. Raises ``StaleVersion``, ``ValidationError``."""
    _check(changes, entry)
    return change_entry(by=by, entry=entry, version=version, changes=changes)


def _check(values: Mapping[str, Any], entry: Assessment | None = None) -> None:
    errors = {}
    aspect = values.get("aspect")
    is_new = aspect is not None and (entry is None or aspect != entry.aspect)
    if is_new and aspect not in dict(aspects_asked()):
        errors["aspect"] = _("This is not assessed here.")
    day: dt.date | None = values.get("assessed_on")
    if day is not None and day > business_today():
        errors["assessed_on"] = _("Not in the future.")
    if "evidence" in values and not str(values["evidence"] or "").strip():
        errors["evidence"] = _("Say what shows it.")
    if errors:
        raise ValidationError(errors)
