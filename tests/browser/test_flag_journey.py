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


def test_keys_walk_the_list_and_the_panel_and_open_what_can_be_done(open_as):
    page = open_as("supervisor")
    page.goto("/flags/?view=open")
    links = page.locator(".flag-table a[data-flag]")
    numbers = [links.nth(place).get_attribute("data-flag") for place in range(3)]
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    panel = sheet(page).locator(".flag-panel")
    expect(panel).to_have_attribute("data-flag", numbers[0])
    page.keyboard.press("j")
    expect(panel).to_have_attribute("data-flag", numbers[1])
    page.keyboard.press("j")
    expect(panel).to_have_attribute("data-flag", numbers[2])
    page.keyboard.press("k")
    expect(panel).to_have_attribute("data-flag", numbers[1])
    page.keyboard.press("a")
    expect(sheet(page).get_by_label("Who answers for it")).to_be_visible()
    page.keyboard.press("j")  # in a form a letter is a letter
    expect(sheet(page).get_by_label("Who answers for it")).to_be_visible()


def test_several_flags_are_assigned_at_once(open_as):
    page = open_as("supervisor")
    page.goto("/flags/?view=open")
    boxes = page.locator('.flag-table input[name="selected"]')
    for place in (-1, -2):
        boxes.nth(place).check()
    expect(page.locator("#flag-bulk [data-bulk-count]")).to_have_text("2")
    page.locator("#flag-bulk").get_by_role("button", name="Assign").click()
    expect(sheet(page).get_by_role("heading", name="Assign 2 flags")).to_be_visible()
    sheet(page).get_by_label("Who answers for them").select_option(label="Helen Marsh")
    sheet(page).get_by_role("button", name="Assign").click()
    expect(sheet(page)).not_to_be_visible()
    expect(page.get_by_text("Assigned.")).to_be_visible()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_on_the_phone_a_card_moves_aside_and_its_button_does_the_same(open_as, motion):
    page = open_as("supervisor", PHONE)
    page.emulate_media(reduced_motion=motion)
    page.goto("/flags/?view=open")
    row = page.locator("[data-swipe]").first
    more = row.locator("[data-swipe-more]")
    expect(row.get_by_role("link", name="Assign")).not_to_be_in_viewport()
    more.click()
    expect(row.get_by_role("link", name="Assign")).to_be_in_viewport(ratio=0.9)
    expect(more).to_have_attribute("aria-expanded", "true")
    row.evaluate("item => item.scrollTo({ left: 0, behavior: 'instant' })")  # a swipe to the right
    expect(row.get_by_role("link", name="Visit")).to_be_in_viewport(ratio=0.9)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    row.get_by_role("link", name="Visit").click()
    expect(sheet(page).get_by_role("heading", name="Who goes?")).to_be_visible()
