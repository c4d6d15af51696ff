"""Previews criteria before they are published: computed in memory, nothing is stored in results."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from accounts.models import Customer
from ka_crm.criteria.queries import criteria_in_force, settings_of
from ka_crm.criteria.rules.settings import CriteriaSettings, settings_from
from ka_crm.lib.periods import Window
from ka_crm.people.models import Role, User
from segmentation import access
from segmentation.computation import Computed, compute
from segmentation.inputs import BoolArray, IntArray
from segmentation.ka_facts import facts_of
from segmentation.models import SegmentationRun
from segmentation.operations import previous_quadrants
from segmentation.rules.ka_candidates import AccountFacts, AccountNumbers, candidates_from, company_margin
from segmentation.rules.ka_preview import Accounts, ListSide, TextArray, preview_report
from segmentation.rules.ka_selection import OVER_CAP, Selection, select

#: From so many customers on a preview is a job of its own.
LIVE_LIMIT = 20_000
#: Settings that only decide the list; everything else is computed anew when it differs.
LIST_ONLY = (
    "ka_types", "profit_type_share", "potential_type_score", "prospect_type_score", "three_p_min",
    "margin_floor", "size_gate_score", "ka_rank_by", "score_weights", "enter_score", "stay_score", "list_cap",
    "cap_per_kam", "nomination_share", "tenure_months", "own_criteria", "gate_unknown", "selection_level",
)  # fmt: skip
_COLUMNS = (
    "customer_id", "potential", "own_sales", "gap_amount", "net_sales", "gross_profit", "cv", "has_sales",
)  # fmt: skip


@dataclass(frozen=True)
class Population:
    """All customers of a run under some settings, ordered by id."""

    customer: IntArray
    numbers: AccountNumbers
    quadrant: TextArray
    cell: TextArray


def preview(*, run: SegmentationRun, values: Mapping[str, Any], viewer: User) -> dict[str, Any]:
    """Return what the settings would change against those in force, for the accounts the viewer may see.

    Both lists are made of everybody; the report is of the viewer's accounts. Raises ``InvalidSettings``.
    """
    wanted, present = settings_from(values), settings_of(criteria_in_force())
    old, new = population_of(run, present), population_of(run, wanted)
    kams = User.objects.filter(role=Role.KAM, is_active=True).count()
    owners = _owners()
    facts = facts_of(old.customer, run.as_of)
    old_list = _selected(old, present, facts, kams, np.isin(old.customer, owners[0]))
    listed_now = facts.already if facts.already.any() else old_list.listed
    kept = np.isin(new.customer, old.customer[listed_now])
    new_facts = dataclasses.replace(facts_of(new.customer, run.as_of), already=kept)
    new_list = _selected(new, wanted, new_facts, kams, np.isin(new.customer, owners[0]))

    seen = _seen(np.union1d(old.customer, new.customer), owners[0], viewer)
    place = np.clip(np.searchsorted(owners[0], seen), 0, max(0, len(owners[0]) - 1))
    accounts = Accounts(seen, _codes(seen, old, new), owners[1][place])
    report = preview_report(accounts, _side(seen, old, listed_now), _side(seen, new, new_list.listed))
    cost_unknown = int((~np.isfinite(new.numbers.gross_profit)).sum())
    return {
        **report,
        "as_of": run.as_of.isoformat(),
        "window_months": wanted.window_months,
        "is_all": viewer.role in access.SEE_ALL,
        "margin_applies": new_list.margin_applies,
        "cost_unknown": cost_unknown,
        "provisional": int((new_list.provisional & new_list.listed).sum()),
        "over_cap": int((new_list.left_out == OVER_CAP).sum()),
    }


def population_of(run: SegmentationRun, settings: CriteriaSettings) -> Population:
    """Return the customers under some settings: the run's own rows where they were computed with the same,
    else computed in memory over the data of the run's as-of date."""
    wanted = _computing(settings)
    if wanted == _computing(settings_from(run.settings)):
        return _stored(run.pk, str(run.completed_at))
    return _computed(run.pk, str(run.completed_at), json.dumps(settings.as_json() | _list_defaults()))


