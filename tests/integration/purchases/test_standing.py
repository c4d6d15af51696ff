"""What purchases say about where accounts stand: rhythm, money due, deliveries, targets; and when."""

import datetime as dt

import pytest

from accounts.models import AccountStanding, BuyingState, Customer
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.jobs.bodies import nightly_kinds
from ka_crm.jobs.operations import run_in_process
from ka_crm.lib.money import SCALE
from ka_crm.records.operations import set_system_setting
from purchases import operations as by_hand
from purchases.models import Delivery, MonthlySales, OrderDay, OrderLine, Receivable, Target
from purchases.operations.standing import refresh_all_purchase_standings, refresh_purchase_standing
from tests.facts import committed_batch, months_before, sell

TODAY = dt.date(2022, 11, 14)


@pytest.fixture(autouse=True)
def today(db):
    set_system_setting(name="demo_day", value=TODAY.isoformat())


def day(days):
    return TODAY + dt.timedelta(days=days)


def ordered(customer, *days_ago, amount=10, batch=None):
    batch = batch or committed_batch()
    for days in days_ago:
        OrderDay.objects.create(batch=batch, customer=customer, date=day(-days), net_amount=amount)


def refreshed(customer):
    refresh_purchase_standing(customers=[customer.pk])
    return AccountStanding.objects.get(customer=customer)


class TestRhythm:
    @pytest.mark.parametrize(
        ("since", "state"),
        [(44, "active"), (45, "late"), (59, "late"), (60, "at_risk"), (89, "at_risk"), (90, "lost")],
    )
    def test_a_monthly_buyer_is_late_at_risk_and_lost_at_its_own_limits(self, alpha, beta, since, state):
        ordered(beta, 0)  # sales are known until today
        ordered(alpha, since, since + 30, since + 60, since + 90)
        found = refreshed(alpha)
        assert (found.buying_state, found.usual_gap_days, found.last_order_on) == (state, 30, day(-since))

    def test_nobody_is_late_because_the_file_of_sales_is(self, alpha):
        ordered(alpha, 60, 90, 120, 150)
        assert refreshed(alpha).buying_state == BuyingState.ACTIVE

    def test_days_that_were_taken_back_or_credited_are_no_orders(self, alpha, beta):
        ordered(beta, 0)
        ordered(alpha, 70, 100, 130, 160)
        ordered(alpha, 5, batch=ImportBatch.objects.create(kind="sales", state=BatchState.UNDONE))
        ordered(alpha, 3)
        ordered(alpha, 3, amount=-10)
        assert refreshed(alpha).last_order_on == day(-70)

    def test_who_never_bought_is_a_prospect_without_a_rhythm(self, alpha):
        found = refreshed(alpha)
        assert (found.buying_state, found.last_order_on, found.usual_gap_days) == ("prospect", None, None)

    def test_one_order_is_measured_by_what_is_usual_in_its_segment(self, alpha, beta, region):
        ordered(beta, 0)
        ordered(alpha, 50)
        assert refreshed(alpha).buying_state == BuyingState.ACTIVE  # by the default of 45 days
        others = Customer.objects.bulk_create(Customer(code=f"O{number}", name="O") for number in range(10))
        for other in others:
            ordered(other, *range(0, 140, 20))
        assert refresh_all_purchase_standings() == 12
        found = AccountStanding.objects.get(customer=alpha)
        assert found.usual_gap_days == pytest.approx(20, abs=0.01)
        assert found.buying_state == BuyingState.AT_RISK

    def test_a_season_as_quiet_last_year_is_no_reason_to_worry(self, alpha, beta):
        months = months_before(TODAY, 30)
        sell(beta, [*months, TODAY], [10] * 31)
        quiet = [month for month in months if month.month not in (8, 9, 10)]
        sell(alpha, quiet, [10] * len(quiet))
        assert refreshed(alpha).buying_state == BuyingState.ACTIVE
        MonthlySales.objects.create(
            batch=committed_batch(), customer=alpha, month=dt.date(2021, 9, 1), net_amount=10
        )
        assert refreshed(alpha).buying_state != BuyingState.ACTIVE

    @pytest.mark.parametrize(("now", "shrinks"), [(69, True), (70, False)])
    def test_less_than_seven_tenths_of_last_year_is_shrinking(self, alpha, now, shrinks):
        months = months_before(TODAY, 24)
        sell(alpha, months, [100] * 21 + [now] * 3)
        assert refreshed(alpha).is_shrinking is shrinks

    def test_without_last_year_nobody_is_shrinking(self, alpha):
        sell(alpha, months_before(TODAY, 6), [900, 900, 900, 1, 1, 1])
        assert refreshed(alpha).is_shrinking is False


