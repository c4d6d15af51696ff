"""What the dossier's header reads: targets to date, what is overdue, deliveries, prices, costs."""

import datetime as dt

import pytest

from accounts.models import Customer, Region
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.lib.money import SCALE
from purchases import queries
from purchases.models import (
    AccountCost,
    Category,
    Delivery,
    OrderLine,
    PriceTerm,
    Product,
    Receivable,
    Target,
)

TODAY = dt.date(2022, 11, 1)


@pytest.fixture
def loading(db):
    return ImportBatch.objects.create(kind="targets", state=BatchState.LOADING)


def month(number, year=2022):
    return dt.date(year, number, 1)


class TestTargets:
    def of(self, customer, **fields):
        return queries.customer_target(customer.pk, **{"year": 2022, "end": month(4), **fields})

    def test_without_any_target_everything_is_unknown(self, alpha):
        found = self.of(alpha)
        assert (found.to_date, found.whole_year, found.months) == (None, None, {})

    def test_months_before_the_end_count_to_date_and_those_of_other_years_never(self, alpha, beta, loading):
        for number in (1, 3, 4, 12):
            Target.objects.create(customer=alpha, month=month(number), amount=10 * number)
        Target.objects.create(customer=alpha, month=month(1, 2021), amount=9_999)
        Target.objects.create(customer=alpha, month=month(1, 2023), amount=9_999)
        Target.objects.create(customer=beta, month=month(1), amount=9_999)
        Target.objects.create(customer=alpha, month=month(5), amount=9_999, batch=loading)
        found = self.of(alpha)
        assert (found.to_date, found.whole_year) == (40, 200)
        assert list(found.months) == [month(1), month(3), month(4), month(12)]

    def test_in_january_nothing_is_due_yet_and_a_missing_past_is_unknown(self, alpha):
        Target.objects.create(customer=alpha, month=month(6), amount=5)
        assert self.of(alpha, end=month(1)).to_date == 0
        assert self.of(alpha, end=month(4)).to_date is None

    def test_a_target_for_all_categories_stands_before_those_of_single_ones(self, alpha):
        rum, gin = (Category.objects.create(code=code) for code in ("RUM", "GIN"))
        for category, number, amount in ((rum, 1, 3), (gin, 1, 4), (None, 2, 100), (rum, 2, 3)):
            Target.objects.create(customer=alpha, category=category, month=month(number), amount=amount)
        assert self.of(alpha).months == {month(1): 7, month(2): 100}

    def test_who_has_no_target_of_their_own_has_the_sum_of_their_customers(
        self, alpha, beta, alice, bob, sue
    ):
        rum = Category.objects.create(code="RUM")
        second = Customer.objects.create(code="A2", name="A2", kam=alice)
        gone = Customer.objects.create(code="A3", name="A3", kam=alice, archived_at="2022-01-01T00:00Z")
        for customer, category, amount in (
            (alpha, None, 10),
            (alpha, rum, 4),
            (second, rum, 5),
            (gone, None, 99),
        ):
            Target.objects.create(customer=customer, category=category, month=month(1), amount=amount)
        Target.objects.create(customer=beta, month=month(1), amount=50)
        Target.objects.create(kam=bob, month=month(2), amount=70)
        found = queries.kam_targets([alice.pk, bob.pk, sue.pk], year=2022, end=month(4))
        assert {pk: each.to_date for pk, each in found.items()} == {alice.pk: 15, bob.pk: 70, sue.pk: None}
        assert queries.kam_target(alice.pk, year=2022, end=month(4)) == found[alice.pk]

    def test_many_people_cost_two_queries(self, alpha, beta, alice, bob, sue, django_assert_num_queries):
        for customer in (alpha, beta):
            Target.objects.create(customer=customer, month=month(1), amount=5)
        with django_assert_num_queries(2):
            queries.kam_targets([alice.pk, bob.pk, sue.pk], year=2022, end=month(4))
        with django_assert_num_queries(1):
            queries.customer_targets([alpha.pk, beta.pk], year=2022, end=month(4))


class TestOverdue:
    def owe(self, customer, due_on, amount, **fields):
        number = f"R{Receivable.objects.count()}"
        return Receivable.objects.create(
            customer=customer, document_no=number, due_on=due_on, amount=amount,
            **{"open_amount": amount, **fields},
        )  # fmt: skip

    def test_without_a_ledger_what_is_overdue_is_unknown_and_with_one_it_is_nothing(self, alpha, beta):
        assert queries.overdue_of(alpha.pk, on=TODAY) is None
        self.owe(beta, TODAY, 5)
        assert queries.overdue_of(alpha.pk, on=TODAY) == queries.Overdue()

    def test_what_is_due_today_is_not_late_and_sixty_days_are_not_long(self, alpha, loading):
        self.owe(alpha, TODAY, 1)
        self.owe(alpha, TODAY - dt.timedelta(days=1), 10)
        self.owe(alpha, TODAY - dt.timedelta(days=60), 100)
        self.owe(alpha, TODAY - dt.timedelta(days=61), 1_000)
        self.owe(alpha, TODAY - dt.timedelta(days=400), 5_000, open_amount=0)
        self.owe(alpha, TODAY - dt.timedelta(days=400), 5_000, batch=loading)
        self.owe(alpha, TODAY - dt.timedelta(days=400), 5_000, archived_at="2022-01-01T00:00Z")
        assert queries.overdue_of(alpha.pk, on=TODAY) == queries.Overdue(
            open_amount=1_111, amount=1_110, invoices=3, oldest_days=61, long_amount=1_000
        )

    def test_credit_notes_are_taken_off_and_are_no_invoices(self, alpha):
        self.owe(alpha, TODAY - dt.timedelta(days=10), 100)
        self.owe(alpha, TODAY - dt.timedelta(days=90), -30)
        assert queries.overdue_of(alpha.pk, on=TODAY) == queries.Overdue(
            open_amount=70, amount=70, invoices=1, oldest_days=10, long_amount=-30
        )

    def test_many_customers_cost_one_query(self, alpha, beta, alice, django_assert_num_queries):
        self.owe(alpha, TODAY - dt.timedelta(days=10), 100)
        self.owe(beta, TODAY + dt.timedelta(days=10), 50)
        with django_assert_num_queries(1):
            found = queries.overdue_by_customer([alpha.pk, beta.pk], on=TODAY)
        assert (found[alpha.pk].amount, found[beta.pk].amount, found[beta.pk].open_amount) == (100, 0, 50)
        mine = queries.overdue_by_customer(Customer.objects.visible_to(alice), on=TODAY)
        assert list(mine) == [alpha.pk]


