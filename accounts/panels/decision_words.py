"""What a decision chain says, in words: the next step, the missing roles, what stands behind the numbers."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Customer
from accounts.queries.decision_map import DecisionMap, MapPerson
from accounts.rules import decision_chain as rule
from accounts.rules import decision_steps as step_rule
from accounts.rules.decision_steps import NextStep
from ka_crm.lib.shown import percent_text

_NOT_MET = (step_rule.DECIDER_NOT_MET, step_rule.APPROVER_NOT_MET)
_WAYS = (step_rule.WAY_IN, step_rule.POSSIBLE_WAY_IN)
_NAMES_ROLE = {
    step_rule.DECIDER_MISSING: rule.DECIDER,
    step_rule.APPROVER_MISSING: rule.APPROVER,
    step_rule.BUYER_MISSING: rule.BUYER,
    step_rule.NOBODY_NAMED: rule.BUYER,
}
RISK_WORDS = {
    rule.HIGH: gettext_lazy("high"),
    rule.MEDIUM: gettext_lazy("medium"),
    rule.LOW: gettext_lazy("low"),
}


@dataclass(frozen=True)
class Step:
    """One thing to do: its sentence, the button that does it, and the way in that the map draws for it."""

    text: str
    action: str
    url: str
    way_from: str = ""
    way_to: str = ""


@dataclass(frozen=True)
class Missing:
    """A role of nobody: the question to ask, and the person it belongs beside."""

    title: str
    question: str
    beside: str
    url: str


def person_url(customer: Customer, found: DecisionMap, role: str = "") -> str:
    """Return the address of the form of a new person, with a role in this chain."""
    asked = {"chain": found.chain.pk if found.chain else "", "role": role}
    query = urlencode({name: value for name, value in asked.items() if value})
    url = reverse("accounts:entry_new", args=[customer.code, "contact"])
    return f"{url}?{query}" if query else url


def steps_in_words(customer: Customer, found: DecisionMap, talks_on: dt.date | None) -> list[Step]:
    """Return what to do, most urgent first; a person not met and the way to them are one step."""
    steps: list[Step] = []
    waiting = list(found.steps)
    while waiting:
        step = waiting.pop(0)
        way = waiting[0] if waiting and step.key in _NOT_MET and waiting[0].key in _WAYS else None
        if way is not None and way.to == step.person:
            waiting.pop(0)
            steps.append(_way_in(customer, found, way, talks_on))
        elif step.key in _NAMES_ROLE:
            steps.append(_name_somebody(customer, found, step))
        else:
            steps.append(_talk_to(customer, found, step))
    return steps


def _way_in(customer: Customer, found: DecisionMap, way: NextStep, talks_on: dt.date | None) -> Step:
    helper, target = _named(found, way.person), _named(found, way.to)
    names = {"helper": helper, "person": target}
    if way.key == step_rule.POSSIBLE_WAY_IN:
        text = _("Ask %(helper)s, who is on our side, how to reach %(person)s.") % names
    elif talks_on:
        text = _("Ask %(helper)s to bring %(person)s into the talks on %(day)s.") % {
            **names,
            "day": date_format(talks_on, "j M"),
        }
    else:
        text = _("Ask %(helper)s to introduce us to %(person)s.") % names
    subject = _("A way to %(person)s") % names
    return Step(
        text, _("Plan the call"), _call(customer, way.person, subject), way.person or "", way.to or ""
    )


def _name_somebody(customer: Customer, found: DecisionMap, step: NextStep) -> Step:
    texts = {
        step_rule.NOBODY_NAMED: _("Nobody is named yet. Begin with the person who buys."),
        step_rule.DECIDER_MISSING: _("Find out who decides."),
        step_rule.APPROVER_MISSING: _("Find out who signs after the decision. Often it is Finance."),
        step_rule.BUYER_MISSING: _("Find out who buys day by day."),
    }
    action = _("Add the buyer") if step.key == step_rule.NOBODY_NAMED else _("Name the person")
    return Step(texts[step.key], action, person_url(customer, found, _NAMES_ROLE[step.key]))


def _talk_to(customer: Customer, found: DecisionMap, step: NextStep) -> Step:
    names = {"person": _named(found, step.person), "days": step.days, "share": percent_text(step.share, 0)}
    if step.key == step_rule.SINGLE_THREAD:
        text = _("Win a second contact: %(share)s of our talks ran through %(person)s.") % names
        return Step(text, _("Plan the call"), _call(customer, None, _("A second contact")))
    if step.key == step_rule.NO_INSIDER:
        text = _("Win an insider: somebody strongly for us who tells us how it is decided.")
        return Step(text, _("Plan the call"), _call(customer, None, _("Win an insider")))
    if step.key == step_rule.LOSING_TOUCH:
        text = _("Talk to %(person)s again; the last time was %(days)s days ago.") % names
    elif step.key == step_rule.DECIDER_NOT_MET:
        text = _("Meet %(person)s, who decides.") % names
    else:
        text = _("Meet %(person)s, who signs.") % names
    return Step(text, _("Plan the call"), _call(customer, step.person, ""))


def _call(customer: Customer, contact: str | None, subject: str) -> str:
    """Return the address of the form of a planned talk (part 2 of the dossier)."""
    asked = {"state": "planned", "contact": contact or "", "contacts": contact or "", "subject": subject}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('accounts:entry_new', args=[customer.code, 'interaction'])}?{query}"


def _named(found: DecisionMap, key: str | None) -> str:
    one = found.by_key.get(key or "")
    return one.contact.name if one else _("somebody")


def missing_cards(customer: Customer, found: DecisionMap) -> list[Missing]:
    """Return a dashed card for each of decider, approver and buyer whom nobody is."""
    absent = [
        role for role in (rule.DECIDER, rule.APPROVER, rule.BUYER) if role in found.reading.missing_roles
    ]
    if not found.people:
        absent = [rule.DECIDER, rule.BUYER]
    decider = next((one for one in found.counted if rule.DECIDER in one.roles), None)
    top = max(found.people, key=lambda one: one.below, default=None)
    beside = decider or top
    name = decider.contact.name if decider else ""
    words = {
        rule.DECIDER: (_("Decider missing"), _("Who has the last word on what they buy?")),
        rule.APPROVER: (
            _("Approver missing"),
            _("Who signs after %(person)s? Often Finance.") % {"person": name}
            if name
            else _("Who signs in the end? Often Finance."),
        ),
        rule.BUYER: (_("Buyer missing"), _("Who orders and negotiates day by day?")),
    }
    return [
        Missing(*words[role], beside.person.key if beside else "", person_url(customer, found, role))
        for role in absent
    ]


def arithmetic(found: DecisionMap) -> list[dict[str, Any]]:
    """Return how the coverage is computed: influence, what the last talk still counts, their product."""
    rows = []
    for one in found.counted:
        counts = rule.recency_weight(one.days)
        rows.append(
            {
                "name": one.contact.name,
                "influence": one.person.weight,
                "assumed": one.person.influence is None,
                "days": one.days,
                "counts": counts,
                "product": one.person.weight * counts,
            }
        )
    return rows


def thread(found: DecisionMap) -> dict[str, Any]:
    """Return the split bar of our talks, the risk and its reason."""
    spread = found.reading.spread
    ranked = sorted(found.counted, key=lambda one: -one.person.interactions_180d)
    talked = [one for one in ranked if one.person.interactions_180d]
    parts = [(last_name(one.contact.name), one.person.interactions_180d) for one in talked[:2]]
    rest = sum(one.person.interactions_180d for one in talked[2:])
    if rest:
        parts.append((_("Other"), rest))
    segments, x = [], 0.0
    for place, (label, talks) in enumerate(parts):
        width = 100 * talks / spread.talks
        segments.append(
            {"label": label, "talks": talks, "x": f"{x:.2f}%", "width": f"{width:.2f}%", "place": place}
        )
        x += width
    return {
        "segments": segments,
        "risk": spread.risk,
        "risk_word": RISK_WORDS[spread.risk],
        "reason": _risk_reason(found, talked),
        "effective": spread.effective,
    }


def _risk_reason(found: DecisionMap, talked: list[MapPerson]) -> str:
    spread = found.reading.spread
    if not talked:
        return _("We have talked to nobody of them in the last 180 days.")
    first = talked[0]
    said = _("%(count)s of our last %(all)s talks ran through %(person)s.") % {
        "count": first.person.interactions_180d,
        "all": spread.talks,
        "person": first.contact.name,
    }
    left = len(talked) - 1
    if not left:
        return said + " " + _("If they leave, nobody is left.")
    return (
        said
        + " "
        + ngettext("If they leave, one person is left.", "If they leave, %(count)s people are left.", left)
        % {"count": left}
    )


def last_name(name: str) -> str:
    """Return the last word of a name, enough beside the full one."""
    return name.split()[-1] if name.strip() else ""
