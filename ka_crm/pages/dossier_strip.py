"""The head of a customer's page: one quiet line, the strip of figures, known and missing facts."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Customer
from ka_crm.lib import shown
from ka_crm.pages.queries.customer_page import CustomerPage, sales_change
from segmentation.models import CustomerResult


def what_it_is(page: CustomerPage) -> str:
    """Return one quiet line: what it is, its stores, its rank."""
    customer, result = page.customer, page.result
    parts = [str(part) for part in (customer.format or customer.channel, customer.region) if part]
    stores = page.counts["stores"]
    if stores:
        parts.append(ngettext("%(n)s store", "%(n)s stores", stores) % {"n": shown.number_text(stores)})
    if result and result.potential is not None and result.rank_potential and page.run:
        parts.append(
            _("no. %(rank)s of %(all)s by what it buys")
            % {"rank": shown.number_text(result.rank_potential), "all": shown.number_text(page.run.customers)}
        )
    return ", ".join(parts[:-1]) + (" · " if len(parts) > 1 else "") + parts[-1] if parts else ""


def metrics_of(page: CustomerPage) -> list[dict[str, Any]]:
    """Return the strip; a figure that is not known says so and leads to what fills it."""
    code, result = page.customer.code, page.result
    results_url = reverse("accounts:customer_tab", args=[code, "results"])
    metrics = [_sales_metric(page), _share_metric(page, results_url), _gap_metric(page)]
    if result:
        metrics.append(
            {
                "label": _("Class"),
                "figure": result.cell,
                "note": _("why"),
                "lines": [_class_line(result)],
                "url": results_url,
            }
        )
        metrics.append(_rank_metric(result, results_url))
    return metrics


def _rank_metric(result: CustomerResult, url: str) -> dict[str, Any]:
    if result.potential is None:
        return {"label": _("Rank by what it buys from us"), "figure": _rank(result.rank_own), "url": url}
    return {
        "label": _("Rank: buys / from us"),
        "figure": f"{_rank(result.rank_potential)} / {_rank(result.rank_own)}",
        "lines": [_mark_line(result)],
        "url": url,
    }


def _sales_metric(page: CustomerPage) -> dict[str, Any]:
    url = reverse("accounts:customer_tab", args=[page.customer.code, "purchases"])
    label = _("Our sales, %(n)s months") % {"n": page.window.months}
    sales = sales_change(page.months, page.window)
    if sales is None:
        return {"label": label, "figure": _("none yet"), "lines": [], "url": url}
    metric: dict[str, Any] = {
        "label": label,
        "figure": shown.money_short_text(sales.now),
        "url": url,
        "lines": [],
    }
    if sales.change is not None:
        amount = shown.money_short_text(sales.before)
        if sales.is_whole:
            line = _("a year before %(amount)s") % {"amount": amount}
        else:
            line = _("%(n)s months compared: a year before %(amount)s") % {
                "n": sales.months,
                "amount": amount,
            }
        metric["note"] = _change_text(sales.change)
        metric["lines"] = [line]
        metric["bar"] = {
            "value": max(sales.comparable_now, 0),
            "whole": max(sales.comparable_now, sales.before) * 1.1,
            "tick": sales.before,
            "tone": "ok",
            "label": line,
        }
    return metric


def _share_metric(page: CustomerPage, url: str) -> dict[str, Any]:
    result = page.result
    if result is None or result.potential is None:
        return {
            "label": _("What they buy"),
            "figure": _("not known yet"),
            "lines": [_("import full counts, or enter an estimate")],
            "url": reverse("visits:estimates"),
            "wide": True,
        }
    label = _("Our share of %(amount)s a year") % {"amount": shown.money_short_text(result.potential)}
    if result.share is None:
        return {
            "label": _("What they buy"),
            "figure": shown.money_short_text(result.potential),
            "lines": [_("our share is not measured yet")],
            "url": url,
        }
    return {
        "label": label,
        "figure": shown.percent_text(result.share),
        "note": _market_note(result),
        "share": {
            "own": result.share,
            "market": result.market_share,
            "quadrant": result.quadrant,
            "certainty": result.status,
        },
        "lines": [_measured_line(result)] if result.measured_share is not None else [],
        "url": url,
        "wide": True,
    }


def _gap_metric(page: CustomerPage) -> dict[str, Any]:
    result, counts = page.result, page.counts
    url = reverse("accounts:customer_tab", args=[page.customer.code, "stores"])
    if result is None or result.share is None or result.market_share is None:
        return {"label": _("Gap to market share"), "figure": shown.UNKNOWN, "lines": [], "url": url}
    lines = []
    if counts["stores"] > 1:
        lines.append(
            _("%(below)s of %(all)s stores surely below")
            % {
                "below": shown.number_text(counts.get("surely", 0)),
                "all": shown.number_text(counts["stores"]),
            }
        )
    return {
        "label": _("Gap to market share"),
        "figure": _("about %(amount)s") % {"amount": shown.about_money_text(result.gap_amount)},
        "burning": result.status == "below_confirmed" and result.gap_amount > 0,
        "lines": [_("a year"), *lines],
        "url": url,
    }


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


def _measured_line(result: CustomerResult) -> str:
    share = shown.percent_text(result.measured_share, 0)
    return (
        _("%(share)s of it measured, the rest estimated") % {"share": share}
        if (result.measured_share or 0) < 0.995
        else _("all of it measured")
    )


def _class_line(result: CustomerResult) -> str:
    words = {
        "X": _("buys evenly"),
        "Y": _("buys unevenly"),
        "Z": _("buys rarely or in bursts"),
        "N": _("new, too few months"),
    }
    return words.get(result.xyz, "")


def _mark_line(result: CustomerResult) -> str:
    words = {
        "missed": _("the sales list misses it"),
        "misfiled": _("only the sales list names it"),
        "kept": _("on both lists"),
    }
    return words.get(result.list_mark, _("on neither list"))


def _rank(value: int | None) -> str:
    return shown.UNKNOWN if value is None else shown.number_text(value)


def _change_text(change: float) -> str:
    sign = "+" if change > 0 else ""
    return sign + shown.percent_text(change)


def known_facts(customer: Customer) -> list[dict[str, Any]]:
    """Return only what is known."""
    parent = customer.parent
    facts = [
        (_("Code"), customer.code, ""),
        (
            _("Belongs to"),
            parent and parent.name,
            parent and reverse("accounts:customer", args=[parent.code]),
        ),
        (_("Channel"), customer.channel, ""),
        (_("Format"), customer.format, ""),
        (_("Region"), customer.region, ""),
        (_("Territory"), customer.territory, ""),
        (_("Headcount"), customer.headcount and shown.number_text(customer.headcount), ""),
        (_("Website"), customer.website, customer.website),
        (_("As imported"), customer.imported_name if customer.imported_name != customer.name else "", ""),
    ]
    return [{"label": label, "value": str(value), "url": url or ""} for label, value, url in facts if value]


def missing_facts(customer: Customer) -> list[str]:
    """Return at most four things worth finding out."""
    wanted = [
        (customer.kam_id, _("who answers for it")),
        (customer.territory_id, _("its territory")),
        (customer.region_id, _("its region")),
        (customer.channel_id or customer.format_id, _("its channel or format")),
        (customer.website, _("its website")),
    ]
    return [label for value, label in wanted if not value][:4]
