"""The general part as two people edit it at the same time, each in their own browser."""

import pytest

from tests.browser.conftest import expect

pytestmark = pytest.mark.browser
TAB = "/accounts/HY-VEE/general/"


def begin(page, field, label):
    page.goto(TAB)
    place = page.locator(f"#part-{field}")
    opener = place.get_by_role("link", name=f"Edit: {label}")
    (opener if opener.count() else page.locator("#general-missing").get_by_role("link", name=label)).click()
    text = place.locator("textarea")
    expect(text).to_be_focused()
    return text


def test_the_second_of_two_editors_sees_both_texts_and_loses_nothing(open_as):
    first, second = open_as("kam"), open_as("director")
    ours = begin(first, "environment", "Business environment")
    theirs = begin(second, "environment", "Business environment")
    ours.fill("Prices fall")
    ours.press("Control+Enter")
    expect(first.locator("section#part-environment")).to_contain_text("Prices fall")
    theirs.fill("Prices rise")
    theirs.press("Control+Enter")
    place = second.locator("#part-environment")
    expect(place.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    expect(place.locator(".two-versions")).to_contain_text("Prices fall")
    expect(place.locator("textarea")).to_have_value("Prices rise")
    assert len(open_as.complaints) == 1 and "409" in open_as.complaints[0]
    open_as.complaints.clear()
    place.get_by_role("button", name="Save").click()
    expect(second.locator("section#part-environment")).to_contain_text("Prices rise")


def test_two_fields_at_once_stay_both_and_esc_takes_a_form_back(open_as):
    first, second = open_as("kam"), open_as("director")
    ours, theirs = begin(first, "concerns", "Concerns"), begin(second, "organisation", "Organisation")
    ours.fill("Waste")
    ours.press("Control+Enter")
    expect(first.locator("section#part-concerns")).to_contain_text("Waste")
    theirs.fill("By regions")
    theirs.press("Control+Enter")
    expect(second.locator("section#part-organisation")).to_contain_text("By regions")
    expect(second.locator("#general-missing")).not_to_contain_text("Organisation")
    again = begin(second, "concerns", "Concerns")
    again.fill("Something else")
    again.press("Escape")
    expect(second.locator("section#part-concerns")).to_contain_text("Waste")
