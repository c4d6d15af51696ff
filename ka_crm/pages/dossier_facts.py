"""What a dossier's page says beside its figures: one quiet line, labels, known facts, missing pieces."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import BuyingState, Customer
from accounts.queries.standing import EMPTY_PARTS
from accounts.rules.dossier_sections import plan_year
from ka_crm.lib import shown
from ka_crm.pages.queries.customer_page import CustomerPage
from segmentation.views.selection_words import types_text

#: Missing pieces on the overview; the rest is in the dossier's parts.
MISSING_SHOWN = 4
_XYZ = {
    "X": gettext_lazy("buys evenly"),
    "Y": gettext_lazy("buys unevenly"),
    "Z": gettext_lazy("buys rarely or in bursts"),
    "N": gettext_lazy("new, too few months"),
}
_TONES = {BuyingState.LATE: "warn", BuyingState.AT_RISK: "danger", BuyingState.LOST: "danger"}


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


def why_label(page: CustomerPage) -> str:
    """Return what stands behind the one label: class and ranks."""
    result = page.result
    if result is None:
        return ""
    ranks = {"buys": _rank(result.rank_potential), "ours": _rank(result.rank_own)}
    return _("class %(cell)s · %(words)s · rank: buys / from us %(buys)s / %(ours)s · why") % {
        "cell": result.cell,
        "words": _XYZ.get(result.xyz, ""),
        **ranks,
    }


def _rank(value: int | None) -> str:
    return shown.UNKNOWN if value is None else shown.number_text(value)


def buying_chip(page: CustomerPage) -> dict[str, str] | None:
    """Return the account's state by its own rhythm with the reason; nothing where it is not known yet."""
    standing = page.standing
    if standing is None or standing.last_order_on is None:
        return None
    state = BuyingState(standing.buying_state)
    words = [str(state.label)]
    if standing.is_shrinking and state in (BuyingState.ACTIVE, BuyingState.LATE):
        words.append(_("shrinking"))
    return {
        "word": ", ".join(words),
        "tone": _TONES.get(state, "warn" if standing.is_shrinking else ""),
        "reason": rhythm_text(standing.last_order_on, standing.usual_gap_days),
        "url": reverse("accounts:buying", args=[page.customer.code]),
    }


def key_account_chip(page: CustomerPage) -> dict[str, str] | None:
    """Return since when, or from when on, the account is a key account, with the way to why; else nothing."""
    standing = page.standing
    begun = standing.ka_from_on if standing else None
    until = standing.ka_until_on if standing else None
    if standing is None or begun is None or (until is not None and until <= page.today):
        return None
    types = types_text(standing.ka_types.split(",")) if standing.ka_types else ""
    is_now = begun <= page.today
    text = _("Key account since %(day)s") if is_now else _("Key account from %(day)s on")
    full = text % {"day": date_format(begun, "j M Y")}
    if types:
        full = f"{full} ({types})"
    if until is not None:
        full = _("%(words)s until %(day)s") % {"words": full, "day": date_format(until, "j M Y")}
    why = reverse("segmentation:why_customer", args=[page.customer.code])
    return {
        "word": text % {"day": date_format(begun, "M Y" if is_now else "j M Y")},
        "words": full,
        "url": f"{why}#key-account",
        "tone": "accent" if is_now else "",
    }


def rhythm_text(last_order: dt.date, gap: float | None) -> str:
    """Return the reason for a buying state: "last order 9 Sep 2022, usually every 30 days"."""
    day = date_format(last_order, "j M Y")
    if gap is None:
        return _("last order %(day)s") % {"day": day}
    days = max(round(gap), 1)
    return ngettext(
        "last order %(day)s, usually every day", "last order %(day)s, usually every %(n)s days", days
    ) % {"day": day, "n": shown.number_text(days)}


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


def score_parts(page: CustomerPage) -> list[dict[str, Any]]:
    """Return the parts of the dossier score, those of an empty dossier where nothing is known yet."""
    return (page.standing.score_parts if page.standing else None) or EMPTY_PARTS


