"""The usual kinds of filters."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from ka_crm.lib.listing.definition import Choices, Filter

NONE = "none"
"""Value that asks for records without one."""


def choice_filter(key: str, label: Any, path: str, words: Mapping[str, Any]) -> Filter:
    """Return a filter by a field with a fixed set of codes."""

    def labels(values: Sequence[str]) -> Mapping[str, Any]:
        return {value: words[value] for value in values}

    return Filter(
        key=key,
        label=label,
        clean=lambda values: [value for value in values if value in words],
        condition=lambda values: Q(**{f"{path}__in": list(values)}),
        choices=lambda: [(code, str(word)) for code, word in words.items()],
        labels=labels,
    )


def flag_filter(key: str, label: Any, words: Mapping[str, Any], conditions: Mapping[str, Q]) -> Filter:
    """Return a filter whose values are conditions of their own."""

    def condition(values: Sequence[str]) -> Q:
        wanted = Q(pk__in=[])
        for value in values:
            wanted |= conditions[value]
        return wanted

    return Filter(
        key=key,
        label=label,
        clean=lambda values: [value for value in values if value in conditions],
        condition=condition,
        choices=lambda: [(code, str(word)) for code, word in words.items()],
        labels=lambda values: {value: words[value] for value in values},
    )


def record_filter(
    key: str,
    label: Any,
    path: str,
    records: Callable[[], "QuerySet[Any]"],
    *,
    without: Any = "",
    widen: Callable[[list[int]], list[int]] | None = None,
) -> Filter:
    """Return a filter by a related record.

    ``records`` are those that may be chosen (and seen), ``without`` the words for records that have none,
    ``widen`` turns chosen ids into all ids meant (a territory's subtree).
    """

    def clean(values: Sequence[str]) -> list[str]:
        ok = [value for value in values if value.isascii() and value.isdigit() and len(value) < 19]
        return ok + ([NONE] if without and NONE in values else [])

    def condition(values: Sequence[str]) -> Q:
        ids = [int(value) for value in values if value != NONE]
        wanted = Q(**{f"{path}__in": widen(ids) if widen and ids else ids}) if ids else Q(pk__in=[])
        if NONE in values:
            wanted |= Q(**{f"{path}__isnull": True})
        return wanted

    def choices() -> Choices:
        found = [(str(record.pk), str(record)) for record in records()]
        return [*found, (NONE, str(without))] if without else found

    def labels(values: Sequence[str]) -> Mapping[str, Any]:
        ids = [int(value) for value in values if value != NONE]
        found: dict[str, Any] = {}
        if ids:
            found = {str(record.pk): str(record) for record in records().filter(pk__in=ids)}
        return {**found, NONE: without}

    return Filter(key=key, label=label, clean=clean, condition=condition, choices=choices, labels=labels)
