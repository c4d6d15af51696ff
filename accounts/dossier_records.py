"""The register of what a dossier is made of: for each kind of entry its form, its tab and its operations.

Addresses, pages, fragments in the side sheet, removal and restoring follow from an entry here
(docs/howto/add-to-the-dossier.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.forms.dossier import DossierForm
from accounts.models import DossierEntry
from accounts.operations.entries import add_entry, bring_back_entry, change_entry, remove_entry


@dataclass(frozen=True)
class RecordKind:
    """One kind of entry. ``key`` stands in the address; ``tab`` is where it is shown.

    ``create`` gets ``by``, ``customer``, ``model``, ``values``; ``change`` gets ``by``, ``entry``,
    ``version``, ``changes``; ``remove`` and ``restore`` get ``by``, ``entry``. Without
    ``remove`` an entry stays.
    """

    key: str
    model: type[DossierEntry]
    form: type[DossierForm]
    tab: str
    new_heading: Any
    create: Callable[..., Any] = add_entry
    change: Callable[..., Any] = change_entry
    remove: Callable[..., Any] | None = remove_entry
    restore: Callable[..., Any] = bring_back_entry


_KINDS: dict[str, RecordKind] = {}


def register_records(*kinds: RecordKind) -> None:
    """Add kinds of entries to the register; called when the app is ready."""
    for kind in kinds:
        _KINDS[kind.key] = kind


def record_kind(key: str) -> RecordKind | None:
    """Return the kind of this name, if there is one."""
    return _KINDS.get(key)


def record_kinds() -> list[RecordKind]:
    """Return all kinds of entries."""
    return list(_KINDS.values())


def kind_of(model: type[DossierEntry]) -> RecordKind | None:
    """Return the kind whose entries are of this model, if there is one."""
    return next((kind for kind in _KINDS.values() if kind.model is model), None)
