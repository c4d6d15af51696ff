"""How an account buys, over HTTP."""

import datetime as dt

from ka_crm.lib.money import SCALE
from ka_crm.records.operations import set_system_setting
from tests.facts import months_before, sell
from tests.integration.api.conftest import refused
from tests.integration.pages.results import account_result, make_run

PATH = "customers/ALPHA/purchase-profile/"


def test_it_is_there_only_for_who_sees_the_customer(stranger, as_alice, as_bob, as_sue, as_fay, alpha):
    refused(stranger.get(PATH), 401)
    for caller in (as_bob, as_fay):
        refused(caller.get(PATH), 404)
    for caller in (as_alice, as_sue):
        assert caller.get(PATH).status_code == 200
    refused(as_alice.get("customers/NOBODY/purchase-profile/"), 404)
    assert as_alice.post(PATH, {}).status_code == 405


def test_what_is_not_known_is_null_and_never_nought(as_alice, alpha):
    body = as_alice.get(PATH).json()
    assert (body["wallet"], body["under_penetrated"], body["rfm"]) == (None, None, None)
    assert (body["buying"]["margin"], body["buying"]["contribution"]) == (None, None)
    assert (body["buying"]["months"], body["buying"]["orders_a_month"]) == (0, None)


def test_it_says_what_the_page_says(as_alice, alpha, tequila):
    set_system_setting(name="demo_day", value="2022-11-14")
    run = make_run()
    account_result(run, alpha, net_sales=300 * SCALE, potential=100 * SCALE)
    sell(alpha, months_before(dt.date(2022, 11, 1), 24), [100] * 12 + [150] * 12, category=tequila)
    body = as_alice.get(PATH).json()
    buying = body["buying"]
    assert (buying["first"], buying["last"]) == ("2021-11-01", "2022-10-31")
    assert (buying["order_days"], buying["orders_a_month"]) == (12, 1.0)
    assert (float(buying["net_amount"]), float(buying["amount_an_order"])) == (1800, 150)
    (category,) = buying["categories"]
    assert (category["code"], float(category["before"]), category["change"]) == ("TEQ", 1200, 0.5)
    assert body["wallet"]["flag"] == "wallet_understated"
    assert (body["wallet"]["share"], float(body["wallet"]["wallet"])) == (1.0, 300)
