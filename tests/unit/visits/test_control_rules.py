"""Price control, diversion and supply routes against published numbers, edge cases, and what always holds."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.rules.diversion import hoarding, hoarding_over, judge_lot, own_store_forecast
from visits.rules.price import Floor, ListedPrice, Seen, floor_in_force, judge_price, judge_series
from visits.rules.supply_route import margin_lost

GOLDEN = json.loads(
    (Path(__file__).parents[2] / "data/golden/price_delivery.json").read_text(encoding="utf-8")
)
DAY = date(2026, 5, 10)
START = date(2026, 1, 1)
NORTH, SOUTH, CITY = (1, 2), (1, 3), (1, 2, 4)
TERRITORIES = {"North": NORTH, "South": SOUTH}


@pytest.mark.parametrize("row", GOLDEN["price"], ids=lambda row: row["code"])
def test_published_prices_get_the_published_judgement(row):
    listed = [ListedPrice(int(row["floor"] * 10_000), 1_200_000, START)]
    if row["approved_promo_floor"]:
        promotion = int(row["approved_promo_floor"] * 10_000)
        listed.append(ListedPrice(promotion, 1_200_000, START, is_promotion=True))
    floor = floor_in_force(listed, customer=1, region=1, on=DAY)
    assert floor is not None and floor.amount == row["effective_floor"] * 10_000
    found = judge_price(
        int(row["price"] * 10_000),
        floor,
        sightings=GOLDEN["inputs"]["sightings"][row["code"]],
        has_photo=GOLDEN["inputs"]["photo"],
    )
    assert found.deviation == pytest.approx(row["breach"], abs=1e-6)
    assert found.state == row["state"]
    assert (found.state in ("to_verify", "confirmed")) == row["is_breach"]


@pytest.mark.parametrize("row", GOLDEN["diversion"], ids=lambda row: row["lot"])
def test_published_lots_get_the_published_result(row):
    shipped = [TERRITORIES[row["shipped_to"]]] if row["shipped_to"] else []
    assert judge_lot(TERRITORIES[row["seen_in"]], shipped) == row["result"]


def test_the_published_stockpiling_index_is_found_and_flagged():
    expected = GOLDEN["hoarding"]
    found = hoarding(expected["promo_purchases"], expected["own_store_forecast"])
    assert found.index == pytest.approx(expected["index"], abs=1e-6)
    assert found.flag is expected["flag"]


class TestFloor:
    EVERYWHERE = ListedPrice(100, 120, START)
    REGION = ListedPrice(95, 120, START, region=5)
    CUSTOMER = ListedPrice(98, 120, START, customer=7)

    def found(self, *listed, customer=7, region=5, on=DAY):
        floor = floor_in_force(listed, customer=customer, region=region, on=on)
        return None if floor is None else floor.amount

    def test_the_customers_line_goes_before_the_regions_and_that_before_the_general_one(self):
        assert self.found(self.EVERYWHERE, self.REGION, self.CUSTOMER) == 98
        assert self.found(self.EVERYWHERE, self.REGION, self.CUSTOMER, customer=8) == 95
        assert self.found(self.EVERYWHERE, self.REGION, self.CUSTOMER, customer=8, region=None) == 100

    def test_of_several_lines_the_newest_counts(self):
        newer = ListedPrice(110, 120, date(2026, 5, 1))
        assert self.found(self.EVERYWHERE, newer) == 110
        assert self.found(self.EVERYWHERE, newer, on=date(2026, 4, 30)) == 100

    def test_first_and_last_day_belong_to_it_and_there_is_none_beside_them(self):
        line = ListedPrice(100, 120, DAY, DAY)
        assert self.found(line) == 100
        assert self.found(line, on=DAY - timedelta(1)) is None
        assert self.found(line, on=DAY + timedelta(1)) is None

    def test_a_promotion_with_a_higher_floor_changes_nothing(self):
        assert self.found(self.EVERYWHERE, ListedPrice(115, 120, START, is_promotion=True)) == 100

    def test_another_customers_promotion_lowers_nothing(self):
        assert self.found(self.EVERYWHERE, ListedPrice(80, 120, START, customer=9, is_promotion=True)) == 100


def test_without_a_floor_for_the_day_nothing_is_judged():
    found = judge_price(1, None, sightings=5, has_photo=True)
    assert (found.state, found.deviation) == ("not_judged", None)


@pytest.mark.parametrize(("price", "state"), [(990_000, "ok"), (989_999, "to_verify")])
def test_exactly_one_percent_below_is_no_breach(price, state):
    assert judge_price(price, Floor(1_000_000)).state == state


def test_a_photo_confirms_at_once():
    assert judge_price(900, Floor(1_000), has_photo=True).state == "confirmed"


@pytest.mark.parametrize(
    ("days_before", "state"), [(0, "to_verify"), (1, "confirmed"), (30, "confirmed"), (31, "to_verify")]
)
def test_another_day_within_thirty_confirms_and_the_same_day_does_not(days_before, state):
    floor = Floor(1_000)
    series = [Seen(DAY - timedelta(days_before), 900, floor), Seen(DAY, 900, floor)]
    assert judge_series(series)[-1].state == state
    assert judge_series(series)[0].state == "to_verify"


def test_a_price_that_was_in_order_confirms_nothing():
    floor = Floor(1_000)
    assert (
        judge_series([Seen(DAY - timedelta(1), 1_000, floor), Seen(DAY, 900, floor)])[1].state == "to_verify"
    )


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_promotion_never_makes_a_price_look_worse(price, usual, promoted):
    listed = [ListedPrice(usual, usual, START)]
    without = judge_price(price, floor_in_force(listed, customer=1, region=1, on=DAY))
    listed.append(ListedPrice(promoted, promoted, START, is_promotion=True))
    beside = judge_price(price, floor_in_force(listed, customer=1, region=1, on=DAY))
    assert beside.deviation <= without.deviation
    assert not (without.state == "ok" and beside.state != "ok")


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 5), st.booleans())
def test_more_sightings_never_make_a_breach_less_sure(price, floor, sightings, photo):
    order = ["ok", "to_verify", "confirmed"]
    fewer = judge_price(price, Floor(floor), sightings=sightings, has_photo=photo)
    more = judge_price(price, Floor(floor), sightings=sightings + 1, has_photo=photo)
    assert order.index(more.state) >= order.index(fewer.state)


@pytest.mark.parametrize(
    ("seen_in", "shipped_to", "result"),
    [
        (CITY, [NORTH], "ok"),
        (NORTH, [CITY], "ok"),
        (CITY, [SOUTH, NORTH], "ok"),
        (CITY, [SOUTH], "diversion"),
        (None, [SOUTH], "not_judged"),
        (None, [], "unknown_lot"),
        (CITY, [], "unknown_lot"),
    ],
)
def test_a_territory_includes_what_lies_below_it(seen_in, shipped_to, result):
    assert judge_lot(seen_in, shipped_to) == result


class TestForecast:
    def test_last_years_same_days_times_growth(self):
        found = own_store_forecast(days=14, last_year=3_000, before=1_200, before_last_year=1_000)
        assert found == pytest.approx(3_600)

    @pytest.mark.parametrize(("before", "factor"), [(10_000, 1.5), (0, 0.7)])
    def test_growth_is_kept_within_bounds(self, before, factor):
        found = own_store_forecast(days=14, last_year=100, before=before, before_last_year=1_000)
        assert found == pytest.approx(100 * factor)

    def test_nothing_a_year_ago_to_grow_from_is_no_growth(self):
        assert own_store_forecast(days=14, last_year=100, before=50, before_last_year=0) == 100

    def test_without_last_year_the_mean_rate_of_the_days_before_counts(self):
        assert own_store_forecast(days=9, last_year=0, before=180, before_last_year=0) == pytest.approx(18)

    def test_somebody_new_is_not_judged(self):
        found = hoarding(500, own_store_forecast(days=9, last_year=0, before=0, before_last_year=0))
        assert (found.forecast, found.index, found.flag) == (None, None, False)


def test_exactly_one_point_three_is_not_flagged():
    assert not hoarding(130, 100).flag
    assert hoarding(130.1, 100).flag


def test_promotions_that_cannot_be_compared_stay_out_of_the_sum():
    found = hoarding_over([hoarding(150, 100), hoarding(90, 100), hoarding(999, None)])
    assert (found.purchases, found.forecast, found.index) == (240, 200, 1.2)


def test_margins_along_a_route_multiply():
    found = margin_lost([0.10, 0.20, 0.25])
    assert found.lost == pytest.approx(1 - 0.9 * 0.8 * 0.75)
    assert found.is_complete and found.levels == 3


def test_an_unknown_margin_is_counted_and_not_taken_for_zero():
    found = margin_lost([0.10, None])
    assert found.lost == pytest.approx(0.10)
    assert (found.is_complete, found.unknown) == (False, 1)
    assert margin_lost([None]).lost is None
    assert margin_lost([]).lost is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0, 1))
def test_a_further_level_never_gives_back_what_was_lost(margins, further):
    before, after = margin_lost(margins).lost, margin_lost([*margins, further]).lost
    assert before is not None and after is not None
    assert 0 <= before <= after + 1e-12 <= 1 + 1e-9
