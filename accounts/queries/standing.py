"""Reads what dossiers say about where accounts stand."""

import datetime as dt
from typing import Any

from django.db.models import Count, Max, Min, Q

from accounts.models import (
    Commitment,
    CommitmentState,
    ContactChannel,
    Interaction,
    InteractionState,
    Promiser,
    Purpose,
)
from accounts.queries.dossier_filled import Sections, sections_held
from accounts.queries.due_contacts import rhythms_of
from accounts.queries.people_met import PeopleKnown, people_known
from accounts.rules.dossier_score import SECTION_WEIGHTS, DossierScore
from accounts.rules.dossier_sections import SectionFacts, missing_of, score_of

Standing = dict[str, Any]
#: Missing pieces that a standing keeps of each section.
KEPT_MISSING = 4


def dossier_standings(customers: list[int], today: dt.date) -> dict[int, Standing]:
    """Return the dossier's part of the standings of these customers; a fixed number of queries."""
    found: dict[int, Standing] = {key: _nothing() for key in customers}
    for row in _contacts(customers, today):
        found[row["customer"]]["last_contact_on"] = row["last"]
    for row in _coming_talks(customers, today):
        standing = found[row["customer"]]
        if standing["next_talks_on"] is None:
            standing |= {"next_talks_id": row["pk"], "next_talks_on": row["on"]}
    for row in _promises(customers):
        found[row["customer"]] |= {"open_promises": row["open"], "oldest_promise_due_on": row["oldest"]}
    people = people_known(customers, today)
    for pk, known in people.items():
        found[pk] |= _met(known)
    for pk, sections in sections_held(customers, people, today).items():
        found[pk] |= _scored(sections, today)
    for one in rhythms_of(customers, today):  # the earliest due comes first
        standing = found[one.cadence.customer_id]
        standing["next_contact_due_on"] = standing["next_contact_due_on"] or one.due_on
    return found


def _nothing() -> Standing:
    return {
        "last_contact_on": None,
        "next_contact_due_on": None,
        "next_talks_id": None,
        "next_talks_on": None,
        "open_promises": 0,
        "oldest_promise_due_on": None,
        "people": 0,
        "people_met": 0,
        "decider_met": None,
    }


def _met(known: PeopleKnown) -> Standing:
    chain = known.chain
    return {"people": chain.of, "people_met": chain.met, "decider_met": chain.decider_met}


def _scored(sections: Sections, today: dt.date) -> Standing:
    """Score and its parts: each section's points, and the pieces that would bring the most.

    An empty dossier keeps no parts: there are many, and what they miss is the same (``EMPTY_PARTS``).
    """
    score = score_of(sections, today)
    if not any(part.filled for part in score.sections):
        return {"score": 0, "score_parts": []}
    return {"score": int((score.score or 0.0) + 0.5), "score_parts": _parts(score, sections)}


def _parts(score: DossierScore, sections: Sections) -> list[dict[str, Any]]:
    return [
        {
            "name": part.name,
            "weight": round(part.weight, 2),
            "points": round(part.points, 2),
            "filled": round(part.filled, 4),
            "freshness": part.freshness,
            "missing": [
                [one.piece, round(one.points, 2)]
                for one in missing_of(part, sections[part.name])[:KEPT_MISSING]
            ],
        }
        for part in score.sections
    ]


#: The parts of a dossier without anything in it.
EMPTY_PARTS = _parts(score_of({}, dt.date.min), dict.fromkeys(SECTION_WEIGHTS, SectionFacts()))


def _contacts(customers: list[int], today: dt.date) -> Any:
    held = Interaction.objects.kept().filter(
        customer__in=customers, state=InteractionState.DONE, on__lte=today
    )
    return held.exclude(channel=ContactChannel.NOTE).order_by().values("customer").annotate(last=Max("on"))


def _coming_talks(customers: list[int], today: dt.date) -> Any:
    coming = Interaction.objects.kept().filter(
        customer__in=customers, state=InteractionState.PLANNED, purpose=Purpose.TALKS, on__gte=today
    )
    return coming.order_by("on", "pk").values("customer", "pk", "on")


def _promises(customers: list[int]) -> Any:
    is_open = Commitment.objects.kept().filter(customer__in=customers, state=CommitmentState.OPEN)
    ours = Q(promiser=Promiser.US)
    return is_open.order_by().values("customer").annotate(open=Count("pk"), oldest=Min("due_on", filter=ours))
