"""Reads about imports: who may import what, templates, guessed mappings, batches."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ka_crm.imports.importer import Importer
from ka_crm.imports.models import BatchState, ImportBatch, RememberedMapping
from ka_crm.imports.registry import importer_of, kinds
from ka_crm.imports.rules.headers import guessed_columns, plain, signature
from ka_crm.people.models import Role, User

_COMPANY_WIDE = ("products", "market_shares", "shelf_prices")
_OF_A_KAM = ("observations", "interactions")


def kinds_for(user: User) -> list[type[Importer]]:
    """Return the importers that a user may use on pages and through the API."""
    if user.role in (Role.ADMIN, Role.DIRECTOR):
        allowed = kinds()
    elif user.role == Role.SUPERVISOR:
        allowed = [kind for kind in kinds() if kind not in _COMPANY_WIDE]
    elif user.role == Role.KAM:
        allowed = [kind for kind in kinds() if kind in _OF_A_KAM]
    else:
        allowed = []
    return [importer_of(kind) for kind in allowed]


def may_import(user: User, kind: str) -> bool:
    """Whether a user may import files of this kind."""
    return any(importer.kind == kind for importer in kinds_for(user))


def batches_for(user: User) -> QuerySet[ImportBatch]:
    """Return the batches a user may see: everybody's for directors and administrators, else their own."""
    batches = ImportBatch.objects.select_related("by").order_by("-id")
    return batches if user.role in (Role.ADMIN, Role.DIRECTOR) else batches.filter(by=user)


def batches_of_the_same_file(batch: ImportBatch) -> QuerySet[ImportBatch]:
    """Return the loaded batches of the same kind that came from a file with the same content."""
    same = ImportBatch.objects.select_related("by").filter(kind=batch.kind, digest=batch.digest)
    return same.filter(state=BatchState.COMMITTED).exclude(pk=batch.pk).exclude(digest="")


def template_rows(kind: str) -> list[list[str]]:
    """Return header and example row of a template file."""
    fields = [item for item in importer_of(kind).fields if not item.name.endswith("_name")]
    return [[item.name for item in fields], [item.example for item in fields]]


@dataclass(frozen=True)
class ColumnGuess:
    """One column of a file: its number from 1, header, first values, and the field it seems to be.

    ``how`` is "remembered", "guessed" or "" where nothing fits.
    """

    number: int
    header: str
    examples: list[str]
    field: str
    how: str


@dataclass(frozen=True)
class Guess:
    """A proposed mapping (keys as in the mapping file) with one entry per column."""

    mapping: dict[str, Any]
    columns: list[ColumnGuess]
    is_remembered: bool


def guess_mapping(kind: str, headers: list[str], sample_rows: list[list[Any]]) -> Guess:
    """Propose a mapping: the one last used for these headers, else by names and synonyms."""
    importer = importer_of(kind)
    remembered = RememberedMapping.objects.filter(kind=kind, signature=signature(headers)).first()
    if remembered is not None:
        mapping = dict(remembered.mapping)
        how = "remembered"
    else:
        mapping = {"columns": guessed_columns(headers, importer.fields)}
        how = "guessed"
    fields_by_header = {plain(str(header)): name for name, header in mapping.get("columns", {}).items()}
    columns = []
    for index, header in enumerate(headers):
        field = fields_by_header.get(plain(header), "") if header else ""
        examples = [str(row[index]) for row in sample_rows[:3] if index < len(row) and row[index] is not None]
        columns.append(ColumnGuess(index + 1, header, examples, field, how if field else ""))
    return Guess(mapping, columns, remembered is not None)
