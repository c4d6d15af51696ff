"""Writes of channels, formats and regions."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Format, Region
from accounts.permissions import may_edit_terms
from ka_crm.people.models import User
from ka_crm.records.editing import create_record
from ka_crm.records.operations import record_change

Term = Channel | Format | Region


def create_term(*, by: User, kind: type[Term], name: str) -> Term:
    """Add a word to a list. Raises ``ValidationError`` where it is there already."""
    if not may_edit_terms(by):
        raise PermissionDenied
    if kind._base_manager.filter(name__iexact=name.strip()).exists():
        raise ValidationError({"name": _("This name is taken.")})
    return create_record(kind(name=name.strip()), by=by)


def rename_term(*, by: User, term: Term, name: str) -> Term:
    """Rename a word; everything that carries it shows the new name."""
    if not may_edit_terms(by):
        raise PermissionDenied
    before, name = term.name, name.strip()
    if before == name:
        return term
    if type(term)._base_manager.filter(name__iexact=name).exclude(pk=term.pk).exists():
        raise ValidationError({"name": _("This name is taken.")})
    term.name = name
    term.full_clean()
    with transaction.atomic():
        term.save(update_fields=["name"])
        record_change(by=by, action="rename", record=term, before={"name": before}, after={"name": name})
    return term


def delete_term(*, by: User, term: Term) -> None:
    """Remove a word that nothing carries any more. Raises ``ValidationError`` where something does."""
    if not may_edit_terms(by):
        raise PermissionDenied
    try:
        with transaction.atomic():
            record_change(by=by, action="delete", record=term, before={"name": term.name})
            term.delete()
    except models.ProtectedError as error:
        raise ValidationError(_("Something still carries this name.")) from error
