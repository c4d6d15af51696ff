"""Filters and tags of the templates: numbers in people's words, icons, geometry of small pictures.

Registered as builtins, so templates need no ``load``. Amounts and units are ten-thousandths,
shares fractions 0–1; ``None`` is unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ka_crm.lib import shown
from ka_crm.lib.money import SCALE

register = template.Library()

#: Right end of every share bar: half of all purchases (larger shares are drawn at the end).
BAR_SCALE = 0.5
QUADRANT_WORDS = {
    "attack": gettext_lazy("Attack"),
    "defend": gettext_lazy("Defend"),
    "explore": gettext_lazy("Explore"),
    "maintain": gettext_lazy("Maintain"),
    "monitor": gettext_lazy("Monitor"),
}
CERTAINTY_WORDS = {
    "surely_below": gettext_lazy("surely below"),
    "probably_below": gettext_lazy("probably below"),
    "at_or_above": gettext_lazy("at or above market"),
    "too_early": gettext_lazy("too early to tell"),
    "no_market": gettext_lazy("no market share set"),
}
#: Statuses of store results, in the words of the certainty component.
CERTAINTY_OF_STATUS = {
    "below_confirmed": "surely_below",
    "below_watch": "probably_below",
    "ok": "at_or_above",
    "insufficient": "too_early",
    "no_market_share": "no_market",
}


@register.filter
def money(scaled: int | None, style: str = "") -> str:
    """``$433,745``; ``money:"bare"`` without the sign, ``money:"cents"`` with cents."""
    return shown.money_text(scaled, symbol="bare" not in style, decimals=2 if "cents" in style else 0)


@register.filter
def money_short(scaled: int | None) -> str:
    """``$5.16 M``."""
    return shown.money_short_text(scaled)


@register.filter
def money_thousand(scaled: int | None) -> str:
    """Amount in thousands without a sign, for columns headed "$ thousand"."""
    return shown.UNKNOWN if scaled is None else shown.number_text(int(scaled) / (SCALE * 1000))


@register.filter
def about(scaled: int | None) -> str:
    """An estimated amount: ``about $45,300``, three figures; a dash when unknown."""
    if scaled is None:
        return shown.UNKNOWN
    return _("about %(amount)s") % {"amount": shown.about_money_text(scaled)}


@register.filter
def three_figures(scaled: int | None) -> str:
    """An estimated amount rounded to three figures, without the word "about"."""
    return shown.about_money_text(scaled)


@register.filter
def units(scaled: int | None) -> str:
    """A counted quantity, decimals only where it has them."""
    return shown.units_text(scaled)


@register.filter
def percent(share: float | None, decimals: int | str = 1) -> str:
    """``25.1 %`` with a narrow no-break space; ``percent:0`` for whole percents."""
    return shown.percent_text(share, int(decimals))


@register.filter
def grouped(number: int | float | None) -> str:
    """A plain count, grouped: ``1,826``."""
    return shown.UNKNOWN if number is None else shown.number_text(number)


@register.filter
def known(value: Any) -> Any:
    """The value, or a dash when it is unknown or empty."""
    return shown.UNKNOWN if value is None or value == "" else value


@register.simple_tag
def currency_sign() -> str:
    """The currency's sign, for column heads."""
    return shown.currency_symbol().strip()


@register.filter
def quadrant_word(code: str) -> str:
    """The word of a quadrant's code."""
    return str(QUADRANT_WORDS.get(code, _("Not known yet")))


@register.filter
def certainty_of(status: str) -> str:
    """The certainty code of a store result's status (``below_confirmed`` → ``surely_below``)."""
    return CERTAINTY_OF_STATUS.get(status, status)


@register.filter
def certainty_text(code: str) -> str:
    """The words of a certainty code or a store result's status."""
    return str(CERTAINTY_WORDS.get(certainty_of(code), code))


@register.filter
def certainty_quadrant(code: str) -> str:
    """The colour a certainty is drawn in: surely below attack, probably explore, above defend."""
    colours = {"surely_below": "attack", "probably_below": "explore", "at_or_above": "defend"}
    return colours.get(certainty_of(code), "none")


