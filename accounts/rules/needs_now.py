"""What an account needs from us now: one list, most burning first, of which pages show the first.

The order is fixed: a promise of ours that is broken or late, money overdue for more than 60 days, talks
within a week without a plan, a decider nobody has met, stores surely below market share, orders or contacts
that stay away longer than usual, the season in which customers ask for their budgets; else the next step.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

TALKS_SOON_DAYS = 7
SILENT_DAYS = 90
"""Without a rhythm of its own, an account is silent after this many days without contact."""
BROKEN_DAYS = 30
"""A broken promise stays on top this long."""
SEASON_MONTHS_BEFORE = (3, 2)
"""Months before the budget year in which to help the customer apply: October and November for January."""
LATE_MONTH_BEFORE = 1
USUAL_FISCAL_MONTH = 1


class Need(StrEnum):
    """Kinds of needs, in the order of their urgency."""

    PROMISE_BROKEN = "promise_broken"
    PROMISE_LATE = "promise_late"
    OVERDUE = "overdue"
    TALKS_WITHOUT_PLAN = "talks_without_plan"
    DECIDER_NOT_MET = "decider_not_met"
    STORES_BELOW = "stores_below"
    ORDERS_STAY_AWAY = "orders_stay_away"
    NO_CONTACT = "no_contact"
    BUDGET_LATE = "budget_late"
    BUDGET_SEASON = "budget_season"
    NEXT_TALKS = "next_talks"
    FILL_IN = "fill_in"
    NOTHING = "nothing"


class Tone(StrEnum):
    """How a need is shown: it burns (red), deserves attention (amber), or is a calm next step."""

    BURNS = "burns"
    WARNS = "warns"
    CALM = "calm"


_ORDER = {need: place for place, need in enumerate(Need)}
_BURNS = {Need.PROMISE_BROKEN, Need.PROMISE_LATE, Need.OVERDUE, Need.TALKS_WITHOUT_PLAN}
_CALM = {Need.BUDGET_SEASON, Need.NEXT_TALKS, Need.FILL_IN, Need.NOTHING}


@dataclass(frozen=True)
class PromiseFact:
    """A promise of ours that is broken, or open and past due; ``key`` is its record."""

    key: int
    due_on: dt.date
    broken_on: dt.date | None = None


@dataclass(frozen=True)
class AccountFacts:
    """What is known of an account today; ``None`` is unknown and never makes a need.

    Attributes:
        promises: ours, open and past due or broken.
        overdue_over_60: amount overdue for more than 60 days, in ten-thousandths.
        talks_on: day of the next talks. has_plan: whether there is a plan for the year that counts.
        decider_met: ``None`` where no decider is named.
        stores_below: stores surely below market share that nothing is done about.
        buying: state by the account's own rhythm (active, late, at_risk, lost, prospect).
        contact_due_on: when the next contact is due by the rhythm agreed for it.
        last_contact_on: last day somebody was talked to.
        fiscal_month: first month of the customer's budget year.
        can_fill_in: whether the dossier has something missing.
    """

    today: dt.date
    promises: Sequence[PromiseFact] = ()
    overdue_over_60: int | None = None
    talks_on: dt.date | None = None
    has_plan: bool = False
    decider_met: bool | None = None
    stores_below: int = 0
    buying: str | None = None
    contact_due_on: dt.date | None = None
    last_contact_on: dt.date | None = None
    fiscal_month: int | None = None
    can_fill_in: bool = False


@dataclass(frozen=True)
class Needed:
    """One thing an account needs: what, how loud, and for the words: how many days, how many or how much."""

    need: Need
    days: int = 0
    number: int = 0
    key: int = field(default=0)

    @property
    def tone(self) -> Tone:
        """How it is shown."""
        if self.need in _BURNS:
            return Tone.BURNS
        return Tone.CALM if self.need in _CALM else Tone.WARNS


def needs_of(facts: AccountFacts) -> list[Needed]:
    """Return everything the account needs, most burning first; never empty.

    The calm next step is only there where nothing else is.
    """
    found = [*_promises(facts), *_money_and_talks(facts), *_relations(facts), *_season(facts)]
    return sorted(found, key=_urgency) or [_next_step(facts)]


def _urgency(one: Needed) -> tuple[int, int, int]:
    """Place by kind; among the same kind the longer, then the older record first: a total order."""
    return _ORDER[one.need], -one.days, one.key


def _promises(facts: AccountFacts) -> list[Needed]:
    found = []
    for promise in facts.promises:
        late = (facts.today - promise.due_on).days
        if promise.broken_on is None:
            if late > 0:
                found.append(Needed(Need.PROMISE_LATE, days=late, key=promise.key))
        elif 0 <= (facts.today - promise.broken_on).days <= BROKEN_DAYS:
            days = (facts.today - promise.broken_on).days
            found.append(Needed(Need.PROMISE_BROKEN, days=days, key=promise.key))
    return found


def _money_and_talks(facts: AccountFacts) -> list[Needed]:
    found = []
    if facts.overdue_over_60 is not None and facts.overdue_over_60 > 0:
        found.append(Needed(Need.OVERDUE, number=facts.overdue_over_60))
    if facts.talks_on is not None and not facts.has_plan:
        days = (facts.talks_on - facts.today).days
        if 0 <= days <= TALKS_SOON_DAYS:
            found.append(Needed(Need.TALKS_WITHOUT_PLAN, days=days))
    return found


def _relations(facts: AccountFacts) -> list[Needed]:
    found = []
    if facts.decider_met is False:
        found.append(Needed(Need.DECIDER_NOT_MET))
    if facts.stores_below > 0:
        found.append(Needed(Need.STORES_BELOW, number=facts.stores_below))
    if facts.buying in ("at_risk", "lost"):
        found.append(Needed(Need.ORDERS_STAY_AWAY))
    silent = silent_days(facts)
    if silent is not None:
        found.append(Needed(Need.NO_CONTACT, days=silent))
    return found


def silent_days(facts: AccountFacts) -> int | None:
    """Return days of silence beyond the rhythm: past due, or without a rhythm since the last contact."""
    if facts.contact_due_on is not None:
        late = (facts.today - facts.contact_due_on).days
        return late if late > 0 else None
    if facts.last_contact_on is None:
        return None
    days = (facts.today - facts.last_contact_on).days
    return days if days > SILENT_DAYS else None


def _season(facts: AccountFacts) -> list[Needed]:
    months = months_until(facts.fiscal_month or USUAL_FISCAL_MONTH, facts.today)
    if months in SEASON_MONTHS_BEFORE:
        return [Needed(Need.BUDGET_SEASON)]
    return [Needed(Need.BUDGET_LATE)] if months == LATE_MONTH_BEFORE else []


def months_until(month: int, today: dt.date) -> int:
    """Return how many months ahead the next beginning of ``month`` (1–12) lies: 1 to 12."""
    return (month - today.month - 1) % 12 + 1


def _next_step(facts: AccountFacts) -> Needed:
    if facts.talks_on is not None and facts.talks_on >= facts.today:
        return Needed(Need.NEXT_TALKS, days=(facts.talks_on - facts.today).days)
    return Needed(Need.FILL_IN if facts.can_fill_in else Need.NOTHING)
