"""From a missing piece of a dossier to the form that fills it in: one address for each piece.

Looked up only when somebody asks for it, so that pages with such links ask the database nothing.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.dossier_records import RecordKind, kind_of
from accounts.models import (
    AccountPlan,
    Bid,
    BidResult,
    Contact,
    Contract,
    Customer,
    DossierEntry,
    Interaction,
    InteractionState,
    Profile,
    Rival,
    RivalMove,
)
from accounts.permissions import may_edit_accounts
from accounts.queries import customer_by_code
from accounts.rules.dossier_sections import AGAIN, BEGIN, PIECES, plan_year
from ka_crm.people.viewer import viewer_of
from ka_crm.records.queries import business_today

Model = type[DossierEntry]
#: What a new entry of a piece is; pieces that are fields of an entry stand in ``_LACKING``.
_NEW: dict[tuple[str, str], Model] = {
    ("org_decision", BEGIN): Contact,
    ("org_decision", "people"): Contact,
    ("history", BEGIN): Interaction,
    ("history", "talks"): Interaction,
    ("history", "contract"): Contract,
    ("history", "bids"): Bid,
    ("competitors", BEGIN): Rival,
    ("competitors", "rivals"): Rival,
    ("competitors", "moves"): RivalMove,
}
#: The entries that lack a piece; the newest of them is opened, at this field.
_LACKING: dict[tuple[str, str], tuple[Model, str, Callable[["QuerySet[Any]"], "QuerySet[Any]"]]] = {
    ("org_decision", "influence"): (Contact, "influence", lambda rows: rows.filter(influence=None)),
    ("org_decision", "attitude"): (Contact, "attitude", lambda rows: rows.filter(attitude=None)),
    ("history", "people_in_talks"): (
        Interaction,
        "contacts",
        lambda rows: rows.filter(participants=None, state=InteractionState.DONE),
    ),
    ("history", "bid_reasons"): (
        Bid,
        "reason",
        lambda rows: rows.filter(reason="", result__in=[BidResult.WON, BidResult.LOST]),
    ),
    ("competitors", "contract_ends"): (
        Rival,
        "contract_ends_on",
        lambda rows: rows.filter(contract_ends_on=None),
    ),
    ("competitors", "holds"): (Rival, "holds", lambda rows: rows.filter(holds="")),
    ("competitors", "pace"): (Rival, "pace", lambda rows: rows.filter(pace="")),
}
_OF_CUSTOMER = ("headcount", "website")
_SECTION_MODEL: dict[str, Model] = {
    "general": Profile,
    "org_decision": Contact,
    "history": Interaction,
    "competitors": Rival,
    "plan": AccountPlan,
}


@require_safe
def fill_in(request: HttpRequest, code: str, section: str, piece: str) -> HttpResponse:
    """Lead to the form, or at least to the part of the dossier, where a missing piece is filled in."""
    customer = customer_by_code(viewer_of(request), code)
    if section not in PIECES or piece not in {BEGIN, AGAIN, *PIECES[section]}:
        raise Http404
    if not may_edit_accounts(viewer_of(request)):
        raise PermissionDenied
    url, is_form = _target(customer, section, piece)
    if request.headers.get("HX-Request") and not is_form:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


def _target(customer: Customer, section: str, piece: str) -> tuple[str, bool]:
    """Return the address, and whether it is a form that opens in the sheet."""
    kind = kind_of(_SECTION_MODEL[section])
    if piece in _OF_CUSTOMER or (kind is None and section == "general"):
        return reverse("accounts:edit", args=[customer.code]), False
    if section in ("general", "plan") and piece != AGAIN:
        return _one_of_a_kind(customer, kind, piece)
    lacking = _LACKING.get((section, piece))
    if lacking:
        model, field, narrowed = lacking
        return _edit(customer, kind_of(model), narrowed(_kept(customer, model)), field)
    new = _NEW.get((section, piece))
    return _new(customer, kind_of(new)) if new else (_tab(customer, kind), False)


def _one_of_a_kind(customer: Customer, kind: RecordKind | None, piece: str) -> tuple[str, bool]:
    """The general part, or the plan of the year: begun, or opened at one field."""
    if kind is None:
        return _tab(customer, kind), False
    rows, preset = _kept(customer, kind.model), ""
    if kind.model is AccountPlan:
        year = plan_year(business_today())
        rows, preset = rows.filter(year=year), f"?year={year}"
        if piece in ("goals", "actions", "service"):
            return _tab(customer, kind), False
    field = "" if piece == BEGIN else piece
    return _edit(customer, kind, rows, field) if rows.exists() else _new(customer, kind, preset)


def _kept(customer: Customer, model: Model) -> "QuerySet[Any]":
    return model.objects.kept().filter(customer=customer)


def _edit(customer: Customer, kind: RecordKind | None, rows: "QuerySet[Any]", field: str) -> tuple[str, bool]:
    pk = rows.order_by("-pk").values_list("pk", flat=True).first()
    if kind is None or pk is None:
        return _tab(customer, kind), False
    url = reverse("accounts:entry_edit", args=[customer.code, kind.key, pk])
    return url + (f"?field={field}" if field else ""), True


def _new(customer: Customer, kind: RecordKind | None, preset: str = "") -> tuple[str, bool]:
    if kind is None:
        return _tab(customer, kind), False
    return reverse("accounts:entry_new", args=[customer.code, kind.key]) + preset, True


def _tab(customer: Customer, kind: RecordKind | None) -> str:
    if kind is None or kind.tab == "overview":
        return reverse("accounts:customer", args=[customer.code])
    return reverse("accounts:customer_tab", args=[customer.code, kind.tab])
