"""What a selection proposes: everybody of its scope by one version of the criteria, each with the reason."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from accounts.models import Customer
from accounts.rules.assessments import THREE_P
from ka_crm.criteria.queries import scopes_in_use
from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.people.models import Role, User
from ka_crm.records.queries import business_today
from segmentation.inputs import BoolArray, FloatArray, IntArray
from segmentation.ka_facts import facts_of
from segmentation.models import Move, SegmentationRun
from segmentation.preview_people import Population, population_of
from segmentation.queries.key_accounts import key_account_ids
from segmentation.queries.solvency import ledgers_by_customer
from segmentation.rules.ka_candidates import (
    AccountFacts,
    AccountNumbers,
    candidates_from,
    company_margin,
)
from segmentation.rules.ka_length import list_length, nominations_allowed
from segmentation.rules.ka_rising import rising
from segmentation.rules.ka_scores import SUB_SCORES
from segmentation.rules.ka_selection import NO, NOMINATED, Candidates, Selection, margin_floor, select

Row = dict[str, Any]


@dataclass(frozen=True)
class Proposed:
    """How many rows a round has, the rows one by one (there can be many), and what is said above them."""

    count: int
    rows: Iterator[Row]
    summary: dict[str, Any]


def customers_in(scope: str) -> Any:
    """Return the customers of a scope, archived or not: a region's, or all whose region has no criteria of
    its own."""
    rows = Customer.objects.all()
    if scope:
        return rows.filter(region__name=scope)
    apart = scopes_in_use()
    return rows.exclude(region__name__in=apart) if apart else rows


def proposals_for(
    *,
    run: SegmentationRun,
    settings: CriteriaSettings,
    scope: str,
    effective_on: dt.date,
    company: CriteriaSettings | None = None,
) -> Proposed:
    """Return what the criteria propose for a day, from the accounts of a run; nothing is written.

    ``company``: the company's criteria where ``settings`` are a region's. Potential, gap and quadrant follow
    the company's, a region's decide the list only (docs/adr/0011).
    """
    everybody = dict(customers_in(scope).values_list("pk", "archived_at"))
    ids = np.array(sorted(pk for pk, archived in everybody.items() if archived is None), dtype=np.int64)
    people = _within(population_of(run, company or settings), ids)
    facts = facts_of(people.customer, effective_on, settings)
    kams = _kams(ids)
    floor_of = company_margin(people.numbers)
    candidates = candidates_from(people.numbers, facts)
    found = select(candidates, settings, company_margin=floor_of, kams=kams)
    length = list_length(settings, kams)
    rises = rising(_months(run, people.customer), found.listed, candidates.subs.potential)
    rises &= ~candidates.veto
    common = {
        "length": length,
        "margin_floor": margin_floor(settings, floor_of),
        "margin_applies": found.margin_applies,
    }
    doubts = _ledger_doubts(scope, min(effective_on, business_today()))
    absent = sorted((key_account_ids(effective_on) & set(everybody)) - set(people.customer.tolist()))

    def rows() -> Iterator[Row]:
        for row in range(len(people.customer)):
            yield _row(people, candidates, facts, found, rises, row, common, doubts)
        yield from map(_absent_row, absent)

    summary = _summary(facts.already, found, len(absent), length, settings)
    return Proposed(len(people.customer) + len(absent), rows(), summary | {"rising": int(rises.sum())})


def _within(people: Population, ids: IntArray) -> Population:
    """The part of a population that is among some customers."""
    here = np.isin(people.customer, ids)
    numbers = AccountNumbers(
        **{one.name: getattr(people.numbers, one.name)[here] for one in fields(AccountNumbers)}
    )
    return replace(
        people,
        customer=people.customer[here],
        numbers=numbers,
        quadrant=people.quadrant[here],
        cell=people.cell[here],
    )


def _kams(ids: IntArray) -> int:
    """KAMs whom the length of the list follows: all of the company, or those with accounts in a region."""
    active = User.objects.filter(role=Role.KAM, is_active=True)
    everybody = Customer.objects.filter(archived_at__isnull=True).count()
    if len(ids) == everybody:
        return active.count()
    kept = set(ids.tolist())
    owners = Customer.objects.filter(archived_at__isnull=True, kam__in=active).values_list("pk", "kam_id")
    return len({kam for pk, kam in owners if pk in kept})


def _months(run: SegmentationRun, customers: IntArray) -> FloatArray:
    """Net amounts by month of the run's window, one row per customer; 0 where nothing was bought."""
    table = np.zeros((len(customers), run.window_months))
    rows = run.customer_results.filter(has_sales=True).order_by("customer_id")
    for pk, months in rows.values_list("customer_id", "months").iterator(chunk_size=20_000):
        place = int(np.searchsorted(customers, pk))
        if place < len(customers) and customers[place] == pk and len(months) == run.window_months:
            table[place] = months
    return table


