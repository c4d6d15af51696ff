"""Part 2: talks, promises, contracts, tenders and offers."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.dossier_records import RecordKind
from accounts.forms.talks import BidForm, CadenceForm, ContractForm, InteractionForm, PromiseForm
from accounts.models import Bid, Cadence, Commitment, Contract, Customer, Interaction
from accounts.operations.agreements import (
    change_bid,
    change_cadence,
    change_contract,
    make_bid,
    make_contract,
    set_cadence,
)
from accounts.operations.promises import change_promise, make_promise
from accounts.operations.talks import change_interaction, log_interaction
from ka_crm.people.models import User

Values = Mapping[str, Any]


def _log(*, by: User, customer: Customer, model: Any, values: Values) -> Any:
    rest = dict(values)
    people = {name: rest.pop(name, ()) for name in ("contacts", "informants")}
    number = rest.pop("client_uuid", None)
    return log_interaction(by=by, customer=customer, values=rest, client_uuid=number, **people).interaction


def _change_talk(*, by: User, entry: Interaction, version: int, changes: Values) -> Any:
    return change_interaction(by=by, interaction=entry, version=version, changes=changes)


def _promise(*, by: User, customer: Customer, model: Any, values: Values) -> Any:
    return make_promise(by=by, customer=customer, values=values)


def _change_promise(*, by: User, entry: Commitment, version: int, changes: Values) -> Any:
    rest = dict(changes)
    reason = rest.pop("reason", "")
    return change_promise(by=by, commitment=entry, version=version, changes=rest, reason=reason)


def _agree(*, by: User, customer: Customer, model: Any, values: Values) -> Any:
    return make_contract(by=by, customer=customer, values=values)


def _change_contract(*, by: User, entry: Contract, version: int, changes: Values) -> Any:
    return change_contract(by=by, contract=entry, version=version, changes=changes)


def _bid(*, by: User, customer: Customer, model: Any, values: Values) -> Any:
    return make_bid(by=by, customer=customer, values=values)


def _change_bid(*, by: User, entry: Bid, version: int, changes: Values) -> Any:
    return change_bid(by=by, bid=entry, version=version, changes=changes)


def _set_cadence(*, by: User, customer: Customer, model: Any, values: Values) -> Any:
    return set_cadence(by=by, customer=customer, values=values)


def _change_cadence(*, by: User, entry: Cadence, version: int, changes: Values) -> Any:
    return change_cadence(by=by, cadence=entry, version=version, changes=changes)


KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "interaction", Interaction, InteractionForm, "timeline", _("Log or plan a contact"),
        create=_log, change=_change_talk,
    ),
    RecordKind(
        "promise", Commitment, PromiseForm, "timeline", _("New promise"),
        create=_promise, change=_change_promise,
    ),
    RecordKind(
        "contract", Contract, ContractForm, "timeline", _("New contract"),
        create=_agree, change=_change_contract,
    ),
    RecordKind(
        "bid", Bid, BidForm, "timeline", _("New tender or offer"),
        create=_bid, change=_change_bid,
    ),
    RecordKind(
        "cadence", Cadence, CadenceForm, "timeline", _("How often to be in contact"),
        create=_set_cadence, change=_change_cadence,
    ),
)  # fmt: skip
