"""What the pages about service and load share: their tabs, and the picture of a load."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ka_crm.lib.shown import number_text
from segmentation.rules.load import HIGH, LOW, NORM, WORKABLE, band_of

#: The rule of the picture of loads; larger ones stand at its end.
_SCALE = (0.0, 16.0)


def service_tabs(active: str) -> list[dict[str, Any]]:
    """Return the tabs of the pages, ``active`` being the name of the shown one."""
    labels = {
        "load": _("Load"),
        "capacity": _("Hours and what to cut"),
        "service": _("Service given"),
        "strategies": _("Strategies"),
    }
    return [
        {"label": label, "url": reverse(f"segmentation:{name}"), "active": name == active}
        for name, label in labels.items()
    ]


def on_rule(load: float) -> str:
    """Return where a load stands on its rule, as SVG wants it."""
    low, high = _SCALE
    return f"{max(0.0, min(1.0, (load - low) / (high - low))) * 100:.2f}%"


def meter(after: float, before: float | None = None) -> dict[str, Any]:
    """Return the picture of a load for ``_load_meter.html``; ``before`` where it would change."""
    low, high = WORKABLE
    return {
        "band_at": on_rule(low),
        "band_width": on_rule(high - low),
        "norm": on_rule(NORM),
        "after": on_rule(after),
        "before": on_rule(after if before is None else before),
        "has_before": before is not None and abs(before - after) > 1e-9,
        "is_high": band_of(after) == HIGH,
        "is_low": band_of(after) == LOW,
    }


def figure(value: float, decimals: int = 2) -> str:
    """Return a number with as many decimals as it has, ``decimals`` at most."""
    number = round(float(value), decimals)
    for places in range(decimals + 1):
        if round(number, places) == number:
            return number_text(number, places)
    return number_text(number, decimals)
