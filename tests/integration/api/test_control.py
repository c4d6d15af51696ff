"""Price list, prices and lots seen, case files, supply routes and delivery over the API."""

import datetime as dt

import pytest

from ka_crm.lib.money import SCALE
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today
from purchases.models import OrderLine, Product
from tests.integration.api.conftest import refused
from visits.models import (
    DiversionCase,
    LotShipment,
    LotSighting,
    PriceSighting,
    ShelfPrice,
    SupplyStep,
)

MODELS = (ShelfPrice, PriceSighting, LotShipment, LotSighting, DiversionCase, SupplyStep)
DAY = "2022-05-10"
BODIES = {
    "shelf-prices/": {"product_code": "P1", "price": "120", "floor": "100", "from_on": "2022-01-01"},
    "price-sightings/": {"store_code": "A1", "product_code": "P1", "on": DAY, "price": "95"},
    "lot-shipments/": {"lot": "l78", "territory": "North", "shipped_on": DAY, "customer_code": "ALPHA"},
    "lot-sightings/": {"lot": "L78", "store_code": "A1", "on": DAY, "supplied_by": "a dealer"},
    "diversion-cases/": {"title": "Lot L78", "customer_code": "ALPHA"},
    "supply-steps/": {"store_code": "A1", "level": 1, "supplier": "Dealer", "margin_share": 0.12},
}
#: Who may not write, besides finance approvers.
READ_ONLY = {
    "shelf-prices/": ("alice", "sue"),
    "lot-shipments/": ("alice",),
    "diversion-cases/": ("alice",),
}
every_kind = pytest.mark.parametrize("path", BODIES)


def stored():
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


@pytest.fixture(autouse=True)
def _catalogue(alpha_store, beta_store):
    Product.objects.create(code="P1", name="Blanco")


@every_kind
def test_who_may_not_write_changes_nothing(stranger, caller, request, fay, path):
    before = stored()
    refused(stranger.get(path), 401)
    refused(stranger.post(path, BODIES[path]), 401)
    for who in ("fay", *READ_ONLY.get(path, ())):
        refused(caller(request.getfixturevalue(who)).post(path, BODIES[path]), 403)
    assert stored() == before


@every_kind
def test_what_is_written_is_read_once_and_audited(as_dora, path):
    answer = as_dora.post(path, BODIES[path], key="same")
    assert answer.status_code == 201, answer.content
    assert as_dora.post(path, BODIES[path], key="same").json() == answer.json()
    made = answer.json()
    assert as_dora.get(f"{path}{made['id']}/").json() == made
    assert as_dora.codes(path, "id") == [made["id"]]
    assert AuditRow.objects.filter(action="create", record_id=str(made["id"])).count() == 1


@every_kind
def test_another_account_managers_rows_do_not_exist(as_dora, as_bob, path):
    body = {**BODIES[path], **({"customer_code": "ALPHA"} if path == "shelf-prices/" else {})}
    made = as_dora.post(path, body).json()
    assert as_dora.codes(path, "id") == [made["id"]]
    assert as_bob.codes(path, "id") == []
    refused(as_bob.get(f"{path}{made['id']}/"), 404)