class TestOrderedLines:
    def test_lines_come_with_their_deliveries_and_the_mode_of_their_store(
        self, alpha_store, loading, django_assert_num_queries
    ):
        alpha = alpha_store.customer
        alpha_store.delivery_mode = "own fleet"
        alpha_store.save()
        same = {"customer": alpha, "ordered_units": 24 * SCALE, "requested_on": dt.date(2022, 10, 10)}
        line = OrderLine.objects.create(**same, order_no="O1", line_no="1", store=alpha_store)
        OrderLine.objects.create(
            **same, order_no="O1", line_no="2", delivery_mode="parcel", is_cancelled=True
        )
        OrderLine.objects.create(**same, order_no="O2", line_no="1", batch=loading)
        OrderLine.objects.create(**{**same, "requested_on": TODAY}, order_no="O3", line_no="1")
        OrderLine.objects.create(**{**same, "requested_on": dt.date(2022, 9, 30)}, order_no="O4", line_no="1")
        for day, units, batch in ((11, 4, None), (9, 20, None), (12, 9, loading)):
            Delivery.objects.create(
                order_line=line, delivered_on=dt.date(2022, 10, day), units=units * SCALE, batch=batch
            )
        with django_assert_num_queries(2):
            first, second = queries.ordered_lines([alpha.pk], first=month(10), end=month(11))
        assert first == queries.OrderedLine(
            customer_id=alpha.pk, order_no="O1", line_no="1", ordered=24 * SCALE,
            requested_on=dt.date(2022, 10, 10), confirmed_on=None,
            deliveries=((dt.date(2022, 10, 9), 20 * SCALE), (dt.date(2022, 10, 11), 4 * SCALE)),
            is_cancelled=False, mode="own fleet",
        )  # fmt: skip
        assert (second.deliveries, second.is_cancelled, second.mode) == ((), True, "parcel")


class TestPrices:
    @pytest.fixture
    def product(self, db):
        return Product.objects.create(code="P1", name="Blanco")

    def price(self, product, amount, **fields):
        return PriceTerm.objects.create(product=product, net_price=amount, **{"from_on": month(1), **fields})

    def net(self, customer, product, on=TODAY):
        term = queries.net_prices_of(customer, on=on).get(product.pk)
        return None if term is None else term.net_price

    def test_the_customers_own_price_goes_before_its_regions_and_that_before_the_list(
        self, alpha, beta, product
    ):
        island = Region.objects.create(name="Island")
        assert self.net(alpha, product) is None
        self.price(product, 50)
        self.price(product, 1, region=island)
        self.price(product, 1, customer=beta)
        assert self.net(alpha, product) == 50
        self.price(product, 60, region=alpha.region)
        assert self.net(alpha, product) == 60
        self.price(product, 70, customer=alpha)
        assert self.net(alpha, product) == 70

    def test_a_promotion_lowers_the_agreed_price_while_it_lasts(self, alpha, product):
        self.price(product, 70, customer=alpha)
        self.price(
            product, 65, customer=alpha, source="promotion", from_on=month(10), to_on=dt.date(2022, 10, 31)
        )
        days = (dt.date(2022, 9, 30), month(10), dt.date(2022, 10, 31), TODAY)
        assert [self.net(alpha, product, on=day) for day in days] == [70, 65, 65, 70]

    def test_terms_of_stores_are_listed_and_are_not_the_customers_price(self, alpha_store, product, loading):
        alpha = alpha_store.customer
        of_store = self.price(product, 5, store=alpha_store)
        self.price(product, 6, customer=alpha, batch=loading)
        assert list(queries.price_terms_of(alpha, on=TODAY)) == [of_store]
        assert self.net(alpha, product) is None


def test_costs_to_serve_are_summed_by_kind_and_unknown_kinds_are_missing(alpha, beta, loading):
    for number, kind, amount in (
        (9, "freight", 100),
        (10, "freight", 5),
        (10, "visits", 7),
        (11, "other", 100),
    ):
        AccountCost.objects.create(customer=alpha, month=month(number), kind=kind, amount=amount)
    AccountCost.objects.create(customer=alpha, month=month(10), kind="credit", amount=9, batch=loading)
    AccountCost.objects.create(customer=beta, month=month(10), kind="credit", amount=9)
    window = {"first": month(10), "end": month(11)}
    assert queries.cost_to_serve_of(alpha.pk, **window) == {"freight": 5, "visits": 7}
    assert queries.costs_to_serve(**window) == {alpha.pk: 12, beta.pk: 9}
