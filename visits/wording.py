"""Why a store is visited and where it stands, in words; without money for those who see no accounts."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ka_crm.lib import shown
from ka_crm.people.models import Role, User
from visits.models import Flag, StoreShare, TaskReason
from visits.queries.visits import Stop
from visits.rules.flag_life import is_recheck_due
from visits.rules.route import days_between_visits
from visits.rules.share import MIN_DAYS

MONTHS_A_YEAR = 12


def reason_text(stop: Stop, viewer: User) -> str:
    """Say why a store is on the list of a day."""
    task = stop.task
    if task.reason == TaskReason.FLAG and stop.share is not None:
        return below_text(stop.share, viewer)
    if task.reason == TaskReason.STALE and stop.last_on is not None:
        days = (task.on - stop.last_on).days
        return ngettext("Not counted for %(n)s day", "Not counted for %(n)s days", days) % {"n": days}
    if task.reason == TaskReason.CADENCE:
        return _late_text(stop)
    if task.reason == TaskReason.ASKED:
        return task.note or _("Asked for by %(name)s") % {"name": task.created_by or _("somebody")}
    if task.reason == TaskReason.RECHECK and task.flag is not None:
        return _recheck_text(task.flag)
    words = {
        TaskReason.FLAG: _("Below market share"),
        TaskReason.STALE: _("Not counted for long"),
        TaskReason.NEVER: _("Never visited"),
        TaskReason.PROMOTION: _("Promotion to check"),
        TaskReason.RECHECK: _("Check again after a measure"),
        TaskReason.SAMPLE: _("Control sample"),
    }
    return words[TaskReason(task.reason)]


def _recheck_text(flag: Flag) -> str:
    effect = getattr(flag, "effect", None)
    if effect is None:
        return _("Time to check again after a measure")
    day = date_format(effect.since_on, "j M")
    if not is_recheck_due(effect.visits_since):
        return _("Time to check again: new full counts since the measure of %(day)s") % {"day": day}
    return _("Time to check again: %(n)s visits since the measure of %(day)s") % {
        "n": effect.visits_since, "day": day,
    }  # fmt: skip


def below_text(share: StoreShare, viewer: User) -> str:
    """Say that a store is below market share, and what that costs where the viewer sees accounts."""
    words = {"below_confirmed": _("Surely below"), "below_watch": _("Probably below")}
    text = words.get(share.status, _("Below market share"))
    if viewer.role == Role.REP or share.gap_amount <= 0:
        return text
    amount = shown.about_money_text(share.gap_amount * MONTHS_A_YEAR)
    return _("%(text)s, about %(amount)s a year") % {"text": text, "amount": amount}


def status_text(share: StoreShare | None) -> str:
    """Say how sure the share of a store is."""
    if share is None or share.share is None:
        return _("Never measured")
    more = MIN_DAYS - share.clusters if share.basis == "visits" else 0
    if share.status == "insufficient" and more > 0:
        return ngettext("%(n)s more visit to be sure", "%(n)s more visits to be sure", more) % {"n": more}
    words = {
        "insufficient": _("Too early to tell"),
        "no_market_share": _("No market share to compare with"),
        "ok": _("At or above market share"),
        "below_watch": _("Probably below"),
        "below_confirmed": _("Surely below"),
    }
    return words[share.status]


def _late_text(stop: Stop) -> str:
    between = days_between_visits(stop.visits_a_month)
    if stop.last_on is None or between is None:
        return _("Due by its rhythm")
    late = (stop.task.on - stop.last_on - dt.timedelta(days=round(between))).days
    if late > 0:
        return ngettext("%(n)s day late", "%(n)s days late", late) % {"n": late}
    return _("Due today by its rhythm")
