"""Where the blocks and ribbons of a flow picture stand: two columns, and what went from left to right.

Everything is in the units of a drawing of a given width; y grows downwards.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Width of a block, space between two, room above the first for the names of the runs.
BLOCK, SPACE, TOP = 10.0, 16.0, 30.0
#: Lowest block, so that its name and count fit beside it.
LOWEST = 24.0
_THINNEST, _PER_ROOT = 1.5, 2.2


@dataclass(frozen=True)
class Block:
    """One label on one side: from ``y`` on, ``height`` high; ``count`` is the sum of its ribbons."""

    key: str
    y: float
    height: float
    count: int


@dataclass(frozen=True)
class Ribbon:
    """One flow: its outline as an SVG path, and a point on its middle for a number."""

    before: str
    after: str
    count: int
    size: float
    left_y: float
    right_y: float
    path: str
    middle_x: float
    middle_y: float


@dataclass(frozen=True)
class FlowLayout:
    """A picture ``width`` × ``height``; blocks in the order given, ribbons from top to bottom."""

    width: float
    height: float
    left_x: float
    right_x: float
    left: list[Block]
    right: list[Block]
    ribbons: list[Ribbon]


def thickness(count: int) -> float:
    """Return how thick a ribbon is: by the square root, so that few are seen beside hundreds."""
    return max(_THINNEST, math.sqrt(count) * _PER_ROOT) if count > 0 else 0.0


def flow_layout(
    flows: Sequence[tuple[str, str, int]],
    order: Sequence[str],
    *,
    width: float = 620.0,
    margin: float = 110.0,
) -> FlowLayout:
    """Place n flows (from, to, count), counts above 0, between labels in a fixed order.

    Labels that no flow touches are left out. ``margin`` is the room for names on either side.

    Raises:
        ValueError: a flow names a label that is not in ``order``.
    """
    place = {key: index for index, key in enumerate(order)}
    unknown = {key for before, after, _ in flows for key in (before, after)} - set(place)
    if unknown:
        raise ValueError(f"unknown labels: {sorted(unknown)}")
    drawn = sorted((flow for flow in flows if flow[2] > 0), key=lambda flow: (place[flow[0]], place[flow[1]]))
    used = [key for key in order if any(key in flow[:2] for flow in drawn)]
    left, left_end = _column(drawn, used, 0)
    right, right_end = _column(drawn, used, 1)
    left_x, right_x = margin, width - margin - BLOCK
    next_left = {block.key: block.y for block in left}
    next_right = {block.key: block.y for block in right}
    ribbons = []
    for before, after, count in drawn:
        size = thickness(count)
        y1, y2 = next_left[before], next_right[after]
        next_left[before] += size
        next_right[after] += size
        ribbons.append(
            Ribbon(
                before, after, count, size, y1, y2, _outline(left_x + BLOCK, y1, right_x, y2, size),
                (left_x + BLOCK + right_x) / 2, (y1 + y2 + size) / 2,
            )
        )  # fmt: skip
    return FlowLayout(width, max(left_end, right_end), left_x, right_x, left, right, ribbons)


def _column(
    flows: Sequence[tuple[str, str, int]], order: Sequence[str], side: int
) -> tuple[list[Block], float]:
    blocks, y = [], TOP
    for key in order:
        counts = [flow[2] for flow in flows if flow[side] == key]
        height = max(sum(map(thickness, counts)), LOWEST)
        blocks.append(Block(key, y, height, sum(counts)))
        y += height + SPACE
    return blocks, y


def _outline(x1: float, y1: float, x2: float, y2: float, size: float) -> str:
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}V{y2 + size:.1f}"
        f"C{middle:.1f} {y2 + size:.1f} {middle:.1f} {y1 + size:.1f} {x1:.1f} {y1 + size:.1f}Z"
    )
