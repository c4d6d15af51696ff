"""Supply routes: what all levels between us and a store keep together."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class RouteMargin:
    """Part of the last price that the levels keep, 0–1; at least that much where not ``is_complete``.

    ``lost`` is None where no level's margin is known.
    """

    lost: float | None
    levels: int
    unknown: int

    @property
    def is_complete(self) -> bool:
        return self.unknown == 0


def margin_lost(margins: Iterable[float | None]) -> RouteMargin:
    """Return what is lost along a route: 1 − Π(1 − margin), each margin a part of that level's own price.

    A level whose margin is unknown is not taken for zero: it is left out and counted.
    """
    levels = list(margins)
    known = [margin for margin in levels if margin is not None]
    left = 1.0
    for margin in known:
        left *= 1.0 - margin
    return RouteMargin(1.0 - left if known else None, len(levels), len(levels) - len(known))
