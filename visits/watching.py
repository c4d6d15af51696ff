"""Watches stores between evaluations and opens a flag where hysteresis says so, once per store and category.

A row is judged only where its evidence is newer than what was judged before: a new routine visit day, or a
new month of a full count. A row judged for the first time is judged at its last two pieces of evidence, as
if it had been watched when the last one came, so that the first run of a company already flags stores.
"""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from django.db import transaction

from accounts.models import Store
from ka_crm.criteria.rules.settings import CriteriaSettings
from ka_crm.lib.bulk import chunked, load_rows
from ka_crm.lib.locks import hold_until_commit
from ka_crm.lib.periods import month_start
from ka_crm.people.queries import supervisors_by_territory
from ka_crm.records.operations import record_creations
from ka_crm.records.queries import business_today
from visits.models import Flag, FlagState, FlagWatch
from visits.rules.evaluation import TOTALS, VISITS, Evaluation, judge, measure_shares, statuses_to_watch
from visits.rules.evidence import BoolArray, Evidence
from visits.rules.flag_state import STATE_FLAGGED, STATE_OK, FlagStates, next_flag_states
from visits.rules.share import TextArray

WRITING = "store shares"  # held while shares and watches are written: two counts of a store must not collide
_FIELDS = [
    "store_id", "category_id", "state", "confirmed_in_a_row", "ok_in_a_row", "evidence_key", "judged_on",
]  # fmt: skip
_STORES = 2000  # of one short transaction


def judge_watches(evidence: Evidence, found: Evaluation, settings: CriteriaSettings) -> int:
    """Judge every row with newer evidence and open flags; return how many were opened."""
    judging = _Judging(evidence, found, settings)
    opened = 0
    for stores in chunked(np.unique(evidence.store[judging.keys != ""]).tolist(), _STORES):
        with transaction.atomic():
            hold_until_commit(WRITING)
            opened += judging.judge(stores)
    return opened


class _Judging:
    """One evaluation, judged store by store; rows are ordered by store."""

    def __init__(self, evidence: Evidence, found: Evaluation, settings: CriteriaSettings) -> None:
        self.evidence, self.found, self.settings = evidence, found, settings
        self.keys = evidence_keys(evidence, found.measured.basis)
        self.status = statuses_to_watch(found)
        self.day = min(business_today(), dt.date.fromordinal(evidence.as_of))

    @cached_property
    def earlier(self) -> TextArray:
        """What would have been said without the newest evidence, against the same market share."""
        measured = measure_shares(self.evidence.without_newest(), self.settings)
        found = self.found
        earlier = judge(
            measured, found.potential, found.market_share, found.market_share_source, self.settings
        )
        return statuses_to_watch(earlier)

    def judge(self, stores: Sequence[int]) -> int:
        """Judge the rows of some stores (in order) that have newer evidence; return flags opened."""
        first, end = np.searchsorted(self.evidence.store, (stores[0], stores[-1] + 1))
        known = _known(stores)
        chosen, before, is_new = [], [], []
        for row in range(first, end):
            pair = (int(self.evidence.store[row]), int(self.evidence.category[row]))
            then = known.get(pair, _UNSEEN)
            if self.keys[row] > then[3]:
                chosen.append(row)
                before.append(then)
                is_new.append(pair not in known)
        if not chosen:
            return 0
        states = _states(before)
        if any(is_new):
            states = _first_seen(states, self.earlier[chosen], np.array(is_new))
        after = next_flag_states(states, self.status[chosen])
        _keep(self.evidence, chosen, after, self.keys, self.day)
        turned = (after.state == STATE_FLAGGED) & (states.state != STATE_FLAGGED)
        return self._open_flags(np.array(chosen)[turned].tolist())

    def _open_flags(self, rows: list[int]) -> int:
        """Open a flag for each of these rows that has no open one."""
        if not rows:
            return 0
        stores = Store.objects.select_related("customer").in_bulk(self.evidence.store[rows].tolist())
        open_flags = Flag.objects.filter(store_id__in=stores).exclude(state=FlagState.CLOSED)
        has_open = set(open_flags.values_list("store_id", "category_id"))
        supervisors = supervisors_by_territory()
        flags = [
            self._flag(row, stores[int(self.evidence.store[row])], supervisors)
            for row in rows
            if (int(self.evidence.store[row]), int(self.evidence.category[row])) not in has_open
        ]
        created = Flag.objects.bulk_create(flags)
        record_creations(
            by=None,
            created=[
                (flag, {"share": flag.opening_share, "market_share": flag.opening_market_share})
                for flag in created
            ],
        )
        return len(created)

    def _flag(self, row: int, store: Store, supervisors: dict[int, int]) -> Flag:
        measured = self.found.measured
        territory = store.territory_id or store.customer.territory_id
        return Flag(
            store=store,
            category_id=int(self.evidence.category[row]),
            opened_on=self.day,
            moved_on=self.day,
            opening_share=float(measured.share[row]),
            opening_low=float(measured.low[row]),
            opening_high=float(measured.high[row]),
            opening_market_share=float(self.found.market_share[row]),
            opening_gap_amount=round(float(self.found.gap_amount[row]) / max(1, self.settings.window_months)),
            supervisor_id=supervisors.get(territory) if territory else None,
        )


