"""The rule on which loads of KAMs are drawn: before and after, with the band that is workable."""

from typing import Any

from segmentation.queries.selection import KamLoad
from segmentation.rules.load import HIGH, LOW, NORM, WORKABLE, band_of

#: Ends of the rule; larger loads stand at its end.
_SCALE = (0.0, 16.0)


def on_rule(load: float) -> str:
    """Return where a load stands on the rule, in per cent of its width."""
    low, high = _SCALE
    return f"{max(0.0, min(1.0, (load - low) / (high - low))) * 100:.2f}%"


#: Where the workable band begins, how wide it is, and where a full load stands.
LOAD_BAND = (on_rule(WORKABLE[0]), on_rule(WORKABLE[1] - WORKABLE[0]), on_rule(NORM))


def is_outside(load: float) -> bool:
    """Return whether a load is not workable."""
    return not WORKABLE[0] <= load <= WORKABLE[1]


def load_row(one: KamLoad) -> dict[str, Any]:
    """Return one KAM's load for the table of loads."""
    return {
        "name": one.name,
        "accounts": one.accounts,
        "load": one.load,
        "before": on_rule(one.load[0]),
        "after": on_rule(one.load[1]),
        "is_outside": is_outside(one.load[1]),
    }


def meter(after: float, before: float | None = None) -> dict[str, Any]:
    """Return the picture of a load for ``_load_meter.html``; ``before`` where it would change."""
    band_at, band_width, norm = LOAD_BAND
    return {
        "band_at": band_at,
        "band_width": band_width,
        "norm": norm,
        "after": on_rule(after),
        "before": on_rule(after if before is None else before),
        "has_before": before is not None and abs(before - after) > 1e-9,
        "is_high": band_of(after) == HIGH,
        "is_low": band_of(after) == LOW,
    }
