"""Which kinds of files there are. Rooms register their importers when the product starts."""

from ka_crm.imports.importer import Importer

_IMPORTERS: dict[str, type[Importer]] = {}


class UnknownKind(KeyError):
    """There is no importer of this name."""


def register(*importers: type[Importer]) -> None:
    """Make kinds known to the engine, the pages, the API and the command line."""
    for importer in importers:
        _IMPORTERS[importer.kind] = importer


def importer_of(kind: str) -> type[Importer]:
    """Return the importer of a kind; raises ``UnknownKind``."""
    try:
        return _IMPORTERS[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def kinds() -> list[str]:
    """Return all kinds in the order in which their rooms registered them."""
    return list(_IMPORTERS)
