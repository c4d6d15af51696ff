"""Words that arise from their names: channels, formats, regions, territories."""

from typing import Any

from accounts.models import Channel, Format, Region
from ka_crm.imports.changes import remember_created
from ka_crm.imports.master import Pending
from ka_crm.imports.models import ImportBatch
from ka_crm.people.models import Territory

_MODELS: dict[str, Any] = {"channel": Channel, "format": Format, "region": Region, "territory": Territory}


class Terms:
    """Finds words by name, whatever their case, and makes those that are missing."""

    def __init__(self, *kinds: str) -> None:
        self._ids: dict[str, dict[str, int]] = {
            kind: {name.casefold(): pk for pk, name in _MODELS[kind].objects.values_list("pk", "name")}
            for kind in kinds
        }
        self._new: dict[Pending, str] = {}

    def find(self, kind: str, name: str) -> int | Pending:
        """Return the id of a word, or what stands for it until it is made."""
        found = self._ids[kind].get(name.casefold())
        if found is not None:
            return found
        pending = Pending(kind, name.casefold())
        self._new.setdefault(pending, name)
        return pending

    def is_known(self, kind: str, name: str) -> bool:
        """Whether the word exists already."""
        return name.casefold() in self._ids[kind]

    def made(self) -> dict[str, int]:
        """Return how many words are new, by kind."""
        counts: dict[str, int] = {}
        for pending in self._new:
            counts[pending.what] = counts.get(pending.what, 0) + 1
        return counts

    def make(self, batch: ImportBatch) -> None:
        """Store the new words."""
        for pending, name in self._new.items():
            model = _MODELS[pending.what]
            record = model.objects.create(name=name)
            remember_created(batch, model, [record.pk])
            self._ids[pending.what][pending.key] = record.pk
        self._new.clear()

    def resolved(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return attributes with words replaced by their ids."""
        return {
            name: self._ids[value.what][value.key]
            if isinstance(value, Pending) and value.what in self._ids
            else value
            for name, value in values.items()
        }
