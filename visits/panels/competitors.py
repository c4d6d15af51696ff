"""Part 4 of a dossier: who courts the customer, our steps beside theirs, and who has the shelf."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Rival, RivalStage
from accounts.panel import Opened, Panel
from accounts.queries.rivals import (
    ON_LINE,
    RivalCard,
    moves_since,
    rival_cards,
    talks_since,
)
from accounts.rules.pace import HOLD, PAUSE, PUSH
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from visits.panels.two_lines import first_day, met_whom, steps_of, two_lines
from visits.shelf import CustomerShelf, shelf_of_customer

MOVES_ON_CARD = 5
PACE_WORDS = {PUSH: _("Push"), HOLD: _("Hold"), PAUSE: _("Pause")}
REASON_WORDS = {
    "decider_not_met": _("They are about to close, and we have never talked to who decides."),
    "decider_unknown": _("They are about to close, and nobody is named as the one who decides."),
    "closing": _("They are about to close. We have talked to who decides: bring the matter to an end."),
    "locked": _("Their contract holds; the work for it begins 90 days before it ends."),
    "contract_ends": _("Their contract ends within 90 days."),
    "contract_over": _("Their contract has ended."),
    "presented": _("They have presented, and nothing is offered yet: stay close and listen."),
    "early": _("They have only begun: watch them, and do not drop prices for it."),
    "quiet": _("Nothing was heard of them for 90 days."),
}


def context(opened: Opened) -> dict[str, Any]:
    """Cards of competitors, the line of six months, shares of the shelf."""
    customer, viewer, today = opened.customer, opened.viewer, business_today()
    first = first_day(today)
    talks = talks_since(customer, viewer, first, today)
    moves = moves_since(customer, viewer, first, today)
    steps = steps_of(talks, moves)
    shelf = shelf_of_customer(customer, viewer, today)
    return {
        "rivals": [_card(card) for card in rival_cards(customer, viewer, today)],
        "steps": steps,
        "line": two_lines(steps, first, today) if steps else None,
        "is_cut": max(len(talks), len(moves)) >= ON_LINE,
        "shelf": shelf,
        "bars": shelf_bars(shelf) if shelf else [],
    }


def counted(customer: Customer, viewer: User) -> list[QuerySet[Any]]:
    """All competitors that somebody placed."""
    return [Rival.objects.kept().filter(customer=customer)]


def shelf_bars(shelf: CustomerShelf) -> list[dict[str, Any]]:
    """Return a bar for every month: parts from our share at the bottom up, in per cent of the picture."""
    keys = [share.key for share in shelf.shelf.shares]
    width = 100 / len(shelf.shelf.months)
    bars = []
    for number, (month, shares) in enumerate(shelf.shelf.months):
        top, parts = 100.0, []
        for place, key in enumerate(keys if shares else []):
            height = 100 * max(shares.get(key, 0), 0)
            top -= height
            parts.append(
                {
                    "place": place,
                    "y": f"{max(top, 0):.2f}%",
                    "height": f"{height:.2f}%",
                    "share": shares.get(key, 0),
                    "name": shelf.shares[place].name,
                }
            )
        left = width * number + width * 0.12
        bars.append({"month": month, "x": f"{left:.2f}%", "width": f"{width * 0.76:.2f}%", "parts": parts})
    return bars


def _card(card: RivalCard) -> dict[str, Any]:
    reached = RivalStage.values.index(card.rival.stage) if card.rival else 0
    suggestion = card.suggestion
    moves = [{"move": move, "met": met_whom(move)} for move in card.moves]
    return {
        "competitor": card.competitor,
        "rival": card.rival,
        "reached": range(reached),
        "ahead": range(len(RivalStage.values) - 1 - reached),
        "moves": moves[:MOVES_ON_CARD],
        "older": moves[MOVES_ON_CARD:],
        "pace": PACE_WORDS[suggestion.pace] if suggestion else "",
        "reason": REASON_WORDS[suggestion.reason] if suggestion else "",
        "until": suggestion.until if suggestion else None,
        "is_other": bool(suggestion and card.rival and card.rival.pace != suggestion.pace),
    }


PANEL = Panel("competitors", _("Competitors"), "dossier/competitors.html", context, counted)
