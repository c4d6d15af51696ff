"""The top of an account manager's first page: what needs me today, and my gap to target."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ka_crm.lib import shown
from ka_crm.pages.dossier_facts import rhythm_text
from ka_crm.pages.queries.today import AgainstTarget, Row, against_targets, duties_per_kam, needed_today
from ka_crm.people.models import User
from visits.queries.deviations import JudgedBy, gaps_to_judge_by, numbers_to_judge_by

#: Accounts of one kind on the first page; the rest is one click away.
SHOWN = 5
Shown = dict[str, Any]


def today_context(viewer: User, today: dt.date) -> Shown:
    """Return the strip of what needs me and the lists below it; a fixed number of queries."""
    found = needed_today(viewer, today)
    accounts = reverse("accounts:list")
    groups = [
        _group(_("Promises due"), found.promises, f"{accounts}?promise=late", _promise_line),
        _group(_("Talks this week"), found.talks, f"{accounts}?talks=week", _talks_line),
        _group(_("No contact for too long"), found.silent, f"{accounts}?contact=silent", _silence_line),
        _group(_("At risk: orders stay away"), found.at_risk, f"{accounts}?buying=at_risk", _risk_line),
    ]
    target = against_targets([viewer.pk], today)[viewer.pk]
    late = sum(row["days"] > 0 for row in found.promises)
    metrics = [_target_metric(target), *(_count_metric(group) for group in groups)]
    if late:
        metrics[1] |= {
            "burning": True,
            "lines": [ngettext("%(n)s late", "%(n)s late", late) % {"n": shown.number_text(late)}],
        }
    return {"today_metrics": metrics, "today_groups": [group for group in groups if group["rows"]]}


def managers_with_duties(managers: list[Row], viewer: User, today: dt.date) -> list[Row]:
    """Put beside each account manager: sales against target, late promises, silence, accounts at risk, and
    where their stores stand by numbers that they did not type in; the largest gap first."""
    kams = [row["kam_pk"] for row in managers if row["kam_pk"]]
    people = [User(pk=pk) for pk in kams]  # only their ids are asked for
    duties, targets = duties_per_kam(viewer, today), against_targets(kams, today)
    judged, gaps = numbers_to_judge_by(viewer, people, today), gaps_to_judge_by(viewer, people)
    for row in managers:
        row["duties"] = duties.get(row["kam_pk"], {})
        row["against"] = targets.get(row["kam_pk"])
        row["judged"] = numbers = judged.get(row["kam_pk"])
        row["basis"] = _basis(numbers) if numbers else ""
        row["by_full"] = gaps.get(row["kam_pk"])
    return sorted(managers, key=_largest_gap_first)


def _largest_gap_first(row: Row) -> tuple[int, str]:
    return -(row["by_full"].gap_amount if row["by_full"] else 0), row["kam_name"] or ""


def _basis(numbers: JudgedBy) -> str:
    """Say what the share of an account manager's stores stands on."""
    if numbers.basis == "full":
        text = ngettext("full counts, %(n)s store", "full counts, %(n)s stores", numbers.full_stores)
        return text % {"n": shown.number_text(numbers.full_stores)}
    if numbers.basis == "sample":
        return _("%(n)s drawn controls") % {"n": shown.number_text(numbers.sample_visits)}
    return _("not enough samples")


def _group(title: str, rows: list[Row], url: str, line: Any) -> Shown:
    shown_rows = [
        {
            "name": row["name"],
            "url": reverse("accounts:customer", args=[row["code"]]),
            **line(row),
        }
        for row in rows[:SHOWN]
    ]
    return {"title": title, "rows": shown_rows, "count": len(rows), "url": url}


def _promise_line(row: Row) -> Shown:
    days = row["days"]
    if days <= 0:
        return {"line": _("promised for %(day)s") % {"day": date_format(row["on"], "j M")}, "tone": ""}
    late = ngettext("%(n)s day late", "%(n)s days late", days) % {"n": shown.number_text(days)}
    return {"line": late, "tone": "late"}


def _talks_line(row: Row) -> Shown:
    subject = row["next_talks__subject"] or ""
    day = date_format(row["on"], "D j M")
    brief = reverse("accounts:brief", args=[row["code"]])
    return {"line": f"{day}, {subject}" if subject else day, "tone": "", "brief_url": brief}


def _silence_line(row: Row) -> Shown:
    days = row["days"]
    text = ngettext("%(n)s day", "%(n)s days", days) % {"n": shown.number_text(days)}
    return {"line": text, "tone": "warn"}


def _risk_line(row: Row) -> Shown:
    return {"line": rhythm_text(row["on"], row["usual_gap_days"]) if row["on"] else "", "tone": ""}


def _count_metric(group: Shown) -> Shown:
    return {
        "label": group["title"],
        "figure": shown.number_text(group["count"]),
        "lines": [],
        "url": group["url"],
    }


def _target_metric(target: AgainstTarget) -> Shown:
    first, last = date_format(target.first, "M"), date_format(target.last, "M")
    months = last if first == last else f"{first}–{last}"
    metric: Shown = {
        "label": _("My sales, %(months)s") % {"months": months},
        "figure": shown.money_short_text(target.sales),
        "lines": [],
        "wide": True,
    }
    if target.part is None or target.missing is None or target.target is None:
        metric["lines"] = [_("no target set")]
        return metric
    metric["note"] = _("%(part)s of target so far") % {"part": shown.percent_text(target.part, 0)}
    if target.missing > 0:
        amount = shown.money_short_text(target.missing)
        metric["lines"] = [{"text": _("missing to target"), "strong": amount}]
    else:
        above = shown.money_short_text(-target.missing)
        metric["lines"] = [_("%(amount)s above target") % {"amount": above}]
    metric["bar"] = {
        "value": max(target.sales, 0),
        "whole": max(target.sales, target.target) * 1.1,
        "target": target.target,
        "tone": "ok",
        "label": metric["note"],
    }
    return metric
