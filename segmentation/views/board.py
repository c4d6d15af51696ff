"""``/segmentation/load/reassign/``: move accounts between managers, see what it does, hand them over.

The moves stand in the address (``moves=<account>:<manager>,…``): a reload, the way back and a link to a
colleague show the same board, and nothing is stored before somebody applies it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.operations.handing_over import HandedOverMeanwhile
from ka_crm.lib import shown
from ka_crm.lib.editing import add_errors
from ka_crm.lib.form_fields import date_input
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import SegmentationRun
from segmentation.operations.reassigning import Move, reassign
from segmentation.queries.board import MOST_COLUMNS, MOST_MOVES, Board, Card, Column, board_of
from segmentation.queries.load import team_of
from segmentation.queries.strategy import strategies_in_force
from segmentation.rules.relationships import Lost
from segmentation.views import wording
from segmentation.views.load import band_word
from segmentation.views.load_rule import meter
from segmentation.views.service_tabs import figure, service_tabs
from segmentation.views.shared import asks_for_part, viewer_of, with_run

PART = "load-board"
#: Accounts of a column that are shown, of key accounts and of others; those with the largest gaps.
SHOWN = 100
_FEWEST = 2


class ApplyForm(forms.Form):
    """From which day on the moves hold, and why."""

    on = forms.DateField(label=gettext_lazy("From"), widget=date_input())
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_GET
@with_run
def board(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Show the board; ``pick`` and ``to`` add moves, and the address then says all of them."""
    _refuse_others(request)
    team = team_of(viewer_of(request))
    kams, moves = chosen_kams(request.GET, team), moves_of(request.GET.get("moves", ""))
    picked, to = request.GET.getlist("pick"), request.GET.get("to", "")
    if to or "add" in request.GET:
        moves = dict(list({**moves, **_picked(picked, to)}.items())[-MOST_MOVES:])
        if not asks_for_part(request, PART):
            return redirect(board_url(kams, moves))
    context = _context(request, run, team, kams, moves)
    if not asks_for_part(request, PART):
        return render(request, "segmentation/board.html", context)
    answer = render(request, "segmentation/_board.html", context)
    answer["HX-Push-Url"] = board_url(kams, context["board"].moves)
    return answer


