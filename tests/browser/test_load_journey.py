"""Reassigning: a director drags an account, sees what it does, hands it over; a phone does it by ticks."""

import re

import pytest

from tests.browser.conftest import PHONE, expect
from tests.browser.test_every_page import AXE, CHECK, TOO_WIDE

pytestmark = pytest.mark.browser
ACCOUNT = "World Liquor & Tobacco"


def column_of(page, name):
    return page.locator("[data-board-column]", has=page.get_by_role("heading", name=name, exact=True))


def load_of(page, name):
    return column_of(page, name).locator("[data-load-after]")


def test_an_account_is_dragged_weighed_and_handed_over(open_as):
    page = open_as("director")
    page.goto("/segmentation/load/")
    page.get_by_label("Choose Dana Whitfield").check()
    page.get_by_label("Choose Joel Tran").check()
    page.get_by_role("button", name="Reassign between the chosen").click()
    dana, joel = (float(load_of(page, name).inner_text()) for name in ("Dana Whitfield", "Joel Tran"))
    lighter, before, after = f"{dana - 1.25:g}", f"{joel:g}", f"{joel + 1.25:g}"  # one account to attack

    card = column_of(page, "Dana Whitfield").locator(".board-card", has_text=ACCOUNT)
    card.drag_to(column_of(page, "Joel Tran").locator(".board-figures"))
    expect(load_of(page, "Dana Whitfield")).to_have_text(lighter)
    expect(load_of(page, "Joel Tran")).to_have_text(after)
    expect(column_of(page, "Joel Tran")).to_contain_text("from Dana Whitfield")
    expect(page.locator("#board-status")).to_have_text(f"Dana Whitfield {lighter}, Joel Tran {after}")
    expect(page).to_have_url(re.compile(r"moves=\d+:\d+$"))
    page.reload()
    expect(load_of(page, "Joel Tran")).to_have_text(after)
    page.go_back()
    expect(load_of(page, "Joel Tran")).to_have_text(before)
    page.go_forward()
    expect(load_of(page, "Joel Tran")).to_have_text(after)
    page.get_by_role("link", name="Back", exact=True).click()
    expect(load_of(page, "Joel Tran")).to_have_text(before)
    page.go_back()
    expect(load_of(page, "Joel Tran")).to_have_text(after)
    if AXE.exists():
        page.evaluate(AXE.read_text())
        assert page.evaluate(CHECK) == []

    page.get_by_label("Why").fill("Dana carries too much")
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator("#messages")).to_contain_text("1 account was handed over from 1 November 2022")
    page.goto("/accounts/WORLD-LIQUOR-TOBACCO/")
    expect(page.locator(".head-person").first).to_contain_text("Joel Tran")
    page.goto("/accounts/WORLD-LIQUOR-TOBACCO/history/")
    expect(page.locator("main")).to_contain_text(re.compile(r"Joel Tran\s*1 Nov 2022 – now"))
    expect(page.locator("main")).to_contain_text(re.compile(r"Dana Whitfield.*– 31 Oct 2022", re.S))


def test_on_the_phone_ticked_accounts_are_moved_and_handed_over_later(open_as):
    page = open_as("supervisor", PHONE)
    page.goto("/segmentation/load/reassign/?kam=7&kam=6")
    before = load_of(page, "Joel Tran").inner_text()
    column_of(page, "Jon Mercer").locator(".board-pick").first.click()
    page.get_by_label("Move the ticked to").select_option(label="Joel Tran")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(load_of(page, "Joel Tran")).not_to_have_text(before)
    assert page.evaluate(TOO_WIDE) == []
    page.get_by_label("From", exact=True).fill("2022-12-01")
    page.get_by_label("Why").fill("From December on")
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator("#messages")).to_contain_text("changes hands on 1 December 2022")
    expect(page.locator("main")).to_contain_text("Handovers ahead")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#messages")).to_contain_text("stays with its manager")
