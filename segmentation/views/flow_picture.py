"""The flows between two runs as a drawing of the server's: works without a script, every ribbon is a link."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from ka_crm.lib import shown
from segmentation.queries.moves import QUADRANT
from segmentation.rules.flow_layout import BLOCK, flow_layout
from segmentation.views import wording

ABSENT = "none"
#: Ribbons that carry their number: thick enough, or few enough to be told apart.
_NUMBERED = 14


def flow_picture(lines: Sequence[dict[str, Any]], labels: Sequence[str], by: str) -> dict[str, Any]:
    """Return blocks and ribbons for ``segmentation/_flow_picture.html``.

    ``lines`` are {flow, before, after, direction, url, active}; ``labels`` give the order from the top.
    """
    flows = [
        (line["flow"].before or ABSENT, line["flow"].after or ABSENT, line["flow"].count) for line in lines
    ]
    layout = flow_layout(flows, (*labels, ABSENT), margin=104 if by == QUADRANT else 74)
    by_ends = {ends[:2]: line for ends, line in zip(flows, lines, strict=True)}
    moved = [ribbon for ribbon in layout.ribbons if ribbon.before != ribbon.after]
    largest = sorted(moved, key=lambda ribbon: -ribbon.count)[:_NUMBERED]

    def blocks(side: list[Any], x: float, text_x: float) -> list[dict[str, Any]]:
        return [
            {
                "x": x,
                "y": round(block.y, 1),
                "height": round(block.height, 1),
                "text_x": text_x,
                "text_y": round(block.y + block.height / 2 - 2, 1),
                "count_y": round(block.y + block.height / 2 + 12, 1),
                "label": _block_label(block.key),
                "count": block.count,
                "quadrant": block.key if block.key in wording.QUADRANTS else "none",
            }
            for block in side
        ]

    return {
        "width": layout.width,
        "height": round(layout.height, 1),
        "block": BLOCK,
        "left": blocks(layout.left, layout.left_x, layout.left_x - 8),
        "right": blocks(layout.right, layout.right_x, layout.right_x + BLOCK + 8),
        "ribbons": [
            {
                "path": ribbon.path,
                "count": ribbon.count if ribbon in largest and ribbon.count > 1 else None,
                "x": round(ribbon.middle_x, 1),
                "y": round(ribbon.middle_y + 4, 1),
                "tone": _tone(ribbon, by_ends[ribbon.before, ribbon.after], by),
                "label": _("%(before)s → %(after)s: %(n)s")
                % {
                    "before": by_ends[ribbon.before, ribbon.after]["before"],
                    "after": by_ends[ribbon.before, ribbon.after]["after"],
                    "n": shown.number_text(ribbon.count),
                },
                "url": by_ends[ribbon.before, ribbon.after]["url"],
                "active": by_ends[ribbon.before, ribbon.after]["active"],
            }
            # Who stayed lies below, so that the few that moved are seen.
            for ribbon in sorted(layout.ribbons, key=lambda one: one.before != one.after)
        ],
    }


def _block_label(key: str) -> str:
    if key == ABSENT:
        return _("Not there")
    word = str(wording.QUADRANTS.get(key, key))
    return word[:1].upper() + word[1:]


def _tone(ribbon: Any, line: dict[str, Any], by: str) -> str:
    """The colour of a ribbon: where it goes; between cells whether that is better or worse."""
    if ribbon.before == ribbon.after:
        return "stayed"
    if by == QUADRANT:
        return f"q-{ribbon.after}" if ribbon.after in wording.QUADRANTS else "q-none"
    return {"better": "flow-better", "worse": "flow-worse"}.get(line["direction"], "q-none")
