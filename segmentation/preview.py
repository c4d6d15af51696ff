"""Previews criteria before they are published: computed in memory, nothing is stored in results."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ka_crm.criteria.queries import values_in_force
from ka_crm.criteria.rules.settings import CriteriaSettings, region_values, settings_from
from ka_crm.people.models import Role, User
from segmentation import access
from segmentation.inputs import BoolArray, IntArray
from segmentation.ka_facts import facts_of
from segmentation.models import SegmentationRun
from segmentation.preview_people import (
    CUSTOMERS,
    Owners,
    Population,
    ids_seen,
    owners_of,
    population_of,
)
from segmentation.rules.ka_candidates import AccountFacts, candidates_from, company_margin, unknown_facts
from segmentation.rules.ka_preview import Accounts, ListSide, TextArray, preview_report
from segmentation.rules.ka_selection import OVER_CAP, Selection, select

#: From so many customers on a preview is a job of its own.
LIVE_LIMIT = 20_000
#: Steps that a preview tells of.
STEPS = 4
Tell = Callable[[int, int, str], None]


def preview(
    *,
    run: SegmentationRun,
    values: Mapping[str, Any],
    viewer: User,
    scope: str = "",
    tell: Tell = lambda done, total, phase: None,
) -> dict[str, Any]:
    """Return what the settings would change against those in force, for the accounts the viewer may see.

    Both lists are made of everybody, or of everybody in the region ``scope``, whose criteria are held
    against those that hold there now; what a region does not decide is the company's. At the level of
    stores both lists are of stores, even where those in force choose customers. Raises ``InvalidSettings``.
    """
    now = values_in_force(scope)
    wanted = settings_from(values)
    if scope:
        wanted = settings_from(region_values(now, wanted.as_json()))
    present, level = settings_from(now), wanted.selection_level
    tell(0, STEPS, "present criteria")
    old = population_of(run, present, level)
    tell(1, STEPS, "new criteria")
    new = population_of(run, wanted, level)
    tell(2, STEPS, "lists")
    owners = owners_of(level)
    here = owners.within(scope)
    kams = _kams(owners, scope)
    facts = _facts(old.customer, level, run)
    inside = np.isin(old.customer, owners.unit[here])
    old_list = _selected(old, present, facts, kams, inside)
    listed_now = (facts.already & inside) if facts.already.any() else old_list.listed
    kept = np.isin(new.customer, old.customer[listed_now])
    new_facts = dataclasses.replace(_facts(new.customer, level, run), already=kept)
    new_list = _selected(new, wanted, new_facts, kams, np.isin(new.customer, owners.unit[here]))
    tell(3, STEPS, "differences")
    seen = np.intersect1d(np.union1d(old.customer, new.customer), owners.unit[here])
    own = ids_seen(viewer, level)
    seen = seen if own is None else np.intersect1d(seen, own)
    place = np.clip(np.searchsorted(owners.unit, seen), 0, max(0, len(owners.unit) - 1))
    accounts = Accounts(seen, _codes(seen, old, new), owners.kam[place])
    report = preview_report(accounts, _side(seen, old, listed_now), _side(seen, new, new_list.listed))
    among = np.isin(new.customer, seen)
    return {
        **report,
        **({} if scope else _stores_below(old, new, viewer)),
        "level": level,
        "scope": scope,
        "as_of": run.as_of.isoformat(),
        "window_months": wanted.window_months,
        "is_all": viewer.role in access.SEE_ALL,
        "margin_applies": new_list.margin_applies,
        "cost_unknown": int((among & ~np.isfinite(new.numbers.gross_profit)).sum()),
        "provisional": int((new_list.provisional & new_list.listed & among).sum()),
        "over_cap": int(((new_list.left_out == OVER_CAP) & among).sum()),
    }


def _kams(owners: Owners, scope: str) -> int:
    """How many KAMs the list is for: all, or those who answer for somebody in the region."""
    active = User.objects.filter(role=Role.KAM, is_active=True)
    if scope:
        active = active.filter(pk__in=np.unique(owners.kam[owners.within(scope)]).tolist())
    return active.count()


def _facts(units: IntArray, level: str, run: SegmentationRun) -> AccountFacts:
    """What people found out; about single stores nobody does."""
    return facts_of(units, run.as_of) if level == CUSTOMERS else unknown_facts(len(units))


def _selected(
    people: Population, settings: CriteriaSettings, facts: AccountFacts, kams: int, candidates: BoolArray
) -> Selection:
    """The list among those who may be on it: not archived, and in the region where it is one's.

    Scores are ranks among the candidates alone; everybody keeps a place in the answer.
    """
    rows = np.flatnonzero(candidates)
    some = {name: column[rows] for name, column in vars(people.numbers).items()}
    numbers = dataclasses.replace(people.numbers, **some)
    known = dataclasses.replace(facts, **{name: column[rows] for name, column in vars(facts).items()})
    found = select(
        candidates_from(numbers, known), settings, company_margin=company_margin(people.numbers), kams=kams
    )
    listed, provisional = np.zeros(len(candidates), dtype=bool), np.zeros(len(candidates), dtype=bool)
    left_out = np.full(len(candidates), "", dtype=found.left_out.dtype)
    listed[rows], provisional[rows], left_out[rows] = found.listed, found.provisional, found.left_out
    return dataclasses.replace(found, listed=listed, provisional=provisional, left_out=left_out)


def _stores_below(old: Population, new: Population, viewer: User) -> dict[str, Any]:
    """How many stores are surely, and how many perhaps, below the market, now and by the draft."""
    own = ids_seen(viewer, "store")

    def count(ids: IntArray) -> int:
        return len(ids) if own is None else int(np.isin(ids, own).sum())

    return {
        "flagged": [count(old.flagged), count(new.flagged)],
        "watched": [count(old.watched), count(new.watched)],
    }


def _codes(seen: IntArray, *sides: Population) -> TextArray:
    codes = np.full(len(seen), "", dtype="<U60")
    for side in sides:
        place, here = _places(seen, side)
        codes[here] = side.numbers.code[place[here]]
    return codes


def _places(seen: IntArray, side: Population) -> tuple[IntArray, BoolArray]:
    place = np.clip(np.searchsorted(side.customer, seen), 0, max(0, len(side.customer) - 1))
    here = side.customer[place] == seen if len(side.customer) else np.zeros(len(seen), dtype=bool)
    return place, np.asarray(here, dtype=bool)


def _side(seen: IntArray, side: Population, listed: Any) -> ListSide:
    """One side in the order of ``seen``; who is not in it is on no list and in no cell."""
    place, here = _places(seen, side)

    def column(values: Any, missing: Any) -> Any:
        return np.where(here, values[place], missing) if len(values) else np.full(len(seen), missing)

    return ListSide(
        listed=column(listed, False).astype(bool),
        quadrant=column(side.quadrant, ""),
        cell=column(side.cell, ""),
        potential=column(side.numbers.potential, np.nan),
        own=column(side.numbers.own, np.nan),
    )