class TestMoney:
    def test_what_is_overdue_is_unknown_without_a_ledger_and_nothing_with_one(self, alpha, beta):
        assert refreshed(alpha).overdue_amount is None
        Receivable.objects.create(customer=beta, document_no="1", due_on=day(-5), amount=5, open_amount=5)
        assert refreshed(alpha).overdue_amount == 0

    def test_overdue_sums_documents_and_the_oldest_day(self, alpha):
        for number, (due, amount) in enumerate(((-1, 10), (-41, 20), (-61, 30), (0, 99))):
            Receivable.objects.create(
                customer=alpha, document_no=str(number), due_on=day(due), amount=amount, open_amount=amount
            )
        found = refreshed(alpha)
        assert (found.overdue_amount, found.overdue_over_60_amount) == (60, 30)
        assert (found.overdue_documents, found.oldest_overdue_on) == (3, day(-61))

    def test_deliveries_are_judged_by_the_confirmed_day_else_the_requested_one(self, alpha):
        for number, (requested, confirmed, arrived) in enumerate(
            ((-20, -10, -10), (-20, -10, -20), (-20, None, -20), (-91, None, -91))
        ):
            line = OrderLine.objects.create(
                customer=alpha, order_no=str(number), line_no="1", ordered_units=SCALE,
                requested_on=day(requested), confirmed_on=None if confirmed is None else day(confirmed),
            )  # fmt: skip
            Delivery.objects.create(order_line=line, delivered_on=day(arrived), units=SCALE)
        found = refreshed(alpha)
        assert (found.delivery_lines, found.otif_share) == (3, pytest.approx(2 / 3))

    def test_without_deliveries_on_time_is_unknown(self, alpha):
        found = refreshed(alpha)
        assert (found.delivery_lines, found.otif_share) == (0, None)

    def test_targets_count_to_the_end_of_the_last_whole_month(self, alpha):
        for month in range(1, 13):
            Target.objects.create(customer=alpha, month=dt.date(2022, month, 1), amount=10)
        found = refreshed(alpha)
        assert (found.target_amount, found.target_to_date_amount) == (120, 100)


class TestWhen:
    def test_it_is_a_step_of_the_night_before_the_segmentation(self, alpha, beta):
        names = [kind.name for kind in nightly_kinds()]
        assert names.index("standings") < names.index("recompute")
        ordered(alpha, 0)
        assert run_in_process(kind="standings").result == {"customers": 2}
        assert AccountStanding.objects.get(customer=alpha).last_order_on == TODAY
        assert AccountStanding.objects.get(customer=beta).buying_state == BuyingState.PROSPECT

    def test_a_fact_stated_by_hand_is_seen_at_once_and_one_put_away_no_longer(self, dora, alpha):
        values = {"customer": alpha, "document_no": "1", "due_on": day(-70), "amount": 5}
        fact = by_hand.create_receivable(by=dora, values=values)
        assert AccountStanding.objects.get(customer=alpha).overdue_over_60_amount == 5
        by_hand.archive_receivable(by=dora, receivable=fact)
        assert AccountStanding.objects.get(customer=alpha).overdue_over_60_amount is None
