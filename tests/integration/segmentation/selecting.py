"""Short ways through a selection, for tests: criteria that hold, a round under review, an approved one."""

import datetime as dt
from typing import Any

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.operations import publish_criteria
from ka_crm.records.operations import set_system_setting
from segmentation.models import KeyAccountTerm, SelectionRound
from segmentation.operations.register import approve_round
from segmentation.operations.rounds import accept_many, open_round, propose

TODAY = dt.date(2022, 11, 1)
EFFECTIVE = dt.date(2023, 1, 1)


def pin_today(day: dt.date = TODAY) -> None:
    """Make this day today."""
    set_system_setting(name="demo_day", value=day.isoformat())


def hold_criteria(**values: Any) -> CriteriaVersion:
    """Let the published criteria hold for the register from 2020 on, with these settings changed."""
    return publish_criteria(values=values, reason="Test", by=None, effective_from=dt.date(2020, 1, 1))


def reviewed(by: Any, effective_on: dt.date = EFFECTIVE, scope: str = "") -> SelectionRound:
    """Open and propose a round."""
    round_ = open_round(by=by, effective_on=effective_on, scope=scope)
    return propose(by=by, round_=round_, version=round_.version)


def approved(opened_by: Any, by: Any, effective_on: dt.date = EFFECTIVE) -> SelectionRound:
    """Open, propose, accept everything and approve."""
    round_ = reviewed(opened_by, effective_on)
    accept_many(by=by, round_=round_)
    return approve_round(by=by, round_=round_, version=round_.version)


def member(customer: Any, from_on: dt.date = dt.date(2021, 1, 1), **fields: Any) -> KeyAccountTerm:
    """Put a customer into the register."""
    values: dict[str, Any] = {"since_on": from_on, "types": ["potential"], **fields}
    return KeyAccountTerm.objects.create(customer=customer, from_on=from_on, **values)


def moves(round_: SelectionRound) -> dict[str, str]:
    """Return what a round proposes, by the customer's code."""
    return dict(round_.proposals.values_list("customer__code", "move"))
