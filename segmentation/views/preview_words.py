"""A report of the preview as the page shows it: names instead of ids, sentences, and places on a rule."""

import datetime as dt
from typing import Any

from django.urls import reverse

from accounts.models import Customer, Store
from ka_crm.people.models import User
from segmentation.preview_people import STORES
from segmentation.views.load_rule import LOAD_BAND, is_outside, on_rule

SHORT_LIST = 8


def shown(report: dict[str, Any], viewer: User, limit: int | None) -> dict[str, Any]:
    """Return the report with names instead of ids; what the viewer may not see any more has left it.

    ``limit`` is how many names of each list are wanted, ``None`` for all that the report keeps.
    """
    is_stores = report["level"] == STORES
    ids = {row["id"] for part in ("enter", "leave", "movers") for row in report[part][:limit]}
    rows: Any = (Store if is_stores else Customer).objects
    visible = rows.visible_to(viewer).filter(pk__in=ids).values_list("pk", "code", "name")
    names = {pk: (code, name, _address(code, is_stores)) for pk, code, name in visible}

    def named(part: str) -> list[dict[str, Any]]:
        return [_row(row, *names[row["id"]]) for row in report[part][:limit] if row["id"] in names]

    kams = dict(User.objects.filter(pk__in=[row["kam"] for row in report["load"]]).values_list("pk", "name"))
    loads = sorted((_load_row(row, kams.get(row["kam"], "")) for row in report["load"]), key=_by_name)
    return {
        "report": report,
        "as_of": dt.date.fromisoformat(report["as_of"]),
        "is_stores": is_stores,
        "enter": named("enter"),
        "leave": named("leave"),
        "movers": named("movers"),
        "limit": limit,
        "stays": report["before"] - report["leaves"],
        "loads": loads,
        "outside": [row["name"] for row in loads if row["is_outside"]],
        "eased": [row for row in loads if row["was_outside"] and not row["is_outside"]],
        "load_band": LOAD_BAND,
        "enter_words": _words(report["enter_sums"]),
        "leave_words": _words(report["leave_sums"]),
    }


def _address(code: str, is_stores: bool) -> str:
    return reverse("stores:store" if is_stores else "segmentation:why_customer", args=[code])


def _row(row: dict[str, Any], code: str, name: str, address: str) -> dict[str, Any]:
    share = row["own"] / row["potential"] if "own" in row and row["potential"] else None
    return {**row, "code": code, "name": name, "url": address, "share": share}


def _words(sums: dict[str, Any]) -> dict[str, Any]:
    """What some accounts buy together and what of it is ours; the one quadrant that all are in, if any."""
    quadrants = sums["quadrants"]
    return {
        **sums,
        "share": sums["own"] / sums["potential"] if sums["potential"] else None,
        "only": next(iter(quadrants)) if len(quadrants) == 1 else "",
    }


def _load_row(row: dict[str, Any], name: str) -> dict[str, Any]:
    before, after = row["load"]
    return {
        **row,
        "name": name,
        "before": on_rule(before),
        "after": on_rule(after),
        "was_outside": is_outside(before),
        "is_outside": is_outside(after),
    }


def _by_name(row: dict[str, Any]) -> str:
    return str(row["name"])
