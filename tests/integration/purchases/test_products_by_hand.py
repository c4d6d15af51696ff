"""Products and categories kept by hand."""

import pytest

from ka_crm.records.models import AuditRow
from purchases.models import Category, Product


@pytest.fixture
def tequila(db):
    return Category.objects.create(code="TEQ", name="Tequila")


@pytest.fixture
def bottle(tequila):
    return Product.objects.create(code="P1", name="Bottle", category=tequila)


def test_a_product_is_created_changed_archived_and_restored(client, dora, tequila):
    client.force_login(dora)
    values = {"code": "0042", "name": "Silver", "category": tequila.pk, "list_price": "52.99"}
    assert client.post("/products/-/new/", values).url == "/products/"
    changed = {**values, "name": "Silver 750", "version": 1}
    assert client.post("/products/0042/edit/", changed).status_code == 302
    assert client.post("/products/0042/edit/", changed).status_code == 409
    assert Product.objects.get().name == "Silver 750"
    client.post("/products/0042/archive/")
    assert client.get("/products/").context["total"] == 0
    client.post("/products/0042/archive/", {"restore": "1"})
    assert client.get("/products/").context["total"] == 1
    assert AuditRow.objects.filter(record_type="purchases.product").count() == 4


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"code": "P1"}, "code"), ({"code": "a/b"}, "code"), ({"name": ""}, "name"),
     ({"unit_cost": "-1"}, "unit_cost"),
     ({"list_price": "dear"}, "list_price"), ({"category": "99"}, "category")],
)  # fmt: skip
def test_an_impossible_product_is_refused_at_its_field(client, dora, bottle, changes, field):
    client.force_login(dora)
    answer = client.post("/products/-/new/", {"code": "P2", "name": "Two", **changes})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Product.objects.count() == 1


def test_a_category_with_products_stays(client, dora, bottle):
    client.force_login(dora)
    client.post("/products/-/categories/new/", {"code": "GIN", "name": "Gin"})
    client.post("/products/-/categories/GIN/edit/", {"name": "Dry gin"})
    assert Category.objects.get(code="GIN").name == "Dry gin"
    client.post("/products/-/categories/GIN/delete/")
    client.post("/products/-/categories/TEQ/delete/")
    assert [category.code for category in Category.objects.all()] == ["TEQ"]


@pytest.mark.parametrize("who", ["alice", "sue", "fay", "rex"])
def test_everybody_reads_products_and_only_directors_and_administrators_keep_them(
    client, request, bottle, who
):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/products/").status_code == 200
    assert client.post("/products/-/new/", {"code": "P2", "name": "Two"}).status_code == 403
    assert client.post("/products/P1/archive/").status_code == 403
    assert client.get("/products/-/categories/").status_code == 403
    assert Product.objects.filter(archived_at__isnull=True).count() == 1
