"""Everything on the page of one store, put into words and figures."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Store
from accounts.permissions import may_edit_accounts
from ka_crm.lib import shown
from ka_crm.pages.queries.store_page import StoreNow, store_now
from ka_crm.pages.store_chart import history_end, in_units, points_of
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from purchases.models import Category
from segmentation.queries import current_run
from visits.forms import CountForm
from visits.models import Observation
from visits.permissions import MAY_COUNT
from visits.queries import counts_of
from visits.rules.share import MIN_DAYS
from visits.views.flags.page import flag_card_of

Metric = dict[str, Any]
MONTHS_A_YEAR = 12


def page_context(
    viewer: User,
    store: Store,
    categories: list[Category],
    category: Category | None,
    form: CountForm | None = None,
) -> dict[str, Any]:
    """Return the context of ``stores/store.html``."""
    run = current_run()
    now = store_now(store, category, run)
    counts = counts_of(store.pk, category.pk, viewer=viewer) if category else []
    flag_card = flag_card_of(viewer, store.pk, category.pk if category else None)
    address = reverse("stores:store", args=[store.code])
    asked = f"?category={category.code}" if category else ""
    return {
        "store": store,
        "category": category,
        "categories": [
            {"label": str(one), "url": f"{address}?category={one.code}", "active": one == category}
            for one in categories
        ],
        "run": run,
        "now": now,
        "metrics": _metrics(store, now, counts, flag_card, asked),
        "counts": _count_rows(counts, now),
        "form": form or CountForm(),
        "may_count": viewer.role in MAY_COUNT and category is not None and store.archived_at is None,
        "may_edit": may_edit_accounts(viewer),  # whoever is here sees the store
        "facts": _facts(store, now),
        "has_history": bool(now.share and now.share.basis == "totals") or _has_totals(store, category, now),
        "chart_url": reverse("stores:share_history", args=[store.code]) + asked,
        "download_url": reverse("stores:share_history_download", args=[store.code, "csv"]) + asked,
        "why_url": reverse("stores:why", args=[store.code]) + asked,
        "flag_card": flag_card,
        "count_url": reverse("stores:count", args=[store.code]) + asked,
        "history_end": history_end(run),
        "in_units": in_units(now),
        "points": points_of(store, category, run, now),
    }


def _has_totals(store: Store, category: Category | None, now: StoreNow) -> bool:
    return bool(category) and store.category_totals.filter(category=category, is_live=True).exists()


def _metrics(
    store: Store, now: StoreNow, counts: list[Observation], flag_card: dict[str, Any] | None, asked: str
) -> list[Metric]:
    why = reverse("stores:why", args=[store.code]) + asked
    return [
        _share_metric(now, why),
        _gap_metric(now),
        *(_measure_metric(flag_card) or _class_metric(now)),
        *_last_metric(counts),
        _next_metric(now),
    ]


def _share_metric(now: StoreNow, why: str) -> Metric:
    share = now.share
    if share is None or share.potential_amount is None:
        label = _("Our share")
    else:
        label = _("Our share of %(amount)s a year") % {"amount": _about(share.potential_amount, share.grade)}
    if share is None or share.share is None:
        return {
            "label": label,
            "figure": _("not known yet"),
            "lines": [_("type two numbers below to find out")],
            "url": "#counts",
            "wide": True,
        }
    sampled = share.basis == "visits"
    figure = shown.percent_text(share.share, 0 if sampled else 1)
    lines = []
    if sampled and share.low is not None and share.high is not None:
        lines.append(
            _("%(low)s to %(high)s, from %(n)s")
            % {
                "low": shown.percent_text(share.low, 0),
                "high": shown.percent_text(share.high, 0),
                "n": ngettext("%(n)s visit", "%(n)s visits", share.clusters) % {"n": share.clusters},
            }
        )
    return {
        "label": label,
        "figure": _("about %(share)s") % {"share": figure} if sampled else figure,
        "note": _market_note(now),
        "share": {
            "own": share.share,
            "market": share.market_share,
            "quadrant": now.quadrant,
            "low": share.low if sampled else None,
            "high": share.high if sampled else None,
            "certainty": share.status,
        },
        "lines": lines,
        "url": why,
        "wide": True,
    }


def _gap_metric(now: StoreNow) -> Metric:
    share = now.share
    label = _("Gap to market share")
    if share is None or share.share is None or share.market_share is None or share.status == "insufficient":
        return {"label": label, "figure": shown.UNKNOWN, "lines": [_("told once the share is measured")]}
    amount = share.gap_amount * MONTHS_A_YEAR
    rank = now.result.rank_potential if now.result else None
    lines = [_("a year")]
    if rank:
        lines.append(_("no. %(rank)s by what it buys") % {"rank": shown.number_text(rank)})
    return {
        "label": label,
        "figure": _("about %(amount)s") % {"amount": shown.about_money_text(amount)},
        "burning": share.status == "below_confirmed" and amount > 0,
        "lines": lines,
    }


def _measure_metric(flag_card: dict[str, Any] | None) -> list[Metric]:
    """What the share became since the first measure of the store's flag."""
    effect = flag_card["effect"] if flag_card else None
    if flag_card is None or effect is None or effect.after_share is None:
        return []
    lines = [_("was %(share)s") % {"share": shown.percent_text(effect.before_share, 0)}]
    if effect.after_low is not None:
        low, high = (shown.percent_text(value, 0) for value in (effect.after_low, effect.after_high))
        lines = [_("%(low)s to %(high)s, was %(share)s") % {
            "low": low, "high": high, "share": shown.percent_text(effect.before_share, 0),
        }]  # fmt: skip
    return [
        {
            "label": _("Since the measure"),
            "figure": _("about %(share)s") % {"share": shown.percent_text(effect.after_share, 0)},
            "lines": lines,
            "url": reverse("flags:flag", args=[flag_card["flag"].pk]) + "#effect",
        }
    ]