@pytest.mark.parametrize(
    ("path", "changes", "field"),
    [
        ("shelf-prices/", {"floor": "130"}, "floor"),
        ("shelf-prices/", {"product_code": "NONE"}, "product_code"),
        ("shelf-prices/", {"is_promotion": True}, "to_on"),
        ("price-sightings/", {"on": "2999-01-01"}, "on"),
        ("price-sightings/", {"price": "0"}, "price"),
        ("price-sightings/", {"store_code": "NONE"}, "store_code"),
        ("lot-shipments/", {"territory": "Nowhere"}, "territory"),
        ("lot-sightings/", {"on": "2022-02-31"}, "on"),
        ("diversion-cases/", {"title": ""}, "title"),
        ("diversion-cases/", {"sightings": [999]}, "sightings"),
        ("supply-steps/", {"margin_share": 1.2}, "margin_share"),
        ("supply-steps/", {"level": 0}, "level"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(as_dora, path, changes, field):
    problem = refused(as_dora.post(path, {**BODIES[path], **changes}), 400)
    assert field in problem["errors"]
    assert not any(stored())


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("shelf-prices/", {"floor": "99"}),
        ("diversion-cases/", {"title": "Other"}),
        ("supply-steps/", {"supplier": "Other"}),
    ],
)
def test_a_stale_version_overwrites_nothing(as_dora, path, change):
    made = as_dora.post(path, BODIES[path]).json()
    address = f"{path}{made['id']}/"
    changed = as_dora.patch(address, {**change, "version": made["version"]})
    assert changed.status_code == 200, changed.content
    before = stored()
    again = {name: f"{value}1" for name, value in change.items()}
    refused(as_dora.patch(address, {**again, "version": made["version"]}), 409)
    assert stored() == before


def test_a_price_seen_comes_with_its_judgement(as_dora):
    as_dora.post("shelf-prices/", BODIES["shelf-prices/"])
    first = as_dora.post("price-sightings/", BODIES["price-sightings/"]).json()
    assert (first["state"], first["floor"], first["deviation"]) == ("to_verify", "100", 0.05)
    second = as_dora.post("price-sightings/", {**BODIES["price-sightings/"], "on": "2022-05-12"}).json()
    assert second["state"] == "confirmed"
    assert as_dora.codes("price-sightings/", "state") == ["confirmed", "to_verify"]


def test_a_lot_seen_comes_with_its_result(as_dora):
    seen = as_dora.post("lot-sightings/", BODIES["lot-sightings/"]).json()
    assert (seen["result"], seen["shipped_to"]) == ("unknown_lot", [])
    as_dora.post("lot-shipments/", {**BODIES["lot-shipments/"], "territory": "South"})
    found = as_dora.get(f"lot-sightings/{seen['id']}/").json()
    assert (found["result"], found["shipped_to"]) == ("diversion", ["South"])


def test_a_case_is_worked_on_and_closed(as_dora, as_alice):
    seen = as_dora.post("lot-sightings/", BODIES["lot-sightings/"]).json()
    case = as_dora.post("diversion-cases/", {**BODIES["diversion-cases/"], "sightings": [seen["id"]]}).json()
    address = f"diversion-cases/{case['id']}/"
    refused(as_alice.get(address), 404)
    shown = as_dora.post(f"{address}evidence/", {"text": "A bill", "on": DAY})
    assert shown.status_code == 201 and shown.json()["evidence"][0]["text"] == "A bill"
    close = {"version": case["version"], "state": "confirmed", "outcome": "The dealer said so."}
    refused(as_dora.post(f"{address}close/", {**close, "state": "open"}), 400)
    closed = as_dora.post(f"{address}close/", close).json()
    assert (closed["state"], closed["closed_on"]) == ("confirmed", business_today().isoformat())
    refused(as_dora.post(f"{address}evidence/", {"text": "late", "on": DAY}), 400)
    assert as_dora.post(f"{address}reopen/", {"version": closed["version"]}).json()["state"] == "open"


def test_a_level_is_taken_out_with_an_audit_row(as_alice, as_bob):
    made = as_alice.post("supply-steps/", BODIES["supply-steps/"]).json()
    refused(as_bob.delete(f"supply-steps/{made['id']}/"), 404)
    assert as_alice.delete(f"supply-steps/{made['id']}/").status_code == 204
    assert not SupplyStep.objects.exists()
    assert AuditRow.objects.filter(record_type="visits.supplystep", action="delete").count() == 1


def test_delivery_is_told_with_its_counts_to_those_with_accounts(stranger, as_fay, as_bob, as_dora, alpha):
    OrderLine.objects.create(
        customer=alpha, order_no="O1", line_no="1", ordered_units=SCALE,
        requested_on=business_today() - dt.timedelta(3),
    )  # fmt: skip
    refused(stranger.get("dashboards/delivery/"), 401)
    refused(as_fay.get("dashboards/delivery/"), 403)
    found = as_dora.get("dashboards/delivery/").json()
    assert found["total"]["line_otif"] == {"hits": 0, "of": 1, "share": 0.0}
    assert found["by_customer"][0]["customer_code"] == "ALPHA"
    assert as_dora.get("dashboards/delivery/", basis="confirmed").json()["total"]["left_out"] == {
        "no_date": 1
    }
    assert as_bob.get("dashboards/delivery/").json()["total"]["line_otif"]["of"] == 0
