"""Products and customers over the API: what the pages refuse, the API refuses too."""

import pytest

from purchases.models import Product
from tests.integration.api.conftest import everything, refused


@pytest.mark.parametrize("name", ["list_price", "unit_cost"])
def test_a_price_cannot_be_negative(as_dora, tequila, name):
    before = everything()
    body = {"code": "P1", "name": "Blanco", "category_code": "TEQ", name: "-1"}
    assert list(refused(as_dora.post("products/", body), 400)["errors"]) == [name]
    assert everything() == before
    assert as_dora.post("products/", {**body, name: "1"}).status_code == 201
    refused(as_dora.patch("products/P1/", {name: "-0.01", "version": 1}), 400)
    assert getattr(Product.objects.get(), name) == 1


def test_a_customer_cannot_belong_to_itself(as_dora, alpha):
    answer = refused(as_dora.patch("customers/ALPHA/", {"parent_code": "ALPHA", "version": 1}), 400)
    assert "cannot belong to itself" in str(answer)
