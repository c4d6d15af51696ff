"""The demo company in a real browser: what a director sees, what an account manager does on the phone."""

import re
import urllib.parse

import pytest

from tests.browser.conftest import PHONE, expect, log_in

pytestmark = pytest.mark.browser
FILTERED = "/accounts/?view=all&quadrant=attack"


def heading_count(page) -> int:
    return int(re.sub(r"\D", "", page.locator("h1 .count, h1 + .count").first.inner_text()))


def test_a_director_reads_the_telling_name_asks_why_and_opens_the_account(open_as):
    page = open_as(None)
    page.goto("/")
    log_in(page, "director")
    expect(page.locator(".home-telling .sentence")).to_contain_text("by what it buys from us and no.")
    name = page.locator(".home-telling .sentence strong").inner_text()
    expect(page.locator(".chart-slope")).to_have_attribute("data-state", "ready")
    expect(page.locator(".chart-scatter")).to_have_attribute("data-state", "ready")
    page.locator(".home-telling").get_by_role("link", name="why").click()
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("main")).to_contain_text("market")
    page.get_by_role("link", name="See the account").first.click()
    expect(page).to_have_url(re.compile(r"/accounts/[^/]+/$"))
    expect(page.locator("h1")).to_contain_text(name)


def test_a_name_of_the_comparison_opens_its_why_between_the_lists_and_escape_closes_it(open_as):
    page = open_as("director")
    page.goto("/segmentation/comparison/")
    expect(page.locator(".chart-comparison, [data-chart=comparison_lines]").first).to_be_attached()
    missed = page.locator(".compare-table tr", has_text="missed").first.locator("a.compare-name").last
    name = missed.inner_text().strip()
    missed.click()
    why = page.locator(".why-row")
    expect(why).to_contain_text(name)
    expect(page).to_have_url(re.compile(r"open="))
    page.keyboard.press("Escape")
    expect(why).to_have_count(0)


def test_a_cell_of_the_nine_box_leads_to_a_list_with_the_same_count(open_as):
    page = open_as("director")
    page.goto("/segmentation/")
    cell = page.locator('[data-cell="BX"]')
    count = int(cell.get_attribute("data-count"))
    assert count > 0
    cell.click()
    page.wait_for_url(re.compile(r"cell=BX"))
    expect(page.locator("main")).to_contain_text(re.compile(rf"\b{count}\b"))
    assert page.locator("main table.ledger tbody tr").count() == count


def test_two_numbers_typed_on_the_phone_take_a_store_out_of_explore(open_as):
    page = open_as("kam", PHONE, has_touch=True, is_mobile=True)
    page.goto("/stores/?quadrant=explore")
    page.locator(".phone-card").first.click()
    expect(page.locator("main")).to_contain_text("too early to tell")
    expect(page.locator(".q-label").first).to_have_text("Explore")
    page.get_by_label("All brands").fill("20")
    page.get_by_label("Ours", exact=True).fill("2")
    expect(page.locator("[data-count-share]")).to_contain_text("10")
    page.get_by_role("button", name="Save the count").click()
    expect(page.locator("#counts")).to_contain_text("1 Nov 2022")
    expect(page.locator("main")).not_to_contain_text("too early to tell")
    expect(page.get_by_text("The store left Explore")).to_be_visible()
    expect(page.locator(".q-label").first).not_to_have_text("Explore")


def test_more_ours_than_all_is_refused_at_the_field_and_nothing_typed_is_lost(open_as):
    page = open_as("kam", PHONE)
    page.goto("/stores/2665/")
    page.get_by_label("All brands").fill("10")
    page.get_by_label("Ours", exact=True).fill("12")
    expect(page.locator("[data-count-share]")).to_have_text("Ours cannot be more than all.")
    page.get_by_label("Day", exact=True).fill("2022-10-31")
    page.get_by_label("Kind optional", exact=True).select_option(label="Control visit")
    page.get_by_role("button", name="Save the count").click()
    field = page.locator(".field", has=page.get_by_label("Ours", exact=True))
    expect(field.locator(".field-error")).to_have_text("Ours cannot be more than all.")
    expect(page.get_by_label("All brands")).to_have_value("10")
    expect(page.get_by_label("Ours", exact=True)).to_have_value("12")
    expect(page.get_by_label("Day", exact=True)).to_have_value("2022-10-31")
    expect(page.get_by_label("Kind optional", exact=True)).to_have_value("control")
    assert all("400" in text or "422" in text for text in open_as.complaints)
    open_as.complaints.clear()  # the browser names every refused form


def test_an_expired_session_returns_to_the_page_after_the_login(open_as):
    page = open_as("director")
    page.goto("/")
    page.context.clear_cookies()
    page.goto(FILTERED)
    expect(page).to_have_url(re.compile(r"/login/\?next="))
    log_in(page, "director")
    page.wait_for_url(re.compile(r"/accounts/\?"))
    parts = urllib.parse.urlsplit(page.url)
    assert f"{parts.path}?{parts.query}" == FILTERED
    # The page still loading its parts when the session ended is told so, and the browser names each.
    assert all("401" in text for text in open_as.complaints)
    open_as.complaints.clear()


def test_the_back_button_restores_the_filters_of_a_list(open_as):
    page = open_as("director")
    page.goto(FILTERED)
    rows = page.locator("main table.ledger tbody tr")
    filtered = rows.count()
    page.get_by_role("link", name=re.compile("Gap to market")).first.click()
    page.wait_for_url(re.compile("quadrant=attack.*sort=|sort=.*quadrant=attack"))
    assert rows.count() == filtered
    rows.first.locator("a").first.click()
    page.wait_for_url(re.compile(r"/accounts/[^/?]+/"))
    page.go_back()
    expect(page).to_have_url(re.compile("quadrant=attack"))
    expect(rows).to_have_count(filtered)
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape(FILTERED)))


@pytest.mark.worker
def test_recompute_runs_through_and_the_page_shows_the_new_run(open_as, demo):
    page = open_as("director")
    page.goto("/segmentation/")
    before = int(re.search(r"Run (\d+)", page.locator("main").inner_text()).group(1))
    with demo.worker():
        page.get_by_role("button", name="Recompute").click()
        expect(page.locator("body")).to_contain_text(f"Run {before + 1}", timeout=60_000)
        page.goto("/segmentation/runs/")
        expect(page.locator("main table tbody tr").first).to_contain_text(str(before + 1))


def test_the_demo_shows_which_measures_worked_and_who_went_where(open_as):
    page = open_as("supervisor")
    page.goto("/flags/measures/")
    rows = page.locator("main table tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="Display moved")).to_contain_text(re.compile(r"[+−]\d"))
    page.get_by_role("link", name="All closed flags").click()
    expect(page.locator("main table tbody tr").first).to_contain_text("Closed")
    page.goto("/visits/")
    visits = int(page.locator("main .count").inner_text().replace(",", ""))
    foot = page.locator("main table tfoot td.number").all_inner_texts()
    total, own = (int(text.replace(",", "")) for text in foot[:2])
    assert visits > 100 and 0 < own < total < 50 * visits  # whole bottles, a few a visit
