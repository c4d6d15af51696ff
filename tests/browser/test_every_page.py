"""Every page, as anybody sees it: readable by everyone (axe, light and dark), never wider than the phone."""

import pytest
from django.conf import settings

from tests.browser.conftest import PHONE, expect

pytestmark = pytest.mark.browser
AXE = settings.BASE_DIR / "var" / "vendor" / "js" / "axe.min.js"
PAGES = {
    "login": "/login/",
    "home": "/",
    "accounts": "/accounts/",
    "account": "/accounts/HY-VEE/",
    "plan": "/accounts/HY-VEE/plan/",
    "team": "/accounts/HY-VEE/team/",
    "service standards": "/accounts/-/service-standards/",
    "general part": "/accounts/HY-VEE/general/",
    "competitors": "/accounts/HY-VEE/competitors/",
    "documents": "/accounts/HY-VEE/documents/",
    "decision map": "/accounts/HY-VEE/map/",
    "timeline": "/accounts/HY-VEE/timeline/",
    "net terms": "/accounts/HY-VEE/net-terms/",
    "why it buys": "/accounts/HY-VEE/why/buying/",
    "new promise": "/accounts/HY-VEE/-/promise/new/",
    "new person": "/accounts/HY-VEE/-/contact/new/",
    "removed": "/accounts/HY-VEE/-/removed/",
    "duplicates": "/accounts/-/duplicates/",
    "merges": "/accounts/-/merges/",
    "archive": "/accounts/-/archive/",
    "stores": "/stores/",
    "map of stores": "/stores/-/map/",
    "control samples": "/visits/samples/",
    "draw a sample": "/visits/samples/draw/",
    "settings of field work": "/visits/settings/",
    "store": "/stores/2665/",
    "segmentation": "/segmentation/",
    "comparison": "/segmentation/comparison/",
    "comparison by manager": "/segmentation/comparison/?by=kam",
    "what we know": "/segmentation/sufficiency/",
    "concentration": "/segmentation/mix/",
    "runs": "/segmentation/runs/",
    "load": "/segmentation/load/",
    "capacity": "/segmentation/capacity/",
    "service given": "/segmentation/service/",
    "strategies": "/segmentation/strategies/",
    "reassign": "/segmentation/load/reassign/?kam=1&kam=7",
    "run": "/segmentation/runs/2/",
    "movement": "/segmentation/runs/movement/",
    "movement of cells": "/segmentation/runs/movement/?by=cell",
    "why it moved": "/segmentation/runs/moved/customer/HY-VEE/",
    "key accounts": "/segmentation/key-accounts/",
    "selection": "/segmentation/selection/",
    "selection round": "/segmentation/selection/3/",
    "why a key account": "/segmentation/why/customer/HY-VEE/",
    "flags": "/flags/",
    "flag_board": "/flags/board/",
    "flag_chains": "/flags/chains/",
    "imports": "/imports/",
    "jobs": "/jobs/",
    "criteria": "/criteria/",
    "help": "/help/",
    "profile": "/profile/",
    "people": "/people/",
}
CHECK = """async () => {
  const found = await axe.run(document, {
    resultTypes: ["violations"],
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    // Experimental: rows of the slope are read in words, not in the order in which their figures are drawn.
    rules: { "label-content-name-mismatch": { enabled: false } },
  });
  return found.violations.filter((item) => ["serious", "critical"].includes(item.impact)).map(
    (item) => `${item.id}: ${item.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`
  );
}"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("main *")]
    .filter((item) => item.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map((item) => `${item.tagName}.${item.className}`).concat("the page");
}"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable_in_light_and_dark_and_fits_the_phone(open_as, name):
    page = open_as(None if name == "login" else "admin")
    answer = page.goto(PAGES[name])
    assert answer.status == 200
    for chart in page.locator("[data-chart]").all():
        chart.scroll_into_view_if_needed()
    expect(page.locator("[data-state=loading]")).to_have_count(0)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
        page.wait_for_timeout(200)  # colours pass over
        found[scheme] = page.evaluate(CHECK)
        if found[scheme]:  # on a busy machine the passing takes longer
            page.wait_for_timeout(1500)
            found[scheme] = page.evaluate(CHECK)
    page.set_viewport_size(PHONE)
    for _ in range(20):  # charts follow the width a moment later
        page.wait_for_timeout(150)
        wide = page.evaluate(TOO_WIDE)
        if not wide:
            break
    assert wide == []
    assert found == {"light": [], "dark": []}


@pytest.mark.parametrize(
    ("tab", "opener"),
    [
        ("timeline/", "Promise"),
        ("map/", "Add a person"),
        ("", "Terms"),
        ("", "Active"),
    ],
    ids=["new promise", "new person", "terms", "why buying"],
)
def test_a_sheet_is_readable_in_light_and_dark_and_fits_the_phone(open_as, tab, opener):
    page = open_as("admin")
    page.goto(f"/accounts/HY-VEE/{tab}")
    page.locator("main").get_by_role("link", name=opener, exact=True).first.click()
    sheet = page.locator("#edit-sheet")
    expect(sheet.locator("#edit-sheet-title")).to_be_visible()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
        page.wait_for_timeout(1000)  # colours pass over
        found[scheme] = page.evaluate(CHECK)
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(300)
    box = sheet.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] + 1
    assert found == {"light": [], "dark": []}
