"""Filters and pictures of the pages of flags."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ka_crm.lib import shown
from ka_crm.lib.money import to_scaled
from visits.views.flags.words import points_text

register = template.Library()
#: Both ends of the bar of effects, a fraction.
_SCALE = 0.15


@register.filter
def points(value: float | None) -> str:
    """A difference of shares in points with its sign."""
    return points_text(value)


@register.filter
def plain_money(value: Decimal | int | None) -> str:
    """An amount in currency units (a measure's cost), without cents."""
    return shown.UNKNOWN if value is None else shown.money_text(to_scaled(Decimal(value)))


@register.simple_tag
def effect_bar(mean: float, low: float | None, high: float | None) -> SafeString:
    """An effect with its interval around the line of stores without a flag; grey while it includes 0."""
    sure = low is not None and high is not None and (low > 0 or high < 0)
    tone = "none" if not sure else "maintain" if mean > 0 else "attack"
    band = SafeString("")
    if low is not None and high is not None:
        left, right = _place(low), _place(high)
        band = format_html(
            '<rect class="bar-band" x="{}%" y="7" width="{}%" height="10" rx="1.5"/>',
            f"{left:.2f}",
            f"{right - left:.2f}",
        )
    label = _("effect %(points)s points") % {"points": points_text(mean)}
    if low is not None:
        label += f", {points_text(low)} – {points_text(high)}"
    return format_html(
        '<svg class="effect-bar q-{}" width="100%" height="24" role="img" aria-label="{}">'
        '<rect class="bar-zero" x="50%" y="2" width="1" height="20"/>{}'
        '<rect class="bar-mark" x="{}%" y="4" width="3.5" height="16" rx="1" transform="translate(-1.75 0)"/>'
        "</svg>",
        tone,
        label,
        band,
        f"{_place(mean):.2f}",
    )


def _place(value: float) -> float:
    return min(max(50 + value / _SCALE * 50, 1), 99)


@register.filter
def finding_of(inspection: Any, part: str) -> Any:
    """What an inspection found in one part; nothing where it was not looked at."""
    return next((one for one in inspection.findings.all() if one.part == part), None)