def missing_pieces(page: CustomerPage) -> list[dict[str, Any]]:
    """Return at most four things worth filling in, most points first, each with the address of its form."""
    found = [(points, part["name"], piece) for part in score_parts(page) for piece, points in part["missing"]]
    found.sort(key=lambda one: -one[0])
    return [
        {
            "label": piece_words(section, piece, page),
            "points": points_text(points),
            "url": reverse("accounts:fill_in", args=[page.customer.code, section, piece]),
        }
        for points, section, piece in found[:MISSING_SHOWN]
    ]


def next_best(page: CustomerPage) -> dict[str, Any] | None:
    """Return the part of the dossier that would win the most points; nothing where it is complete."""
    parts = [part for part in score_parts(page) if part["missing"]]
    if not parts:
        return None
    best = max(parts, key=lambda part: round(part["weight"] - part["points"], 4))
    piece = best["missing"][0][0]
    return {
        "label": section_words(best["name"], page),
        "points": points_text(best["weight"] - best["points"]),
        "url": reverse("accounts:fill_in", args=[page.customer.code, best["name"], piece]),
    }


def points_text(points: float) -> str:
    """Return points as people read them: "+20", "+1.5"."""
    whole = round(points)
    return f"+{whole}" if whole and abs(points - whole) < 0.05 else f"+{shown.number_text(points, 1)}"


def section_words(section: str, page: CustomerPage) -> str:
    """Return what a part of the dossier is called."""
    return {
        "general": _("what it is"),
        "org_decision": _("people and who decides"),
        "history": _("talks, offers, contract"),
        "competitors": _("competitors"),
        "plan": _("plan %(year)s") % {"year": plan_year(page.today)},
    }[section]


def piece_words(section: str, piece: str, page: CustomerPage) -> str:
    """Return what a missing piece is called, as something to find out."""
    if piece == "again":
        return _("Look again: %(part)s") % {"part": section_words(section, page)}
    year = {"year": plan_year(page.today)}
    return {
        ("general", "begin"): _("What it is, in a few words"),
        ("general", "description"): _("What it is, in a few words"),
        ("general", "who_decides"): _("Who decides what"),
        ("general", "delivery"): _("How it wants deliveries"),
        ("general", "buying_habits"): _("How it buys"),
        ("general", "fiscal_year_month"): _("When its budget year begins"),
        ("general", "history"): _("Its history"),
        ("general", "ownership"): _("Who owns it"),
        ("general", "organisation"): _("How it is organised"),
        ("general", "environment"): _("Its business environment"),
        ("general", "market_notes"): _("Its market"),
        ("general", "concerns"): _("What worries it"),
        ("general", "bargaining_power"): _("Its bargaining power"),
        ("general", "headcount"): _("Its headcount"),
        ("general", "website"): _("Its website"),
        ("org_decision", "begin"): _("The people there"),
        ("org_decision", "people"): _("More of its people"),
        ("org_decision", "decider"): _("Who decides"),
        ("org_decision", "approver"): _("Who approves terms"),
        ("org_decision", "influence"): _("How much influence each has"),
        ("org_decision", "attitude"): _("How each stands towards us"),
        ("org_decision", "buyer"): _("Who buys"),
        ("org_decision", "coach"): _("Somebody who tells us how things stand"),
        ("history", "begin"): _("The first talk"),
        ("history", "talks"): _("What was said in talks"),
        ("history", "contract"): _("The contract in force"),
        ("history", "bids"): _("Offers and tenders"),
        ("history", "bid_reasons"): _("Why it was won or lost"),
        ("history", "people_in_talks"): _("Who took part in talks"),
        ("competitors", "begin"): _("Which competitors court it"),
        ("competitors", "rivals"): _("Which competitors court it"),
        ("competitors", "contract_ends"): _("When the rival's contract ends"),
        ("competitors", "holds"): _("What the rival has won"),
        ("competitors", "pace"): _("Our pace against the rival"),
        ("competitors", "moves"): _("What the rival did lately"),
        ("plan", "begin"): _("Plan for %(year)s") % year,
        ("plan", "needs"): _("Its needs, for the plan"),
        ("plan", "goals"): _("Goals of the plan"),
        ("plan", "actions"): _("Actions of the plan"),
        ("plan", "strategy"): _("Strategy of the plan"),
        ("plan", "service"): _("Service in the plan"),
        ("plan", "communication"): _("Communication in the plan"),
    }.get((section, piece), pgettext("a missing piece", "Something"))
