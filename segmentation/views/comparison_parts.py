"""The comparison in figures: kept, missed and misfiled in all, and by manager, territory, region or chain.

Every figure is a link to the rows behind it.
"""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ka_crm.lib import shown
from ka_crm.people.models import Role, User
from segmentation.queries.groups import CHAIN, DIMENSIONS, INDEPENDENT, KAM, REGION, TERRITORY
from segmentation.queries.lists import KEPT, MISFILED, MISSED, Coverage, Part, coverage_by
from segmentation.queries.results import Level
from segmentation.rules.coverage import together
from segmentation.rules.quadrants import POOL
from segmentation.views import wording
from segmentation.views.shared import viewer_of

#: Groups that a table names; the others stand together in its last row, and all are in the download.
MOST_GROUPS = 40
#: Groups on paper below the lists.
MOST_PRINTED = 12


def dimension_of(text: str | None) -> str:
    """Return the group an address names, or nothing for the page of names."""
    return text if text in DIMENSIONS else ""


def dimension_words() -> dict[str, str]:
    """Return how each group is called on tabs and in table heads."""
    return {
        KAM: _("Account manager"),
        TERRITORY: _("Territory"),
        REGION: _("Region"),
        CHAIN: _("Chain"),
    }


def view_tabs(request: HttpRequest, level: Level, by: str) -> list[dict[str, Any]]:
    """Return the tabs: the names, and the figures by each group."""
    base = f"{reverse('segmentation:comparison')}?level={level}"
    by_words = {
        KAM: _("By account manager"),
        TERRITORY: _("By territory"),
        REGION: _("By region"),
        CHAIN: _("By chain"),
    }
    items = [("", _("Names")), *((key, by_words[key]) for key in DIMENSIONS)]
    if viewer_of(request).role == Role.KAM:
        items = [item for item in items if item[0] != KAM]
    return [
        {"label": label, "url": f"{base}&by={key}" if key else base, "active": key == by}
        for key, label in items
    ]


def list_url(level: Level, **filters: str) -> str:
    """Return the address of the list of rows with these filters, the largest gap first."""
    query = "".join(f"&{key}={value}" for key, value in filters.items() if value)
    return f"{reverse('segmentation:overview')}?tab=list&level={level}{query}"


def metrics(sums: Coverage, level: Level) -> list[dict[str, Any]]:
    """Return the strip of figures of the whole comparison."""
    found: list[dict[str, Any]] = [
        {
            "label": _("Kept on both lists"),
            "figure": shown.number_text(sums.kept),
            "lines": [_("%(part)s of all they buy") % {"part": shown.percent_text(sums.both_part, 1)}],
            "url": list_url(level, mark=KEPT),
        }
    ]
    words = {
        "attack": _("Missed, to attack"),
        "defend": _("Missed, to defend"),
        "explore": _("Missed, to explore"),
    }
    for quadrant in POOL:
        count = sums.missed_by_quadrant.get(quadrant, 0)
        if count or quadrant == "attack":
            found.append(
                {
                    "label": words[quadrant],
                    "figure": shown.number_text(count),
                    "burning": quadrant == "attack" and count > 0,
                    "lines": [_("large buyers that the sales list hides")],
                    "url": list_url(level, mark=MISSED, quadrant=quadrant),
                }
            )
    misfiled = [
        f"{shown.number_text(count)} {wording.QUADRANTS[quadrant]}"
        for quadrant, count in sorted(sums.misfiled_by_quadrant.items())
    ]
    found.append(
        {
            "label": _("Misfiled"),
            "figure": shown.number_text(sums.misfiled),
            "lines": [", ".join(misfiled) or _("nobody")],
            "url": list_url(level, mark=MISFILED),
        }
    )
    found.append(
        {
            "label": _("Gap at the missed"),
            "figure": shown.money_short_text(sums.gap_missed_amount),
            "lines": [_("to market share, not a forecast")],
            "url": list_url(level, mark=MISSED, sort="gap"),
        }
    )
    return found


