"""Writes of case files about goods outside their territory: opened, with evidence, closed by a person."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from ka_crm.people.models import User
from ka_crm.records.editing import change_record
from ka_crm.records.files import keep_file
from ka_crm.records.operations import field_values, record_change
from ka_crm.records.queries import business_today
from visits.control_access import may_trace
from visits.models import CaseEvidence, CaseState, DiversionCase, LotSighting
from visits.queries.diversion import cases_seen_by, lot_sightings_seen_by


@transaction.atomic
def open_case(*, by: User, values: Mapping[str, Any], sightings: Sequence[LotSighting] = ()) -> DiversionCase:
    """Open a case file, with the lots seen that led to it. Raises ``ValidationError`` by field."""
    if not may_trace(by):
        raise PermissionDenied
    _check_customer(by, values.get("customer"))
    seen = {row.pk for row in sightings}
    if lot_sightings_seen_by(by).filter(pk__in=seen).count() != len(seen):
        raise ValidationError({"sightings": _("One of these lots was seen in a store that you cannot see.")})
    case = DiversionCase(opened_on=business_today(), opened_by=by, **values)
    case.full_clean()
    case.save(force_insert=True)
    case.sightings.set(seen)
    after = {name: value for name, value in field_values(case).items() if value not in (None, "", [])}
    record_change(by=by, action="create", record=case, after={**after, "sightings": sorted(seen)})
    return case


@transaction.atomic
def change_case(*, by: User, case: DiversionCase, version: int, changes: Mapping[str, Any]) -> DiversionCase:
    """Change title or customer of an open case. Raises ``StaleVersion`` and ``ValidationError``."""
    _check_open(by, case)
    _check_customer(by, changes.get("customer"))
    return change_record(case, by=by, version=version, changes=changes)


@transaction.atomic
def add_evidence(
    *, by: User, case: DiversionCase, values: Mapping[str, Any], upload: "UploadedFile[Any] | None" = None
) -> CaseEvidence:
    """Add what speaks for or against a case, with a file where there is one."""
    _check_open(by, case)
    evidence = CaseEvidence(case=case, by=by, **values)
    if evidence.on and evidence.on > business_today():
        raise ValidationError({"on": _("A day in the future is not possible.")})
    if upload is not None:
        try:
            evidence.file = keep_file(by=by, upload=upload)
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from error
    evidence.full_clean()
    evidence.save(force_insert=True)
    after = {"text": evidence.text, "on": evidence.on, "file": evidence.file.name if evidence.file else ""}
    record_change(by=by, action="add_evidence", record=case, after=after)
    return evidence


@transaction.atomic
def close_case(*, by: User, case: DiversionCase, version: int, state: str, outcome: str) -> DiversionCase:
    """Close a case as confirmed or dismissed, with what came of it; a person decides, never a rule."""
    _check_open(by, case)
    if state not in (CaseState.CONFIRMED, CaseState.DISMISSED):
        raise ValidationError({"state": _("Confirmed or dismissed.")})
    if not outcome.strip():
        raise ValidationError({"outcome": _("Say what came of it.")})
    changes = {"state": state, "outcome": outcome.strip(), "closed_on": business_today()}
    return change_record(case, by=by, version=version, changes=changes, action="close")


@transaction.atomic
def reopen_case(*, by: User, case: DiversionCase, version: int) -> DiversionCase:
    """Open a closed case again; its outcome stays as a text until it is closed anew."""
    _check_sees(by, case)
    changes = {"state": CaseState.OPEN, "closed_on": None}
    return change_record(case, by=by, version=version, changes=changes, action="reopen")


def _check_sees(by: User, case: DiversionCase) -> None:
    if not may_trace(by) or not cases_seen_by(by).filter(pk=case.pk).exists():
        raise PermissionDenied


def _check_open(by: User, case: DiversionCase) -> None:
    _check_sees(by, case)
    state = DiversionCase.objects.values_list("state", flat=True).get(pk=case.pk)
    if state != CaseState.OPEN:
        raise ValidationError(_("This case is closed; open it again first."))


def _check_customer(by: User, customer: Customer | None) -> None:
    if customer and not Customer.objects.visible_to(by).filter(pk=customer.pk).exists():
        raise ValidationError({"customer": _("There is no record with this code.")})
