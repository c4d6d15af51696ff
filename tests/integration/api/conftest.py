"""Callers of the API: everybody of the cast by token, and what they must not be able to change."""

import itertools
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import (
    Channel,
    Competitor,
    Customer,
    Document,
    Format,
    Profile,
    Region,
    Rival,
    RivalMove,
    Store,
)
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.imports.models import ImportBatch
from ka_crm.jobs.models import JobRun
from ka_crm.people.models import Territory, User
from ka_crm.people.operations import create_token
from ka_crm.records.models import AuditRow
from purchases.models import (
    AccountCost,
    Category,
    Delivery,
    MonthlySales,
    OrderDay,
    OrderLine,
    PriceTerm,
    Product,
    Receivable,
    SalesLine,
    Target,
)
from visits.models import (
    CategoryTotal,
    Finding,
    Flag,
    Inspection,
    MarketShare,
    Measure,
    Observation,
    PotentialEstimate,
    StoreShare,
)

MODELS = (
    Flag, Inspection, Finding, Measure,
    Customer, Store, Channel, Format, Region, Territory, Category, Product, SalesLine, MonthlySales, OrderDay,
    CategoryTotal, MarketShare, Observation, PotentialEstimate, StoreShare, CriteriaVersion, ImportBatch,
    JobRun, AuditRow, Target, Receivable, OrderLine, Delivery, PriceTerm, AccountCost,
    Profile, Document, Competitor, Rival, RivalMove,
)  # fmt: skip
_keys = itertools.count(1)


class Caller:
    """Calls the API with a token; a POST gets a new ``Idempotency-Key`` unless ``key`` says otherwise."""

    def __init__(self, user: User | None) -> None:
        self.client = APIClient()
        self.user = user
        if user is not None:
            _row, secret = create_token(by=user, user=user)
            self.client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None, *, key: str | None = "new", **more: Any) -> Any:
        headers = {} if key is None else {"Idempotency-Key": f"key-{next(_keys)}" if key == "new" else key}
        return self.client.post(f"/api/v1/{path}", body, headers=headers, **{"format": "json", **more})

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(f"/api/v1/{path}", body, format="json")

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(f"/api/v1/{path}", body, format="json")

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/{path}")

    def codes(self, path: str, name: str = "code", **query: Any) -> list[Any]:
        """Return one value of every row of a list."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return [row[name] for row in answer.json()["results"]]


@pytest.fixture
def caller(db):
    return Caller


@pytest.fixture
def as_alice(alice):
    return Caller(alice)


@pytest.fixture
def as_bob(bob):
    return Caller(bob)


@pytest.fixture
def as_sue(sue):
    return Caller(sue)


@pytest.fixture
def as_dora(dora):
    return Caller(dora)


@pytest.fixture
def as_fay(fay):
    return Caller(fay)


@pytest.fixture
def as_adam(adam):
    return Caller(adam)


@pytest.fixture
def as_rex(rex):
    return Caller(rex)


@pytest.fixture
def stranger(db):
    return Caller(None)


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


def everything() -> list[Any]:
    """Return the whole state, to see that a refused request changed nothing."""
    return [list(model._base_manager.order_by("pk").values()) for model in MODELS]


def refused(answer: Any, status: int) -> dict[str, Any]:
    """Check that an answer is a problem of this status, and return it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    return problem
