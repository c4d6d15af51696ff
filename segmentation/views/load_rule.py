"""The rule on which loads of KAMs are drawn: before and after, with the band that is workable."""

from typing import Any

from segmentation.queries.selection import KamLoad
from segmentation.rules.ka_preview import WORKABLE

#: Ends of the rule; larger loads stand at its end.
_SCALE = (0.0, 16.0)
_FULL = 9.0


def on_rule(load: float) -> str:
    """Return where a load stands on the rule, in per cent of its width."""
    low, high = _SCALE
    return f"{max(0.0, min(1.0, (load - low) / (high - low))) * 100:.2f}%"


#: Where the workable band begins, how wide it is, and where a full load stands.
LOAD_BAND = (on_rule(WORKABLE[0]), on_rule(WORKABLE[1] - WORKABLE[0]), on_rule(_FULL))


def load_row(one: KamLoad) -> dict[str, Any]:
    """Return one KAM's load for the table of loads."""
    return {
        "name": one.name,
        "accounts": one.accounts,
        "load": one.load,
        "before": on_rule(one.load[0]),
        "after": on_rule(one.load[1]),
        "is_outside": not WORKABLE[0] <= one.load[1] <= WORKABLE[1],
    }
