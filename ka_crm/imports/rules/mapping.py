"""How somebody's columns become our fields: the mapping file."""

import hashlib
import json
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ka_crm.imports.rules.dates import valid_format
from ka_crm.imports.rules.fields import Field
from ka_crm.lib.spreadsheets import FileRefused, cell_text

CREATABLE = ("customers", "stores", "products")
OVERLAPS = ("add", "replace")
#: A column of the file: its header, or its number from 1.
ColumnRef = str | int


@dataclass(frozen=True)
class Unpivot:
    """A wide table: every one of ``columns`` gives a record, its header goes ``into`` a field."""

    columns: tuple[ColumnRef, ...]
    into: str
    value: str


@dataclass(frozen=True)
class Mapping:
    """The mapping file, checked. All parts are optional; the meanings stand in ``docs/howto``."""

    columns: dict[str, ColumnRef] = field(default_factory=dict)
    header: bool = True
    constants: dict[str, str] = field(default_factory=dict)
    date_format: str = ""
    decimal: str = "."
    skip_rejected: bool = False
    create_missing: tuple[str, ...] = ()
    only_when: dict[str, tuple[str, ...]] = field(default_factory=dict)
    own_when: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unpivot: Unpivot | None = None
    overlap: str = ""
    encoding: str = ""
    is_decimal_stated: bool = False

    @property
    def digest(self) -> str:
        """A fingerprint: equal mappings have equal ones, whatever the order of keys."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def mapping_from(raw: MappingType[str, Any] | None, fields: Sequence[Field]) -> Mapping:
    """Check a mapping as read from JSON. Raises ``FileRefused`` with the reason."""
    raw = dict(raw or {})
    unknown = sorted(set(raw) - set(_READERS))
    if unknown:
        raise FileRefused(f"The mapping has unknown keys: {', '.join(unknown)}.")
    values = {key: _READERS[key](key, value) for key, value in raw.items() if value is not None}
    mapping = Mapping(**values, is_decimal_stated="decimal" in values)
    _check_fields(mapping, {item.name for item in fields})
    return mapping


def _check_fields(mapping: Mapping, known: set[str]) -> None:
    named = set(mapping.columns) | set(mapping.constants)
    if mapping.unpivot:
        named |= {mapping.unpivot.into, mapping.unpivot.value}
        if not mapping.unpivot.columns:
            raise FileRefused('The mapping\'s "unpivot" names no columns.')
    unknown = sorted(named - known)
    if unknown:
        raise FileRefused(f"The mapping names fields that this kind does not have: {', '.join(unknown)}.")
    if mapping.date_format and not valid_format(mapping.date_format):
        raise FileRefused(f'The date format "{mapping.date_format}" is not understood (example: %d/%m/%Y).')
    if not mapping.header:
        texts = [ref for ref in mapping.columns.values() if isinstance(ref, str) and not ref.isdigit()]
        if texts:
            raise FileRefused(f"Without a header, columns are given by number, not as {texts[0]!r}.")


def _refuse(key: str, expected: str) -> FileRefused:
    return FileRefused(f'The mapping\'s "{key}" must be {expected}.')


def _columns(key: str, value: Any) -> dict[str, ColumnRef]:
    if not isinstance(value, dict):
        raise _refuse(key, "an object of our fields and their columns")
    return {str(name): _column(key, ref) for name, ref in value.items() if ref not in (None, "")}


def _column(key: str, value: Any) -> ColumnRef:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _refuse(key, "made of headers or column numbers")
    return value.strip() if isinstance(value, str) else value


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refuse(key, "true or false")
    return value


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _refuse(key, "a text")
    return value


def _one_of(*allowed: str) -> Any:
    def read(key: str, value: Any) -> str:
        if value not in allowed:
            raise _refuse(key, " or ".join(f'"{item}"' for item in allowed))
        return str(value)

    return read


def _constants(key: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or any(isinstance(item, dict | list | bool) for item in value.values()):
        raise _refuse(key, "an object of our fields and their values")
    return {str(name): cell_text(item) for name, item in value.items()}


def _creatable(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not set(map(str, value)) <= set(CREATABLE):
        raise _refuse(key, f"a list out of {', '.join(CREATABLE)}")
    return tuple(sorted(set(value)))


def _conditions(key: str, value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise _refuse(key, "an object of columns and lists of values")
    found = {}
    for column, wanted in value.items():
        items = wanted if isinstance(wanted, list) else [wanted]
        if any(isinstance(item, dict | list) for item in items):
            raise _refuse(key, "an object of columns and lists of values")
        found[str(column).strip()] = tuple(sorted({cell_text(item) for item in items}))
    return found


def _unpivot(key: str, value: Any) -> Unpivot:
    if not isinstance(value, dict) or set(value) != {"columns", "into", "value"}:
        raise _refuse(key, 'an object with "columns", "into" and "value"')
    if not isinstance(value["columns"], list):
        raise _refuse(key, 'an object whose "columns" are a list')
    columns = tuple(_column(key, ref) for ref in value["columns"])
    return Unpivot(columns, str(value["into"]), str(value["value"]))


_READERS: dict[str, Any] = {
    "columns": _columns,
    "header": _flag,
    "constants": _constants,
    "date_format": _text,
    "decimal": _one_of(".", ","),
    "skip_rejected": _flag,
    "create_missing": _creatable,
    "only_when": _conditions,
    "own_when": _conditions,
    "unpivot": _unpivot,
    "overlap": _one_of(*OVERLAPS),
    "encoding": _text,
}
