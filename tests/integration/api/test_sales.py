"""Sales lines over the API: through the import engine, all or nothing."""

import datetime as dt

import pytest

from accounts.models import Customer
from ka_crm.imports.models import BatchState, ImportBatch
from purchases.models import MonthlySales, SalesLine
from tests.integration.api.conftest import everything, refused

LINE = {"date": "2022-10-03", "customer_code": "ALPHA", "net_amount": "12.3456", "category_code": "TEQ"}
BULK = "sales/bulk/"


def amounts(caller, **query):
    return sorted(caller.codes("sales/", "net_amount", **query))


def test_strangers_and_wrong_roles_add_no_sales(stranger, as_alice, as_fay, alpha):
    before = everything()
    refused(stranger.get("sales/"), 401)
    refused(stranger.post(BULK, {"lines": [LINE]}), 401)
    for caller in (as_alice, as_fay):
        refused(caller.post("sales/", LINE), 403)
        refused(caller.post(BULK, {"lines": [LINE]}), 403)
    assert everything() == before


def test_one_line_is_stored_exactly_and_told_with_codes(as_dora, alpha):
    answer = as_dora.post("sales/", {**LINE, "quantity": 3, "document_no": "D/1", "line_no": "1"})
    assert answer.status_code == 201, answer.content
    line = SalesLine.objects.get()
    assert (line.net_amount, line.quantity, line.date) == (123_456, 30_000, dt.date(2022, 10, 3))
    told = answer.json()
    assert (told["customer_code"], told["net_amount"], told["quantity"]) == ("ALPHA", "12.3456", "3")
    assert as_dora.client.get(answer["Location"]).json() == told
    assert MonthlySales.objects.get().net_amount == 123_456


def test_the_same_document_line_corrects_and_the_same_again_changes_nothing(as_dora, alpha):
    keyed = {**LINE, "document_no": "D1", "line_no": "1"}
    assert as_dora.post("sales/", keyed).status_code == 201
    assert as_dora.post("sales/", {**keyed, "net_amount": 20}).status_code == 201
    assert as_dora.post("sales/", {**keyed, "net_amount": 20}).status_code == 200
    assert amounts(as_dora) == ["20"]


def test_the_same_key_adds_the_line_once(as_dora, alpha):
    refused(as_dora.post("sales/", LINE, key=None), 400)
    refused(as_dora.post(BULK, {"lines": [LINE]}, key=None), 400)
    first, again = (as_dora.post("sales/", LINE, key="k") for _ in range(2))
    assert first.json() == again.json()
    refused(as_dora.post("sales/", {**LINE, "net_amount": 1}, key="k"), 422)
    assert SalesLine.objects.count() == 1


def test_many_lines_come_all_or_not_at_all(as_dora, alpha, beta):
    lines = [{**LINE, "net_amount": n} for n in range(1, 6)]
    answer = as_dora.post(BULK, {"lines": lines})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["rows"], answer.json()["created"]) == (5, 5)
    assert ImportBatch.objects.get().source == "api"
    before = everything()
    lines[2] = {**LINE, "customer_code": "NOBODY"}
    lines[4] = {**LINE, "date": "2022-02-31"}
    problem = refused(as_dora.post(BULK, {"lines": lines}), 400)
    assert [(item["line"], item["field"]) for item in problem["errors"]] == [
        (3, "customer_code"),
        (5, "date"),
    ]
    assert everything() == before


