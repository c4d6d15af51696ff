"""Two records side by side, reasons and steps in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.merge_rules import rows_name
from accounts.models import RecordMerge
from accounts.operations.merging import fields_of, joined_fields


def reason_words(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return why two are proposed, in words."""
    words = {
        "website": _("same website"),
        "mail": _("same mail address"),
        "phone": _("same phone"),
        "name": _("same name"),
    }
    return [
        words.get(reason["kind"])
        or _("names alike to %(percent)s %%") % {"percent": round(reason.get("value", 0) * 100)}
        for reason in reasons
    ]


def field_rows(kept: models.Model, merged: models.Model, choices: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return every field with both values as people read them, and what is chosen."""
    joined = joined_fields(type(kept))
    rows = []
    for name in fields_of(type(kept)):
        old, other = getattr(kept, name), getattr(merged, name)
        if old in (None, "") and other in (None, ""):
            continue
        rows.append(
            {
                "name": name,
                "label": capfirst(str(type(kept)._meta.get_field(name).verbose_name)),  # type: ignore[union-attr]
                "kept": _shown(kept, name),
                "merged": _shown(merged, name),
                "differs": old != other,
                "choice": choices.get(name, "kept"),
                "joins": name in joined and bool(old) and bool(other),
            }
        )
    return sorted(rows, key=lambda row: not row["differs"])


def moved_words(merge: RecordMerge) -> list[dict[str, Any]]:
    """Return what a merge moved: kind of rows and how many."""
    counts: dict[str, int] = {}
    for step in merge.moved:
        name = rows_name(apps.get_model(step["model"]))
        counts[name] = counts.get(name, 0) + step["rows"]
    return [{"label": capfirst(name), "rows": rows} for name, rows in sorted(counts.items())]


def _shown(record: models.Model, name: str) -> Any:
    display = getattr(record, f"get_{name}_display", None)
    return display() if display else getattr(record, name)
