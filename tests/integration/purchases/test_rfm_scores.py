"""Scores of accounts against each other: who is ranked, by what, and when they follow."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AccountStanding, Customer
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.lib.money import SCALE
from ka_crm.records.operations import set_system_setting
from ka_crm.records.queries import system_setting
from purchases.models import MonthlySales, OrderDay
from purchases.operations.rfm import RFM_SCALE
from purchases.operations.standing import refresh_all_purchase_standings
from tests.facts import committed_batch

TODAY = dt.date(2022, 11, 14)
LAST = dt.date(2022, 10, 31)


@pytest.fixture(autouse=True)
def today(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())


def buys(code, *days_ago, amount=100, cost=None, state=BatchState.COMMITTED):
    """An account with one order of ``amount`` on each of these days before the end of October."""
    customer, _ = Customer.objects.get_or_create(code=code, defaults={"name": code})
    batch = ImportBatch.objects.create(kind="sales", state=state)
    for days in days_ago:
        day = LAST - dt.timedelta(days=days)
        OrderDay.objects.create(batch=batch, customer=customer, date=day, net_amount=amount * SCALE)
        MonthlySales.objects.create(
            batch=batch, customer=customer, month=day.replace(day=1), net_amount=amount * SCALE, lines=1,
            cost_amount=(cost or 0) * SCALE, uncosted_lines=0 if cost is not None else 1,
        )  # fmt: skip
    return customer


def scores(customer):
    one = AccountStanding.objects.get(customer=customer)
    return one.rfm_recency, one.rfm_frequency, one.rfm_money, one.rfm_segment


def test_few_accounts_are_ranked_in_thirds_and_get_a_segment():
    best = buys("A", 0, 10, 20, 30, 40, 50, amount=500)
    middle = buys("B", 60, 90, 120)
    last = buys("C", 300, amount=10)
    refresh_all_purchase_standings()
    assert scores(best) == (3, 3, 3, "champion")
    assert scores(middle) == (2, 2, 2, "regular")
    assert scores(last) == (1, 1, 1, "lapsed")
    scale = system_setting(RFM_SCALE)
    assert (scale["accounts"], scale["classes"], scale["measure"]) == (3, 3, "net_sales")
    assert (scale["first"], scale["last"]) == ("2021-11-01", "2022-10-31")


def test_twenty_five_accounts_are_ranked_in_fifths():
    accounts = [buys(f"A{number:02d}", number) for number in range(25)]
    refresh_all_purchase_standings()
    assert [scores(account)[0] for account in (accounts[0], accounts[5], accounts[24])] == [5, 4, 1]
    assert {scores(account)[1] for account in accounts} == {3}, "all alike get the middle"


def test_who_never_bought_and_who_is_archived_is_not_ranked(alpha):
    buyer = buys("A", 0)
    archived = buys("B", 10)
    Customer.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    refresh_all_purchase_standings()
    assert scores(alpha) == (None, None, None, "")
    assert scores(archived) == (None, None, None, "")
    assert scores(buyer) == (2, 2, 2, "regular"), "one account alone gets the middle"


def test_an_account_that_loses_its_purchases_loses_its_scores():
    account = buys("A", 0)
    buys("B", 5)
    refresh_all_purchase_standings()
    assert scores(account)[3]
    ImportBatch.objects.filter(pk=OrderDay.objects.get(customer=account).batch_id).update(
        state=BatchState.UNDONE
    )
    refresh_all_purchase_standings()
    assert scores(account) == (None, None, None, "")


def test_money_is_gross_profit_where_every_line_has_a_cost_and_net_sales_of_all_otherwise():
    much_volume = buys("A", 0, amount=1000, cost=990)
    much_profit = buys("B", 0, amount=100, cost=10)
    buys("C", 0, amount=50, cost=10)
    refresh_all_purchase_standings()
    assert (scores(much_volume)[2], scores(much_profit)[2]) == (1, 3)
    assert system_setting(RFM_SCALE)["measure"] == "gross_profit"
    buys("C", 1, amount=1)
    refresh_all_purchase_standings()
    assert (scores(much_volume)[2], scores(much_profit)[2]) == (3, 2)


def test_days_taken_back_and_days_after_the_last_whole_month_are_no_order_days():
    account, other = buys("A", 0), buys("B", 0)
    buys("A", 1, 2, 3, state=BatchState.UNDONE)
    OrderDay.objects.create(batch=committed_batch(), customer=other, date=TODAY, net_amount=SCALE)
    refresh_all_purchase_standings()
    assert scores(account)[1] == scores(other)[1] == 2
    assert scores(account)[0] < scores(other)[0], "how lately counts to today"
