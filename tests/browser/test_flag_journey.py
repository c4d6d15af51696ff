"""A supervisor takes a flagged store through inspection and measure to closed; the effect is on the page."""

import re

import pytest

from tests.browser.conftest import PHONE, expect

pytestmark = pytest.mark.browser


def sheet(page):
    return page.locator("#edit-sheet")


def test_a_flagged_store_is_inspected_treated_and_closed_on_the_board(open_as):
    page = open_as("supervisor")
    page.goto("/flags/board/")
    card = page.locator('[data-column="flagged"] .flag-card').last
    name = card.locator(".row-name").inner_text()
    number = card.get_attribute("data-flag")
    moved = page.locator(f'.flag-card[data-flag="{number}"]')

    # By keys: m, then the arrow to the next column, which asks for its fields in the sheet.
    card.focus()
    page.keyboard.press("m")
    expect(page.locator('[data-column="recovering"]')).not_to_have_class(re.compile("is-open"))
    page.keyboard.press("ArrowRight")
    expect(sheet(page).get_by_label("Who inspects")).to_be_visible()
    sheet(page).get_by_role("button", name="Save").click()
    expect(page.locator(f'[data-column="inspecting"] .flag-card[data-flag="{number}"]')).to_have_count(1)

    page.goto(f"/flags/{number}/")
    expect(page.locator("h1")).to_have_text(name)
    page.locator(".flag-steps").get_by_role("link", name="Findings").click()
    for part in ("display", "promotion", "staff"):
        sheet(page).locator(f"#id_{part}").select_option("ok")
    sheet(page).get_by_role("button", name="Save").click()
    page.locator(".flag-steps").get_by_role("link", name="Add a measure").click()
    sheet(page).get_by_label("What kind").select_option("display")
    sheet(page).get_by_label("What exactly").fill("Move the shelf to aisle 3")
    sheet(page).get_by_role("button", name="Save").click()
    expect(page.locator(".flag-measures")).to_contain_text("Move the shelf to aisle 3")
    page.locator(".flag-measures").get_by_role("link", name="Done").click()
    sheet(page).get_by_role("button", name="Save").click()
    page.get_by_role("button", name="All done: watch it recover").click()
    expect(page.locator("#effect")).to_contain_text("Before")
    page.locator(".flag-steps").get_by_role("link", name="Close").click()
    sheet(page).get_by_label("How it ended").select_option("improved")
    sheet(page).get_by_role("button", name="Save").click()
    expect(page.locator(".life .current")).to_contain_text("Better, still below")
    expect(page.locator("#effect")).to_contain_text("Stores without a flag")

    page.goto("/flags/board/")
    expect(moved).to_have_attribute("data-state", "closed")


def test_a_card_is_dragged_to_the_next_column_and_nowhere_else(open_as):
    page = open_as("supervisor")
    page.goto("/flags/board/")
    card = page.locator('[data-column="flagged"] .flag-card').first
    card.drag_to(page.locator('[data-column="recovering"]'))
    expect(sheet(page)).not_to_be_visible()
    card.drag_to(page.locator('[data-column="inspecting"]'))
    expect(sheet(page).get_by_label("Who inspects")).to_be_visible()


def test_on_the_phone_the_board_is_one_column_at_a_time(open_as):
    page = open_as("supervisor", PHONE)
    page.goto("/flags/board/")
    expect(page.locator(".flag-column:visible")).to_have_count(1)
    page.locator(".board-steps a", has_text="Inspecting").click()
    expect(page.locator(".flag-column:visible")).to_have_attribute("data-column", "inspecting")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
