"""The small cast that every test shares: so that permissions read as a story.

Alice (KAM) owns Alpha Markets with two stores in the North; Bob (KAM) owns Beta Stores in the South.
Sue supervises the North, Dora is director, Fay approves money, Adam administers, Rex is a rep.
"""

import os

import pytest
from django.conf import settings
from django.core.cache import cache

from accounts.models import Customer, Region, Store
from ka_crm.people.models import Role, Territory, User

PASSWORD = "correct horse battery"


def pytest_configure() -> None:
    """Hash passwords fast, and keep what is cached (rates, tries) inside this process."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    # Playwright keeps a loop in the thread of its tests, and for a moment in that of the next one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def make_user(email: str, role: str, **fields: object) -> User:
    return User.objects.create_user(
        f"{email}@test.example", PASSWORD, name=email.title(), role=role, **fields
    )


@pytest.fixture
def territories(db):
    country = Territory.objects.create(name="Country")
    north = Territory.objects.create(name="North", parent=country)
    south = Territory.objects.create(name="South", parent=country)
    return {"country": country, "north": north, "south": south}


@pytest.fixture
def alice(db, territories):
    return make_user("alice", Role.KAM, territory=territories["north"])


@pytest.fixture
def bob(db, territories):
    return make_user("bob", Role.KAM, territory=territories["south"])


@pytest.fixture
def sue(db, territories):
    return make_user("sue", Role.SUPERVISOR, territory=territories["north"])


@pytest.fixture
def dora(db):
    return make_user("dora", Role.DIRECTOR)


@pytest.fixture
def fay(db):
    return make_user("fay", Role.FINANCE)


@pytest.fixture
def adam(db):
    return make_user("adam", Role.ADMIN)


@pytest.fixture
def rex(db, territories):
    return make_user("rex", Role.REP, territory=territories["north"])


@pytest.fixture
def region(db):
    return Region.objects.create(name="Mainland")


@pytest.fixture
def alpha(alice, territories, region):
    return Customer.objects.create(
        code="ALPHA", name="Alpha Markets", kam=alice, territory=territories["north"], region=region
    )


@pytest.fixture
def beta(bob, territories, region):
    return Customer.objects.create(
        code="BETA", name="Beta Stores", kam=bob, territory=territories["south"], region=region
    )


@pytest.fixture
def alpha_store(alpha, territories):
    return Store.objects.create(
        code="A1", name="Alpha One", customer=alpha, territory=territories["north"], city="Northville"
    )


@pytest.fixture
def beta_store(beta, territories):
    return Store.objects.create(
        code="B1", name="Beta One", customer=beta, territory=territories["south"], city="Southport"
    )
