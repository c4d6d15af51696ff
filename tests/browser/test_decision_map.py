"""The decision map in a real browser: cards are dragged and moved by keys; the phone shows the list."""

import re

import pytest

from tests.browser.conftest import PHONE, expect

pytestmark = pytest.mark.browser


def add(page, name, boss="", roles=(), attitude=""):
    """Add a person by clicking, in the sheet."""
    page.get_by_role("link", name="Add a person").click()
    sheet = page.locator("#edit-sheet")
    sheet.get_by_label("Name", exact=True).fill(name)
    if boss:
        sheet.get_by_label("Reports to").select_option(label=boss)
    for role in roles:
        sheet.get_by_label(role, exact=True).first.check()
    if attitude:
        sheet.get_by_label("Attitude towards us").select_option(label=attitude)
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).to_be_hidden()
    expect(page.locator(".map-main")).to_contain_text(name)


def card(page, name):
    return page.locator("[data-map-card]", has_text=name)


#: Accounts of the key account manager in whose dossiers nobody stands yet; each test has its own.
EMPTY = ("PRIME-STOP", "JW-LIQUOR", "CONOCO", "ROYAL-FOOD")


def account(page, place):
    """Open the map of an account with an empty dossier that no other test uses."""
    page.goto(f"/accounts/{EMPTY[place]}/")
    page.get_by_role("link", name=re.compile("^Decision map")).click()
    expect(page.locator("[data-decision-map]")).to_be_visible()


def boss_of(page, name):
    """The name of the boss of a card."""
    number = card(page, name).get_attribute("data-boss")
    return page.locator(f'[data-map-card][data-id="{number}"]').get_attribute("data-name") if number else ""


def test_a_card_dragged_onto_another_reports_to_it_until_it_is_undone(open_as):
    page = open_as("kam")
    account(page, 0)
    expect(page.locator(".map-main")).to_contain_text("Decider missing")
    add(page, "Margaret Osei", roles=["Decider"])
    add(page, "Paul Brandt", "Margaret Osei", ["Influencer"], "Sceptical")
    add(page, "Elena Ruiz", "Margaret Osei", ["Buyer"])
    expect(page.locator(".map-met")).to_have_text("Met 0 of 3")
    expect(page.locator(".map-world.laid-out")).to_be_attached()
    boxes = {name: card(page, name).bounding_box() for name in ("Margaret Osei", "Paul Brandt", "Elena Ruiz")}
    assert boxes["Paul Brandt"]["y"] == boxes["Elena Ruiz"]["y"] > boxes["Margaret Osei"]["y"]
    middle = (boxes["Paul Brandt"]["x"] + boxes["Elena Ruiz"]["x"]) / 2
    assert abs(boxes["Margaret Osei"]["x"] - middle) < 1, "a boss stands in the middle above the reports"

    card(page, "Elena Ruiz").drag_to(card(page, "Paul Brandt"), source_position={"x": 100, "y": 50})
    notice = page.locator("#toasts .notice", has_text="Elena Ruiz reports to Paul Brandt.")
    expect(notice).to_be_visible()
    expect(page.locator("#edit-sheet")).to_be_hidden()
    expect(card(page, "Elena Ruiz")).to_have_attribute("data-version", "2")
    assert boss_of(page, "Elena Ruiz") == "Paul Brandt"
    notice.get_by_role("button", name="Undo").click()
    expect(card(page, "Elena Ruiz")).to_have_attribute("data-version", "3")
    assert boss_of(page, "Elena Ruiz") == "Margaret Osei"

    expect(page.locator(".map-world.laid-out")).to_be_attached()  # the undo has read the page anew
    card(page, "Elena Ruiz").focus()
    page.keyboard.press("ArrowUp")
    expect(card(page, "Margaret Osei")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft" if boxes["Paul Brandt"]["x"] < boxes["Elena Ruiz"]["x"] else "ArrowRight")
    card(page, "Paul Brandt").focus()
    page.keyboard.press("m")
    dialog = page.locator("#map-move")
    expect(dialog).to_contain_text("Paul Brandt")
    dialog.get_by_label("Paul Brandt").select_option(label="Elena Ruiz")
    dialog.get_by_role("button", name="Move").click()
    expect(page.locator("#toasts")).to_contain_text("Paul Brandt reports to Elena Ruiz.")
    expect(card(page, "Paul Brandt")).to_have_attribute("data-version", "2")
    expect(card(page, "Paul Brandt")).to_be_focused()
    assert boss_of(page, "Paul Brandt") == "Elena Ruiz"
    page.keyboard.press("Enter")
    expect(page.locator("#edit-sheet")).to_contain_text("Edit Paul Brandt")
    page.keyboard.press("Escape")

    page.get_by_placeholder("Find a person").fill("élena")
    expect(page.locator(".map-card.hit")).to_have_count(1)
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.locator(".map-table")).to_be_visible()
    expect(page.locator("[data-map-canvas]")).to_be_hidden()
    page.reload()
    account_url = page.url.split("?")[0]
    page.goto(account_url)
    expect(page.locator(".map-table")).to_be_visible()
    rows = page.locator("[data-map-row] td.name > a")
    assert rows.all_inner_texts() == ["Margaret Osei", "Elena Ruiz", "Paul Brandt"]


def test_the_phone_lists_people_and_a_new_one_changes_what_the_list_says(open_as):
    page = open_as("kam", PHONE, has_touch=True, is_mobile=True)
    account(page, 1)
    add(page, "Margaret Osei", roles=["Decider"])
    expect(page.locator(".map-table")).to_be_visible()
    expect(page.locator("[data-map-canvas]")).to_be_hidden()
    expect(page.locator(".map-side")).to_contain_text("Decider not met")
    expect(page.locator("[data-risk]")).to_have_text("risk high")
    expect(page.locator(".map-side")).to_contain_text("We have talked to nobody of them")
    add(page, "Elena Ruiz", "Margaret Osei", ["Approver", "Buyer"], "For us")
    row = page.locator("[data-map-row]", has_text="Elena Ruiz")
    expect(row).to_contain_text("Approver")
    expect(row).to_contain_text("For us")
    expect(row).to_contain_text("Osei")
    expect(page.locator(".map-met")).to_have_text("Met 0 of 2")
    expect(page.locator(".map-main")).not_to_contain_text("Approver missing")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_script_the_list_is_there_and_a_person_is_a_page(browser, demo, open_as):
    page = open_as("kam")
    account(page, 2)
    address = page.url
    add(page, "Margaret Osei", roles=["Decider"])
    plain = open_as("kam", java_script_enabled=False)
    plain.goto(address)
    expect(plain.locator(".map-table")).to_be_visible()
    expect(plain.locator("[data-map-canvas]")).to_be_hidden()
    plain.locator(".map-table").get_by_role("link", name="Margaret Osei").click()
    expect(plain.locator("h1")).to_have_text("Edit Margaret Osei")
