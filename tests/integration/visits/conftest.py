import pytest

from ka_crm.records.operations import set_system_setting
from purchases.models import Category
from tests.integration.visits.flags import flag_of


@pytest.fixture
def spirits(db):
    set_system_setting(name="demo_day", value="2022-11-01")
    return Category.objects.create(code="TEQ", name="Tequila")


@pytest.fixture
def flag(alpha, alpha_store, sue, spirits):
    """Alpha One, flagged in the North on 1 August; Sue answers for it."""
    return flag_of(alpha_store, spirits, supervisor=sue)


@pytest.fixture
def southern(beta, beta_store, spirits):
    """Beta One, flagged in the South; nobody answers for it."""
    return flag_of(beta_store, spirits)
