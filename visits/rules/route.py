"""Which stores to visit on a day and in which order.

Own choice throughout, meant to be simple to check by hand: a store is due once as many days have passed
since its last visit as its rhythm asks for; a day takes what brings most for the minutes it costs; the
order is nearest neighbour, untangled by 2-opt. Distances are great circles (haversine, R = 6371 km).
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

DAYS_A_MONTH = 30.4
#: Counted longer ago than this, a store's numbers are stale.
STALE_DAYS = 180
#: Rhythm of a store that no run has judged yet, in visits a month.
USUAL_RHYTHM = 1.0
#: A leg to or from a store without coordinates counts as this many kilometres.
UNKNOWN_LEG_KM = 8.0
MOST_STOPS = 30
#: More candidates than this are not compared: the most valuable ones are.
MOST_CANDIDATES = 250
_RADIUS_KM = 6371.0

FLAG, RECHECK, PROMOTION, NEVER, STALE, CADENCE = "flag", "recheck", "promotion", "never", "stale", "cadence"
#: How much a visit for each reason is worth, before its size.
WORTH = {FLAG: 8.0, RECHECK: 6.0, PROMOTION: 5.0, NEVER: 4.0, STALE: 3.0, CADENCE: 2.0}


@dataclass(frozen=True)
class Place:
    """Where a store is; ``None`` where nobody knows."""

    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Candidate:
    """What decides about one store.

    Attributes:
        store: its id.
        visits_a_month: its rhythm; ``None``: nobody has decided one.
        last_on: its last visit or count; ``None``: never.
        is_flagged: below market share for sure; ``is_recheck``: a measure is to be judged.
        size: money a month, missing where flagged and bought elsewhere; compared within a reason only.
        promotion_on: since when a promotion runs there; ``None``: none does.
    """

    store: int
    place: Place = Place()
    visits_a_month: float | None = None
    last_on: dt.date | None = None
    is_flagged: bool = False
    is_recheck: bool = False
    size: int = 0
    promotion_on: dt.date | None = None


@dataclass(frozen=True)
class Due:
    """A store that is due, why, and by how many days."""

    candidate: Candidate
    reason: str
    days_late: float


@dataclass(frozen=True)
class DayCapacity:
    """What fits into a day (own choice)."""

    minutes: float = 480.0
    minutes_a_visit: float = 20.0
    km_an_hour: float = 40.0

    def travel(self, km: float) -> float:
        """Minutes for a way."""
        return km / self.km_an_hour * 60.0


@dataclass(frozen=True)
class RouteRules:
    """What an administrator decides about the plan of a day.

    Attributes:
        capacity: minutes of a day, of a visit, and the speed between visits.
        worth: how much a visit for each reason is worth, before its size; compared with each other only.
        stale_days: counted longer ago than this, a store's numbers are stale.
    """

    capacity: DayCapacity = DayCapacity()
    worth: Mapping[str, float] = field(default_factory=lambda: dict(WORTH))
    stale_days: int = STALE_DAYS


def days_between_visits(visits_a_month: float | None) -> float | None:
    """Days from one visit to the next; ``None`` for stores that are not visited by rhythm.

    >>> days_between_visits(4), days_between_visits(None), days_between_visits(0)
    (7.6, 30.4, None)
    """
    rhythm = USUAL_RHYTHM if visits_a_month is None else visits_a_month
    return DAYS_A_MONTH / rhythm if rhythm > 0 else None


def due_on(candidate: Candidate, on: dt.date, stale_days: int = STALE_DAYS) -> Due | None:
    """Return why a store is due on a day; ``None`` where it is not.

    By its rhythm, or because nobody was there yet since a promotion began.
    """
    between = days_between_visits(candidate.visits_a_month)
    if between is None:
        return None
    last_on, began = candidate.last_on, candidate.promotion_on
    is_unchecked = began is not None and began <= on and (last_on is None or last_on < began)
    if last_on is None:
        return Due(candidate, PROMOTION if is_unchecked else NEVER, 0.0)
    days = (on - last_on).days
    if days < between:
        return Due(candidate, PROMOTION, 0.0) if is_unchecked else None
    if candidate.is_flagged:
        reason = FLAG
    elif candidate.is_recheck:
        reason = RECHECK
    elif is_unchecked:
        reason = PROMOTION
    else:
        reason = STALE if days > stale_days else CADENCE
    return Due(candidate, reason, days - between)


def distance_km(a: Place, b: Place) -> float:
    """Kilometres between two places as the crow flies.

    >>> round(distance_km(Place(41.59, -93.62), Place(41.98, -91.67)), 1)
    167.4
    """
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return UNKNOWN_LEG_KM
    north, other_north = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((other_north - north) / 2) ** 2
    east = math.radians(b.longitude - a.longitude)
    half += math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    return 2 * _RADIUS_KM * math.asin(math.sqrt(min(half, 1.0)))


def route_km(places: Sequence[Place]) -> float:
    """Length of a route that ends at its last stop."""
    return sum(distance_km(a, b) for a, b in zip(places, places[1:], strict=False))


def best_order(places: Sequence[Place]) -> list[int]:
    """Return the order in which to visit places, the first staying first; never longer than as given."""
    if len(places) < 3:
        return list(range(len(places)))
    given = list(range(len(places)))
    order = _untangled(places, _nearest_neighbour(places))
    longer = route_km([places[i] for i in order]) > route_km([places[i] for i in given])
    return _untangled(places, given) if longer else order


def _nearest_neighbour(places: Sequence[Place]) -> list[int]:
    order, left = [0], list(range(1, len(places)))
    while left:
        here = places[order[-1]]
        nearest = min(left, key=lambda i: (distance_km(here, places[i]), i))
        order.append(nearest)
        left.remove(nearest)
    return order


def _untangled(places: Sequence[Place], order: list[int]) -> list[int]:
    """2-opt: turn around any stretch that becomes shorter by it, until none does."""
    best, length = order, route_km([places[i] for i in order])
    for _round in range(len(order)):
        before = length
        for start in range(1, len(best) - 1):
            for end in range(start + 1, len(best)):
                turned = best[:start] + best[start : end + 1][::-1] + best[end + 1 :]
                turned_length = route_km([places[i] for i in turned])
                if turned_length < length - 1e-9:
                    best, length = turned, turned_length
        if length == before:
            break
    return best


def choose_day(
    due: Sequence[Due],
    capacity: DayCapacity,
    already: Sequence[Place] = (),
    most: int = MOST_STOPS,
    worth_of: Mapping[str, float] = WORTH,
) -> list[Due]:
    """Return what fits into a day beside the stops planned ``already``, the most rewarding first.

    Greedy by worth for each minute: the visit's own and the detour it costs. Among equals the larger
    store, then the later one, then the lower id.
    """
    left = sorted(due, key=lambda item: _rank(item, worth_of))[:MOST_CANDIDATES]
    largest: dict[str, int] = {}
    for item in left:
        largest[item.reason] = max(item.candidate.size, largest.get(item.reason, 0))
    route, chosen = list(already), []
    used = len(route) * capacity.minutes_a_visit + capacity.travel(route_km(route))
    while left and len(route) < most:
        costs = [
            capacity.minutes_a_visit + capacity.travel(_detour(route, item.candidate.place)) for item in left
        ]
        fitting = [place for place, cost in enumerate(costs) if used + cost <= capacity.minutes]
        if not fitting:
            break
        worth = [_worth(item, largest[item.reason], worth_of) for item in left]
        taken = max(fitting, key=lambda place: (worth[place] / costs[place], -place))
        route.insert(_cheapest_place(route, left[taken].candidate.place), left[taken].candidate.place)
        used += costs[taken]
        chosen.append(left.pop(taken))
    return chosen


def _rank(item: Due, worth_of: Mapping[str, float]) -> tuple[float, int, float, int]:
    return -worth_of[item.reason], -item.candidate.size, -item.days_late, item.candidate.store


def _worth(item: Due, largest: int, worth_of: Mapping[str, float]) -> float:
    """Of two visits for one reason the larger store is worth up to twice as much."""
    return worth_of[item.reason] * (1 + (item.candidate.size / largest if largest > 0 else 0))


def _detour(route: Sequence[Place], place: Place) -> float:
    return _insertion(route, place)[0]


def _cheapest_place(route: Sequence[Place], place: Place) -> int:
    return _insertion(route, place)[1]


def _insertion(route: Sequence[Place], place: Place) -> tuple[float, int]:
    """Kilometres added by a stop, and where it is best put in."""
    if not route:
        return 0.0, 0
    ends = [(distance_km(place, route[0]), 0), (distance_km(route[-1], place), len(route))]
    between = [
        (distance_km(a, place) + distance_km(place, b) - distance_km(a, b), i + 1)
        for i, (a, b) in enumerate(zip(route, route[1:], strict=False))
    ]
    return min([*ends, *between])