def test_a_bare_list_stands_for_its_lines(as_dora, alpha):
    assert as_dora.post(BULK, [LINE, LINE]).json()["created"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"lines": []},
        {"lines": "x"},
        {"lines": [1]},
        {"lines": [{}]},
        {"lines": [LINE, {"date": None}]},
        {"lines": [{**LINE, "unheard_of": 1}]},
        {"lines": [{**LINE, "net_amount": True}]},
        {"lines": [{**LINE, "net_amount": {"a": 1}}]},
        {"lines": [{**LINE, "net_amount": "inf"}]},
        {"lines": [{**LINE, "net_amount": "NaN"}]},
        {"lines": [{**LINE, "net_amount": 10**30}]},
        {"lines": [{**LINE, "net_amount": None}]},
        {"lines": [{**LINE, "date": "0025-01-01"}]},
        {"lines": [{**LINE, "date": "2999-01-01"}]},
        {"lines": [{**LINE, "customer_code": "A/B"}]},
        {"lines": [LINE], "overlap": "perhaps"},
        {"lines": [LINE], "create_missing": ["users"]},
        {"lines": [LINE] * 5_001},
    ],
)
def test_bad_bulk_bodies_store_nothing(as_dora, alpha, body):
    before = everything()
    refused(as_dora.post(BULK, body), 400)
    assert everything() == before


def test_a_supervisor_adds_only_to_customers_they_see(as_sue, alpha, beta):
    before = everything()
    foreign = refused(as_sue.post(BULK, {"lines": [{**LINE, "customer_code": "BETA"}]}), 400)["errors"]
    unknown = refused(as_sue.post(BULK, {"lines": [{**LINE, "customer_code": "NOBODY"}]}), 400)["errors"]
    assert foreign[0]["reason"] == unknown[0]["reason"]
    made = {"lines": [{**LINE, "customer_code": "BETA"}], "create_missing": ["customers"]}
    refused(as_sue.post(BULK, made), 400)
    assert everything() == before
    assert as_sue.post(BULK, {"lines": [LINE]}).status_code == 201


def test_a_supervisor_cannot_overwrite_or_replace_what_they_do_not_see(as_dora, as_sue, alpha, beta):
    keyed = {**LINE, "customer_code": "BETA", "document_no": "D1", "line_no": "1"}
    assert as_dora.post("sales/", keyed).status_code == 201
    as_sue.post("sales/", {**keyed, "customer_code": "ALPHA", "net_amount": 1})
    assert amounts(as_dora, customer="BETA") == ["12.3456"]
    as_sue.post(BULK, {"lines": [LINE], "overlap": "replace"})
    assert amounts(as_dora, customer="BETA") == ["12.3456"]


def test_sales_are_listed_of_visible_customers_only(as_dora, as_alice, as_bob, as_fay, alpha, beta):
    as_dora.post(BULK, {"lines": [LINE, {**LINE, "customer_code": "BETA", "net_amount": "-5"}]})
    assert amounts(as_alice) == ["12.3456"]
    assert amounts(as_bob) == ["-5"]
    assert amounts(as_fay) == []
    theirs = as_bob.codes("sales/", "id")[0]
    refused(as_alice.get(f"sales/{theirs}/"), 404)
    assert amounts(as_alice, customer="BETA") == []


def test_sales_are_filtered_by_day_customer_and_category(as_dora, alpha, beta):
    days = [{**LINE, "date": f"2022-10-0{day}", "net_amount": day} for day in (1, 2, 3)]
    as_dora.post(BULK, {"lines": days})
    assert amounts(as_dora, date_from="2022-10-02", date_to="2022-10-02") == ["2"]
    assert amounts(as_dora, category="TEQ", territory="North") == ["1", "2", "3"]
    assert as_dora.codes("sales/", "net_amount", ordering="id") == ["1", "2", "3"]
    refused(as_dora.get("sales/", date_from="yesterday"), 400)
    refused(as_dora.get("sales/", batch="10000000000000000000000"), 400)


def test_lines_of_an_import_that_was_taken_back_are_gone(as_dora, alpha):
    batch = as_dora.post(BULK, {"lines": [LINE]}).json()["batch"]
    assert as_dora.post(f"imports/{batch}/undo/", key=None).status_code == 200
    assert amounts(as_dora) == []
    assert ImportBatch.objects.get().state == BatchState.UNDONE


def test_missing_customers_can_be_made_on_the_way(as_dora, db):
    body = {"lines": [{**LINE, "customer_code": "00123"}], "create_missing": ["customers"]}
    assert as_dora.post(BULK, body).status_code == 201
    assert Customer.objects.get().code == "00123"
