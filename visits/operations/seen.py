"""What somebody saw on one visit, as operations take it; numbers in ten-thousandths."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Store
from ka_crm.records.operations import plain_value
from purchases.models import Category, Product
from visits.models import CheckPoint, VisitKind


@dataclass(frozen=True)
class BrandSeen:
    """What one rival brand sold; ten-thousandths."""

    name: str
    units: int


@dataclass(frozen=True)
class CountSeen:
    """All brands and ours in one category on the day; ten-thousandths."""

    category: Category
    total: int
    own: int
    is_certain: bool = False
    certain_reason: str = ""
    brands: Sequence[BrandSeen] = ()


@dataclass(frozen=True)
class CheckSeen:
    """What was found at a check point; points not looked at are left out."""

    point: CheckPoint
    is_ok: bool
    note: str = ""


@dataclass(frozen=True)
class LotSeen:
    """A lot seen, and who supplied it as the store says."""

    lot: str
    supplied_by: str = ""


@dataclass(frozen=True)
class Seen:
    """Everything that somebody saw on one visit. ``task`` is the planned visit it came from, if any."""

    client_uuid: uuid.UUID
    store: Store
    on: dt.date
    kind: str = VisitKind.ROUTINE
    began_at: dt.datetime | None = None
    note: str = ""
    counts: Sequence[CountSeen] = ()
    checks: Sequence[CheckSeen] = ()
    prices: Sequence[tuple[Product, int]] = ()
    lots: Sequence[LotSeen] = ()
    task: int | None = None

    def digest(self) -> str:
        """Return what tells the same visit sent again from another one."""
        content = [
            self.store.pk, self.on.isoformat(), str(self.kind), plain_value(self.began_at), self.note,
            self.task,
            [[c.category.pk, c.total, c.own, c.is_certain, c.certain_reason,
              [[b.name, b.units] for b in c.brands]] for c in self.counts],
            [[c.point.pk, c.is_ok, c.note] for c in self.checks],
            [[product.pk, price] for product, price in self.prices],
            [[lot.lot, lot.supplied_by] for lot in self.lots],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()
