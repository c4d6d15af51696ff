"""What an account needs now, in words: a sentence, its reason, and what can be done about it."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.dossier_records import record_kind
from accounts.models import Commitment
from accounts.permissions import may_edit_accounts
from accounts.rules.dossier_sections import plan_year
from accounts.rules.needs_now import AccountFacts, Need, Needed, PromiseFact, needs_of
from ka_crm.lib import shown
from ka_crm.pages.dossier_facts import next_best, rhythm_text
from ka_crm.pages.queries.customer_page import CustomerPage
from ka_crm.pages.queries.dossier_head import promises_to_keep

Shown = dict[str, Any]
Promises = dict[int, Commitment]
#: Sentence, reason, actions.
Said = tuple[str, str, list[Shown]]
#: Promises read for the sentence; the list of all of them is in the dossier.
MOST_PROMISES = 10


def needs_in_words(page: CustomerPage) -> Shown:
    """Return the most burning need in words, the others as ``rest``."""
    promises = promises_to_keep(page.customer, page.today, MOST_PROMISES)
    by_key = {promise.pk: promise for promise in promises}
    found = [_in_words(one, page, by_key) for one in needs_of(_facts(page, promises))]
    return {**found[0], "rest": found[1:]}


def _facts(page: CustomerPage, promises: list[Commitment]) -> AccountFacts:
    standing, customer = page.standing, page.customer
    facts: dict[str, Any] = {
        "today": page.today,
        "promises": [PromiseFact(one.pk, one.due_on, one.settled_on) for one in promises],
        "stores_below": max(page.counts.get("surely", 0) - page.counts.get("treated", 0), 0),
        "has_plan": customer.has_plan,  # type: ignore[attr-defined]  # read with the customer
        "fiscal_month": customer.fiscal_month,  # type: ignore[attr-defined]
        "can_fill_in": next_best(page) is not None,
    }
    if standing is not None:
        facts |= {
            "overdue_over_60": standing.overdue_over_60_amount,
            "talks_on": standing.next_talks_on,
            "decider_met": standing.decider_met,
            "buying": standing.buying_state,
            "contact_due_on": standing.next_contact_due_on,
            "last_contact_on": standing.last_contact_on,
        }
    return AccountFacts(**facts)


def _in_words(one: Needed, page: CustomerPage, promises: Promises) -> Shown:
    text, reason, actions = _WORDS[one.need](one, page, promises)
    may = may_edit_accounts(page.viewer)
    return {
        "text": text,
        "reason": reason,
        "tone": one.tone.value,
        "actions": [action for action in actions if action["url"] and (may or not action.get("writes"))],
    }


def _entry(page: CustomerPage, kind: str, label: str, *, pk: int = 0, preset: str = "", **more: Any) -> Shown:
    """A button that opens a form in the sheet; none while the dossier has no such entries."""
    if record_kind(kind) is None:
        return {"label": label, "url": "", "writes": True}
    args = [page.customer.code, kind, *([pk] if pk else [])]
    url = reverse("accounts:entry_edit" if pk else "accounts:entry_new", args=args)
    return {"label": label, "url": url + preset, "sheet": True, "writes": True, **more}


def _link(label: str, url: str) -> Shown:
    return {"label": label, "url": url}


def _promise(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    promise = promises[one.key]
    name = {"promise": promise.text, "days": shown.number_text(one.days)}
    if one.need == Need.PROMISE_BROKEN:
        text = _("%(promise)s: promised and not kept.") % name
    else:
        text = ngettext("%(promise)s is %(days)s day late.", "%(promise)s is %(days)s days late.", one.days)
        text %= name
    day = date_format(promise.due_on, "j M")
    reason = (
        _("Promised to %(name)s for %(day)s.") % {"name": promise.contact.name, "day": day}
        if promise.contact
        else _("Promised for %(day)s.") % {"day": day}
    )
    return text, f"{reason}{_talks_in(page)}", _promise_actions(one, page, promise)


def _promise_actions(one: Needed, page: CustomerPage, promise: Commitment) -> list[Shown]:
    if one.need == Need.PROMISE_BROKEN:
        return [_entry(page, "interaction", _("Log a contact"))]
    return [
        {
            "label": _("Mark as kept"),
            "url": reverse("accounts:promise_keep", args=[page.customer.code, promise.pk]),
            "post": True,
            "version": promise.version,
            "writes": True,
        },
        _entry(page, "promise", _("Move the date"), pk=promise.pk, preset="?field=due_on"),
    ]


def _talks_in(page: CustomerPage) -> str:
    day = page.standing.next_talks_on if page.standing else None
    if day is None or day < page.today:
        return ""
    days = (day - page.today).days
    return " " + ngettext("Talks are in %(n)s day.", "Talks are in %(n)s days.", days) % {"n": days}


def _overdue(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    text = _("%(amount)s is overdue for more than 60 days.") % {"amount": shown.money_text(one.number)}
    standing = page.standing
    days = (page.today - standing.oldest_overdue_on).days if standing and standing.oldest_overdue_on else 0
    reason = ngettext("The oldest invoice is %(n)s day late.", "The oldest invoice is %(n)s days late.", days)
    preset = "?" + urlencode({"channel": "phone", "subject": _("Overdue invoices")})
    return text, reason % {"n": shown.number_text(days)}, [_log(page, _("Log the call"), preset)]


def _log(page: CustomerPage, label: str, preset: str = "") -> Shown:
    return _entry(page, "interaction", label, preset=preset)


def _without_plan(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    year = {"year": plan_year(page.today), "n": one.days}
    text = (
        ngettext("Talks are in %(n)s day", "Talks are in %(n)s days", one.days) % year
        if one.days
        else _("Talks are today")
    )
    return (
        _("%(talks)s, and there is no plan for %(year)s.") % {"talks": text, **year},
        _("Needs, goals and actions make the talks."),
        [_fill(page, _("Begin the plan"), "plan", "begin")],
    )


def _fill(page: CustomerPage, label: str, section: str, piece: str) -> Shown:
    url = reverse("accounts:fill_in", args=[page.customer.code, section, piece])
    return {"label": label, "url": url, "sheet": True, "writes": True}


def _decider(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    name = page.customer.decider_name or _("The decider")  # type: ignore[attr-defined]
    standing = page.standing
    met = {"met": standing.people_met, "all": standing.people} if standing else {"met": 0, "all": 0}
    return (
        _("%(name)s decides, and nobody has met them for 90 days.") % {"name": name},
        _("Met %(met)s of %(all)s people.") % met,
        [_log(page, _("Plan a meeting"), "?state=planned&channel=meeting")],
    )


def _stores(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    text = ngettext(
        "%(n)s store is surely below market share.", "%(n)s stores are surely below market share.", one.number
    ) % {"n": shown.number_text(one.number)}
    result = page.result
    gap = result.gap_amount if result and result.gap_amount > 0 else None
    reason = (
        _("The account's gap is about %(amount)s a year.") % {"amount": shown.about_money_text(gap)}
        if gap
        else _("The gap is largest in the first ones.")
    )
    query = urlencode({"chain": page.customer.code, "status": "below_confirmed"})
    return text, reason, [_link(_("See the stores"), f"{reverse('stores:list')}?{query}")]


def _orders(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    standing = page.standing
    reason = ""
    if standing and standing.last_order_on:
        reason = rhythm_text(standing.last_order_on, standing.usual_gap_days)
    why = _link(_("Why"), reverse("accounts:buying", args=[page.customer.code]))
    return (
        _("Orders stay away longer than usual."),
        reason[:1].upper() + reason[1:] + ".",
        [_log(page, _("Log a contact")), why],
    )


def _silence(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    standing = page.standing
    if standing and standing.next_contact_due_on:
        text = ngettext(
            "A contact has been due for %(n)s day.", "A contact has been due for %(n)s days.", one.days
        )
    else:
        text = ngettext("No contact for %(n)s day.", "No contact for %(n)s days.", one.days)
    last = standing.last_contact_on if standing else None
    reason = _("The last one was on %(day)s.") % {"day": date_format(last, "j M Y")} if last else ""
    return text % {"n": shown.number_text(one.days)}, reason, [_log(page, _("Log a contact"))]


def _budget(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    if one.need == Need.BUDGET_LATE:
        text = _("Late for next year's budget.")
        reason = _("What is not applied for now waits another year.")
    else:
        text, reason = _("Budget season: help the customer apply."), _("Next year's money is decided now.")
    return text, reason, [_log(page, _("Log a contact"))]


def _next_talks(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    standing = page.standing
    subject = standing.next_talks.subject if standing and standing.next_talks else ""
    when = ngettext("in %(n)s day", "in %(n)s days", one.days) % {"n": one.days} if one.days else _("today")
    return _("Next: talks %(when)s.") % {"when": when}, subject, []


def _fill_in(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    best = next_best(page)
    if best is None:
        return _nothing(one, page, promises)
    return (
        _("Nothing burns. Next for the dossier: %(part)s.") % {"part": best["label"]},
        _("%(points)s points.") % {"points": best["points"]},
        [{"label": _("Fill in"), "url": best["url"], "sheet": True, "writes": True}],
    )


def _nothing(one: Needed, page: CustomerPage, promises: Promises) -> Said:
    return _("Nothing burns, and the dossier is complete."), "", []


_WORDS = {
    Need.PROMISE_BROKEN: _promise,
    Need.PROMISE_LATE: _promise,
    Need.OVERDUE: _overdue,
    Need.TALKS_WITHOUT_PLAN: _without_plan,
    Need.DECIDER_NOT_MET: _decider,
    Need.STORES_BELOW: _stores,
    Need.ORDERS_STAY_AWAY: _orders,
    Need.NO_CONTACT: _silence,
    Need.BUDGET_LATE: _budget,
    Need.BUDGET_SEASON: _budget,
    Need.NEXT_TALKS: _next_talks,
    Need.FILL_IN: _fill_in,
    Need.NOTHING: _nothing,
}
