"""A pinned day and short ways to send visits."""

import datetime as dt
import uuid

import pytest

from ka_crm.lib.money import SCALE
from ka_crm.records.operations import set_system_setting
from purchases.models import Category
from tests.facts import visit
from visits.models import CheckPoint
from visits.operations import CountSeen, Seen, record_visit

TODAY = dt.date(2022, 11, 1)


@pytest.fixture
def pinned(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())
    return TODAY


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


@pytest.fixture
def rum(db):
    return Category.objects.create(code="RUM", name="Rum")


@pytest.fixture
def display(db):
    return CheckPoint.objects.get(name="Display stands")


@pytest.fixture
def five_days(alpha_store, tequila):
    """Five earlier visits: 20 of all brands each, 3 ours."""
    days = [TODAY - dt.timedelta(days=n) for n in (35, 28, 21, 14, 7)]
    visit(alpha_store, tequila, days, [(20, 3)] * 5)
    return days


def counted(category, total, own, **more):
    return CountSeen(category, total * SCALE, own * SCALE, **more)


def go(user, store, *counts, on=TODAY, **more):
    """One visit with counts."""
    values = {"client_uuid": uuid.uuid4(), "store": store, "on": on, "counts": counts, **more}
    return record_visit(by=user, seen=Seen(**values))