@register.filter
def initials(name: str) -> str:
    """Up to two initials of a person's name."""
    parts = [part for part in str(name).split() if part]
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


@lru_cache(maxsize=256)
def _icon_text(folder: str, name: str) -> str:
    path = Path(folder) / f"{name}.svg"
    if not name.replace("-", "").isalnum() or not path.is_file():
        return ""
    return " ".join(path.read_text(encoding="utf-8").split())


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Inline the SVG ``var/vendor/icons/<name>.svg``; nothing when it is missing.

    Hidden from screen readers unless ``label`` says what it means.
    """
    text = _icon_text(str(settings.ICON_DIR), name)
    if not text:
        return mark_safe("")
    spoken = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    # The files come from the package that the lock file pins, not from people.
    return mark_safe(text.replace("<svg", f"<svg {spoken}", 1))  # noqa: S308


def _clamped(value: float, scale: float) -> float:
    return min(max(float(value) / scale, 0.0), 1.0)


@register.filter
def on_scale(share: float | None, scale: float | str = BAR_SCALE) -> str:
    """Where a share lies on a bar, as an SVG percentage (``on_scale:1`` for bars of 0–100 %)."""
    return "0%" if share is None else f"{_clamped(share, float(scale) or 1) * 100:.2f}%"


@register.simple_tag
def span_on_scale(low: float | None, high: float | None, scale: float = BAR_SCALE) -> str:
    """Width between two shares on a bar, as an SVG percentage; 0 when one is unknown or reversed."""
    if low is None or high is None:
        return "0%"
    return f"{max(_clamped(high, scale) - _clamped(low, scale), 0) * 100:.2f}%"


@register.simple_tag
def part_of(value: float | None, whole: float | None) -> str:
    """``value`` as an SVG percentage of ``whole``; 0 % when one is unknown."""
    return "0%" if not whole or value is None else f"{_clamped(value, float(whole)) * 100:.2f}%"


@register.simple_tag
def spark_points(
    points: Sequence[float | None],
    market: float | None = None,
    width: int = 84,
    height: int = 28,
    top: float = 0,
) -> Mapping[str, Any]:
    """Geometry of a spark line: ``path``, last point ``x`` ``y``, ``market_y``.

    ``top`` is the largest value of the scale, one per page; 0 takes the largest of the values.
    Unknown points leave a gap.
    """
    values = [float(value) for value in points if value is not None]
    ceiling = float(top) or max([*values, float(market or 0), 0.01])
    step = (width - 4) / max(len(points) - 1, 1)

    def height_of(value: float) -> float:
        return round(height - 2 - min(value / ceiling, 1.0) * (height - 4), 1)

    commands, last, pen_down = [], None, False
    for index, value in enumerate(points):
        if value is None:
            pen_down = False
            continue
        last = (round(2 + index * step, 1), height_of(float(value)))
        commands.append(f"{'L' if pen_down else 'M'}{last[0]} {last[1]}")
        pen_down = True
    return {
        "path": " ".join(commands),
        "x": str(last[0]) if last else "",
        "y": str(last[1]) if last else "",
        "market_y": "" if market is None else str(height_of(float(market))),
    }


@register.filter
def without_keys(query: Any, keys: str) -> str:
    """A request's query string without some keys (comma-separated), for chip and page links."""
    copy = query.copy()
    for key in keys.split(","):
        copy.pop(key.strip(), None)
    return str(copy.urlencode())


@register.simple_tag(takes_context=True)
def query_with(context: Mapping[str, Any], **changes: Any) -> str:
    """The current query string with some keys changed; ``None`` or "" removes; paging starts anew."""
    copy = context["request"].GET.copy()
    for key in ("after", "before"):
        copy.pop(key, None)
    for key, value in changes.items():
        if value in (None, ""):
            copy.pop(key, None)
        elif isinstance(value, Iterable) and not isinstance(value, str):
            copy.setlist(key, [str(item) for item in value])
        else:
            copy[key] = str(value)
    return f"?{copy.urlencode()}"