def _class_metric(now: StoreNow) -> list[Metric]:
    result = now.result
    if result is None:
        return []
    return [
        {
            "label": _("Rank: buys / from us"),
            "figure": f"{_rank(result.rank_potential)} / {_rank(result.rank_own)}",
            "lines": [_("class %(potential)s by what it buys, %(own)s by own sales")
                      % {"potential": result.potential_class or shown.UNKNOWN, "own": result.own_class}],
        }
    ]  # fmt: skip


def _last_metric(counts: list[Observation]) -> list[Metric]:
    last = next((one for one in counts if one.is_live), None)
    if last is None:
        return [{"label": _("Last visit"), "figure": _("never"), "lines": []}]
    days = (business_today() - last.date).days
    ago = ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days} if days else _("today")
    return [
        {
            "label": _("Last visit"),
            "figure": date_format(last.date, "j M"),
            "lines": [
                _("%(ago)s, all %(total)s, ours %(own)s")
                % {
                    "ago": ago,
                    "total": shown.units_text(last.total_units),
                    "own": shown.units_text(last.own_units),
                }
            ],
            "url": "#counts",
        }
    ]


def _next_metric(now: StoreNow) -> Metric:
    share = now.share
    label = _("To be sure")
    if share is not None and share.status in ("below_confirmed", "ok") and share.basis == "totals":
        return {"label": label, "figure": _("counted"), "lines": [_("full counts of the window")]}
    if share is not None and share.status == "below_watch":
        return {
            "label": label,
            "figure": _("keep counting"),
            "lines": [_("it may still be chance")],
            "url": "#counts",
        }
    visits = share.clusters if share is not None and share.basis == "visits" else 0
    more = max(MIN_DAYS - visits, 0)
    if more:
        text = ngettext("%(n)s more visit", "%(n)s more visits", more) % {"n": more}
        return {"label": label, "figure": text, "lines": [_("until a share can be told")], "url": "#counts"}
    return {
        "label": label,
        "figure": _("enough visits"),
        "lines": [_("each one makes it surer")],
        "url": "#counts",
    }


def _market_note(now: StoreNow) -> str:
    share = now.share
    if share is None or share.market_share is None:
        return _("no market share for this category")
    words = {
        "below_confirmed": _("surely below"),
        "below_watch": _("probably below"),
        "ok": _("at or above"),
        "insufficient": _("too early to tell"),
    }
    market = _("market %(share)s") % {"share": shown.percent_text(share.market_share)}
    return f"{market} · {words.get(share.status, '')}".rstrip(" ·")


def _about(amount: int, grade: str) -> str:
    if grade == "A":
        return shown.money_text(amount)
    return _("about %(amount)s") % {"amount": shown.about_money_text(amount)}


def _rank(value: int | None) -> str:
    return shown.UNKNOWN if value is None else shown.number_text(value)


def _count_rows(counts: list[Observation], now: StoreNow) -> list[dict[str, Any]]:
    market = now.share.market_share if now.share else None
    return [
        {
            "count": one,
            "share": one.own_units / one.total_units if one.total_units else None,
            "market": market,
            "by": one.rep.name if one.rep else "",
        }
        for one in counts
    ]


def _facts(store: Store, now: StoreNow) -> list[dict[str, str]]:
    customer = store.customer
    facts = [
        (_("Customer"), customer.name, reverse("accounts:customer", args=[customer.code])),
        (_("Key account manager"), customer.kam, ""),
        (_("Address"), ", ".join(part for part in (store.address, store.city) if part), ""),
        (_("Format"), store.format, ""),
        (_("Region"), store.region or customer.region_id and customer.region, ""),
        (_("Territory"), store.territory, ""),
        (_("Delivery"), store.delivery_mode, ""),
        (_("Code"), store.code, ""),
        (_("As imported"), store.imported_name if store.imported_name != store.name else "", ""),
    ]
    return [{"label": label, "value": str(value), "url": url} for label, value, url in facts if value]
