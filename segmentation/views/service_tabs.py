"""What the pages about service and load share: their tabs, and figures."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ka_crm.lib.shown import number_text


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


def figure(value: float, decimals: int = 2) -> str:
    """Return a number with as many decimals as it has, ``decimals`` at most."""
    number = round(float(value), decimals)
    for places in range(decimals + 1):
        if round(number, places) == number:
            return number_text(number, places)
    return number_text(number, decimals)
