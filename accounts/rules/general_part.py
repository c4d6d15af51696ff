"""What the general part of a dossier asks for, and what each answer is worth."""

from collections.abc import Collection

POINTS = {
    "description": 2,
    "history": 2,
    "ownership": 1,
    "organisation": 2,
    "environment": 1,
    "market_notes": 1,
    "who_decides": 3,
    "delivery": 1,
    "buying_habits": 2,
    "concerns": 1,
    "bargaining_power": 1,
    "fiscal_year_month": 1,
    "headcount": 1,
    "website": 1,
}
"""Points of the dossier score by field, in the order of the page; together the 20 of the general part (own
choice: who decides weighs most, because talks fail for not knowing it)."""


def missing_points(filled: Collection[str]) -> list[tuple[str, int]]:
    """Return the fields not filled in with what each would bring, most first.

    >>> missing_points(set(POINTS) - {"history", "who_decides"})
    [('who_decides', 3), ('history', 2)]
    """
    left = [(name, points) for name, points in POINTS.items() if name not in filled]
    return sorted(left, key=lambda item: -item[1])


def filled_part(filled: Collection[str]) -> float:
    """Return how much of the general part is filled in, 0–1; names of other fields do not count."""
    return sum(points for name, points in POINTS.items() if name in filled) / sum(POINTS.values())
