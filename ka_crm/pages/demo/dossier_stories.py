"""What is the matter with each account of the demo company, so that every rule has somebody to find."""

import datetime as dt
from typing import NamedTuple

from ka_crm.pages.demo.plan import DEMO_DAY
from ka_crm.pages.demo.visits import HOLIDAYS

MET, NOT_MET, UNNAMED = "met", "not met", "unnamed"
AGREED, DRAFT = "agreed", "draft"
_PLANNED = ((2022, AGREED), (2023, DRAFT))
_THIS_YEAR = ((2022, AGREED),)


class Story(NamedTuple):
    """One situation; days are counted back from the demo day, or ahead where it says so."""

    name: str
    decider: str = MET
    has_approver: bool = True
    has_coach: bool = True
    last_contact: int = 6
    is_one_thread: bool = False
    promise_late: int = 0  # days past due, 0: none is late
    is_promise_broken: bool = False
    overdue: int = 0  # days that the oldest invoice is past due
    talks_in: int = 0  # days ahead, 0: none planned
    plans: tuple[tuple[int, str], ...] = _PLANNED
    confirmed: int = 60  # the general part was found true
    people_checked: int = 30
    rivals_checked: int = 25
    rivals: int = 3
    otif: float = 0.95


IN_ORDER = Story("in good order", talks_in=16, overdue=9, otif=0.98)
STORIES = (
    IN_ORDER,
    Story("our promise is late", promise_late=8, talks_in=20, last_contact=12, rivals=2, otif=0.92),
    Story("money is late", overdue=74, last_contact=18, plans=_THIS_YEAR, otif=0.96),
    Story("talks without a plan", talks_in=3, plans=(), last_contact=9, confirmed=200, otif=0.91),
    Story("the decider was never met", NOT_MET, has_approver=False, last_contact=15, overdue=12, otif=0.94),
    Story("nobody knows who decides", UNNAMED, has_approver=False, has_coach=False, last_contact=40, rivals=1,
          plans=_THIS_YEAR, confirmed=300, is_one_thread=True, otif=0.97),
    Story("silent for long", UNNAMED, has_coach=False, last_contact=112, people_checked=210, rivals=1,
          rivals_checked=200, plans=(), confirmed=420, is_one_thread=True, otif=0.89),
    Story("a promise was broken", is_promise_broken=True, last_contact=7, overdue=21, talks_in=10, otif=0.86),
    Story("everything is old", last_contact=75, confirmed=480, people_checked=260, rivals_checked=120,
          plans=_THIS_YEAR, overdue=5, otif=0.95),
    Story("one thread", is_one_thread=True, last_contact=4, talks_in=6, has_coach=False, otif=0.93),
)  # fmt: skip
#: The account whose deliveries go wrong most, by its place among the large ones.
WORST_DELIVERED, WORST_OTIF = 7, 0.78


def story_of(place: int) -> Story:
    """Return what is the matter with the account at ``place`` (1: the largest after the hand-written one)."""
    story = STORIES[(place - 1) % len(STORIES)]
    if place == WORST_DELIVERED:
        return story._replace(otif=WORST_OTIF)
    later = (place - 1) // len(STORIES)
    return story._replace(
        last_contact=story.last_contact + 2 * later,
        overdue=story.overdue and story.overdue + 5 * later,
        promise_late=story.promise_late and story.promise_late + 3 * later,
        talks_in=story.talks_in and story.talks_in + later,
        otif=round(min(story.otif + 0.01 * later, 0.98), 2),
    )


def day(ago: int) -> dt.date:
    """Return the working day at or before so many days before the demo day; negative: ahead of it.

    >>> str(day(6)), str(day(4)), str(day(3)), str(day(-8))
    ('2022-10-26', '2022-10-28', '2022-10-28', '2022-11-09')
    """
    found = DEMO_DAY - dt.timedelta(days=ago)
    step = dt.timedelta(days=1)
    if ago < 0:  # not back to before the demo day
        while found.weekday() > 4:
            found += step
        return found
    while found.weekday() > 4 or found in HOLIDAYS:
        found -= step
    return found