def _ledger_doubts(scope: str, on: dt.date) -> dict[int, Row]:
    """What contradicts the solvency of those about whom the ledger says no."""
    whose = customers_in(scope).filter(archived_at__isnull=True)
    return {
        pk: {"late_part": view.late_part, "owed": view.owed, "limit": view.limit}
        for pk, view in ledgers_by_customer(whose, on).items()
        if view.passes is False
    }


def _row(
    people: Population,
    candidates: Candidates,
    facts: AccountFacts,
    found: Selection,
    rises: BoolArray,
    row: int,
    common: Row,
    doubts: dict[int, Row],
) -> Row:
    customer = int(people.customer[row])
    already, listed = bool(facts.already[row]), bool(found.listed[row])
    told = found.explanation(row)
    explanation = {
        **told,
        **common,
        "subs": {name: _known(getattr(candidates.subs, name)[row]) for name in SUB_SCORES},
        "profit_share": _known(candidates.profit_share[row]),
        "margin": _known(candidates.margin[row]),
        "three_p": {name: _known(getattr(facts, name)[row]) for name in THREE_P},
        "buys": bool(candidates.buys[row]),
        "already": already,
        "cell": str(people.cell[row]),
        **{
            name: bool(getattr(facts, name)[row])
            for name in ("approved_budget", "image", "expert", "nominated", "protected", "veto")
        },
    }
    if customer in doubts:
        explanation["ledger"] = doubts[customer]
    return {
        "customer_id": customer,
        "move": _move(already, listed),
        "score": told["score"],
        "rank": told["rank"],
        "types": told["types"],
        "failed": told["failed"],
        "decision": told["decision"],
        "left_out": told["left_out"],
        "is_provisional": told["provisional"],
        "is_rising": bool(rises[row]),
        "quadrant": str(people.quadrant[row]),
        "potential": _money(people.numbers.potential[row]),
        "own_sales": _money(people.numbers.own[row]),
        "explanation": explanation,
    }


def _absent_row(customer: int) -> Row:
    """A member about whom the run says nothing leaves."""
    return {
        "customer_id": customer, "move": Move.LEAVE, "score": None, "rank": 0, "types": [], "failed": [],
        "decision": NO, "left_out": "", "is_provisional": False, "is_rising": False, "quadrant": "",
        "potential": None, "own_sales": None, "explanation": {"absent": True},
    }  # fmt: skip


def _move(already: bool, listed: bool) -> Move:
    if listed:
        return Move.STAY if already else Move.ENTER
    return Move.LEAVE if already else Move.OUT


def _known(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None


def _money(value: float) -> int | None:
    return round(float(value)) if np.isfinite(value) else None


def _summary(
    already: BoolArray, found: Selection, absent: int, length: int | None, settings: CriteriaSettings
) -> dict[str, Any]:
    listed = found.listed
    nominated = int((listed & (found.decision == NOMINATED)).sum())
    return {
        "accounts": len(listed) + absent,
        "enter": int((listed & ~already).sum()),
        "stay": int((listed & already).sum()),
        "leave": int((~listed & already).sum()) + absent,
        "out": int((~listed & ~already).sum()),
        "length": length,
        "nominated": nominated,
        "nominations_allowed": nominations_allowed(settings, int(listed.sum()) - nominated, length),
        "provisional": int((found.provisional & listed).sum()),
        "margin_applies": found.margin_applies,
    }
