"""What goes into a meeting: one page from all parts of a dossier; and the whole dossier as a print."""

from dataclasses import replace
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import DecisionRole, Interaction
from accounts.panels import decision_words
from accounts.panels.timeline import by_month
from accounts.queries.brief import last_talks, roles_in_chains, talks_to_prepare
from accounts.queries.contracts import contracts_in_force
from accounts.queries.decision_map import DecisionMap, MapPerson, decision_map
from accounts.queries.plans import goals_of, open_actions, plan_shown, plans_of
from accounts.queries.promises import open_promises
from accounts.queries.rivals import rival_cards
from accounts.timeline import timeline_page
from ka_crm.lib.periods import month_index, month_start
from ka_crm.pages import dossier
from ka_crm.pages.dossier_facts import missing_pieces
from ka_crm.pages.queries.customer_page import CustomerPage, stores_by_gap
from visits.panels.competitors import PACE_WORDS, REASON_WORDS
from visits.panels.two_lines import met_whom

Shown = dict[str, Any]
#: What fits on one sheet of A4; the dossier has the rest.
PEOPLE, CHAIN, PROMISES, RIVALS, STORES, GOALS, ACTIONS, TALKS = 5, 7, 6, 3, 5, 3, 4, 3
#: Of the strip without talks and dossier score, which have places of their own.
FIGURES = 4
#: What a print of the whole dossier holds at most.
STORES_PRINTED, ENTRIES_PRINTED, MONTHS_PRINTED = 30, 1000, 12
_PART_SHELL = "dossier/print_part.html"


def brief_context(page: CustomerPage, talks_pk: str = "") -> Shown:
    """Return the meeting brief of a customer: read with its header; a fixed number of queries."""
    customer, viewer, today = page.customer, page.viewer, page.today
    talks = talks_to_prepare(customer, viewer, today, talks_pk)
    found = decision_map(customer, viewer, None, today)
    plan = plan_shown(plans_of(customer), "", today)
    promises = open_promises(customer, today, 2 * PROMISES)
    steps = decision_words.steps_in_words(customer, found, talks.on if talks else None)
    head = dossier.header(page)
    ranked = sorted(found.counted, key=lambda one: -one.person.weight)
    return {
        **head,
        "today": today,
        "talks": talks,
        "people": [_person(one) for one in _met_there(talks, found)],
        "figures": [_figure(metric) for metric in head["metrics"][:FIGURES]],
        "contracts": contracts_in_force(customer, on=today)[:1],
        "chain": found.chain,
        "chain_people": [_person(one) for one in ranked[:CHAIN]],
        "chain_left": max(len(ranked) - CHAIN, 0),
        "missing_roles": _missing_roles(found),
        "next_step": steps[0] if steps else None,
        "ours": [row for row in promises if row.is_ours][:PROMISES],
        "theirs": [row for row in promises if not row.is_ours][:PROMISES],
        "rivals": [_rival(card) for card in rival_cards(customer, viewer, today)[:RIVALS]],
        "stores": stores_by_gap(customer, viewer, page.run, STORES),
        "plan": plan,
        "goals": goals_of(plan)[:GOALS] if plan else [],
        "actions": open_actions(customer, ACTIONS, today),
        "last_talks": last_talks(customer, viewer, today, TALKS),
        "missing": missing_pieces(page),
        "stores_below": page.counts.get("surely", 0),
    }


def print_context(page: CustomerPage) -> Shown:
    """Return the whole dossier as one document of its parts; a fixed number of queries."""
    head = dossier.header(page)
    reads = {**head, "may_edit": False, "today": page.today, "is_print": True, "shell": _PART_SHELL}
    parts = [
        _panel(page, reads, "general"),
        _own(reads, _("Timeline of twelve months"), "dossier/print_timeline.html", _timeline(page)),
        _own(reads, _("People and who decides"), "dossier/print_people.html", _people(page)),
        _panel(page, reads, "competitors"),
        _panel(page, reads, "plan"),
        _panel(page, reads, "team"),
        _panel(page, reads, "purchases"),
        _own(reads, _("Stores"), "dossier/stores.html", _stores(page)),
    ]
    return {**head, "printed": parts, "today": page.today}


