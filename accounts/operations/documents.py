"""Writes of the papers of a dossier. Removing one keeps its file, so that it can be brought back."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Document
from accounts.operations.entries import add_entry, check_may_edit
from ka_crm.people.models import User
from ka_crm.records.files import keep_file

TITLE_LENGTH = 200


def add_document(
    *, by: User, customer: Customer, values: Mapping[str, Any], model: type[Document] = Document
) -> Document:
    """Add a document with its file (``upload``); without a title it is called as its file.

    Raises ``ValidationError`` by field: what is wrong with the file stands beside ``upload``.
    """
    check_may_edit(by, customer)
    facts = dict(values)
    upload: UploadedFile[bytes] | None = facts.pop("upload", None)
    if upload is None:
        raise ValidationError({"upload": _("Choose a file.")})
    with transaction.atomic():
        try:
            stored = keep_file(by=by, upload=upload)
        except ValidationError as error:
            raise ValidationError({"upload": error.messages}) from error
        facts["title"] = (facts.get("title") or PurePath(stored.name).stem)[:TITLE_LENGTH]
        return add_entry(by=by, customer=customer, model=model, values={**facts, "file": stored})
