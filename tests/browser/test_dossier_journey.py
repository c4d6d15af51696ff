"""Twenty minutes of an account manager, on the phone and at the desk: from what burns to the brief."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Demo, expect

pytestmark = pytest.mark.browser
ACCOUNT = "/accounts/HY-VEE/"


@pytest.fixture
def demo(demo_loaded: Path, tmp_path: Path) -> Iterator[Demo]:
    """A demo company for each journey: what one does, the other has not done yet."""
    folder = tmp_path / "demo"
    shutil.copytree(demo_loaded, folder)
    with Demo(folder).served() as served:
        yield served


def tab(page: Any, name: str) -> None:
    page.locator(".dossier-tabs").get_by_role("link", name=re.compile(rf"^{name}\b")).click()
    expect(page.locator(".dossier-tabs a[aria-current=page]")).to_contain_text(name)


def spread(page: Any) -> float:
    """How many equal contacts our talks are worth; one thread is 1."""
    text = page.locator("#map-thread-why").text_content()
    return float(re.search(r"worth (\d+\.\d+) equal contacts", text)[1])


def log_call(page: Any, what: str, whom: str) -> None:
    """One line, the call, the person, save: as it is done between two appointments."""
    composer = page.locator("#composer")
    composer.get_by_label("What was it about").fill(what)
    composer.get_by_title("Call", exact=True).click()
    composer.get_by_label("With").select_option(label=whom)
    composer.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Logged.")
    expect(page.locator(".timeline-card")).to_contain_text(what)
    expect(page.locator("#composer").get_by_label("What was it about")).to_have_value("")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_burning_promise_to_the_printed_brief(open_as, viewport):
    is_phone = viewport is PHONE
    page = open_as("kam", viewport, has_touch=is_phone, is_mobile=is_phone)
    page.goto(ACCOUNT)
    needs = page.locator(".needs-you")
    expect(needs).to_have_class(re.compile("burns"))
    expect(needs).to_contain_text("Price proposal 2023 is 4 days late.")
    expect(needs).to_contain_text("Irene Salcedo")
    assert needs.bounding_box()["y"] + needs.bounding_box()["height"] < viewport["height"], "seen at once"

    tab(page, "Decision map")
    side = page.locator(".map-side")
    expect(page.locator(".map-main")).to_contain_text("Approver missing")
    expect(page.locator(".map-met")).to_have_text("Met 3 of 7")
    risk, worth = page.locator("[data-risk]").get_attribute("data-risk"), spread(page)
    expect(side).to_contain_text("6 of our last 10 talks ran through Irene Salcedo")
    page.get_by_role("link", name="Add a person").click()
    sheet = page.locator("#edit-sheet")
    sheet.get_by_label("Name", exact=True).fill("Ruth Lindqvist")
    sheet.get_by_label("Title").fill("CFO")
    sheet.get_by_label("Reports to").select_option(label="Margaret Osei")
    terms = sheet.get_by_role("group", name="Role in the decision: Terms and listing")
    terms.get_by_label("Approver", exact=True).check()
    sheet.get_by_label("Attitude towards us").select_option(label="For us")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).to_be_hidden()
    expect(page.locator(".map-met")).to_have_text("Met 3 of 8")
    expect(page.locator(".map-main")).not_to_contain_text("Approver missing")
    row = page.locator("[data-map-row]", has_text="Ruth Lindqvist")
    for said in ("Approver", "Osei", "For us", "never"):
        expect(row).to_contain_text(said)
    if not is_phone:
        expect(page.locator("[data-map-card]", has_text="Ruth Lindqvist")).to_be_visible()

    tab(page, "Timeline")
    due = page.locator(".time-row", has_text="Get in touch with Irene Salcedo")
    expect(due).to_be_visible()
    log_call(page, "Signing limits for 2023", "Ruth Lindqvist")
    expect(due).to_be_visible()
    log_call(page, "Proposal comes tomorrow", "Irene Salcedo")
    expect(due).to_have_count(0)
    newest = page.locator(".time-row", has_text="Proposal comes tomorrow")
    expect(newest.locator("time")).to_have_text("1 Nov")
    expect(newest).to_contain_text("Call, Irene Salcedo")
    tab(page, "Plan")
    expect(page.locator(".plan-row", has_text="Irene Salcedo")).to_contain_text("next 22 Nov")

    tab(page, "Decision map")
    expect(page.locator(".map-met")).to_have_text("Met 4 of 8")
    expect(side).to_contain_text("7 of our last 12 talks ran through Irene Salcedo")
    expect(side).to_contain_text("If they leave, 4 people are left.")
    assert spread(page) > worth, "the risk of one thread is smaller"
    assert (risk, page.locator("[data-risk]").get_attribute("data-risk")) == ("medium", "medium")

    page.get_by_role("link", name="Meeting brief").click()
    expect(page.locator("h1")).to_contain_text("Hy-Vee")
    brief = page.locator(".brief")
    for said in ("Price proposal 2023", "Ruth Lindqvist", "Proposal comes tomorrow", "Irene Salcedo"):
        expect(brief).to_contain_text(said)
    page.evaluate("window.print = () => document.body.setAttribute('data-printed', '')")
    page.get_by_role("button", name="Print or save as PDF").click()
    expect(page.locator("body[data-printed]")).to_be_attached()
    if not is_phone:
        page.emulate_media(media="print")
        expect(page.locator(".page-actions")).to_be_hidden()
        expect(brief).to_contain_text("Price proposal 2023")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_back_shows_the_tab_before_as_a_full_page(open_as):
    page = open_as("kam")
    page.goto(ACCOUNT)
    for name in ("Timeline", "Decision map", "Plan"):
        tab(page, name)
    for name, mark in (("Decision map", ".map-world.laid-out"), ("Timeline", "#composer")):
        page.go_back()
        expect(page.locator(".dossier-tabs a[aria-current=page]")).to_contain_text(name)
        expect(page.locator(mark)).to_be_attached()
        expect(page.locator("h1")).to_have_text("Hy-Vee")
        expect(page.locator(".side")).to_be_visible()
    page.go_back()
    expect(page.locator(".timeline-card")).to_contain_text("Price proposal 2023")
    page.go_forward()
    expect(page.locator(".dossier-tabs a[aria-current=page]")).to_contain_text("Timeline")
    page.reload()
    expect(page.locator(".dossier-tabs a[aria-current=page]")).to_contain_text("Timeline")
    tab(page, "Overview")
    tab(page, "Team")
    page.locator("main").get_by_role("link", name="Accounts").first.click()
    expect(page).to_have_url(re.compile(r"/accounts/$"))
    page.go_back()
    expect(page.locator(".dossier-tabs a[aria-current=page]")).to_contain_text("Team")
    expect(page.locator("h1")).to_have_text("Hy-Vee")


def test_the_second_of_two_who_edit_one_promise_sees_both_versions_in_the_sheet(open_as):
    first, second = open_as("kam"), open_as("director")
    for page in (first, second):
        page.goto(ACCOUNT)
        page.locator(".tick-list").get_by_role("link", name="Price proposal 2023").click()
        expect(page.locator("#edit-sheet").get_by_label("Promise", exact=True)).to_have_value(
            "Price proposal 2023"
        )
    first.locator("#edit-sheet").get_by_label("Promise", exact=True).fill(
        "Price proposal 2023, with promotion"
    )
    first.locator("#edit-sheet").get_by_role("button", name="Save").click()
    expect(first.locator("#edit-sheet")).to_be_hidden()
    expect(first.locator(".needs-you")).to_contain_text("with promotion is 4 days late")
    theirs = second.locator("#edit-sheet")
    theirs.get_by_label("Promise", exact=True).fill("Price proposal 2023, without")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.get_by_role("alert")).to_contain_text("Somebody else was first.")
    expect(theirs.locator("table")).to_contain_text("Price proposal 2023, with promotion")
    expect(theirs.get_by_label("Promise", exact=True)).to_have_value("Price proposal 2023, without")
    assert len(open_as.complaints) == 1 and "409" in open_as.complaints[0]
    open_as.complaints.clear()
    theirs.get_by_role("button", name="Save").click()
    expect(theirs).to_be_hidden()
    expect(second.locator(".needs-you")).to_contain_text("Price proposal 2023, without is 4 days late")


def test_nothing_typed_is_lost_by_a_tab_a_save_elsewhere_or_esc(open_as):
    page = open_as("kam")
    page.goto(ACCOUNT)
    words = page.locator("#composer").get_by_label("What was it about")
    words.fill("Half a sentence")
    page.locator("#composer").get_by_title("Meeting", exact=True).click()
    tab(page, "General")
    tab(page, "Timeline")
    expect(words).to_have_value("Half a sentence")
    page.get_by_role("link", name="Promise", exact=True).click()
    sheet = page.locator("#edit-sheet")
    text = sheet.get_by_label("Promise", exact=True)
    text.fill("Send the samples")
    page.once("dialog", lambda asked: asked.dismiss())
    page.keyboard.press("Escape")
    expect(text).to_have_value("Send the samples")
    sheet.get_by_role("button", name="Save").click()
    due = sheet.get_by_label("Due", exact=True)
    expect(due).to_be_focused()
    due.fill("2022-11-20")
    assert len(open_as.complaints) == 1 and "422" in open_as.complaints[0]
    open_as.complaints.clear()
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).to_be_hidden()
    expect(page.locator(".timeline-card")).to_contain_text("Send the samples")
    expect(words).to_have_value("Half a sentence")
    expect(page.locator("#composer input[value=meeting]")).to_be_checked()
    page.locator("#composer").get_by_role("button", name="Save").click()
    expect(page.locator(".timeline-card li", has_text="Half a sentence")).to_contain_text("Meeting")
    expect(words).to_have_value("")


def test_what_was_removed_comes_back_by_the_notice_and_from_the_page_of_the_removed(open_as):
    page = open_as("kam")
    page.goto(ACCOUNT)
    promises = page.locator(".tick-list")
    for way in ("notice", "page"):
        page.wait_for_load_state("networkidle")  # the cards that follow the page have come
        promises.get_by_role("link", name="Price proposal 2023").click()
        page.locator("#edit-sheet").get_by_role("button", name="Remove").click()
        expect(promises).not_to_contain_text("Price proposal 2023")
        expect(page.locator(".needs-you")).not_to_contain_text("Price proposal 2023")
        if way == "notice":
            page.locator("#toasts").get_by_role("button", name="Undo").click()
        else:
            page.goto(f"{ACCOUNT}-/removed/")
            row = page.locator("main :is(tr, li)", has_text="Price proposal 2023")
            row.get_by_role("button", name="Restore").click()
            page.goto(ACCOUNT)
        expect(promises).to_contain_text("Price proposal 2023")


def test_without_script_a_promise_is_made_changed_removed_and_restored(open_as):
    page = open_as("kam", java_script_enabled=False)
    page.goto(f"{ACCOUNT}-/promise/new/")
    page.get_by_label("Promise", exact=True).fill("Samples by post")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_due_on_error")).to_be_visible()
    assert len(open_as.complaints) == 1 and "422" in open_as.complaints[0]
    open_as.complaints.clear()
    page.get_by_label("Due", exact=True).fill("2022-11-20")
    page.get_by_role("button", name="Save").click()
    page.locator(".timeline-card").get_by_role("link", name="Samples by post").first.click()
    page.get_by_label("Promise", exact=True).fill("Samples by courier")
    page.get_by_role("button", name="Save").click()
    page.locator(".timeline-card").get_by_role("link", name="Samples by courier").first.click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".timeline-card")).not_to_contain_text("Samples by courier")
    page.goto(f"{ACCOUNT}-/removed/")
    row = page.locator("main :is(tr, li)", has_text="Samples by courier")
    row.get_by_role("button", name="Restore").click()
    expect(page.locator(".timeline-card")).to_contain_text("Samples by courier")