def _panel(page: CustomerPage, reads: Shown, key: str) -> Shown:
    """A part that is a tab of the dossier: its own template without anything to click."""
    panel = dossier.panel_named(key)
    assert panel is not None
    return _own(reads, panel.label, panel.template, panel.context(page))


def _own(reads: Shown, title: Any, template: str, context: Shown) -> Shown:
    words = {"part_title": title}
    return {
        "title": title,
        "html": render_to_string(template, {**reads, **context, **words, "may_edit": False}),
    }


def _timeline(page: CustomerPage) -> Shown:
    first = month_start(month_index(page.today) + 1 - MONTHS_PRINTED)
    entries, following = timeline_page(
        page.customer, viewer=page.viewer, today=page.today, limit=ENTRIES_PRINTED
    )
    inside = [replace(entry, url="") for entry in entries if entry.on >= first]  # nothing to click
    is_cut = following is not None and len(inside) == len(entries)
    return {"entry_months": by_month(inside), "is_cut": is_cut, "entries": len(inside)}


def _people(page: CustomerPage) -> Shown:
    found = decision_map(page.customer, page.viewer, None, page.today)
    roles = roles_in_chains(page.customer)
    steps = decision_words.steps_in_words(page.customer, found, None)
    people = [{**_person(one), "in_chains": roles.get(one.contact.pk, [])} for one in found.people]
    return {"people": people, "found": found, "missing_roles": _missing_roles(found), "steps": steps}


def _stores(page: CustomerPage) -> Shown:
    if page.run is None:
        return {**dossier.stores_context(page), "counts": page.counts}
    rows = stores_by_gap(page.customer, page.viewer, page.run, STORES_PRINTED)
    return {"stores": rows, "counts": page.counts, "limit": STORES_PRINTED}


def _met_there(talks: Interaction | None, found: DecisionMap) -> list[MapPerson]:
    """Who takes part, the weightiest first; those who moved away since are left out."""
    if talks is None:
        return []
    guests = [found.by_key[str(one.pk)] for one in talks.contacts.all() if str(one.pk) in found.by_key]
    return sorted(guests, key=lambda one: -one.person.weight)[:PEOPLE]


def _person(one: MapPerson) -> Shown:
    contact = one.contact
    return {
        "one": one,
        "contact": contact,
        "roles": ", ".join(str(DecisionRole(role).label) for role in one.roles),
        "attitude": contact.get_attitude_display() if contact.attitude is not None else _("attitude unknown"),
    }


def _missing_roles(found: DecisionMap) -> list[str]:
    return [str(DecisionRole(role).label) for role in found.reading.missing_roles]


def _figure(metric: Shown) -> Shown:
    """A figure of the strip as a line: what it is, and its reasons beside it."""
    reasons = [metric["note"]] if metric.get("note") else []
    for line in metric["lines"]:
        if isinstance(line, str):
            reasons.append(line)
        elif "strong" in line:
            reasons.append(f"{line['text']} {line['strong']}")
    return {**metric, "reasons": ", ".join(str(reason) for reason in reasons)}


def _rival(card: Any) -> Shown:
    rival, suggestion = card.rival, card.suggestion
    last = card.moves[0] if card.moves else None
    if rival and rival.pace:
        pace, reason = str(rival.get_pace_display()), rival.pace_reason
    elif suggestion:
        pace = _("%(pace)s (suggested)") % {"pace": PACE_WORDS[suggestion.pace]}
        reason = str(REASON_WORDS[suggestion.reason])
    else:
        pace, reason = "", ""
    return {
        "competitor": card.competitor,
        "rival": rival,
        "pace": pace,
        "reason": reason,
        "last": last,
        "last_met": met_whom(last) or last.said or last.papers if last else "",
    }