@require_POST
@with_run
def apply(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Hand over what the board moves; refused with the board where somebody was faster (409)."""
    _refuse_others(request)
    viewer = viewer_of(request)
    team = team_of(viewer)
    kams, seen = chosen_kams(request.POST, team), seen_of(request.POST.get("seen", ""))
    moves = {pk: to for pk, (_from, to) in seen.items()}
    form = ApplyForm(request.POST)
    status, conflict = 422, None
    if form.is_valid():
        day = form.cleaned_data["on"]
        try:
            count = reassign(
                by=viewer,
                moves=[Move(pk, before, to) for pk, (before, to) in seen.items()],
                on=day,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _said(count, day))
            return redirect("segmentation:load")
        except ValidationError as error:
            add_errors(form, error)
        except HandedOverMeanwhile as error:
            status, conflict = 409, error
    context = _context(request, run, team, kams, moves) | {"form": form}
    if conflict is not None:
        context["conflict"] = [{"name": str(row), "kam": str(row.kam or "–")} for row in conflict.customers]
    return render(request, "segmentation/board.html", context, status=status)


def moves_of(text: str) -> dict[int, int]:
    """Read moves out of an address: ``12:7,15:7``; what cannot be read is left out."""
    found: dict[int, int] = {}
    for part in text.split(",")[:MOST_MOVES]:
        numbers = _numbers(part, 2)
        if numbers:
            found[numbers[0]] = numbers[1]
    return found


def seen_of(text: str) -> dict[int, tuple[int, int]]:
    """Read account → (who answered for it, who shall) out of ``12:3:7,…``."""
    found: dict[int, tuple[int, int]] = {}
    for part in text.split(",")[:MOST_MOVES]:
        numbers = _numbers(part, 3)
        if numbers:
            found[numbers[0]] = (numbers[1], numbers[2])
    return found


def board_url(kams: Iterable[User], moves: Mapping[int, int]) -> str:
    """Return the address of a board."""
    query = QueryDict(mutable=True)
    query.setlist("kam", [str(kam.pk) for kam in kams])
    text = f"{reverse('segmentation:reassign')}?{query.urlencode()}"
    if moves:
        text += "&moves=" + ",".join(f"{pk}:{to}" for pk, to in moves.items())
    return text


def chosen_kams(query: QueryDict, team: list[User]) -> list[User]:
    """Return the managers that an address names, in its order, of those the viewer sees."""
    known = {str(kam.pk): kam for kam in team}
    wanted = list(dict.fromkeys([*query.getlist("kam"), *filter(None, [query.get("add", "")])]))
    return [known[key] for key in wanted if key in known][:MOST_COLUMNS]


def _numbers(text: str, count: int) -> list[int]:
    parts = text.split(":")
    if len(parts) != count or not all(part.isdecimal() and len(part) < 19 for part in parts):
        return []
    return [int(part) for part in parts]


def _picked(picked: list[str], to: str) -> dict[int, int]:
    if not (to.isdecimal() and len(to) < 19):
        return {}
    return {int(text): int(to) for text in picked if text.isdecimal() and len(text) < 19}


def _refuse_others(request: HttpRequest) -> None:
    if not access.may_reassign(viewer_of(request)):
        raise PermissionDenied


def _said(count: int, day: Any) -> str:
    values = {"n": shown.number_text(count), "day": date_format(day, "j F Y")}
    if day > business_today():
        text = ngettext(
            "%(n)s account changes hands on %(day)s. Both managers are told.",
            "%(n)s accounts change hands on %(day)s. Both managers are told.",
            count,
        )
    else:
        text = ngettext(
            "%(n)s account was handed over from %(day)s. Both managers are told.",
            "%(n)s accounts were handed over from %(day)s. Both managers are told.",
            count,
        )
    return text % values


def _context(
    request: HttpRequest, run: SegmentationRun, team: list[User], kams: list[User], moves: Mapping[int, int]
) -> dict[str, Any]:
    found = board_of(run, viewer_of(request), kams, moves, strategies_in_force(), business_today())
    receivers = [column.kam for column in found.columns if column.may_receive]
    moved = found.moved()
    return {
        "run": run,
        "run_line": wording.run_line(run),
        "tabs": service_tabs("load"),
        "board": found,
        "columns": [_column(column, found, kams, receivers) for column in found.columns],
        "is_short": len(kams) < _FEWEST,
        "kams": kams,
        "others": [kam for kam in team if kam not in kams] if len(kams) < MOST_COLUMNS else [],
        "receivers": receivers,
        "freest": min(found.columns, key=_freest).kam.pk if found.columns else None,
        "moves": ",".join(f"{pk}:{to}" for pk, to in found.moves.items()),
        "seen": ",".join(f"{card.pk}:{card.kam}:{card.place}" for card in moved),
        "moved": [_moved(card, kams) for card in moved],
        "said": ", ".join(f"{column.kam} {figure(column.after.load.load)}" for column in found.columns),
        "clear_url": board_url(kams, {}),
        "form": ApplyForm(initial={"on": business_today()}),
    }


def _column(column: Column, found: Board, kams: list[User], receivers: list[User]) -> dict[str, Any]:
    before, after = column.before, column.after
    return {
        "column": column,
        "kam": column.kam,
        "meter": meter(after.load.load, before.load.load),
        "load": figure(after.load.load),
        "load_before": figure(before.load.load),
        "word": band_word(after.load.band),
        "lines": [
            _line(_("key accounts"), before.load.count, after.load.count),
            _line(_("accounts"), before.accounts, after.accounts),
            _line(_("hours of %(n)s") % {"n": figure(column.available, 1)}, before.hours, after.hours)
            | {"is_bad": not column.fits_after},
            _line(_("km from the middle of their stores"), before.spread.km, after.spread.km),
        ],
        "lost": lost_text(column.lost) if column.lost.count else "",
        "keys": [_card(card, found, kams, receivers) for card in column.keys[:SHOWN]],
        "others": [_card(card, found, kams, receivers) for card in column.others[:SHOWN]],
        "others_count": len(column.others),
        "rest": max(len(column.keys) - SHOWN, 0),
        "others_rest": max(len(column.others) - SHOWN, 0),
        "away_url": board_url(
            [kam for kam in kams if kam.pk != column.kam.pk],
            {pk: to for pk, to in found.moves.items() if to != column.kam.pk},
        ),
    }


def _freest(column: Column) -> tuple[bool, float]:
    """Whom the choice of receivers offers first: who carries least."""
    return not column.may_receive, column.after.load.load


def _line(label: str, before: float | None, after: float | None) -> dict[str, Any]:
    def text(value: float | None) -> str:
        return shown.UNKNOWN if value is None else shown.number_text(value)

    return {
        "label": label,
        "before": text(before),
        "after": text(after),
        "has_changed": text(before) != text(after),
        "is_bad": False,
    }


def _card(card: Card, found: Board, kams: list[User], receivers: list[User]) -> dict[str, Any]:
    names = {kam.pk: str(kam) for kam in kams}
    rest = {pk: to for pk, to in found.moves.items() if pk != card.pk}
    return {
        "card": card,
        "meetings": figure(card.meetings),
        "from": names.get(card.kam, ""),
        "lost": lost_text(card.lost) if card.is_moved else "",
        "back_url": board_url(kams, rest),
        "can_move": any(kam.pk != card.place for kam in receivers),
    }


def _moved(card: Card, kams: list[User]) -> dict[str, Any]:
    names = {kam.pk: str(kam) for kam in kams}
    return {
        "card": card,
        "from": names.get(card.kam, ""),
        "to": names.get(card.place, ""),
        "lost": lost_text(card.lost),
    }


def lost_text(lost: Lost) -> str:
    """Return how many people only the present manager knows: "3 people, 1 of them well"."""
    if not lost.count:
        return _("nobody known")
    text = ngettext("%(n)s person", "%(n)s people", lost.count) % {"n": shown.number_text(lost.count)}
    if lost.strong:
        text += ", " + _("%(n)s of them well") % {"n": shown.number_text(lost.strong)}
    return text
