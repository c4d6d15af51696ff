"""What the forms of the import page say, as a mapping."""

import json
from collections.abc import Mapping as MappingType
from typing import Any

from ka_crm.imports.rules.fields import Field
from ka_crm.imports.rules.headers import column_index
from ka_crm.imports.rules.mapping import Mapping
from ka_crm.lib.spreadsheets import FileRefused

#: Parts of a mapping that a question's button may answer.
_ANSWERS = ("date_format", "decimal", "overlap", "encoding", "header", "create_missing")


def fields_by_column(mapping: Mapping, headers: list[str]) -> dict[int, str]:
    """Return {column number from 1: our field} of a mapping on these headers."""
    found = {}
    for name, ref in mapping.columns.items():
        try:
            found[column_index(ref, headers, has_header=mapping.header) + 1] = name
        except FileRefused:  # a remembered column that this file lacks
            continue
    return found


def mapping_from_post(
    data: MappingType[str, str],
    raw: dict[str, Any],
    mapping: Mapping,
    headers: list[str],
    fields: tuple[Field, ...],
) -> dict[str, Any]:
    """Return the mapping as the columns' selects, the constants and the forms of values say it now.

    A field chosen for a second column moves there. Everything else of ``raw`` stays.
    """
    before = fields_by_column(mapping, headers)
    known = {item.name for item in fields}
    chosen: dict[str, int] = {}
    for number in range(1, len(headers) + 1):
        name = data.get(f"column_{number}", before.get(number, ""))
        if name in known and (name not in chosen or before.get(number) != name):
            chosen[name] = number
    for name in known:
        number_text = data.get(f"need_{name}", "")
        if number_text.isascii() and number_text.isdigit() and 1 <= int(number_text) <= len(headers):
            chosen = {other: number for other, number in chosen.items() if number != int(number_text)}
            chosen[name] = int(number_text)
    constants = {name: text for name, text in (raw.get("constants") or {}).items() if name not in chosen}
    for name in known - set(chosen):
        text = data.get(f"constant_{name}", "").strip()
        if text:
            constants[name] = text
        elif f"constant_{name}" in data:
            constants.pop(name, None)
    result = {**raw, "columns": {name: _ref(number, headers, mapping) for name, number in chosen.items()}}
    result["constants"] = constants
    for name in ("date_format", "decimal"):
        if name in data:
            result[name] = data[name]
    return {key: value for key, value in result.items() if value not in ("", {}, [])} | {
        "columns": result["columns"]
    }


def answer_from_post(data: MappingType[str, str], raw: dict[str, Any]) -> dict[str, Any]:
    """Return the mapping with the answer of a button; what is to be created adds to what already is.

    Raises ``FileRefused`` for an answer to nothing that was asked.
    """
    try:
        answer = json.loads(data.get("answer", ""))
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not answer or not set(answer) <= set(_ANSWERS):
        raise FileRefused("This answer is not understood.")
    created = answer.pop("create_missing", None)
    result = {**raw, **answer}
    if isinstance(created, list):
        result["create_missing"] = sorted({*map(str, created), *(raw.get("create_missing") or [])})
    return result


def _ref(number: int, headers: list[str], mapping: Mapping) -> str | int:
    header = headers[number - 1]
    return header if mapping.header and header else number
