"""Why an account is a key account or not, for its why page and its plan: with the distance to every line."""

import datetime as dt
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.queries.assessments import aspects_of
from ka_crm.criteria.queries import criteria_in_force, settings_of
from ka_crm.criteria.rules.settings import CriteriaSettings, settings_from
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import KeyAccountTerm, Move, NominationState, Proposal, RoundState
from segmentation.queries.key_accounts import nominations_of, open_veto, terms_of
from segmentation.queries.selection import latest_proposal
from segmentation.queries.solvency import ledger_of
from segmentation.rules.ka_distance import deciding, lines_of
from segmentation.views import selection_words as words


def key_account_context(customer: Customer, viewer: User) -> dict[str, Any]:
    """Return everything about a customer's place in the register for ``segmentation/_key_account.html``."""
    today = business_today()
    terms = terms_of(customer)
    now = next((one for one in terms if _holds(one, today)), None)
    coming = next((one for one in reversed(terms) if one.from_on > today and one.to_on != one.from_on), None)
    proposal = latest_proposal(customer)
    lines = lines_of(proposal.explanation, settings_from(proposal.round.settings)) if proposal else []
    return {
        "customer": customer,
        "now": now,
        "coming": coming if coming and (now is None or coming.since_on != now.since_on) else None,
        "ends_on": _ends_on(now, terms),
        "headline": _headline(now, coming, today),
        "veto": open_veto(customer),
        "proposal": proposal,
        "proposal_words": _proposal_words(proposal, lines, today) if proposal else "",
        "lines": [words.line_row(line) for line in lines],
        "terms": [_term_row(term) for term in terms],
        "nominations": nominations_of(customer),
        "may_select": access.may_select(viewer),
        "may_nominate": access.may_nominate(viewer, customer),
        "open_states": (NominationState.OPEN, NominationState.APPROVED),
    }


def three_p_context(customer: Customer, settings: CriteriaSettings | None = None) -> dict[str, Any]:
    """Return the three P and the company's own criteria for ``dossier/_three_p_card.html``."""
    today = business_today()
    used = settings or settings_of(criteria_in_force())
    aspects = aspects_of(customer, today, used)
    ledger = ledger_of(customer, today)
    told = {"late_part": ledger.late_part, "owed": ledger.owed, "limit": ledger.limit}
    return {
        "aspects": aspects,
        "unknown_words": _unknown_words(used),
        "has_unknown": any(one.finding == "unknown" for one in aspects[:3]),
        "ledger_passes": ledger.passes,
        "ledger_doubt": words.ledger_text(told) if ledger.passes is False else "",
        "three_p_history": [row for one in aspects for row in one.earlier],
    }


def _unknown_words(settings: CriteriaSettings) -> str:
    if settings.gate_unknown == "fail":
        return _("Unknown fails the gate: without an assessment this is no key account.")
    return _("Unknown passes the gate for now; find out within 90 days.")


def _holds(term: KeyAccountTerm, day: Any) -> bool:
    return term.from_on <= day and (term.to_on is None or day < term.to_on)


def _ends_on(now: KeyAccountTerm | None, terms: list[KeyAccountTerm]) -> Any:
    """The day on which the membership of now ends, where it is known."""
    if now is None or now.to_on is None:
        return None
    goes_on = any(one.from_on == now.to_on and one.to_on != one.from_on for one in terms)
    return None if goes_on else now.to_on


def _headline(now: KeyAccountTerm | None, coming: KeyAccountTerm | None, today: Any) -> str:
    if now is not None:
        return words.chip_words(now, now.since_on)
    if coming is not None:
        types = words.types_text(coming.types)
        return _("Key account from %(day)s on (%(types)s)") % {
            "day": date_format(coming.from_on, "j M Y"), "types": types,
        }  # fmt: skip
    return _("Not a key account")


def _proposal_words(proposal: Proposal, lines: list[Any], today: dt.date) -> str:
    """One sentence: what the newest selection says, with the distance where it says no."""
    day = date_format(proposal.round.effective_on, "j M Y")
    is_done = proposal.round.state == RoundState.APPROVED
    at = 0 if not is_done else 1 if proposal.round.effective_on > today else 2
    state = {
        Move.ENTER: (
            _("Proposed to enter from %(day)s: %(why)s."),
            _("Enters on %(day)s: %(why)s."),
            _("Entered on %(day)s: %(why)s."),
        ),
        Move.STAY: (
            _("Proposed to stay from %(day)s: %(why)s."),
            _("Stays from %(day)s: %(why)s."),
            _("Stayed on %(day)s: %(why)s."),
        ),
        Move.LEAVE: (
            _("Proposed to leave on %(day)s: %(why)s."),
            _("Leaves on %(day)s: %(why)s."),
            _("Left on %(day)s: %(why)s."),
        ),
        Move.OUT: (
            _("Not proposed for %(day)s: %(why)s."),
            _("Not selected for %(day)s: %(why)s."),
            _("Not selected on %(day)s: %(why)s."),
        ),
    }
    move = Move(proposal.move)
    if is_done and proposal.verdict == "rejected":
        kept = _("The review decided otherwise than proposed for %(day)s: %(why)s.")
        return kept % {"day": day, "why": proposal.verdict_reason}
    missed = deciding(lines)
    if move in (Move.ENTER, Move.STAY) or not missed:
        types = words.types_text(proposal.types)
        why = ", ".join(part for part in (types, words.move_reason(proposal)) if part)
    else:
        why = "; ".join(words.in_one_sentence(line) for line in missed[:3])
    if "veto" in proposal.failed:
        why = _("a veto stands against it")
    return state[move][at] % {"day": day, "why": why}


def _term_row(term: KeyAccountTerm) -> dict[str, Any]:
    return {
        "term": term,
        "types": words.types_text(term.types),
        "how": words.HOW.get(term.how, ""),
        "end_reason": words.end_reason_text(term.end_reason),
        "is_void": term.to_on == term.from_on,
    }
