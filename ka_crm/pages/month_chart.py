"""Geometry of the bars of our sales by month, with the year before as a dashed line."""

from typing import Any

from ka_crm.pages.queries.customer_page import MonthRow


def month_chart(months: list[MonthRow], width: int = 720, height: int = 190) -> dict[str, Any]:
    """Return the geometry of the bars by month and of the line of the year before."""
    if not months:
        return {}
    shown_months = months[-12:]
    known = [row.net_amount for row in shown_months] + [row.year_before or 0 for row in shown_months]
    top, low = max([*known, 1]), min([*known, 0])
    step, base = width / len(shown_months), height - 4

    def place(value: int) -> float:
        return round(6 + (top - value) / (top - low) * (base - 6), 1)

    bars: list[dict[str, Any]] = []
    line: list[str] = []
    for index, row in enumerate(shown_months):
        x = round(index * step + step * 0.18, 1)
        y, zero = place(row.net_amount), place(0)
        bars.append(
            {
                "x": str(x),
                "y": str(min(y, zero)),
                "width": str(round(step * 0.64, 1)),
                "height": str(max(abs(zero - y), 1)),
                "middle": str(round(index * step + step / 2, 1)),
                "row": row,
                "negative": row.net_amount < 0,
            }
        )
        if row.year_before is not None:
            line.append(f"{'L' if line else 'M'}{round(index * step + step / 2, 1)} {place(row.year_before)}")
    return {"bars": bars, "line": " ".join(line), "width": width, "height": height, "text_y": height - 4}
