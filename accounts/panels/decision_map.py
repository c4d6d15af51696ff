"""The tab "Decision map": people in their reporting lines, whom we have met, and what to do next."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AccountStanding, Customer, DecisionRole
from accounts.panel import Opened, Panel
from accounts.panels import decision_words
from accounts.queries.decision_map import DecisionMap, MapPerson, decision_map
from accounts.queries.people import chains_of, people_of
from accounts.rules import decision_chain as rule
from ka_crm.people.models import User
from ka_crm.records.queries import business_today

MAP, LIST = "map", "list"
#: Kept by the page's script; without it the device decides.
COOKIE = "decision_map_view"
#: One bar for each person as long as they are few.
MOST_BARS = 24
_ATTITUDES = {
    None: ("help-circle", "unknown", gettext_lazy("Unknown")),
    -2: ("thumb-down", "against", gettext_lazy("Against us")),
    -1: ("thumb-down", "against", gettext_lazy("Sceptical")),
    0: ("minus", "neutral", gettext_lazy("Neutral")),
    1: ("thumb-up", "for", gettext_lazy("For us")),
    2: ("thumb-up", "for", gettext_lazy("Strongly for us")),
}
_ROLE_WORDS = {role.value: role.label for role in DecisionRole}


def context(opened: Opened) -> dict[str, Any]:
    """Return the map of the chain in the address (the first one by default), and what stands beside it."""
    request, customer = opened.request, opened.customer
    today = business_today()
    asked = request.GET.get("chain", "")
    chain = next((one for one in chains_of(customer) if str(one.pk) == asked), None)
    found = decision_map(customer, opened.viewer, chain, today)
    talks_on = (
        AccountStanding.objects.filter(customer=customer).values_list("next_talks_on", flat=True).first()
    )
    steps = decision_words.steps_in_words(customer, found, talks_on)
    number = request.GET.get("step", "")
    place = int(number) % len(steps) if steps and number.isdecimal() and len(number) < 4 else 0
    view = request.GET.get("view") or request.COOKIES.get(COOKIE) or ""
    view = view if view in (MAP, LIST) else ""
    return {
        "found": found,
        "cards": [_card(customer, one, request.GET.get("person", "")) for one in found.people],
        "missing_cards": decision_words.missing_cards(customer, found),
        "view": view,
        "views": _views(request.GET.dict(), view),
        "step": steps[place] if steps else None,
        "next_step_url": _with(request.GET.dict(), step=str(place + 1)) if len(steps) > 1 else "",
        "bars": _bars(found),
        "arithmetic": decision_words.arithmetic(found),
        "cap_percent": round(rule.COVERAGE_CAP * 100),
        "losing_touch": _losing_touch(found),
        "thread": decision_words.thread(found),
        "rivals": _rivals(found),
        "new_url": decision_words.person_url(customer, found),
        "move_url": reverse("accounts:contact_move", args=[customer.code, 0]),
        "days": {"met": rule.MET_DAYS, "fading": rule.FADING_DAYS},
        "legend": [_ATTITUDES[2], _ATTITUDES[0], _ATTITUDES[-2]],
    }


def counted(customer: Customer, viewer: User) -> list["QuerySet[Any]"]:
    """The people at the customer."""
    return [people_of(customer).visible_to(viewer)]


def _card(customer: Customer, one: MapPerson, sought: str) -> dict[str, Any]:
    icon, tone, word = _ATTITUDES[one.contact.attitude]
    influence = one.contact.influence
    return {
        "one": one,
        "contact": one.contact,
        "boss": one.boss.pk if one.boss else "",
        "url": reverse("accounts:entry_edit", args=[customer.code, "contact", one.contact.pk]),
        "roles": [(role, _ROLE_WORDS[role]) for role in one.roles],
        "icon": icon,
        "tone": tone,
        "attitude": word,
        "dots": [number <= (influence or 0) for number in range(1, 6)],
        "is_met": one.person.met,
        "boss_name": decision_words.last_name(one.boss.name) if one.boss else "",
        "ours_name": decision_words.last_name(one.ours),
        "depth": min(one.depth, 8),
        "rival": one.rivals[0] if one.rivals else None,
        "sought": str(one.contact.pk) == sought,
    }


def _views(asked: dict[str, str], view: str) -> list[dict[str, Any]]:
    return [
        {
            "key": MAP,
            "label": _("Map"),
            "icon": "sitemap",
            "url": _with(asked, view=MAP),
            "active": view != LIST,
        },
        {
            "key": LIST,
            "label": _("List"),
            "icon": "list",
            "url": _with(asked, view=LIST),
            "active": view == LIST,
        },
    ]


def _with(asked: dict[str, str], **more: str) -> str:
    kept: dict[str, str] = {name: asked[name] for name in ("chain", "view", "step") if name in asked}
    return "?" + urlencode({**kept, **more})


def _bars(found: DecisionMap) -> list[str]:
    """One bar for each person: met, not met, and the decider who is not met at the end."""
    if len(found.counted) > MOST_BARS:
        return []
    kinds = [
        "met" if one.person.met else "decider" if rule.DECIDER in one.roles else "open"
        for one in found.counted
    ]
    return sorted(kinds, key=("met", "open", "decider").index)


def _losing_touch(found: DecisionMap) -> list[MapPerson]:
    fading = [one for one in found.counted if one.days is not None and not one.person.met]
    return sorted(fading, key=lambda one: (-one.person.weight, -(one.days or 0)))[:5]


def _rivals(found: DecisionMap) -> list[dict[str, Any]]:
    """The last meetings of rivals with these people, newest first."""
    met = [(day, rival, one) for one in found.people for rival, day in one.rivals]
    met.sort(key=lambda row: row[0], reverse=True)
    return [{"rival": rival, "on": day, "one": one} for day, rival, one in met[:3]]


PANEL = Panel("map", gettext_lazy("Decision map"), "dossier/map.html", context, counted)
