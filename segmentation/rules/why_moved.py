"""Why an account or store moved between two runs: which input changed, and which of them was enough for it.

A quadrant stands on two lines: is it large (its potential against where large buyers begin), and is our share
at the market's. A line can be crossed because the account moved or because the line did. An input *decided*
where the move would have come with this input alone changed, or where it would not have come without it.
"""

from dataclasses import dataclass

from segmentation.rules.quadrants import DEFEND, EXPLORE, MAINTAIN, POOL

POTENTIAL, LARGE_LINE, SHARE, MARKET_SHARE = "potential", "large_line", "share", "market_share"
MEASURED, NOT_MEASURED, CRITERIA, HELD = "measured", "not_measured", "criteria", "held"
VALUE, VALUE_LINE, VARIATION, MONTHS = "value", "value_line", "variation", "months"
APPEARED, GONE = "appeared", "gone"
_EQUAL = 1e-12


@dataclass(frozen=True)
class Standing:
    """What one run knew of an account or store; amounts in ten-thousandths over the window, None = unknown.

    Attributes:
        potential: what it buys at all; large_from: smallest potential that was large in this run.
        share, market_share: ours, and what it is compared with.
        abc, value, value_lines: class by value, the ranked value, and where A and B begin.
        xyz, variation, variation_lines: class by regularity, its variation, and where X and Y end.
    """

    quadrant: str
    potential: int | None = None
    large_from: int | None = None
    share: float | None = None
    market_share: float | None = None
    abc: str = ""
    value: int | None = None
    value_lines: tuple[int | None, int | None] = (None, None)
    xyz: str = ""
    variation: float | None = None
    variation_lines: tuple[float, float] = (0.0, 0.0)


def quadrant_causes(before: Standing, after: Standing, *, criteria_changed: bool = False) -> list[str]:
    """Return the keys of what decided the move between quadrants, the size first; empty where it stayed.

    ``criteria_changed``: the runs used other settings for size or share. It is told where no input explains
    the move, and beside the lines that moved with the settings.
    """
    if before.quadrant == after.quadrant:
        return []
    causes: list[str] = []
    was_large, is_large = before.quadrant in POOL, after.quadrant in POOL
    if was_large != is_large:
        causes += _crossed(
            is_large,
            (before.potential or 0, before.large_from), (after.potential or 0, after.large_from),
            (POTENTIAL, LARGE_LINE),
        )  # fmt: skip
    was_measured, is_measured = _measured(before), _measured(after)
    if was_measured != is_measured:
        causes.append(MEASURED if is_measured else NOT_MEASURED)
    elif was_measured and _at_market(before.quadrant) != _at_market(after.quadrant):
        causes += _crossed(
            _at_market(after.quadrant),
            (before.share, before.market_share), (after.share, after.market_share),
            (SHARE, MARKET_SHARE),
        )  # fmt: skip
    if criteria_changed and (not causes or LARGE_LINE in causes or MARKET_SHARE in causes):
        causes.append(CRITERIA)
    return causes or [HELD]


def class_causes(before: Standing, after: Standing, *, criteria_changed: bool = False) -> list[str]:
    """Return the keys of what decided the move between ABC and XYZ classes; empty where both stayed."""
    causes: list[str] = []
    if before.abc and after.abc and before.abc != after.abc:
        better = after.abc < before.abc
        # The line that was crossed: into or out of A, else between B and C.
        line = 0 if "A" in (before.abc, after.abc) else 1
        causes += _crossed(
            better,
            (before.value, before.value_lines[line]), (after.value, after.value_lines[line]),
            (VALUE, VALUE_LINE),
        )  # fmt: skip
    if before.xyz and after.xyz and before.xyz != after.xyz:
        causes.append(MONTHS if "N" in (before.xyz, after.xyz) else VARIATION)
    if criteria_changed and (VALUE_LINE in causes or before.variation_lines != after.variation_lines):
        causes.append(CRITERIA)
    return causes


def relative_change(before: float | None, after: float | None) -> float | None:
    """Return the change as a part of what was, None where either is unknown or nothing was."""
    if before is None or after is None or before <= 0:
        return None
    return after / before - 1


def _crossed(
    upwards: bool,
    before: tuple[float | None, float | None],
    after: tuple[float | None, float | None],
    names: tuple[str, str],
) -> list[str]:
    """Whether the value, its line, or only both together crossed; each pair is (value, line)."""
    value_alone = _above(after[0], before[1])
    line_alone = _above(before[0], after[1])
    if value_alone is None or line_alone is None:
        return [names[0]]
    if _above(*after) != upwards:
        return []  # neither explains it: held near a line, or other criteria
    enough = [
        name for name, is_above in zip(names, (value_alone, line_alone), strict=True) if is_above == upwards
    ]
    return enough or list(names)


def _above(value: float | None, line: float | None) -> bool | None:
    return None if value is None or line is None else value >= line - _EQUAL


def _measured(standing: Standing) -> bool:
    return standing.quadrant != EXPLORE and standing.share is not None and standing.market_share is not None


def _at_market(quadrant: str) -> bool:
    return quadrant in (DEFEND, MAINTAIN)
