"""The tab "Purchases": how the account buys from us, in figures with their reasons, and its trend."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import BuyingState, RfmSegment
from ka_crm.lib import shown
from ka_crm.pages.dossier_facts import rhythm_text
from ka_crm.pages.dossier_strip import Metric
from ka_crm.pages.month_chart import month_chart
from ka_crm.pages.queries.customer_page import CustomerPage
from purchases.models.account_cost import CostKind
from purchases.queries import first_month_of_sales
from purchases.queries.rfm import GROSS_PROFIT
from purchases.rules.share_of_wallet import WALLET_UNDERSTATED
from segmentation.queries.account_profile import AccountProfile, RfmPlace, account_profile

#: Rows on the page; the files hold all.
PRODUCTS_SHOWN = 15
CATEGORIES_SHOWN = 12
_RFM_WORDS = {
    RfmSegment.CHAMPION: gettext_lazy("It bought lately, buys often and brings much: keep it, ask for more."),
    RfmSegment.REGULAR: gettext_lazy("It buys as most accounts do."),
    RfmSegment.NEW: gettext_lazy("It bought lately and seldom so far: see that the next order comes."),
    RfmSegment.AT_RISK: gettext_lazy("It bought often or much, and others ordered later: find out why."),
    RfmSegment.LAPSED: gettext_lazy("It bought little, and others ordered later."),
}


def purchases_context(page: CustomerPage) -> dict[str, Any]:
    """The profile in figures, sales by month beside the year before, categories and products."""
    if not page.months:
        return {"months": [], "chart": {}}
    begin: dt.date | None = getattr(page.customer, "sales_begin", None) or first_month_of_sales()
    profile = account_profile(page.customer, page.result, page.window, begin)
    buying = profile.buying
    return {
        "months": page.months,
        "chart": month_chart(page.months),
        "profile": profile,
        "profile_metrics": profile_metrics(page, profile),
        "margin_lines": margin_lines(profile),
        "rfm": rfm_in_words(profile.rfm),
        "categories": buying.categories[:CATEGORIES_SHOWN],
        "categories_left": max(len(buying.categories) - CATEGORIES_SHOWN, 0),
        "products": buying.products[:PRODUCTS_SHOWN],
        "products_left": max(len(buying.products) - PRODUCTS_SHOWN, 0),
        "span": span_text(profile),
    }


def span_text(profile: AccountProfile) -> str:
    """Return the months of the window: "Nov 2021–Oct 2022"."""
    window = profile.buying.window
    return f"{date_format(window.first_month, 'M Y')}–{date_format(window.last_day, 'M Y')}"


def profile_metrics(page: CustomerPage, profile: AccountProfile) -> list[Metric]:
    """Return the profile as a strip: often, much, lately, varied, with what margin, of how much in all."""
    return [
        _frequency(profile),
        _amount(profile),
        _recency(page),
        _variety(profile),
        _margin(profile),
        _wallet(page, profile),
    ]


def _frequency(profile: AccountProfile) -> Metric:
    buying = profile.buying
    rate = buying.orders_a_month
    days = ngettext("%(n)s order day in %(months)s", "%(n)s order days in %(months)s", buying.order_days)
    months = ngettext("%(n)s month", "%(n)s months", buying.months) % {"n": buying.months}
    return {
        "label": _("Orders a month"),
        "figure": shown.UNKNOWN if rate is None else shown.number_text(rate, 0 if rate >= 10 else 1),
        "lines": [days % {"n": shown.number_text(buying.order_days), "months": months}],
    }


def _amount(profile: AccountProfile) -> Metric:
    buying = profile.buying
    metric: Metric = {
        "label": _("Bought from us"),
        "figure": shown.money_short_text(buying.net_amount),
        "lines": [span_text(profile)],
    }
    if buying.amount_an_order is not None:
        amount = shown.about_money_text(buying.amount_an_order)
        metric["lines"].append(_("about %(amount)s an order day") % {"amount": amount})
    return metric


def _recency(page: CustomerPage) -> Metric:
    standing, label = page.standing, _("Last order")
    if standing is None or standing.last_order_on is None:
        return {"label": label, "figure": _("not known yet"), "unknown": True, "lines": []}
    state = BuyingState(standing.buying_state)
    rhythm = rhythm_text(standing.last_order_on, standing.usual_gap_days)
    return {
        "label": label,
        "figure": date_format(standing.last_order_on, "j M Y"),
        "burning": state in (BuyingState.AT_RISK, BuyingState.LOST),
        "lines": [f"{state.label}: {rhythm.partition(', ')[2]}".rstrip(": "), {"accent": _("why")}],
        "url": reverse("accounts:buying", args=[page.customer.code]),
    }


def _variety(profile: AccountProfile) -> Metric:
    buying = profile.buying
    count = buying.products_bought
    if not count:
        line = _("sales lines name no products")
        return {"label": _("Variety"), "figure": _("not known yet"), "unknown": True, "lines": [line]}
    categories = ngettext("in %(n)s category", "in %(n)s categories", buying.categories_bought)
    metric: Metric = {
        "label": _("Variety"),
        "figure": ngettext("%(n)s product", "%(n)s products", count) % {"n": shown.number_text(count)},
        "lines": [categories % {"n": shown.number_text(buying.categories_bought)}],
    }
    top = buying.top_product
    if top and top.part is not None:
        part = {"share": shown.percent_text(top.part, 0), "product": top.name}
        metric["lines"].append(_("%(share)s of it %(product)s") % part)
    return metric


def _margin(profile: AccountProfile) -> Metric:
    margin, label = profile.buying.margin, _("Gross margin")
    if margin is None:
        line = _("no sales line has a cost")
        url = reverse("imports:list")
        return {"label": label, "figure": _("not known yet"), "unknown": True, "lines": [line], "url": url}
    lines = [_("%(amount)s gross profit") % {"amount": shown.money_short_text(margin.profit)}]
    if not margin.is_complete:
        part = shown.percent_text(margin.costed_share, 0)
        lines.append(_("cost is known for %(part)s of what it bought") % {"part": part})
    return {"label": label, "figure": shown.percent_text(margin.share), "lines": lines}


def _wallet(page: CustomerPage, profile: AccountProfile) -> Metric:
    wallet, label = profile.wallet, _("Share of wallet")
    if wallet is None:
        line, url = _("what it buys at all is not known"), reverse("visits:estimates")
        return {"label": label, "figure": _("not known yet"), "unknown": True, "lines": [line], "url": url}
    sums = {"own": shown.money_short_text(wallet.own), "all": shown.money_short_text(wallet.wallet)}
    lines = [_("%(own)s of about %(all)s") % sums]
    if wallet.flag == WALLET_UNDERSTATED:
        lines.append(_("stated too small: it buys more from us alone"))
    elif profile.under_penetrated:
        lines.append(_("under-penetrated: buys much, little from us"))
    else:
        elsewhere = shown.money_short_text(wallet.elsewhere)
        lines.append(_("about %(amount)s elsewhere") % {"amount": elsewhere})
    url = reverse("accounts:customer_tab", args=[page.customer.code, "results"])
    return {"label": label, "figure": shown.percent_text(wallet.share), "lines": lines, "url": url}


def margin_lines(profile: AccountProfile) -> list[dict[str, str]]:
    """Return what is left of purchases, line by line; what is not known says so."""
    buying, words = profile.buying, dict(CostKind.choices)
    unknown = _("not known")
    lines = [{"label": _("Bought from us"), "value": shown.money_text(buying.net_amount)}]
    margin = buying.margin
    label = _("Gross profit")
    if margin and not margin.is_complete:
        label = _("Gross profit, of the part with a cost")
    lines.append({"label": label, "value": shown.money_text(margin.profit) if margin else unknown})
    for kind, amount in sorted(buying.serving.items(), key=lambda one: -one[1]):
        name = _("Cost to serve: %(kind)s") % {"kind": str(words.get(kind, kind)).lower()}
        lines.append({"label": name, "value": shown.money_text(-amount)})
    if buying.cost_to_serve is None:
        lines.append({"label": _("Cost to serve"), "value": unknown})
    known = buying.contribution
    return [
        *lines,
        {"label": _("Contribution"), "value": unknown if known is None else shown.money_text(known)},
    ]


def rfm_in_words(place: RfmPlace | None) -> dict[str, Any] | None:
    """Return segment, what it means, and the scores with what each ranks."""
    if place is None:
        return None
    segment = RfmSegment(place.segment)
    money = _("gross profit") if place.measure == GROSS_PROFIT else _("net sales; not every line has a cost")
    return {
        "segment": segment.label,
        "sentence": _RFM_WORDS[segment],
        "scores": [
            {"letter": "R", "label": _("how lately it ordered"), "score": place.recency},
            {"letter": "F", "label": _("order days in 12 months"), "score": place.frequency},
            {"letter": "M", "label": money, "score": place.money},
        ],
        "classes": place.classes,
        "accounts": place.accounts,
    }
