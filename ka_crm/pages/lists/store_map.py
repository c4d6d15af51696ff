"""The stores of a list as a map: columns for the drawing, and the same as a table by territory."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Store
from ka_crm.lib.listing.definition import Filter
from ka_crm.lib.money import SCALE

#: Statuses as the map draws and names them; the last stands for all without a result.
STATES = ("below_confirmed", "below_watch", "ok", "insufficient", "unmeasured")
WORDS = (
    _("Surely below"),
    _("Probably below"),
    _("At or above"),
    _("Too early to tell"),
    _("Not measured"),
)
UNMEASURED = len(STATES) - 1
#: More stores than this are not drawn at once.
MOST_POINTS = 60_000
#: Decimals of a degree: about a metre.
_DECIMALS = 5
_TERRITORY = Coalesce("territory__name", "customer__territory__name")
_R = "result__"


def store_map(rows: "QuerySet[Store]") -> dict[str, Any]:
    """Return the stores with coordinates in columns, largest gap last; one query.

    ``status`` and ``territory`` are places in ``statuses`` and ``territories`` (−1: none); ``gap`` is whole
    currency units a year, ``share`` and ``market`` fractions; ``null`` is unknown.
    """
    found = (
        rows.filter(latitude__isnull=False, longitude__isnull=False)
        .annotate(its_territory=_TERRITORY)
        .order_by("pk")
        .values_list(
            "code", "name", "city", "latitude", "longitude", f"{_R}status", f"{_R}gap_amount", f"{_R}share",
            f"{_R}market_share", "its_territory",
        )[: MOST_POINTS + 1]
    )  # fmt: skip
    columns: dict[str, list[Any]] = {
        key: [] for key in ("code", "name", "city", "lat", "lon", "status", "gap", "share", "market")
    }
    territories: dict[str, int] = {}
    places = []
    count = 0
    for code, name, city, north, east, status, gap, share, market, territory in found.iterator(5000):
        count += 1
        if count > MOST_POINTS:
            break
        columns["code"].append(code)
        columns["name"].append(name)
        columns["city"].append(city)
        columns["lat"].append(round(north, _DECIMALS))
        columns["lon"].append(round(east, _DECIMALS))
        columns["status"].append(_state(status))
        columns["gap"].append(None if gap is None else round(gap / SCALE))
        columns["share"].append(None if share is None else round(share, 4))
        columns["market"].append(None if market is None else round(market, 4))
        places.append(-1 if territory is None else territories.setdefault(territory, len(territories)))
    return {
        "statuses": list(STATES),
        "territories": list(territories),
        "stores": {**columns, "territory": places},
        "is_cut": count > MOST_POINTS,
    }


def by_territory(rows: "QuerySet[Store]") -> dict[str, Any]:
    """Return a row for every territory with its stores by status, their gap and those without a place, and
    the sums of all; one query."""
    has_no_place = Q(latitude__isnull=True) | Q(longitude__isnull=True)
    found = (
        rows.annotate(its_territory=_TERRITORY)
        .order_by()
        .values("its_territory", f"{_R}status")
        .annotate(stores=Count("pk"), away=Count("pk", filter=has_no_place), missing=Sum(f"{_R}gap_amount"))
    )
    sums: dict[str, dict[str, Any]] = defaultdict(_nothing)
    for row in found:
        for line in (sums[row["its_territory"] or ""], sums["\x00all"]):
            line["states"][_state(row[f"{_R}status"])] += row["stores"]
            line["stores"] += row["stores"]
            line["away"] += row["away"]
            line["gap"] += row["missing"] or 0
    total = sums.pop("\x00all", _nothing())
    order = sorted(sums, key=lambda name: (not name, -sums[name]["gap"], name))
    return {"rows": [{"name": name, **sums[name]} for name in order], "total": total}


def place_filter() -> Filter:
    """Return the filter by a part of the map, told as "south,west,north,east" in degrees."""

    def clean(values: Any) -> list[str]:
        return [value for value in values if _box(value) is not None][:1]

    def condition(values: Any) -> Q:
        wanted = Q()
        for value in values:
            south, west, north, east = _box(value) or (0, 0, 0, 0)
            wanted |= Q(latitude__range=(south, north), longitude__range=(west, east))
        return wanted

    return Filter(
        key="box",
        label=_("Part of the map"),
        clean=clean,
        condition=condition,
        choices=lambda: [],
        labels=lambda values: {value: _told(value) for value in values},
    )


def _state(status: str | None) -> int:
    return STATES.index(status) if status in STATES else UNMEASURED


def _nothing() -> dict[str, Any]:
    return {"stores": 0, "away": 0, "gap": 0, "states": [0] * len(STATES)}


def _box(text: str) -> tuple[float, float, float, float] | None:
    try:
        south, west, north, east = (float(part) for part in text[:80].split(","))
    except ValueError:
        return None
    is_place = -90 <= south <= north <= 90 and -180 <= west <= east <= 180
    return (south, west, north, east) if is_place else None


def _told(text: str) -> str:
    south, west, north, east = _box(text) or (0, 0, 0, 0)
    return f"{south:.2f}…{north:.2f}°, {west:.2f}…{east:.2f}°"
