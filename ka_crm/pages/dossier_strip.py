"""The strip of figures at the head of a dossier, read in one glance before a door."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.dossier_records import record_kind
from accounts.permissions import may_edit_accounts
from accounts.rules.dossier_score import level
from ka_crm.lib import shown
from ka_crm.pages.dossier_facts import next_best
from ka_crm.pages.queries.customer_page import CustomerPage, YearSales, year_sales
from segmentation.models import CustomerResult

Metric = dict[str, Any]
_SCORE_TONES = {"red": "danger", "amber": "grey", "green": "ok"}


def metrics_of(page: CustomerPage) -> list[Metric]:
    """Return the strip in its order; a figure that is not known says so and leads to what fills it."""
    return [_sales(page), _share(page), _overdue(page), _on_time(page), _talks(page), _score(page)]


def _tab(page: CustomerPage, tab: str) -> str:
    return reverse("accounts:customer_tab", args=[page.customer.code, tab])


def _unknown(label: str, line: str, url: str) -> Metric:
    return {"label": label, "figure": _("not known yet"), "unknown": True, "lines": [line], "url": url}


def _sales(page: CustomerPage) -> Metric:
    sales = year_sales(page.months, page.window)
    if sales is None:
        return _unknown(_("Our sales"), _("import sales lines"), reverse("imports:list"))
    metric: Metric = {
        "label": _("Our sales, %(months)s") % {"months": _months_text(sales, page.today.year)},
        "figure": shown.money_short_text(sales.now),
        "lines": [],
        "url": _tab(page, "purchases"),
    }
    target = page.standing.target_to_date_amount if page.standing else None
    if sales.before is not None:
        metric["lines"].append(_("last year %(amount)s") % {"amount": shown.money_short_text(sales.before)})
    if sales.change is not None:
        metric["note"] = _change_text(sales.change)
    if target:
        metric["lines"].append(
            _("%(part)s of target so far") % {"part": shown.percent_text(sales.now / target, 0)}
        )
    known = [amount for amount in (sales.before, target) if amount]
    if known:
        metric["bar"] = {
            "value": max(sales.now, 0),
            "whole": max(sales.now, *known) * 1.1,
            "tick": sales.before,
            "target": target or None,
            "tone": "ok",
            "label": ", ".join([metric["figure"], *metric["lines"]]),
        }
    return metric


def _months_text(sales: YearSales, this_year: int) -> str:
    """Return "Jan–Oct", with the year where it is not this one."""
    first = date_format(sales.first, "M")
    last = date_format(sales.last, "M" if sales.last.year == this_year else "M Y")
    return last if sales.first == sales.last else f"{first}–{last}"


def _share(page: CustomerPage) -> Metric:
    result = page.result
    if result is None or result.potential is None:
        missing = _unknown(
            _("What they buy"), _("import full counts, or enter an estimate"), reverse("visits:estimates")
        )
        return {**missing, "wide": True, "first": True}
    url = _tab(page, "results")
    if result.share is None:
        return {
            "label": _("What they buy"),
            "figure": shown.money_short_text(result.potential),
            "lines": [_("our share is not measured yet")],
            "url": url,
            "wide": True,
            "first": True,
        }
    return {
        "label": _("Our share of %(amount)s a year") % {"amount": shown.money_short_text(result.potential)},
        "figure": shown.percent_text(result.share),
        "note": _market_note(result),
        "share": {
            "own": result.share,
            "market": result.market_share,
            "quadrant": result.quadrant,
            "certainty": result.status,
        },
        "lines": _gap_lines(page, result),
        "url": url,
        "wide": True,
        "first": True,
    }


def _gap_lines(page: CustomerPage, result: CustomerResult) -> list[dict[str, Any] | str]:
    lines: list[dict[str, Any] | str] = []
    if result.market_share is not None and result.gap_amount > 0:
        lines.append(
            {
                "text": _("Gap to market"),
                "strong": _("about %(amount)s a year")
                % {"amount": shown.money_short_text(result.gap_amount)},
            }
        )
    below, counts = page.counts.get("surely", 0), page.counts
    if counts["stores"] > 1 and below:
        lines.append(
            _("%(below)s of %(all)s stores surely below")
            % {"below": shown.number_text(below), "all": shown.number_text(counts["stores"])}
        )
    elif result.measured_share is not None and result.measured_share < 0.995:
        lines.append(
            _("%(share)s of it measured, the rest estimated")
            % {"share": shown.percent_text(result.measured_share, 0)}
        )
    return lines


def _market_note(result: CustomerResult) -> str:
    if result.market_share is None:
        return _("no market share set")
    words = {
        "below_confirmed": _("surely below"),
        "below_watch": _("probably below"),
        "ok": _("at or above"),
        "insufficient": _("too early to tell"),
    }
    market = _("market %(share)s") % {"share": shown.percent_text(result.market_share)}
    return f"{market} · {words.get(result.status, '')}".rstrip(" ·")


def _change_text(change: float) -> str:
    sign = "+" if change > 0 else ""
    return sign + shown.percent_text(change)


def _overdue(page: CustomerPage) -> Metric:
    standing, label = page.standing, _("Overdue")
    if standing is None or standing.overdue_amount is None:
        return _unknown(label, _("import receivables"), reverse("imports:list"))
    if not standing.overdue_amount and not standing.overdue_documents:
        return {"label": label, "figure": _("nothing"), "lines": []}
    lines = [_invoices(standing.overdue_documents)]
    if standing.oldest_overdue_on:
        days = (page.today - standing.oldest_overdue_on).days
        lines.append(ngettext("oldest %(n)s day", "oldest %(n)s days", days) % {"n": shown.number_text(days)})
    burns = (standing.overdue_over_60_amount or 0) > 0
    if burns:
        amount = shown.money_text(standing.overdue_over_60_amount)
        lines.append(_("%(amount)s over 60 days") % {"amount": amount})
    figure = shown.money_text(standing.overdue_amount)
    return {"label": label, "figure": figure, "burning": burns, "lines": lines}


def _invoices(count: int) -> str:
    return ngettext("%(n)s invoice", "%(n)s invoices", count) % {"n": shown.number_text(count)}


def _on_time(page: CustomerPage) -> Metric:
    standing, label = page.standing, _("On time in full")
    agreed = page.customer.agreed_share  # type: ignore[attr-defined]  # read with the customer
    promised = _("agreed %(share)s") % {"share": shown.percent_text(agreed, 0)} if agreed is not None else ""
    if standing and standing.otif_share is not None and agreed is not None and standing.otif_share < agreed:
        promised = _("below the agreed %(share)s") % {"share": shown.percent_text(agreed, 0)}
    if standing is None or standing.otif_share is None:
        missing = _unknown(label, _("import orders with deliveries"), reverse("imports:list"))
        missing["lines"] += [promised] if promised else []
        return missing
    count = ngettext("%(n)s line, last 90 days", "%(n)s lines, last 90 days", standing.delivery_lines)
    return {
        "label": label,
        "figure": shown.percent_text(standing.otif_share),
        "lines": [
            count % {"n": shown.number_text(standing.delivery_lines)},
            *([promised] if promised else []),
        ],
    }


def _talks(page: CustomerPage) -> Metric:
    standing, label = page.standing, _("Next talks")
    day = standing.next_talks_on if standing else None
    if standing is None or day is None or day < page.today:
        metric: Metric = {"label": label, "figure": _("none planned"), "unknown": True, "lines": []}
        if record_kind("interaction") and may_edit_accounts(page.viewer):
            url = reverse("accounts:entry_new", args=[page.customer.code, "interaction"])
            metric |= {"lines": [_("plan them")], "url": f"{url}?purpose=talks&state=planned"}
        return metric
    days = (day - page.today).days
    when = _("today") if not days else ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
    subject = standing.next_talks.subject if standing.next_talks else ""
    lines = [", ".join(part for part in (when, subject) if part)]
    guest = page.customer.talks_with  # type: ignore[attr-defined]  # read with the customer
    if guest:
        lines.append(_("with %(name)s") % {"name": guest})
    return {"label": label, "figure": date_format(day, "D j M"), "lines": lines}


def _score(page: CustomerPage) -> Metric:
    standing = page.standing
    score = standing.score if standing else 0
    metric: Metric = {
        "label": _("Dossier"),
        "figure": shown.number_text(score),
        "note": _("of 100"),
        "bar": {
            "value": score,
            "whole": 100,
            "tone": _SCORE_TONES[level(score)],
            "label": _("%(n)s of 100 points") % {"n": score},
        },
        "lines": [],
        "closing": True,
    }
    best = next_best(page)
    if best:
        metric["lines"] = [
            _("next: %(part)s") % {"part": best["label"]},
            {"accent": _("%(points)s points") % {"points": best["points"]}},
        ]
        metric["url"] = best["url"]
    return metric
