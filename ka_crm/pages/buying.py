"""Why an account counts as active, late, at risk or lost: its order days, simple rule and gamma model."""

import datetime as dt
from typing import Any

import numpy as np
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import BuyingState, Customer
from ka_crm.lib import shown
from ka_crm.pages.dossier_facts import rhythm_text
from ka_crm.pages.help_texts import topic_named
from ka_crm.records.queries import system_setting
from purchases.operations.standing import RHYTHMS, prior_of, segment_name
from purchases.queries.standing import months_bought, order_days_of, sales_known_until, whole_months_end
from purchases.rules.cadence import SIMPLE_LEAST_GAP, SIMPLE_TIMES, gamma_cadence, simple_cadence
from purchases.rules.order_gaps import order_gaps
from purchases.rules.season import quiet_season

#: Order days listed, the newest first.
SHOWN_DAYS = 13
Shown = dict[str, Any]


def buying_explained(customer: Customer, today: dt.date) -> Shown:
    """Return the state with its inputs: order days and gaps, and the thresholds of both rules in days."""
    until = sales_known_until(today)
    days = order_days_of(customer.pk, until)
    topic = topic_named("buying")
    if not days:
        return {"is_known": False, "topic": topic}
    numbers = np.array([day.toordinal() for day in days], dtype=np.int64)
    gaps = order_gaps(np.zeros(len(numbers), dtype=np.int64), numbers, 1)
    prior = prior_of([segment_name(customer.format_id, customer.channel_id)], system_setting(RHYTHMS, {}))
    months = months_bought(np.array([customer.pk], dtype=np.int64), whole_months_end(today, until))
    quiet = None if np.isnan(months).any() else quiet_season(months > 0)
    simple = simple_cadence(gaps, until.toordinal(), prior, quiet_season=quiet)
    gamma = gamma_cadence(gaps, until.toordinal(), prior, quiet_season=quiet)
    since = int(simple.days_since[0])
    return {
        "is_known": True,
        "topic": topic,
        "state": BuyingState(str(simple.state[0])).label,
        "sentence": _sentence(simple, days, until),
        "simple": _simple_lines(simple, since),
        "gamma": _gamma_lines(gamma),
        "gamma_state": BuyingState(str(gamma.state[0])).label,
        "days": _days(days),
        "order_days": len(days),
        "out_of_season": bool(simple.out_of_season[0]),
        "until": until,
    }


def _sentence(simple: Any, days: list[dt.date], until: dt.date) -> str:
    rhythm = rhythm_text(days[-1], float(simple.usual_gap[0]))
    known = _("Sales are known until %(day)s.") % {"day": date_format(until, "j M Y")}
    return f"{rhythm[:1].upper()}{rhythm[1:]}. {known}"


def _days_text(days: float) -> str:
    count = round(days)
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": shown.number_text(count)}


def _simple_lines(simple: Any, since: int) -> list[Shown]:
    usual = float(simple.usual_gap[0])
    label = (
        _("Usual gap of accounts like it") if simple.from_segment[0] else _("Usual gap between its orders")
    )
    words = (_("Late from"), _("At risk from"), _("Lost from"))
    limits = (simple.late_from, simple.at_risk_from, simple.lost_from)
    lines = [{"label": label, "value": _days_text(usual)}]
    if usual < SIMPLE_LEAST_GAP:
        lines.append({"label": _("Counted as, at least"), "value": _days_text(SIMPLE_LEAST_GAP)})
    for word, times, limit in zip(words, SIMPLE_TIMES, limits, strict=True):
        value = _("%(times)s × usual = %(days)s") % {
            "times": shown.number_text(times, 1),
            "days": _days_text(float(limit[0])),
        }
        lines.append({"label": word, "value": value})
    return [*lines, {"label": _("Days since the last order"), "value": _days_text(since)}]


def _gamma_lines(gamma: Any) -> list[Shown]:
    return [
        {
            "label": _("Mean gap, with what is usual in its segment"),
            "value": _days_text(float(gamma.mean[0])),
        },
        {"label": _("Variation of the gaps"), "value": shown.number_text(float(gamma.cv[0]), 2)},
        {"label": _("Late after"), "value": _days_text(float(gamma.late_after[0]))},
        {"label": _("At risk after"), "value": _days_text(float(gamma.at_risk_after[0]))},
        {"label": _("Lost from"), "value": _days_text(float(gamma.lost_after[0]))},
        {"label": _("Chance of a gap this long"), "value": shown.percent_text(float(gamma.p_longer[0]))},
    ]


def _days(days: list[dt.date]) -> list[Shown]:
    """The newest order days with the gap before each."""
    newest = days[-SHOWN_DAYS:]
    before = [None, *newest[:-1]] if len(days) <= SHOWN_DAYS else [days[-SHOWN_DAYS - 1], *newest[:-1]]
    rows = zip(newest, before, strict=True)
    return [{"day": day, "gap": (day - last).days if last else None} for day, last in rows][::-1]
