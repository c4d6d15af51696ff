"""What a merge has to know about the tables that point at customers and contacts.

Everything that points at the merged record is found by itself and moves. Here stands what is different;
higher rooms add theirs when their app is ready.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Field, ManyToOneRel, Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import RecordMerge

Text = str | Promise
#: Looks whether something stands in the way of an undo; returns the reason, or None.
UndoCheck = Callable[[RecordMerge], Text | None]
#: Hears which customers changed, after the commit.
FollowUp = Callable[[list[int]], None]

_STAYS: dict[str, Text] = {
    "accounts.accountstanding": _("computed anew"),
    "accounts.ownership": _("who answered for it when stays with the old record"),
}
_NAMES: dict[str, Text] = {
    "accounts.chainrole": _("parts in decision chains"),
    "accounts.interactioncontact": _("parts in talks"),
    "accounts.ownership": _("periods of responsibility"),
    "accounts.accountstanding": _("standing"),
}
_UNDO_CHECKS: list[UndoCheck] = []
_FOLLOW_UPS: list[FollowUp] = []

#: Where two rows may not both say yes, the merged record's one says no: constraint → values.
CLEARED: dict[str, dict[str, Any]] = {"team_one_sponsor": {"is_sponsor": False}}


def keep_with_merged(label: str, why: Text) -> None:
    """Let the rows of a model (``app.model``) stay with the merged record, for a reason that people read."""
    _STAYS[label] = why


def why_it_stays(model: type[Model]) -> Text | None:
    """Return why a model's rows stay with the merged record, ``None`` where they move."""
    return _STAYS.get(model._meta.label_lower)


def name_rows(label: str, name: Text) -> None:
    """Say what people call the rows of a model that has no name of its own on the pages."""
    _NAMES[label] = name


def rows_name(model: type[Model]) -> str:
    """Return what people call the rows of a model."""
    return str(_NAMES.get(model._meta.label_lower, model._meta.verbose_name_plural))


def add_undo_check(check: UndoCheck) -> None:
    """Let a room refuse an undo that would leave its data wrong."""
    _UNDO_CHECKS.append(check)


def reason_against_undo(merge: RecordMerge) -> Text | None:
    """Return the first reason of any room why a merge cannot be undone now."""
    return next((reason for check in _UNDO_CHECKS if (reason := check(merge))), None)


def add_follow_up(follow_up: FollowUp) -> None:
    """Let a room compute anew what depends on the customers made one or two."""
    _FOLLOW_UPS.append(follow_up)


def follow_up(customers: Iterable[int]) -> None:
    """Tell every room which customers changed."""
    ids = list(customers)
    for one in _FOLLOW_UPS:
        one(ids)


def references_to(model: type[Model]) -> list[tuple[type[Model], "Field[Any, Any]"]]:
    """Return every (model, field) that points at a model, those without a way back and links included."""
    found: list[tuple[type[Model], Field[Any, Any]]] = []
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and isinstance(relation.related_model, type):
            found.append((relation.related_model, relation.field))
    return sorted(found, key=lambda pair: (pair[0]._meta.label_lower, pair[1].name))