def _computing(settings: CriteriaSettings) -> dict[str, Any]:
    return {name: value for name, value in settings.as_json().items() if name not in LIST_ONLY}


def _list_defaults() -> dict[str, Any]:
    defaults = CriteriaSettings().as_json()
    return {name: defaults[name] for name in LIST_ONLY}


@lru_cache(maxsize=2)
def _stored(run_id: int, stamp: str) -> Population:
    """The rows of a complete run, which never change; ``stamp`` keeps another database's run apart."""
    rows = SegmentationRun.objects.get(pk=run_id).customer_results.order_by("customer_id")
    table = np.array(list(rows.values_list(*_COLUMNS)), dtype=np.float64).reshape(-1, len(_COLUMNS))
    customer, potential, own, gap, net, profit, variation, sells = table.T
    words = list(rows.values_list("customer__code", "quadrant", "cell"))
    numbers = AccountNumbers(
        code=np.array([row[0] for row in words], dtype=np.str_),
        potential=potential, own=own, gap=gap, net_sales=net,
        gross_profit=np.where(sells > 0, profit, np.nan), variation=variation,
    )  # fmt: skip
    return Population(
        customer.astype(np.int64), numbers,
        np.array([row[1] for row in words], dtype=np.str_),
        np.array([row[2] for row in words], dtype=np.str_),
    )  # fmt: skip


@lru_cache(maxsize=4)
def _computed(run_id: int, stamp: str, values: str) -> Population:
    """Computed over the same window as the run; a second look at the same settings costs nothing."""
    run = SegmentationRun.objects.get(pk=run_id)
    settings = settings_from(json.loads(values))
    held = previous_quadrants() if settings.quadrant_hold else None
    return _population(compute(Window(run.as_of, settings.window_months), settings, held))


def _population(computed: Computed) -> Population:
    customers, accounts = computed.customers, computed.accounts
    profit = computed.gross_profit
    known = np.full(len(customers.customer), np.nan) if profit is None else profit.astype(np.float64)
    numbers = AccountNumbers(
        code=customers.code,
        potential=np.round(accounts.potential),
        own=computed.own_sales.astype(np.float64),
        gap=np.round(accounts.gap),
        net_sales=customers.months.sum(axis=1).astype(np.float64),
        gross_profit=np.where(customers.has_sales, known, np.nan),
        variation=computed.xyz.cv,
    )
    return Population(customers.customer, numbers, computed.customer_side.quadrant, computed.cell)


def _selected(
    people: Population, settings: CriteriaSettings, facts: AccountFacts, kams: int, active: BoolArray
) -> Selection:
    """The list among customers that are not archived; an archived one is vetoed."""
    facts = dataclasses.replace(facts, veto=facts.veto | ~active)
    return select(
        candidates_from(people.numbers, facts), settings,
        company_margin=company_margin(people.numbers), kams=kams,
    )  # fmt: skip


def _owners() -> tuple[IntArray, IntArray]:
    """Ids of all customers that are not archived, and of their KAMs (0: none)."""
    rows = Customer.objects.filter(archived_at__isnull=True).order_by("pk").values_list("pk", "kam_id")
    table = np.array([(pk, kam or 0) for pk, kam in rows], dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _seen(customers: IntArray, active: IntArray, viewer: User) -> IntArray:
    if viewer.role in access.SEE_ALL:
        return np.intersect1d(customers, active)
    visible = Customer.objects.visible_to(viewer).filter(archived_at__isnull=True)
    own = np.array(sorted(visible.values_list("pk", flat=True)), dtype=np.int64)
    return np.intersect1d(customers, own)


def _codes(seen: IntArray, *sides: Population) -> TextArray:
    codes = np.full(len(seen), "", dtype="<U60")
    for side in sides:
        place, here = _places(seen, side)
        codes[here] = side.numbers.code[place[here]]
    return codes


def _places(seen: IntArray, side: Population) -> tuple[IntArray, Any]:
    place = np.clip(np.searchsorted(side.customer, seen), 0, max(0, len(side.customer) - 1))
    here = side.customer[place] == seen if len(side.customer) else np.zeros(len(seen), dtype=bool)
    return place, here


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
