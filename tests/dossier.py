"""Fills a dossier with one of everything, for tests of what all kinds of entries have in common."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import models

from accounts.dossier_records import record_kinds
from accounts.models import Competitor, Contact, Customer, DossierEntry, InteractionContact
from ka_crm.people.models import User
from ka_crm.records.models import StoredFile

#: Stands in every text of a filled record, so that a page that tells of it is found out.
MARK = "Zanzibar"
DAY = dt.date(2022, 10, 3)


def fill(model: type[models.Model], known: dict[type[models.Model], Any], **values: Any) -> Any:
    """Make a record with something in every text and day; links go to ``known`` records."""
    for field in model._meta.concrete_fields:
        if field.primary_key or field.name in values or field.name in ("archived_at", "superseded_by"):
            continue
        if isinstance(field, models.ForeignKey):
            linked = known.get(field.related_model)
            if linked is not None and field.related_model is not model:
                values[field.name] = linked
        elif not field.has_default() and not (field.null and not isinstance(field, models.DateField)):
            values[field.name] = _something(field)
    return model._base_manager.create(**{name: value for name, value in values.items() if value is not None})


def _something(field: Any) -> Any:
    if field.choices:
        return next(value for value, _label in field.flatchoices if value)
    if isinstance(field, models.URLField):
        return f"https://{MARK.lower()}.example/"
    if isinstance(field, models.EmailField):
        return f"{MARK.lower()}@test.example"
    if isinstance(field, models.CharField | models.TextField):
        return MARK[: field.max_length]
    if isinstance(field, models.DateTimeField):
        return dt.datetime.combine(DAY, dt.time(12), dt.UTC)
    if isinstance(field, models.DateField):
        # What has ended or was settled is not open any more: the state's default says open.
        return None if field.null else DAY
    if isinstance(field, models.DecimalField):
        return Decimal(1)
    return False if isinstance(field, models.BooleanField) else 1


def fill_dossier(customer: Customer, by: User) -> dict[str, DossierEntry]:
    """Put one of each kind of entry into a dossier; return them by the keys of their kinds."""
    file = StoredFile(name=f"{MARK}.pdf", content_type="application/pdf", size=4, digest="0" * 64)
    file.created_by = by
    file.file.save("terms.pdf", ContentFile(b"%PDF"))
    known: dict[type[models.Model], Any] = {Customer: customer, User: by, StoredFile: file}
    known[Competitor] = Competitor.objects.get_or_create(name="Diageo")[0]
    entries: dict[str, DossierEntry] = {}
    kinds = record_kinds()
    while kinds:  # what others link to comes first
        ready = [kind for kind in kinds if _links(kind.model, {one.model for one in kinds}) <= {kind.model}]
        for kind in ready:
            entries[kind.key] = known[kind.model] = fill(kind.model, known, **_own(kind.model))
        kinds = [kind for kind in kinds if kind not in ready]
    InteractionContact.objects.create(interaction=entries["interaction"], contact=known[Contact])
    return entries


def _links(model: type[models.Model], among: set[Any]) -> set[Any]:
    return {field.related_model for field in model._meta.concrete_fields if field.related_model in among}


def _own(model: type[models.Model]) -> dict[str, Any]:
    """A plan and a value case are of a year."""
    return {"year": 2022} if any(field.name == "year" for field in model._meta.fields) else {}
