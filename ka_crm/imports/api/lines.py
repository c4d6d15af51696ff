"""Facts sent as JSON lines: they go through the same engine as the lines of a file, all or nothing."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from ka_crm.imports.importer import Importer
from ka_crm.imports.operations import load_records
from ka_crm.imports.queries import may_import
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.mapping import CREATABLE, OVERLAPS
from ka_crm.imports.rules.report import Report
from ka_crm.imports.undoing import lock_batches
from ka_crm.lib.spreadsheets import FileRefused
from ka_crm.records.api.problems import Problem

MOST_LINES = 5_000
_DECIMALS = (FieldType.AMOUNT, FieldType.UNITS, FieldType.SHARE, FieldType.FLOAT)
_WHOLE = (FieldType.INT, FieldType.YEAR)


def line_schema(importer: type[Importer]) -> dict[str, Any]:
    """Return how one line of a kind looks, for the API's description."""
    return {
        "type": "object",
        "required": importer.needed_in_every_line(),
        "properties": {item.name: _value_schema(item) for item in importer.fields},
        "additionalProperties": False,
    }


def _value_schema(item: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "description": item.label}
    if item.type in _DECIMALS:
        schema |= {"format": "decimal", "pattern": r"^-?\d{1,11}(\.\d{1,4})?$"}
    elif item.type in _WHOLE:
        schema |= {"type": "integer"}
    elif item.type is FieldType.DATE:
        schema |= {"format": "date"}
    elif item.type is FieldType.CHOICE:
        schema |= {"enum": list(item.choices)}
    if item.example:
        schema["example"] = int(item.example) if item.type in _WHOLE else item.example
    return schema


class ImportedSerializer(serializers.Serializer[Any]):
    """What became of the lines. Nothing is stored unless all of them are accepted."""

    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    skipped = serializers.IntegerField()
    value_rejected = serializers.FloatField()
    batch = serializers.IntegerField(allow_null=True, help_text="Its import, which can be taken back.")
    warnings = serializers.ListField(child=serializers.CharField())


def lines_serializer(name: str, importer: type[Importer]) -> type[serializers.Serializer[Any]]:
    """Return the shape of a bulk request of one kind: its lines and what to do about doubts."""

    @extend_schema_field(line_schema(importer))
    class LineField(serializers.DictField):
        pass

    class Lines(serializers.Serializer[Any]):
        lines = serializers.ListField(child=LineField(), allow_empty=False, max_length=MOST_LINES)
        create_missing = serializers.ListField(
            child=serializers.ChoiceField(choices=CREATABLE),
            required=False,
            help_text="Make unknown ones from their codes.",
        )
        if importer.is_additive:
            overlap = serializers.ChoiceField(
                choices=OVERLAPS,
                required=False,
                help_text="Where months are loaded already: add to them (default) or replace them.",
            )

    Lines.__name__ = Lines.__qualname__ = name
    return Lines


def bulk_body(data: Any) -> Any:
    """Return a bulk request's body; a bare list stands for its lines."""
    return {"lines": data} if isinstance(data, list) else data


def load_lines(
    request: Request, kind: str, lines: Sequence[Any], mapping: dict[str, Any] | None = None
) -> Report:
    """Store lines for the caller. Raises ``Problem`` 400 with what is wrong, line by line."""
    if not may_import(request.user, kind):  # type: ignore[arg-type]
        raise PermissionDenied
    _check_shapes(lines)
    try:
        with transaction.atomic():
            lock_batches()  # requests of many integrations at once take their turns instead of failing
            report = load_records(
                kind=kind,
                records=list(lines),
                by=request.user,  # type: ignore[arg-type]
                viewer=request.user,  # type: ignore[arg-type]
                mapping=mapping or {},
            )
    except FileRefused as error:
        raise Problem(400, error.reason) from error
    if not report.is_committed:
        count = f"{report.rejected} of {report.rows} lines cannot be accepted; nothing was stored."
        raise Problem(400, count, errors=line_errors(report))
    return report


def line_errors(report: Report) -> list[dict[str, Any]]:
    """Return the first rejected values: line (from 1), field, value, reason."""
    return [
        {"line": item.line, "field": item.field, "value": item.value, "reason": str(item.reason)}
        for item in report.errors
    ]


def outcome(report: Report) -> dict[str, Any]:
    """Return the report as ``ImportedSerializer`` describes it."""
    counts = report.counts()
    counts.pop("kind", None)
    return {**counts, "warnings": [note.text for note in report.warnings]}


def _check_shapes(lines: Sequence[Any]) -> None:
    errors = []
    for number, line in enumerate(lines, start=1):
        if not isinstance(line, dict) or not line:
            errors.append({"line": number, "field": "", "value": "", "reason": "An object is expected."})
            continue
        errors += [
            {"line": number, "field": name, "value": "", "reason": "A text or a number is expected."}
            for name, value in line.items()
            if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float))
        ]
        if not any(value not in (None, "") for value in line.values()):
            errors.append({"line": number, "field": "", "value": "", "reason": "The line is empty."})
    if errors:
        raise Problem(400, "Some lines have the wrong shape; nothing was stored.", errors=errors[:200])
