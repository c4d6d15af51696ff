"""A director takes the comparison apart, prints it, follows a flow to why it moved, and verifies a run."""

import re

import pytest

from tests.browser.conftest import PHONE, expect

pytestmark = pytest.mark.browser
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_a_director_finds_who_missed_most_and_opens_those_accounts(open_as):
    page = open_as("director")
    page.goto("/segmentation/comparison/")
    page.get_by_role("link", name="By account manager").click()
    expect(page.locator(".sentence-small").last).to_contain_text("missed")
    figure = page.locator(".parts-table tbody td.share-below a").first
    count = int(figure.inner_text())
    figure.click()
    page.wait_for_url(re.compile(r"mark=missed.*quadrant=attack|quadrant=attack.*mark=missed|kam="))
    expect(page.locator("main table.ledger tbody tr")).to_have_count(count)
    expect(page.locator("main")).to_contain_text("missed")


def test_the_comparison_prints_on_two_sheets(open_as, tmp_path):
    page = open_as("director")
    page.goto("/segmentation/comparison/")
    page.wait_for_load_state("networkidle")
    for query, sheets in (("", 2), ("?by=kam", 1), ("?level=stores", 2)):
        page.goto(f"/segmentation/comparison/{query}")
        printed = page.pdf(prefer_css_page_size=True)
        assert [int(found) for found in re.findall(rb"/Count (\d+)", printed)] == [sheets], query


def test_a_flow_leads_to_its_accounts_and_an_account_to_why_it_moved(open_as):
    page = open_as("director")
    page.goto("/segmentation/runs/movement/")
    ribbon = page.locator(".flow-picture a[aria-label^='maintain → monitor']")
    count = int(re.search(r": (\d+)$", ribbon.get_attribute("aria-label")).group(1))
    ribbon.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("flow=maintain-monitor"))
    rows = page.locator("#moved tbody tr:not(.group)")
    expect(rows).to_have_count(count)
    name = rows.first.locator("td.name > a").inner_text()
    rows.first.get_by_role("link", name=re.compile("^why")).click()
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator(".sentence-small")).to_contain_text("went from maintain to monitor")
    expect(page.get_by_text("decided", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Movement").click()
    page.get_by_role("link", name="Cells", exact=True).click()
    expect(page.locator("#flow-title")).to_have_text("Between the cells")


def test_on_the_phone_the_picture_becomes_a_list_that_leads_as_far(open_as):
    page = open_as("director", PHONE, has_touch=True, is_mobile=True)
    page.goto("/segmentation/runs/movement/?by=cell")
    expect(page.locator(".flow-picture")).to_be_hidden()
    assert not page.evaluate(TOO_WIDE)
    flow = page.locator(".flow-table tbody tr", has_text="worse").first.locator("a")
    count = int(flow.inner_text())
    flow.click()
    page.wait_for_url(re.compile("flow="))
    rows = page.locator("#moved tbody tr:not(.group)")
    expect(rows).to_have_count(count)
    why = rows.first.get_by_role("link", name=re.compile("^why"))
    assert why.bounding_box()["height"] >= 44
    why.click()
    expect(page.locator(".sentence-small")).to_contain_text(re.compile("went from|stayed"))
    assert not page.evaluate(TOO_WIDE)


def test_what_is_not_known_leads_to_a_planned_visit(open_as):
    page = open_as("director")
    page.goto("/segmentation/sufficiency/")
    page.locator(".parts-table").get_by_role("link", name=re.compile("^where first")).first.click()
    page.wait_for_url(re.compile("territory="))
    page.locator("#visit-first").get_by_role("link", name=re.compile("^Who goes")).first.click()
    expect(page.locator("#edit-sheet")).to_contain_text("Who goes?")


@pytest.mark.worker
def test_a_run_is_computed_again_in_the_background_and_comes_out_the_same(open_as, demo):
    page = open_as("director")
    page.goto("/segmentation/runs/")
    page.locator("main table tbody a").first.click()
    with demo.worker():
        page.get_by_role("button", name="Recompute and compare").click()
        expect(page.locator("#verification")).to_contain_text("Equal bit by bit", timeout=60_000)
