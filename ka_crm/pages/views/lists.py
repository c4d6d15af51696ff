"""What the lists with results have in common: saved views as tabs, words about the run, ranks apart."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ka_crm.lib.listing import Preset
from ka_crm.lib.periods import Window
from ka_crm.lib.shown import percent_text
from ka_crm.pages.lists.accounts import weighted
from ka_crm.people.models import User
from ka_crm.records.queries import saved_views_for
from segmentation.models import SegmentationRun

#: Places apart from which the two ranks of an account are worth a look.
RANKS_APART = 15
MOST_SAVED_VIEWS = 12


def all_presets(viewer: User, page: str, built_in: tuple[Preset, ...]) -> list[Preset]:
    """Return the built-in views and those that ``viewer`` may use, as tabs."""
    saved = saved_views_for(viewer, page)[:MOST_SAVED_VIEWS]
    return [*built_in, *(Preset(f"saved-{view.pk}", view.name, view.query) for view in saved)]


def result_context(run: SegmentationRun | None, viewer: User, context: dict[str, Any]) -> dict[str, Any]:
    """Return what a list with results shows beside its rows."""
    for row in context["rows"]:
        ranks = row.data.get("result__rank_potential"), row.data.get("result__rank_own")
        row.data["ranks_differ"] = None not in ranks and abs(ranks[0] - ranks[1]) >= RANKS_APART
    own, market = weighted(context["sums"])
    colour = "monitor" if own is None or market is None else "attack" if own < market else "defend"
    # A view of one's own says nothing to people who own nothing.
    tabs = [tab for tab in context["tabs"] if tab.key != "mine" or tab.count or tab.active]
    return {
        "run": run,
        "tabs": tabs,
        "sum_share": {"own": own, "market": market, "colour": colour},
        "note": window_note(run, market),
        "saved_views": True,
        "save_view_url": address("records:view_save"),
        "may_share_views": True,
    }


def window_note(run: SegmentationRun | None, market: float | None) -> str:
    """Return what the numbers mean: "12 months to Oct 2022 · market share 30.4 %"."""
    if run is None:
        return ""
    last = date_format(Window(run.as_of, run.window_months).last_day, "M Y")
    text = ngettext("%(n)s month to %(month)s", "%(n)s months to %(month)s", run.window_months) % {
        "n": run.window_months,
        "month": last,
    }
    if market is None:
        return text
    return text + " · " + _("market share %(share)s") % {"share": percent_text(market)}


def address(name: str) -> str:
    """Return the address of a page, "" while there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def empty_state(request: HttpRequest, what: str, new_url: str) -> dict[str, str]:
    """Return what an empty list says: how to fill it."""
    return {
        "title": _("No %(what)s here yet.") % {"what": what},
        "text": _("Import them from a spreadsheet, or create the first one by hand."),
        "url": address("imports:list"),
        "action": _("Import a file"),
        "second_url": new_url,
        "second_action": _("Create one"),
    }
