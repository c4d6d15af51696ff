"""Entries of many dossiers before they are written, and the account that they are written for."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar, cast

from django.db.models import Model

from accounts.models import (
    AccountPlan,
    Bid,
    Cadence,
    ChainRole,
    Commitment,
    Competitor,
    Contact,
    Contract,
    Customer,
    DecisionChain,
    DossierEntry,
    Interaction,
    InteractionContact,
    MirroredFunction,
    PlanAction,
    PlanGoal,
    PlanItem,
    Profile,
    ResourceRequest,
    Rival,
    RivalMove,
    ServiceCase,
    TeamMember,
    ValueCase,
)
from ka_crm.pages.demo.dossier_stories import Story
from ka_crm.pages.demo.plan import DEMO_DAY
from ka_crm.people.models import User

#: What is written before what refers to it.
_ORDER: tuple[type[Model], ...] = (
    Profile, Contact, DecisionChain, ChainRole, Interaction, InteractionContact, Cadence, Commitment,
    Contract, Bid, Rival, RivalMove, AccountPlan, PlanGoal, PlanAction, PlanItem, TeamMember,
    ResourceRequest, ValueCase, MirroredFunction, ServiceCase,
)  # fmt: skip
_BATCH = 400
Row = TypeVar("Row", bound=Model)


class Folder:
    """Collects rows of all models, then writes them in few statements.

    Dossier entries are dated: each remembers the day on which it was written down. Links between rows of
    one model (who reports to whom) are made when all of them exist.
    """

    def __init__(self) -> None:
        self._rows: dict[type[Model], list[Any]] = defaultdict(list)
        self._written: dict[int, dt.date] = {}
        self._links: dict[type[Model], list[tuple[Model, str, Model]]] = defaultdict(list)

    def put(self, row: Row, written: dt.date | None = None) -> Row:
        """Keep a row for later."""
        self._rows[type(row)].append(row)
        if written is not None:
            self._written[id(row)] = min(written, DEMO_DAY)
        return row

    def link(self, row: Row, name: str, other: Row) -> None:
        """Let ``row`` refer to another row of its model."""
        self._links[type(row)].append((row, name, other))

    def write(self) -> int:
        """Write everything; returns the number of rows."""
        for model in _ORDER:
            rows = self._rows[model]
            model._default_manager.bulk_create(rows, batch_size=_BATCH)
            names = {name for _row, name, _other in self._links[model]}
            for row, name, other in self._links[model]:
                setattr(row, name, other)
            if issubclass(model, DossierEntry):
                self._date(rows)
                names |= {"created_at", "updated_at"}
            if names and rows:
                model._default_manager.bulk_update(rows, sorted(names), batch_size=_BATCH)
        return sum(map(len, self._rows.values()))

    def _date(self, rows: list[Any]) -> None:
        for row in rows:
            row.created_at = row.updated_at = dt.datetime.combine(self._written[id(row)], dt.time(16), dt.UTC)


@dataclass
class Account:
    """One customer, what is the matter with it, who works for it, and the folder for its entries.

    ``people`` are its contacts by their post; ``stores`` is how many it has.
    """

    customer: Customer
    story: Story
    kam: User
    sponsor: User | None
    rep: User
    finance: User
    stores: int
    random: Random
    folder: Folder
    rivals: list[Competitor]
    people: dict[str, Contact] = field(default_factory=dict)

    @property
    def is_chain(self) -> bool:
        """Whether a head office decides."""
        return self.stores >= 4

    def put(self, model: type[Row], written: dt.date, **values: Any) -> Row:
        """Keep an entry of this customer's dossier, labelled as generated."""
        entry: Any = model(customer=self.customer, created_by=self.kam, is_generated=True, **values)
        return cast(Row, self.folder.put(entry, written))

    def deal(self, texts: "tuple[Any, ...]", count: int) -> list[Any]:
        """Draw ``count`` different texts, all of them where there are fewer."""
        return self.random.sample(texts, min(count, len(texts)))
