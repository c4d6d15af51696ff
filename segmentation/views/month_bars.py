"""Geometry of the small picture of twelve months: all in grey, ours in colour, market share as a line."""

from typing import Any

from django.utils.formats import date_format

from segmentation.queries.why import Month

WIDTH, HEIGHT = 264, 96
_FOOT, _GAP = 14, 4


def month_bars(months: list[Month]) -> dict[str, Any] | None:
    """Return bars for an SVG of ``WIDTH`` × ``HEIGHT``; ``None`` where nothing was fully counted."""
    largest = max((month.total or 0 for month in months), default=0)
    if largest <= 0:
        return None
    step = WIDTH / len(months)
    floor = HEIGHT - _FOOT

    def height(amount: int | None) -> float:
        return round(max(amount or 0, 0) / largest * (floor - 4), 1)

    bars = []
    for index, month in enumerate(months):
        left = round(index * step + _GAP / 2, 1)
        total, own = height(month.total), height(month.own)
        bars.append(
            {
                "x": str(left),
                "width": str(round(step - _GAP, 1)),
                "middle": str(round(left + (step - _GAP) / 2, 1)),
                "total_y": str(round(floor - total, 1)),
                "total_h": str(total),
                "own_y": str(round(floor - own, 1)),
                "own_h": str(own),
                "market_y": "" if month.at_market is None else str(round(floor - height(month.at_market), 1)),
                "letter": date_format(month.on, "M")[:1],
                "month": date_format(month.on, "M Y"),
                "total": month.total,
                "own": month.own,
            }
        )
    return {
        "bars": bars,
        "width": str(WIDTH),
        "height": str(HEIGHT),
        "foot": str(HEIGHT - 2),
        "largest": largest,
        "first": bars[0]["month"],
        "last": bars[-1]["month"],
    }
