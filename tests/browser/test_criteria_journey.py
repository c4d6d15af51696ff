"""Criteria from the draft to publishing: an admin looks before asking, a director reads and publishes."""

import re

import pytest

from tests.browser.conftest import PHONE, expect
from tests.browser.test_every_page import AXE, CHECK, TOO_WIDE

pytestmark = pytest.mark.browser
SOME_LEAVE = re.compile(r"[1-9]\d* leave,")
BOTH = re.compile(r"[1-9]\d* enter, [1-9]\d* leave,")


def preview_of(page):
    return page.locator("#preview:not(.htmx-request)")


def setting(page, name):
    return page.locator(f'[data-setting="{name}"]')


def assert_accessible(page):
    if AXE.exists():
        page.evaluate(AXE.read_text())
        assert page.evaluate(CHECK) == []


def test_an_admin_changes_the_cut_sees_who_comes_and_goes_and_a_director_publishes_it(open_as):
    page = open_as("admin")
    page.goto("/criteria/")
    page.get_by_role("button", name="New draft").click()
    page.get_by_role("button", name="Begin").click()
    expect(preview_of(page)).to_contain_text(re.compile(r"\d+ enter, \d+ leave,"))

    # The cut alone: fewer pass it, and every KAM's load is told before and after.
    cut = setting(page, "potential_type_score")
    cut.get_by_role("spinbutton").fill("95")
    expect(cut).to_have_class(re.compile("changed"))
    expect(preview_of(page)).to_contain_text(SOME_LEAVE)
    loads = preview_of(page).locator(".load-table tbody tr")
    expect(loads.first).to_contain_text(re.compile(r"[\d.]+ → [\d.]+"))
    # Ranked by a score, some enter and some leave; each name opens its "why".
    cut.get_by_role("spinbutton").fill("70")
    setting(page, "ka_rank_by").get_by_text("a score", exact=True).click()
    expect(preview_of(page)).to_contain_text(BOTH)
    sentence = preview_of(page).locator("[data-sentence]").inner_text()
    expect(page.locator("#preview-said")).to_contain_text(re.compile(r"enter, \d+ leave"))
    assert (
        preview_of(page).locator(".criteria-names").first.locator('a[href*="/segmentation/why/"]').count() > 0
    )

    # What cannot work stands beside its field, once; the numbers stay, dimmed, and publishing waits.
    page.locator('[name="abc_thresholds_b"]').fill("40")
    thresholds = setting(page, "abc_thresholds")
    expect(thresholds.locator(".field-error")).to_have_text(
        "Class A above 0 and below 100 %, class B from 0 %, together at most 100 %."
    )
    expect(page.locator("#preview [data-sentence]")).to_have_text(sentence)
    expect(page.locator("#preview-numbers")).to_have_css("opacity", "0.5")
    expect(page.locator("[data-blocked]")).to_be_visible()
    thresholds.locator("[data-restores]").click()
    expect(thresholds).not_to_have_class(re.compile("changed|has-error"))
    expect(page.locator("#preview-numbers")).to_have_css("opacity", "1")
    expect(page.locator("[data-blocked]")).to_be_hidden()

    page.get_by_label("Reason", exact=False).last.fill("Gaps count, not only size")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#messages")).to_contain_text("saved")
    expect(preview_of(page)).to_contain_text(BOTH)
    assert_accessible(page)
    page.get_by_role("button", name="Send for approval").click()
    expect(page.locator("main")).to_contain_text("waits for approval")
    address = page.url

    boss = open_as("director", PHONE)
    boss.goto(address)
    expect(boss.locator("main")).to_contain_text("Changed settings")
    expect(preview_of(boss)).to_contain_text(BOTH)
    assert boss.evaluate(TOO_WIDE) == []
    boss.get_by_role("link", name="Publish…").click()
    expect(boss.locator("main")).to_contain_text("Gaps count, not only size")
    expect(preview_of(boss)).to_contain_text(BOTH)
    assert boss.evaluate(TOO_WIDE) == []
    assert_accessible(boss)
    boss.get_by_role("button", name=re.compile("^Publish v")).click()
    expect(boss.locator("main")).to_contain_text("in force since")
    expect(boss.locator("main")).to_contain_text("60 → 70")

    # The back button leads to what became of the draft; it may be rolled back from the version before.
    boss.go_back()
    boss.reload()
    expect(boss.locator("main")).to_contain_text("approved by Helen Marsh")
    page.goto("/criteria/versions/1/")
    assert_accessible(page)
    page.get_by_label("Reason").fill("Not yet")
    page.get_by_role("button", name=re.compile("^Publish v1 anew")).click()
    expect(page.locator("main")).to_contain_text("waits for approval")
    expect(preview_of(page)).to_contain_text(BOTH)
    page.get_by_role("button", name="Remove draft").click()
    expect(page.locator("main")).to_contain_text("This draft was removed")
