"""Which fields of two records differ, and which value is proposed for the one that stays."""

from collections.abc import Mapping
from typing import Any

KEPT, MERGED, BOTH = "kept", "merged", "both"
CHOICES = (KEPT, MERGED, BOTH)
#: What says nothing, so that the other value is the better one.
_EMPTY = (None, "", "unknown")


def proposed_choice(name: str, kept: Any, merged: Any, *, joins: bool = False) -> str:
    """Return which value is proposed: what says something; the kept one where both do.

    ``joins``: long texts, both are kept. A refusal to be contacted wins over everything.
    """
    if merged == "refused" and name == "consent":
        return MERGED
    if kept in _EMPTY:
        return KEPT if merged in _EMPTY else MERGED
    if joins and merged not in _EMPTY and kept != merged:
        return BOTH
    return KEPT


def chosen_value(choice: str, kept: Any, merged: Any) -> Any:
    """Return the value that a choice stands for; ``both`` puts the second text below the first."""
    if choice == BOTH:
        return "\n\n".join(text for text in (kept, merged) if text)
    return merged if choice == MERGED else kept


def unknown_choices(choices: Mapping[str, str], names: tuple[str, ...], joined: tuple[str, ...]) -> list[str]:
    """Return the names of choices that do not exist; only ``joined`` fields may keep both values."""
    return [
        name
        for name, choice in choices.items()
        if name not in names or choice not in CHOICES or (choice == BOTH and name not in joined)
    ]
