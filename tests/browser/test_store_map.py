"""The map of stores in a real browser: a group is listed, zoomed by wheel and keys, and becomes a list."""

import re

import pytest

from tests.browser.conftest import PHONE, expect

pytestmark = pytest.mark.browser
LARGEST = """() => {
  const item = document.querySelector("[data-store-map]").storeMap.items.at(-1);
  return { x: item.sx, y: item.sy, count: item.members.length };
}"""
ZOOM = "() => document.querySelector('[data-store-map]').storeMap.view.k"


def open_map(page, query=""):
    page.goto(f"/stores/{query}")
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.locator("[data-store-map][data-state=ready][data-items]")).to_be_visible()


def test_a_group_is_listed_beside_the_map_and_becomes_a_list_of_the_same_stores(open_as):
    page = open_as("director")
    open_map(page, "?status=below_confirmed")
    assert "status=below_confirmed" in page.url
    canvas, side = page.locator("[data-store-map] canvas"), page.locator("[data-map-side]")
    largest = page.evaluate(LARGEST)
    assert largest["count"] > 3
    canvas.click(position={"x": largest["x"], "y": largest["y"]})
    expect(side.locator("h2")).to_have_text(f"{largest['count']} stores")
    expect(side.locator("li").first).to_contain_text("Surely below")
    side.get_by_role("link", name="These as a list").click()
    expect(page.locator("h1 .count")).to_have_text(str(largest["count"]))
    page.go_back()
    expect(page.locator("[data-store-map][data-items]")).to_be_visible()

    canvas.hover(position={"x": 300, "y": 300})
    before = page.evaluate(ZOOM)
    page.mouse.wheel(0, -400)
    page.wait_for_function(f"({ZOOM})() > {before} * 1.5")
    canvas.focus()
    page.keyboard.press("0")
    page.wait_for_function(f"Math.abs(({ZOOM})() - {before}) < 1e-6")
    page.keyboard.press("+")
    page.wait_for_function(f"({ZOOM})() > {before} * 1.4")
    page.get_by_role("button", name="All stores").click()
    page.wait_for_function(f"Math.abs(({ZOOM})() - {before}) < 1e-6")


def test_one_store_leads_to_its_page_on_the_phone(open_as):
    page = open_as("kam", PHONE, has_touch=True, is_mobile=True)
    open_map(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    at = page.evaluate(LARGEST)
    page.locator("[data-store-map] canvas").tap(position={"x": at["x"], "y": at["y"]})
    link = page.locator("[data-map-side] li a").first
    name = link.locator(".stores-picked-name").inner_text()
    link.click()
    expect(page).to_have_url(re.compile(r"/stores/[^/-][^/]*/$"))
    expect(page.locator("h1")).to_contain_text(name)