def table_of(rows: Any, level: Level, by: str, most: int = MOST_GROUPS) -> dict[str, Any]:
    """Return the table of one breakdown: named groups, the others together, and the sum of all."""
    parts = coverage_by(rows, level, by)
    named, rest = parts[:most], parts[most:]
    if len(rest) == 1:
        named, rest = parts, []
    whole = together(part.sums for part in parts)
    missed = [one for one in POOL if one == "attack" or whole.missed_by_quadrant.get(one)]
    lines = [_line(part, level, by, missed) for part in named]
    return {
        "by": by,
        "head": dimension_words()[by],
        "lines": lines,
        "rest": _figures(together(part.sums for part in rest), missed) if rest else None,
        "rest_count": len(rest),
        "whole": {"name": _("All"), "cells": _cells(whole, level, {}, missed), "sums": whole},
        "missed": missed,
        "sentence": _sentence(parts, whole, by),
    }


def _line(part: Part, level: Level, by: str, missed: list[str]) -> dict[str, Any]:
    return {
        "name": part.name or _nameless(by),
        "is_named": bool(part.name),
        "cells": _cells(part.sums, level, _filters(part, by), missed),
        "sums": part.sums,
    }


def _filters(part: Part, by: str) -> dict[str, str]:
    if by == CHAIN and part.key == INDEPENDENT:
        return {"single": "1"}
    return {"territory_only" if by == TERRITORY else by: part.key}


def _nameless(by: str) -> str:
    return {
        CHAIN: _("Independent, one store each"),
        REGION: _("No region"),
        TERRITORY: _("No territory"),
        KAM: _("Nobody answers for them"),
    }[by]


def _cells(sums: Coverage, level: Level, filters: dict[str, str], missed: list[str]) -> list[dict[str, Any]]:
    """The counts of one row, each with the address of its list; 0 leads nowhere."""
    wanted = [
        ("all", sums.all_count, {}),
        ("kept", sums.kept, {"mark": KEPT}),
        *(
            (quadrant, sums.missed_by_quadrant.get(quadrant, 0), {"mark": MISSED, "quadrant": quadrant})
            for quadrant in missed
        ),
        ("misfiled", sums.misfiled, {"mark": MISFILED}),
    ]
    return [
        {"key": key, "count": count, "url": list_url(level, **filters, **more) if count else ""}
        for key, count, more in wanted
    ]


def _figures(sums: Coverage, missed: list[str]) -> dict[str, Any]:
    return {"cells": [{**cell, "url": ""} for cell in _cells(sums, "customers", {}, missed)], "sums": sums}


def _sentence(parts: list[Part], whole: Coverage, by: str) -> str:
    """The one sentence over a breakdown: where most of what was missed lies."""
    if not whole.missed:
        return _("The sales list misses nobody here.")
    if len(parts) == 1:
        return ""
    first = parts[0]
    name = first.name or _nameless(by)
    values = {
        "name": name,
        "missed": shown.number_text(first.sums.missed),
        "all": shown.number_text(whole.missed),
        "gap": shown.about_money_text(first.sums.gap_missed_amount),
        "part": shown.percent_text(
            first.sums.gap_missed_amount / whole.gap_missed_amount if whole.gap_missed_amount else None, 0
        ),
    }
    if not whole.gap_missed_amount:
        return _("%(name)s: %(missed)s of the %(all)s missed.") % values
    return (
        _("%(name)s: %(missed)s of the %(all)s missed, with %(gap)s or %(part)s of the gap at them.") % values
    )


def download_rows(rows: Any, level: Level, by: str) -> Iterable[list[Any]]:
    """Return every group of a breakdown as a row of the download, then the sum of all."""
    parts = coverage_by(rows, level, by)
    whole = together(part.sums for part in parts)
    for name, sums in [*((part.name or _nameless(by), part.sums) for part in parts), (_("All"), whole)]:
        yield [
            name, sums.all_count, sums.kept, *(sums.missed_by_quadrant.get(one, 0) for one in POOL),
            sums.misfiled, sums.all_amount, sums.old_part, sums.new_part, sums.gap_missed_amount,
        ]  # fmt: skip


def printed_dimension(viewer: User) -> str:
    """Return the breakdown that is printed below the names: managers, for a manager their chains."""
    return CHAIN if viewer.role == Role.KAM else KAM
