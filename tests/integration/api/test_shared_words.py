"""Channels, formats, regions, territories, categories and products: everybody reads, few write."""

import pytest

from accounts.models import Channel, Region
from ka_crm.people.models import Territory
from purchases.models import Category, Product
from tests.integration.api.conftest import everything, refused

WORDS = ("channels", "formats", "regions")


@pytest.mark.parametrize("path", [*WORDS, "territories", "categories", "products"])
def test_strangers_read_nothing_and_everybody_else_reads_all(stranger, as_fay, path):
    refused(stranger.get(f"{path}/"), 401)
    assert as_fay.get(f"{path}/").json() == {"next": None, "previous": None, "results": []}


@pytest.mark.parametrize("path", WORDS)
def test_words_are_added_renamed_and_deleted_by_directors(as_dora, as_alice, path):
    made = as_dora.post(f"{path}/", {"name": " Big "})
    assert (made.status_code, made.json()["name"]) == (201, "Big")
    address = f"{path}/{made.json()['id']}/"
    before = everything()
    refused(as_alice.post(f"{path}/", {"name": "Other"}), 403)
    refused(as_alice.patch(address, {"name": "Other"}), 403)
    refused(as_alice.delete(address), 403)
    refused(as_dora.post(f"{path}/", {"name": "big"}), 400)
    refused(as_dora.post(f"{path}/", {"name": ""}), 400)
    refused(as_dora.post(f"{path}/", {"name": "New"}, key=None), 400)
    refused(as_dora.get(f"{path}/99999999999999999999/"), 404)
    assert everything() == before
    assert as_dora.patch(address, {"name": "Bigger"}).json()["name"] == "Bigger"
    assert as_dora.delete(address).status_code == 204


def test_a_region_that_a_customer_carries_stays(as_dora, alpha, region):
    before = everything()
    refused(as_dora.delete(f"regions/{region.pk}/"), 400)
    assert everything() == before


def test_the_same_key_adds_one_word(as_dora):
    for _ in range(2):
        assert as_dora.post("channels/", {"name": "Online"}, key="k").status_code == 201
    assert Channel.objects.count() == 1


def test_only_administrators_change_the_tree_of_territories(as_adam, as_dora, territories, region):
    before = everything()
    refused(as_dora.post("territories/", {"name": "West"}), 403)
    assert everything() == before
    west = as_adam.post("territories/", {"name": "West", "parent": "Country"}).json()
    assert west["parent"] == "Country"
    address = f"territories/{west['id']}/"
    moved = as_adam.patch(address, {"name": "Far West", "parent": "South"}).json()
    assert (moved["name"], moved["parent"]) == ("Far West", "South")
    before = everything()
    country = f"territories/{territories['country'].pk}/"
    refused(as_adam.patch(country, {"name": "Land", "parent": "North"}), 400)
    refused(as_adam.delete(country), 409)
    assert everything() == before
    assert as_adam.delete(address).status_code == 204
    assert Territory.objects.count() == 3


def test_categories_are_kept_by_code(as_dora, as_alice, tequila):
    assert as_dora.post("categories/", {"code": "GIN", "name": "Gin"}).status_code == 201
    assert as_alice.codes("categories/") == ["GIN", "TEQ"]
    before = everything()
    refused(as_alice.patch("categories/TEQ/", {"name": "X"}), 403)
    refused(as_dora.patch("categories/TEQ/", {"code": "X"}), 400)
    refused(as_dora.post("categories/", {"code": "GIN"}), 400)
    refused(as_dora.post("categories/", {"code": "A/B"}), 400)
    assert everything() == before
    assert as_dora.patch("categories/GIN/", {"name": "Jenever"}).json()["name"] == "Jenever"
    assert as_dora.delete("categories/GIN/").status_code == 204
    assert Category.objects.get() == tequila


def test_products_are_versioned_and_archived(as_dora, as_alice, tequila):
    body = {"code": "P1", "name": "Blanco", "category_code": "TEQ", "list_price": "12.5", "unit_cost": 4}
    refused(as_alice.post("products/", body), 403)
    made = as_dora.post("products/", body)
    assert made.status_code == 201, made.content
    assert (made.json()["list_price"], made.json()["category_code"]) == ("12.5000", "TEQ")
    assert as_alice.codes("products/", category="TEQ", q="blan") == ["P1"]
    before = everything()
    for method in (as_dora.put, as_dora.patch):
        full = made.json()
        refused(method("products/P1/", {**full, "list_price": "NaN"}), 400)
        refused(method("products/P1/", {**full, "category_code": "RUM"}), 400)
        refused(method("products/P1/", {key: full[key] for key in ("code", "name")}), 400)
    refused(as_alice.patch("products/P1/", {"name": "X", "version": 1}), 403)
    assert everything() == before
    assert as_dora.patch("products/P1/", {"brand": "Ours", "version": 1}).json()["version"] == 2
    assert refused(as_dora.patch("products/P1/", {"brand": "X", "version": 1}), 409)["version"] == 2
    refused(as_alice.delete("products/P1/"), 403)
    assert as_dora.delete("products/P1/").status_code == 204
    assert as_alice.codes("products/") == []
    assert as_dora.post("products/P1/restore/", key=None).status_code == 200
    assert Product.objects.get().archived_at is None


def test_regions_are_not_doubled_by_two_spellings(as_dora, region):
    refused(as_dora.post("regions/", {"name": "MAINLAND"}), 400)
    assert Region.objects.count() == 1
