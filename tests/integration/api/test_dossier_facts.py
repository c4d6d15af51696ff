"""Targets, receivables, order lines, price terms and costs to serve over the API."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from ka_crm.lib.money import SCALE
from ka_crm.records.models import AuditRow
from purchases import operations
from purchases.models import AccountCost, Delivery, OrderLine, PriceTerm, Product, Receivable, Target
from tests.integration.api.conftest import everything, refused

BODIES = {
    "targets/": {"customer_code": "ALPHA", "category_code": "TEQ", "month": "2022-10", "amount": "500.5"},
    "receivables/": {
        "customer_code": "ALPHA", "document_no": "R/1", "issued_on": "2022-09-01", "due_on": "2022-10-01",
        "amount": "100", "open_amount": "40",
    },
    "order-lines/": {
        "customer_code": "ALPHA", "store_code": "A1", "product_code": "P1", "order_no": "O1", "line_no": "1",
        "ordered_units": "24", "requested_on": "2022-10-10", "confirmed_on": "2022-10-11",
        "delivery_mode": "own fleet",
        "deliveries": [
            {"delivered_on": "2022-10-10", "units": "10"}, {"delivered_on": "2022-10-12", "units": 14},
        ],
    },
    "price-terms/": {
        "customer_code": "ALPHA", "product_code": "P1", "net_price": "21.5", "from_on": "2022-01-01",
        "to_on": "2022-12-31", "note": "yearly talks",
    },
    "account-costs/": {"customer_code": "ALPHA", "month": "2022-10-01", "kind": "freight", "amount": "35"},
}  # fmt: skip
#: A change that fits each kind: field, value sent, value shown.
CHANGES = {
    "targets/": ("amount", "600", "600"),
    "receivables/": ("open_amount", "0", "0"),
    "order-lines/": ("is_cancelled", True, True),
    "price-terms/": ("net_price", 20, "20"),
    "account-costs/": ("amount", "36", "36"),
}
every_kind = pytest.mark.parametrize("path", BODIES)


@pytest.fixture(autouse=True)
def _catalogue(tequila, alpha_store, beta_store):
    Product.objects.create(code="P1", name="Blanco", category=tequila)


@every_kind
def test_who_may_see_and_write(stranger, as_alice, as_bob, as_fay, as_sue, as_dora, caller, rex, path):
    as_rex = caller(rex)
    before = everything()
    refused(stranger.get(path), 401)
    refused(stranger.post(path, BODIES[path]), 401)
    for who in (as_alice, as_bob, as_fay, as_rex):
        refused(who.post(path, BODIES[path]), 403)
    assert everything() == before
    made = as_sue.post(path, BODIES[path])
    assert made.status_code == 201, made.content
    address = f"{path}{made.json()['id']}/"
    assert made["Location"].endswith(address)
    field, value, _ = CHANGES[path]
    before = everything()
    for who in (as_bob, as_fay, as_rex):
        assert who.codes(path, "id") == []
        refused(who.get(address), 404)
        refused(who.patch(address, {field: value, "version": 1}), 404)
        refused(who.delete(address), 404)
        refused(who.post(f"{address}restore/"), 404)
    assert as_alice.get(address).json() == as_dora.get(address).json() == made.json()
    refused(as_alice.patch(address, {field: value, "version": 1}), 403)
    refused(as_alice.delete(address), 403)
    refused(as_alice.post(f"{address}restore/"), 403)
    assert everything() == before


@every_kind
def test_it_is_created_once_changed_under_its_version_archived_and_restored(as_sue, as_alice, path):
    refused(as_sue.post(path, BODIES[path], key=None), 400)
    first, again = (as_sue.post(path, BODIES[path], key="k") for _ in range(2))
    assert first.json() == again.json()
    refused(as_sue.post(path, {**BODIES[path], "customer_code": "BETA"}, key="k"), 422)
    address = f"{path}{first.json()['id']}/"
    field, value, shown = CHANGES[path]
    changed = as_sue.patch(address, {field: value, "version": 1})
    assert (changed.json()[field], changed.json()["version"]) == (shown, 2)
    assert {**changed.json(), field: first.json()[field], "version": 1}.items() >= {
        (name, value) for name, value in first.json().items()
        if name not in ("updated_at", "deliveries")
    }  # fmt: skip
    stale = refused(as_sue.patch(address, {field: BODIES[path].get(field, False), "version": 1}), 409)
    assert [item["field"] for item in stale["differences"]] == [field]
    refused(as_sue.patch(address, {field: value}), 400)
    refused(as_sue.post(path, BODIES[path]), 400)  # there is one already
    assert as_sue.delete(address).status_code == 204
    assert as_alice.codes(path, "id") == []
    assert as_alice.codes(path, "id", archived="true") == [first.json()["id"]]
    second = as_sue.post(path, BODIES[path])
    assert second.status_code == 201, "what was archived makes way"
    before = everything()
    refused(as_sue.post(f"{address}restore/"), 400)
    assert everything() == before
    as_sue.delete(f"{path}{second.json()['id']}/")
    assert as_sue.post(f"{address}restore/").json()["archived_at"] is None
    actions = AuditRow.objects.filter(record_type__startswith="purchases.", record_id=str(first.json()["id"]))
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        "create",
        "update",
        "archive",
        "restore",
    ]


@pytest.mark.parametrize(
    ("path", "change"),
    [
        *((path, {"customer_code": code}) for path in BODIES for code in ("BETA", "NOPE", 7.5)),
        ("targets/", {"customer_code": None}),
        ("targets/", {"kam_email": "alice@test.example"}),
        ("targets/", {"customer_code": None, "kam_email": "bob@test.example"}),
        ("targets/", {"month": "2022-10-15"}),
        ("targets/", {"month": "2022-13"}),
        ("targets/", {"amount": "-1"}),
        ("targets/", {"amount": "inf"}),
        ("receivables/", {"amount": "1e90"}),
        ("receivables/", {"open_amount": "100.01"}),
        ("receivables/", {"open_amount": -1}),
        ("receivables/", {"due_on": "2022-02-31"}),
        ("receivables/", {"due_on": None}),
        ("receivables/", {"document_no": ""}),
        ("receivables/", {"customer_code": None}),
        ("order-lines/", {"store_code": "B1"}),
        ("order-lines/", {"ordered_units": "-1"}),
        ("order-lines/", {"deliveries": [{"delivered_on": "2999-01-01", "units": 1}]}),
        ("order-lines/", {"deliveries": [{"delivered_on": "2022-10-10", "units": -1}]}),
        ("order-lines/", {"deliveries": [{"delivered_on": "2022-10-10", "units": 1}] * 2}),
        ("order-lines/", {"deliveries": [{"units": 1}]}),
        ("order-lines/", {"deliveries": "all"}),
        ("price-terms/", {"to_on": "2021-12-31"}),
        ("price-terms/", {"store_code": "A1"}),
        ("price-terms/", {"customer_code": None}),
        ("price-terms/", {"customer_code": None, "store_code": "B1"}),
        ("price-terms/", {"source": "hearsay"}),
        ("price-terms/", {"net_price": "-0.01"}),
        ("account-costs/", {"kind": "lunch"}),
        ("account-costs/", {"amount": "-1"}),
        ("account-costs/", {"month": "2022-10-02"}),
    ],
)
def test_what_cannot_be_is_refused_on_every_way_in(as_sue, region, path, change):
    made = as_sue.post(path, BODIES[path]).json()
    address = f"{path}{made['id']}/"
    before = everything()
    refused(as_sue.post(path, {**BODIES[path], **change}), 400)
    refused(as_sue.put(address, {**made, **change}), 400)
    refused(as_sue.patch(address, {**change, "version": 1}), 400)
    assert everything() == before


def test_lists_are_narrowed(as_dora, as_alice):
    for path, body in BODIES.items():
        assert as_dora.post(path, body).status_code == 201
    found = {
        "targets/": ({"customer": "ALPHA", "category": "TEQ", "month_from": "2022-10-01"},
                     {"kam": "alice@test.example"}, {"month_to": "2022-09-30"}),
        "receivables/": ({"open": "true", "due_to": "2022-10-01", "document_no": "R/1"}, {"open": "false"},
                         {"territory": "South"}),
        "order-lines/": ({"store": "A1", "product": "P1", "order_no": "O1", "requested_from": "2022-10-10",
                          "delivery_mode": "OWN FLEET"},
                         {"cancelled": "true"}, {"requested_to": "2022-10-09"}),
        "price-terms/": ({"on": "2022-12-31", "product": "P1", "source": "agreed"}, {"on": "2023-01-01"},
                         {"region": "Mainland"}),
        "account-costs/": ({"kind": "freight", "kam": "ALICE@test.example"}, {"kind": "visits"},
                           {"customer": "BETA"}),
    }  # fmt: skip
    for path, (those, *others) in found.items():
        assert len(as_alice.codes(path, "id", **those)) == 1, path
        for other in others:
            assert as_alice.codes(path, "id", **other) == [], (path, other)
        refused(as_alice.get(path, colour="red"), 400)


def test_a_target_of_a_person_is_seen_by_them_and_above(as_sue, as_alice, as_bob, as_dora):
    body = {"kam_email": "alice@test.example", "month": "2022-10", "amount": 5}
    made = as_sue.post("targets/", body)
    assert (made.json()["customer_code"], made.json()["month"]) == (None, "2022-10-01")
    for who, count in ((as_alice, 1), (as_sue, 1), (as_dora, 1), (as_bob, 0)):
        assert len(who.codes("targets/", "id", kam="alice@test.example")) == count


def test_deliveries_are_shown_replaced_and_audited_with_their_line(as_sue, as_alice):
    made = as_sue.post("order-lines/", BODIES["order-lines/"]).json()
    assert made["deliveries"] == [
        {"delivered_on": "2022-10-10", "units": "10"},
        {"delivered_on": "2022-10-12", "units": "14"},
    ]
    address = f"order-lines/{made['id']}/"
    assert as_alice.codes("order-lines/", "deliveries") == [made["deliveries"]]
    same = as_sue.patch(address, {"deliveries": made["deliveries"], "version": 1})
    assert same.json()["version"] == 1
    less = as_sue.patch(address, {"deliveries": made["deliveries"][:1], "version": 1})
    assert (less.json()["version"], less.json()["deliveries"]) == (2, made["deliveries"][:1])
    row = AuditRow.objects.order_by("-pk").first()
    assert (row.before["deliveries"][1], row.after["deliveries"]) == (
        "2022-10-12: 140000",
        ["2022-10-10: 100000"],
    )
    refused(as_sue.patch(address, {"deliveries": [], "version": 1}), 409)
    assert as_sue.patch(address, {"confirmed_on": None, "version": 2}).json()["deliveries"]
    assert Delivery.objects.get().units == 10 * SCALE


def test_two_prices_of_one_product_never_hold_on_the_same_day(as_sue, as_dora):
    price = BODIES["price-terms/"]
    made = as_sue.post("price-terms/", price).json()
    clash = {**price, "from_on": "2022-12-31", "to_on": None}
    problem = refused(as_sue.post("price-terms/", clash), 400)
    assert list(problem["errors"]) == ["from_on"]
    later = as_sue.post("price-terms/", {**clash, "from_on": "2023-01-01"}).json()
    refused(as_sue.patch(f"price-terms/{made['id']}/", {"to_on": "2023-01-01", "version": 1}), 400)
    refused(as_sue.patch(f"price-terms/{later['id']}/", {"from_on": "2022-06-01", "version": 1}), 400)
    assert as_sue.post("price-terms/", {**clash, "source": "promotion"}).status_code == 201
    assert (
        as_sue.patch(f"price-terms/{made['id']}/", {"to_on": "2022-11-30", "version": 1}).status_code == 200
    )
    assert PriceTerm.objects.count() == 3


def test_the_general_list_is_written_by_directors_and_read_by_all_who_work_with_accounts(
    as_sue, as_alice, as_bob, as_dora, as_fay
):
    price = {**BODIES["price-terms/"], "customer_code": None}
    refused(as_sue.post("price-terms/", price), 400)
    made = as_dora.post("price-terms/", price)
    assert made.status_code == 201, made.content
    address = f"price-terms/{made.json()['id']}/"
    for who in (as_alice, as_bob, as_sue):
        assert who.get(address).status_code == 200
    refused(as_fay.get(address), 404)
    before = everything()
    refused(as_sue.patch(address, {"net_price": 1, "version": 1}), 403)
    refused(as_sue.delete(address), 403)
    assert everything() == before


def test_an_open_amount_that_is_left_out_is_the_whole(as_sue):
    body = {name: value for name, value in BODIES["receivables/"].items() if name != "open_amount"}
    assert as_sue.post("receivables/", body).json()["open_amount"] == "100"


def test_operations_check_the_role_and_the_customer_before_any_write(alice, sue, bob, alpha, beta):
    values = {"month": dt.date(2022, 10, 1), "amount": 5}
    with pytest.raises(PermissionDenied):
        operations.create_target(by=alice, values={**values, "customer": alpha})
    with pytest.raises(ValidationError):
        operations.create_target(by=sue, values={**values, "customer": beta})
    foreign = Target.objects.create(customer=beta, **values)
    for refusing in (
        lambda: operations.change_target(by=sue, target=foreign, version=1, changes={"amount": 6}),
        lambda: operations.archive_target(by=sue, target=foreign),
        lambda: operations.restore_target(by=sue, target=foreign),
    ):
        with pytest.raises(PermissionDenied):
            refusing()
    assert (Target.objects.get().amount, AuditRow.objects.count()) == (5, 0)


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_prices_that_are_sent_at_the_same_moment_do_not_overlap(dora, alpha):
    product = Product.objects.get()
    start = threading.Barrier(4)

    def send(day):
        try:
            start.wait(timeout=10)
            values = {"customer": alpha, "product": product, "net_price": day}
            operations.create_price_term(by=dora, values={**values, "from_on": dt.date(2022, 1, day)})
        except ValidationError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(day,)) for day in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PriceTerm.objects.count() == 1


def test_the_admin_shows_facts_and_writes_none(client, adam, dora, as_dora):
    for path, body in BODIES.items():
        as_dora.post(path, body)
    for model in (Target, Receivable, OrderLine, Delivery, PriceTerm, AccountCost):
        address = f"/django-admin/purchases/{model._meta.model_name}/"
        client.force_login(adam, backend="ka_crm.people.backends.PasswordBackend")
        assert client.get(address).status_code == 200
        assert client.get(f"{address}add/").status_code == 403
        client.force_login(dora, backend="ka_crm.people.backends.PasswordBackend")
        assert client.get(address).status_code != 200