def evidence_keys(evidence: Evidence, basis: TextArray) -> TextArray:
    """Name the newest evidence of each row by its day and the number of days or months; later sorts higher.

    Empty where nothing was counted.
    """
    visits = (evidence.visit_day > 0).sum(axis=1)
    day = evidence.visit_day.max(axis=1, initial=0)
    months = evidence.month_amount.has_total | evidence.month_units.has_total
    width = months.shape[1]
    last = np.where(months.any(axis=1), width - months[:, ::-1].argmax(axis=1), 0)
    ends = [
        (month_start(evidence.first_month + i) - dt.timedelta(days=1)).isoformat() for i in range(width + 1)
    ]
    counted = months.sum(axis=1)
    return np.array(
        [
            f"{dt.date.fromordinal(int(day[i])).isoformat()} v{visits[i]:02d}"
            if basis[i] == VISITS and day[i]
            else f"{ends[last[i]]} t{counted[i]:02d}"
            if basis[i] == TOTALS
            else ""
            for i in range(len(evidence))
        ],
        dtype="<U40",
    )


_Known = tuple[str, int, int, str]
_UNSEEN: _Known = (STATE_OK, 0, 0, "")


def _known(stores: Sequence[int]) -> dict[tuple[int, int], _Known]:
    rows = FlagWatch.objects.filter(store_id__in=stores).values_list(
        "store_id", "category_id", "state", "confirmed_in_a_row", "ok_in_a_row", "evidence_key"
    )
    return {(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in rows}


def _states(rows: Sequence[_Known]) -> FlagStates:
    return FlagStates(
        np.array([row[0] for row in rows], dtype="<U7"),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.int64),
    )


def _first_seen(before: FlagStates, earlier: TextArray, is_new: BoolArray) -> FlagStates:
    """States of rows that are new, after their last but one piece of evidence."""
    then = next_flag_states(before, earlier)
    return FlagStates(
        np.where(is_new, then.state, before.state),
        np.where(is_new, then.confirmed, before.confirmed),
        np.where(is_new, then.ok, before.ok),
    )


def _keep(evidence: Evidence, rows: Any, after: FlagStates, keys: TextArray, day: dt.date) -> None:
    """Replace the watches of these rows."""
    stores, categories = evidence.store[rows].tolist(), evidence.category[rows].tolist()
    for category in sorted(set(categories)):
        of_it = [store for store, own in zip(stores, categories, strict=True) if own == category]
        FlagWatch.objects.filter(store_id__in=of_it, category_id=category).delete()
    columns = (stores, categories, after.state.tolist(), after.confirmed.tolist(), after.ok.tolist())
    load_rows(
        FlagWatch,
        _FIELDS,
        [[*row, key, day] for *row, key in zip(*columns, keys[rows].tolist(), strict=True)],
    )
