"""Criteria from the draft to publishing: an admin looks before asking, a director reads and publishes."""

import re

import pytest

from tests.browser.conftest import PHONE, expect
from tests.browser.test_every_page import AXE, CHECK, TOO_WIDE

pytestmark = pytest.mark.browser


def preview_of(page):
    return page.locator("#preview:not(.htmx-request)")


def test_an_admin_changes_the_cut_sees_who_leaves_and_a_director_publishes_it(open_as):
    page = open_as("admin")
    page.goto("/criteria/")
    page.get_by_role("button", name="New draft").click()
    page.get_by_role("button", name="Begin").click()
    expect(preview_of(page)).to_contain_text(re.compile(r"\d+ enter, \d+ leave,"))

    line = page.locator('[data-setting="potential_type_score"]')
    line.get_by_role("spinbutton").fill("95")
    expect(line).to_have_class(re.compile("changed"))
    expect(preview_of(page)).to_contain_text(re.compile(r"[1-9]\d* leave,"))
    expect(preview_of(page).locator(".load-table tbody tr").first).to_be_visible()
    page.locator('[name="abc_thresholds_b"]').fill("40")
    expect(page.locator('[data-setting="abc_thresholds"]')).to_contain_text("together at most 1")
    page.locator('[data-setting="abc_thresholds"] [data-restores]').click()
    expect(page.locator('[data-setting="abc_thresholds"]')).not_to_have_class(re.compile("changed|has-error"))

    page.get_by_label("Reason", exact=False).last.fill("Fewer accounts, better looked after")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#messages")).to_contain_text("saved")
    expect(preview_of(page)).to_contain_text(re.compile(r"[1-9]\d* leave,"))
    if AXE.exists():
        page.evaluate(AXE.read_text())
        assert page.evaluate(CHECK) == []
    page.get_by_role("button", name="Send for approval").click()
    expect(page.locator("main")).to_contain_text("waits for approval")
    address = page.url

    boss = open_as("director", PHONE)
    boss.goto(address)
    expect(boss.locator("main")).to_contain_text("Changed settings")
    expect(preview_of(boss)).to_contain_text(re.compile(r"[1-9]\d* leave,"))
    assert boss.evaluate(TOO_WIDE) == []
    boss.get_by_role("link", name="Publish…").click()
    expect(boss.locator("main")).to_contain_text("Fewer accounts, better looked after")
    boss.get_by_role("button", name=re.compile("^Publish v")).click()
    expect(boss.locator("main")).to_contain_text("in force since")
    expect(boss.locator("main")).to_contain_text("60 → 95")
