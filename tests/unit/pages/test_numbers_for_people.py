"""Numbers as people read them: grouping, short forms, three figures, unknown is never 0."""

import pytest

from ka_crm.lib import shown
from ka_crm.pages.templatetags import ka_ui

DOLLAR = 10_000


@pytest.mark.parametrize(
    ("scaled", "text"),
    [(433_745 * DOLLAR, "$433,745"), (5_000, "$1"), (-1_234 * DOLLAR, "−$1,234"), (0, "$0"), (None, "–")],
)
def test_money_is_grouped_without_cents_and_unknown_is_a_dash(settings, scaled, text):
    settings.KA_CURRENCY = "USD"
    assert ka_ui.money(scaled) == text


def test_money_can_leave_out_the_sign_or_show_cents(settings):
    settings.KA_CURRENCY = "EUR"
    assert ka_ui.money(12_345_600, "bare") == "1,235"
    assert ka_ui.money(12_345_600, "cents") == "€1,234.56"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (5_160_000, "$5.16\u202fM"),
        (663_000, "$663\u202fk"),
        (7_400, "$7.4\u202fk"),
        (999_499, "$999\u202fk"),
        (999_500, "$1.00\u202fM"),
        (850, "$850"),
        (-2_000_000, "−$2.00\u202fM"),
        (1_250_000_000, "$1.25\u202fbn"),
    ],
)
def test_short_money_keeps_what_the_eye_needs(settings, amount, text):
    settings.KA_CURRENCY = "USD"
    assert ka_ui.money_short(amount * DOLLAR) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(45_301, "$45,300"), (1_003_821, "$1,000,000"), (999, "$999"), (99, "$99"), (0, "$0")],
)
def test_an_estimate_is_rounded_to_three_figures(settings, amount, text):
    settings.KA_CURRENCY = "USD"
    assert shown.about_money_text(amount * DOLLAR) == text


def test_a_share_is_a_percentage_with_a_narrow_space():
    assert ka_ui.percent(0.2512) == "25.1\u202f%"
    assert ka_ui.percent(0.305, 0) == "31\u202f%"
    assert ka_ui.percent(-0.04) == "−4.0\u202f%"
    assert ka_ui.percent(None) == "–"


def test_units_have_decimals_only_where_they_were_counted():
    assert ka_ui.units(470_000) == "47"
    assert ka_ui.units(475_000) == "47.5"
    assert ka_ui.units(12_000_000_000) == "1,200,000"
    assert ka_ui.units(None) == "–"


def test_a_bar_ends_at_half_of_all_purchases():
    assert ka_ui.on_scale(0.25) == "50.00%"
    assert ka_ui.on_scale(0.9) == "100.00%"
    assert ka_ui.on_scale(-0.1) == "0.00%"
    assert ka_ui.on_scale(0.25, 1) == "25.00%"
    assert ka_ui.span_on_scale(0.4, 0.9) == "20.00%"
    assert ka_ui.span_on_scale(0.3, 0.2) == "0.00%"
    assert ka_ui.span_on_scale(None, 0.2) == "0%"


def test_a_spark_line_leaves_a_gap_where_a_month_is_unknown():
    line = ka_ui.spark_points([0.1, None, 0.2, 0.4], market=0.3, width=84, height=28, top=0.4)
    assert line["path"] == "M2.0 20.0 M55.3 14.0 L82.0 2.0"
    assert (line["x"], line["y"], line["market_y"]) == ("82.0", "2.0", "8.0")


def test_a_spark_line_without_a_known_point_is_empty():
    assert ka_ui.spark_points([None, None])["path"] == ""


def test_an_icon_name_cannot_leave_its_folder(settings):
    assert ka_ui.icon("../../../settings") == ""


def test_a_status_of_results_speaks_as_certainty():
    assert ka_ui.certainty_text("below_confirmed") == "surely below"
    assert ka_ui.certainty_quadrant("below_watch") == "explore"
