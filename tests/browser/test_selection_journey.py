"""The yearly selection: a director decides, an admin approves, the register and the dossier say so from the
day named, and a KAM reads how far a lost account is from the line."""

import re

import pytest

from tests.browser.conftest import PHONE, expect
from tests.browser.test_every_page import AXE, CHECK, TOO_WIDE

pytestmark = pytest.mark.browser


def test_a_selection_is_reviewed_approved_and_explained_to_who_lost_an_account(open_as):
    page = open_as("director")
    page.goto("/segmentation/selection/")
    page.get_by_role("link", name="Selection 2023").first.click()
    expect(page.locator("main")).to_contain_text("still to decide before it can be approved")
    address = page.url
    page.wait_for_load_state("networkidle")  # a click before the script has come posts the form as a page

    page.get_by_role("button", name="Accept: Ray's Supermarket").click()
    expect(page.get_by_text("Ray's Supermarket: accepted")).to_be_visible()
    expect(page.locator("#proposals-form")).not_to_contain_text("Ray's Supermarket")
    page.get_by_role("link", name="Reject: Oasis").click()
    sheet = page.locator("#edit-sheet")
    sheet.get_by_label("Reason", exact=False).fill("Closes one of its two stores in spring")
    sheet.get_by_role("button", name="Reject").click()
    expect(page.locator("#proposals-form")).not_to_contain_text("Oasis")
    if AXE.exists():
        page.evaluate(AXE.read_text())
        assert page.evaluate(CHECK) == []
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=re.compile("^Accept all")).click()
    expect(page.locator("#round-part")).to_contain_text("Everything is decided.")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    admin = open_as("admin", PHONE)
    admin.goto(address)
    assert admin.evaluate(TOO_WIDE) == []
    admin.get_by_role("button", name="Approve", exact=True).click()
    expect(admin.locator("main")).to_contain_text("Approved")

    page.goto("/segmentation/key-accounts/")
    expect(page.locator("#register-part")).not_to_contain_text("Ray's Supermarket")
    page.goto("/segmentation/key-accounts/?on=2023-01-01")
    expect(page.locator("#register-part")).to_contain_text("Ray's Supermarket")
    expect(page.locator("#register-part")).not_to_contain_text("Oasis")
    page.goto("/accounts/RAYS-SUPERMARKET/")
    page.get_by_role("link", name="Key account from 1 Jan 2023 on").first.click()
    expect(page.locator("#key-account")).to_contain_text("Enters on 1 Jan 2023")

    kam = open_as("kam", PHONE)
    kam.goto(f"{address}?view=leave")
    lost = kam.locator("#proposals-form tbody tr").first
    lost.get_by_role("link").first.click()
    why = kam.locator("#key-account")
    expect(why).to_contain_text(
        re.compile(r"Leaves on 1 Jan 2023: potential score [\d.]+, [\d.]+ below 50\.0")
    )
    expect(why.locator(".ka-lines")).to_contain_text(re.compile(r"[\d.]+ below"))
    assert kam.evaluate(TOO_WIDE) == []
