"""Before a door: from the burning promise over the decision map and a logged call to the printed brief."""

import re

import pytest

from tests.browser.conftest import DESKTOP, PHONE, expect
from tests.browser.test_decision_map import add

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("viewport", "touch", "name"),
    [(DESKTOP, {}, "Olga Brandvold"), (PHONE, {"has_touch": True, "is_mobile": True}, "Nora Estrup")],
    ids=["desktop", "phone"],
)
def test_a_kam_reads_what_burns_names_a_person_logs_a_call_and_takes_the_brief_along(
    open_as, viewport, touch, name
):
    page = open_as("kam", viewport, **touch)
    code = "SAMS-CLUB" if touch else "HY-VEE"
    page.goto(f"/accounts/{code}/")
    burning = page.locator(".needs-you")
    expect(burning).to_contain_text("late")
    expect(burning.get_by_text("Move the date").first).to_be_visible()

    page.get_by_role("link", name=re.compile("^Decision map")).click()
    expect(page.locator("[data-decision-map]")).to_be_visible()
    side = page.locator(".map-side")
    met, people = _met(side)
    boss = page.locator("[data-map-row] td.name > a").first.inner_text()
    add(page, name, boss, ["Approver"], "For us")
    expect(page.locator(".map-main")).not_to_contain_text("Approver missing")
    assert _met(side) == (met, people + 1)

    page.get_by_role("link", name=re.compile("^Timeline")).click()
    composer = page.locator("#composer")
    composer.get_by_placeholder("Log a contact").fill(f"First call with {name}")
    composer.locator("label[title=Call]").click()
    composer.locator("select[name=contact]").select_option(label=name)
    composer.get_by_role("button", name="Save").click()
    expect(page.locator(".timeline-card")).to_contain_text(f"First call with {name}")

    page.get_by_role("link", name=re.compile("^Decision map")).click()
    expect(page.locator(".map-met")).to_have_text(f"Met {met + 1} of {people + 1}")

    page.goto(f"/accounts/{code}/brief/")
    expect(page.locator("#main")).to_contain_text(name)
    expect(page.locator("#main")).to_contain_text(f"First call with {name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()


def _met(side) -> tuple[int, int]:
    """How many of how many the side panel says we met."""
    expect(side.locator(".map-met")).to_be_visible()
    found = re.search(r"Met (\d+) of (\d+)", side.locator(".map-met").inner_text())
    return int(found[1]), int(found[2])


def test_a_contact_that_was_due_moves_when_it_was_held(open_as):
    page = open_as("kam")
    page.goto("/accounts/HY-VEE/timeline/")
    due = page.locator(".timeline-card li", has_text="Get in touch with Irene Salcedo")
    expect(due).to_contain_text("6 days late")
    composer = page.locator("#composer")
    composer.get_by_placeholder("Log a contact").fill("Call about orders")
    composer.locator("label[title=Call]").click()
    composer.locator("select[name=contact]").select_option(label="Irene Salcedo")
    composer.get_by_role("button", name="Save").click()
    expect(page.locator(".timeline-card")).to_contain_text("Call about orders")
    expect(due.filter(has_text="late")).to_have_count(0)
