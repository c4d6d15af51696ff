"""A morning of an account manager on the phone: the list, two numbers, a question, a photo, another order."""

import re
from io import BytesIO

import pytest
from PIL import Image

from tests.browser.conftest import PHONE, expect

pytestmark = pytest.mark.browser


def on_phone(open_as):
    return open_as("kam", PHONE, has_touch=True, is_mobile=True)


def plan_today(page):
    page.goto("/visits/today/")
    if page.locator("[data-task]").count() == 0:
        page.get_by_role("button", name="Plan the day").click()
    expect(page.locator("[data-task]").first).to_be_visible()


def number(page, which):
    return page.locator(f"[data-count] [data-which={which}]").first


def test_a_visit_is_two_numbers_with_their_share_at_once_and_never_more_ours_than_all(open_as):
    page = on_phone(open_as)
    plan_today(page)
    stops = page.locator("[data-task]").count()
    name = page.locator(".stop-name").first.inner_text()
    page.get_by_role("link", name="Start the visit").click()
    expect(page.locator("h1")).to_have_text(name)
    number(page, "total").fill("17")
    number(page, "own").fill("18")
    save = page.get_by_role("button", name="Save visit")
    expect(save).to_be_disabled()
    expect(page.locator("[data-problem]").first).to_have_text("Ours cannot be more than all.")
    number(page, "own").fill("4")
    expect(page.locator("[data-now]").first).to_have_text(re.compile(r"4 / 17 = 24\s*%"))
    check = page.locator("[data-check]").first
    for state in ("yes", "no", ""):
        check.click()
        expect(check.locator("input:checked")).to_have_value(state)
    check.click()
    picture = BytesIO()
    Image.new("RGB", (60, 40), "green").save(picture, "JPEG")
    page.locator("[data-photos]").set_input_files(
        {"name": "shelf.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    expect(page.locator("[data-photo-count]")).to_have_text("1")
    assert save.bounding_box()["y"] + save.bounding_box()["height"] <= PHONE["height"]
    save.click()
    expect(page).to_have_url(re.compile(r"/visits/today/$"))
    expect(page.locator("[data-task]")).to_have_count(stops - 1)
    page.locator(".done-row", has_text=name).click()
    expect(page.locator("main")).to_contain_text("17")
    expect(page.locator(".photo-item img")).to_have_count(1)


def test_a_slip_of_the_finger_is_asked_about_and_corrected_with_one_tap(open_as):
    page = on_phone(open_as)
    page.goto("/stores/?quadrant=explore")
    href = page.locator(".phone-card").first.get_attribute("href")
    code = href.strip("/").split("/")[-1].split("?")[0]
    page.goto(f"/visits/store/{code}/")
    card = page.locator("[data-count]").first
    slip = f"{int(float(card.get_attribute('data-usual')))}0"
    number(page, "total").fill(slip)
    number(page, "own").fill("1")
    page.get_by_role("button", name="Save visit").click()
    sheet = page.locator("#ask-usual")
    expect(sheet).to_contain_text(f"{slip} units in one day?")
    page.keyboard.press("Escape")
    expect(number(page, "total")).to_have_value(slip)
    page.get_by_role("button", name="Save visit").click()
    expect(sheet.get_by_role("button", name=f"{slip} is right")).to_be_disabled()
    change = sheet.get_by_role("button", name=re.compile("Change to"))
    meant = change.inner_text().removeprefix("Change to ")
    change.click()
    expect(number(page, "total")).to_have_value(meant)
    assert float(meant) < float(slip) / 4
    number(page, "total").fill(slip)
    page.get_by_role("button", name="Save visit").click()
    sheet.get_by_text("Large order").click()
    sheet.get_by_role("button", name=f"{slip} is right").click()
    expect(page).to_have_url(re.compile(r"/visits/today/$"))


def test_the_order_of_the_day_follows_the_finger_and_stays(open_as):
    page = open_as("kam", PHONE)
    page.goto("/visits/today/?on=2022-11-03")
    page.get_by_role("button", name="Plan the day").click()
    stops = page.locator("[data-task]")
    expect(stops.nth(2)).to_be_visible()
    before = [stops.nth(i).get_attribute("data-task") for i in range(3)]
    grip, target = page.locator("[data-grip]").nth(1).bounding_box(), stops.nth(0).bounding_box()
    with page.expect_response(re.compile("/visits/today/order/")) as answer:
        page.mouse.move(grip["x"] + 10, grip["y"] + 10)
        page.mouse.down()
        page.mouse.move(grip["x"] + 10, target["y"] + 5, steps=5)
        page.mouse.up()
    assert answer.value.status == 200
    page.goto("/visits/today/?on=2022-11-03")
    after = [stops.nth(i).get_attribute("data-task") for i in range(3)]
    assert after == [before[1], before[0], before[2]]


def test_leaving_a_stop_out_takes_a_reason_in_the_sheet(open_as):
    page = on_phone(open_as)
    page.goto("/visits/today/?on=2022-11-04")
    page.get_by_role("button", name="Plan the day").click()
    name = page.locator(".stop-name").first.inner_text()
    page.locator("[data-task]").first.get_by_role("button", name=re.compile("More about")).click()
    page.get_by_role("link", name="Leave out …").click()
    page.get_by_label("Why is it left out?").fill("Closed for stocktaking")
    page.get_by_role("button", name="Leave out").click()
    expect(page.locator(".stops-done")).to_contain_text("Closed for stocktaking")
    expect(page.locator(".stop-name").first).not_to_have_text(name)


def test_a_director_asks_who_goes_and_takes_it_back(open_as):
    page = open_as("director")
    page.goto("/")
    page.get_by_role("link", name="Who goes?").click()
    page.get_by_role("button", name="Plan the visit").click()
    notice = page.locator("#toasts .notice")
    expect(notice).to_contain_text("goes on")
    notice.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_be_visible()
