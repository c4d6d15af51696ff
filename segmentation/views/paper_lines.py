"""The lines between the two lists for paper, drawn in rows of the height that the print style gives them.

On screens a script draws them over the table it finds; a printer lays the table out anew.
"""

from typing import Any

#: Longest lists whose lines are printed: what fits one sheet.
ONE_SHEET = 53
#: Names that moved fewer ranks than this are hairlines, as on the screen.
HAIR = 8
WIDTH = 100
#: Height of a printed row, as in static/css/segmentation.css.
ROW_MM = 4.35


def paper_lines(lines: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the curves of lists of at most one sheet; ``None`` where they are longer.

    ``lines`` are the rows of the table: {own, total}, either may be missing. x goes from 0 to 100, y counts
    rows.
    """
    if not lines or len(lines) > ONE_SHEET:
        return None
    own = {line["own"]["key"]: index for index, line in enumerate(lines) if line["own"]}
    total = {line["total"]["key"]: index for index, line in enumerate(lines) if line["total"]}
    curves = []
    for line in lines:
        row = line["total"]
        if row is None or row["key"] not in own:
            continue
        left, right = own[row["key"]] + 0.5, total[row["key"]] + 0.5
        moved = abs((row["rank_own"] or 0) - (row["rank_potential"] or 0)) >= HAIR
        curves.append(
            {
                "d": f"M0 {left}C45 {left} 55 {right} {WIDTH} {right}",
                "quadrant": row["quadrant"] if moved else "",
            }
        )
    return {
        "width": WIDTH,
        "rows": len(lines),
        "height": f"{len(lines) * ROW_MM:.2f}mm",
        "curves": sorted(curves, key=lambda item: item["quadrant"] != ""),
    }
