"""The numbers and words of the chart of a store's share over time."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Store
from ka_crm.lib import shown
from ka_crm.lib.periods import Window
from ka_crm.pages.queries.store_page import SharePoint, StoreNow, share_history, store_now
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from purchases.models import Category
from segmentation.models import SegmentationRun
from segmentation.queries import current_run
from visits.models.observation import ObservationKind
from visits.queries import counts_of


def chart_data(viewer: User, store: Store, category: Category | None) -> dict[str, Any]:
    """Return the JSON of the chart of shares (its shape is written on top of ``share_history.js``)."""
    run = current_run()
    now = store_now(store, category, run)
    points = points_of(store, category, run, now)
    counts = counts_of(store.pk, category.pk, viewer=viewer) if category else []
    after = points[-1].on if points else dt.date.min
    routine = [one for one in reversed(counts) if one.is_live and one.kind == ObservationKind.ROUTINE]
    visits = [one for one in routine if one.date > after and one.total_units > 0]
    share = now.share
    sampled = share is not None and share.basis == "visits" and share.low is not None and visits
    return {
        "meta": {"as_of": str(run.as_of) if run else None, "quadrant": now.quadrant or "accent"},
        "words": _chart_words(points, now, bool(visits)),
        "rows": [
            {
                "on": str(_end_of(row.on)),
                "share": row.share,
                "low": row.low,
                "high": row.high,
                "market": row.market,
            }
            for row in points
        ],
        "events": [],
        "visits": [{"on": str(one.date), "share": one.own_units / one.total_units} for one in visits],
        "visits_interval": (
            {"on": str(visits[len(visits) // 2].date), "low": share.low, "high": share.high}
            if sampled and share
            else None
        ),
    }


def history_end(run: SegmentationRun | None) -> dt.date:
    """Return the first day after the last whole month that the chart shows."""
    return Window(run.as_of, run.window_months).end if run else business_today().replace(day=1)


def in_units(now: StoreNow) -> bool:
    """Return whether this store is compared by units."""
    if now.share is not None:
        return now.share.in_units
    return now.result is None or now.result.in_units


def points_of(
    store: Store, category: Category | None, run: SegmentationRun | None, now: StoreNow
) -> list[SharePoint]:
    """Return the points of the chart, oldest first."""
    if category is None:
        return []
    return share_history(store, category, end=history_end(run), in_units=in_units(now))


def _chart_words(points: list[SharePoint], now: StoreNow, has_visits: bool) -> dict[str, str]:
    last = points[-1] if points else None
    words = {"ours_name": _("ours"), "market_name": _("market")}
    if last and last.share is not None:
        words["ours"] = _("ours, now %(share)s") % {"share": shown.percent_text(last.share)}
    if last and last.market is not None:
        words["market"] = _("market, now %(share)s") % {"share": shown.percent_text(last.market)}
    if has_visits and now.share and now.share.share is not None and now.share.basis == "visits":
        words["visits"] = _("visits, about %(share)s") % {"share": shown.percent_text(now.share.share, 0)}
    return words


def _end_of(month: dt.date) -> dt.date:
    following = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return following - dt.timedelta(days=1)
