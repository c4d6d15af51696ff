"""A day in the field without network: nothing is lost, everything arrives once, nobody else finds it."""

import json
import re
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.browser.conftest import FLAGS, PHONE, chromium, expect, log_in
from tests.browser.network import network_to

pytestmark = pytest.mark.browser
LEFT_TO_SEND = """async (user) => {
  const opened = indexedDB.open("ka-visits");
  const base = await new Promise((resolve) => (opened.onsuccess = () => resolve(opened.result)));
  if (!base.objectStoreNames.contains("visits")) return [];
  const all = base.transaction("visits").objectStore("visits").getAll();
  await new Promise((resolve) => (all.onsuccess = resolve));
  base.close();
  return all.result.map((one) => one.body);
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    if (name.startsWith("private-"))
      for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  return found;
}"""
SEND_AGAIN = """async (bodies) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch("/api/v1/visits/", { method: "POST", headers, body: JSON.stringify(bodies) });
  return answer.json();
}"""


WAITING_PHOTOS = """async () => {
  const opened = indexedDB.open("ka-visits");
  const base = await new Promise((resolve) => (opened.onsuccess = () => resolve(opened.result)));
  const all = base.transaction("visits").objectStore("visits").getAll();
  await new Promise((resolve) => (all.onsuccess = resolve));
  base.close();
  const found = [];
  for (const photo of all.result.flatMap((one) => one.photos)) {
    const picture = await createImageBitmap(photo.file).catch(() => null);
    found.push({ name: photo.file.name, type: photo.file.type, size: photo.file.size,
                 width: picture?.width ?? 0, height: picture?.height ?? 0 });
  }
  return found;
}"""
RIGHT_TOP = 6  # how a camera that is held upright notes down that the picture is to be turned


def photo() -> dict[str, object]:
    picture = BytesIO()
    Image.new("RGB", (60, 40), "green").save(picture, "JPEG")
    return {"name": "shelf.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def camera_photo() -> dict[str, object]:
    """A large photo with noise, as a camera writes it: lying on its side, with a note that says so."""
    picture, notes = BytesIO(), Image.Exif()
    notes[0x0112] = RIGHT_TOP
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(picture, "JPEG", quality=92, exif=notes)
    return {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


class Phone:
    """A phone with a folder of its own: closing it and opening it again keeps what it kept."""

    def __init__(self, browser, network, folder) -> None:
        self.browser, self.network, self.folder = browser, network, folder
        self.context = None
        self.open()

    def open(self, *, offline: bool = False) -> None:
        self.context = self.browser.browser_type.launch_persistent_context(
            str(self.folder),
            executable_path=chromium(),
            args=FLAGS,
            base_url=self.network.url,
            viewport=PHONE,
            has_touch=True,
            is_mobile=True,
            locale="en-GB",
            offline=offline,
        )
        self.page = self.context.pages[0]
        self.page.set_default_timeout(30_000)

    def close(self) -> None:
        self.context.close()

    def kill_and_reopen_without_network(self) -> None:
        self.close()
        self.open(offline=True)

    def lose_network(self) -> None:
        self.network.cut()
        self.context.set_offline(True)

    def find_network(self) -> None:
        self.network.restore()
        self.context.set_offline(False)

    def log_in(self, role: str) -> None:
        self.page.goto("/login/")
        self.page.get_by_label("Stay logged in on this device").check()
        log_in(self.page, role)
        expect(self.page.locator("h1")).to_be_visible()

    def fetch_today(self) -> list[str]:
        """Open today's list as in the morning, wait until the phone has all of it, and name its forms."""
        page = self.page
        page.goto("/visits/today/")
        if page.locator("[data-task]").count() < 5:
            page.get_by_role("button", name=re.compile("Plan the day|Fill the day")).click()
        expect(page.locator("[data-task]").nth(3)).to_be_visible()
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        expect(page.locator("html[data-is-kept]")).to_be_attached(timeout=60_000)
        forms = [link.get_attribute("href") for link in page.locator(".stop-name").all()]
        assert set(forms) | {"/visits/today/"} <= set(page.evaluate(KEPT))
        return forms

    def count(self, total: str, own: str, *, note: str, with_photo: bool = False) -> None:
        page = self.page
        page.locator("[data-which=total]").first.fill(total)
        page.locator("[data-which=own]").first.fill(own)
        page.get_by_label("Note").fill(note)
        if with_photo:
            page.locator("[data-photos]").set_input_files(photo())
            expect(page.locator("[data-photo-count]")).to_have_text("1")

    def save(self) -> None:
        self.page.locator("[data-save]").click()
        sure = self.page.locator("#ask-usual")
        if sure.is_visible():
            sure.locator("[data-ask-aside]").click()
        expect(self.page).to_have_url(re.compile(r"/visits/today/$"))

    @property
    def pill(self):
        return self.page.locator("#sync-pill")

    def waiting(self) -> list[dict]:
        return self.page.evaluate(LEFT_TO_SEND)


@pytest.fixture
def phone(browser, demo, tmp_path):
    with network_to(urlsplit(demo.url).port) as network:
        phone = Phone(browser, network, tmp_path / "phone")
        phone.log_in("kam")
        yield phone
        phone.close()


def kept_visits(phone: Phone, note: str) -> list[dict]:
    answer = phone.page.request.get("/api/v1/visits/?page_size=200")
    return [row for row in answer.json()["results"] if row["note"] == note]


def test_a_day_without_network_arrives_whole_and_once(phone):
    page, note = phone.page, "day without network"
    forms = phone.fetch_today()
    phone.lose_network()
    for done, form in enumerate(forms[:3], start=1):
        page.goto("/visits/today/")
        expect(page.locator("#sync-line")).to_contain_text("No network.")
        expect(page.locator("#sync-line")).to_contain_text(re.compile(r"as of \d\d:\d\d"))
        page.get_by_role("link", name="Start the visit").click()
        assert page.url.endswith(form)
        expect(page.locator("[data-save]")).to_have_text("Save on this phone")
        phone.count("4", "1", note=note, with_photo=done == 2)
        phone.save()
        expect(phone.pill).to_have_text(re.compile(rf"{done} unsynced"))
        expect(page.locator(".stop.is-waiting")).to_have_count(done)
    page.goto("/accounts/")
    expect(page.locator("h1")).to_have_text("No network")
    expect(phone.pill).to_contain_text("3 unsynced")
    phone.kill_and_reopen_without_network()
    page = phone.page
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/visits/today/$"))
    expect(phone.pill).to_contain_text("3 unsynced")
    phone.pill.click()
    expect(page.locator("#sync-sheet .sync-row")).to_have_count(3)
    page.keyboard.press("Escape")
    bodies = phone.waiting()
    assert [body["note"] for body in bodies] == [note] * 3
    phone.find_network()
    expect(phone.pill).to_contain_text("all synced")
    assert phone.waiting() == []
    arrived = kept_visits(phone, note)
    assert len(arrived) == 3
    assert sum(visit["photos"] for visit in arrived) == 1
    again = page.evaluate(SEND_AGAIN, bodies)
    assert [one["status"] for one in again] == [200, 200, 200]
    assert kept_visits(phone, note) == arrived
    page.goto("/visits/today/")
    expect(page.locator(".done-row")).to_have_count(3)


def test_a_refused_visit_says_why_and_opens_with_all_that_was_typed(phone):
    page = phone.page
    form = phone.fetch_today()[-1]
    page.goto(form)
    phone.lose_network()
    phone.count("4", "1", note="a day to come", with_photo=True)
    page.locator("[name=on]").evaluate(
        "field => { field.closest('details').open = true; field.value = '2031-01-01'; }"
    )
    phone.save()
    expect(phone.pill).to_contain_text("1 unsynced")
    phone.find_network()
    expect(phone.pill.locator("[data-mark=needs]")).to_be_visible()
    phone.pill.click()
    row = page.locator("#sync-sheet .sync-row")
    expect(row).to_contain_text("needs you")
    reason = row.locator("[data-problem]").inner_text()
    assert reason
    row.get_by_role("link", name="Open").click()
    expect(page.locator("[data-save-why]")).to_contain_text(reason)
    expect(page.locator("[data-which=total]").first).to_have_value("4")
    expect(page.get_by_label("Note")).to_have_value("a day to come")
    expect(page.locator("[data-photo-count]")).to_have_text("1")
    expect(page.locator("[name=on]")).to_have_value("2031-01-01")
    page.locator("[name=on]").evaluate("field => { field.value = field.defaultValue; }")
    phone.save()
    (visit,) = kept_visits(phone, "a day to come")
    assert visit["photos"] == 1
    assert phone.waiting() == []


def test_two_tabs_send_a_visit_once(phone):
    page = phone.page
    form = phone.fetch_today()[-2]
    other = phone.context.new_page()
    other.goto("/visits/today/")
    page.goto(form)
    sent = []
    phone.context.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    phone.lose_network()
    phone.count("4", "1", note="two tabs")
    phone.save()
    expect(phone.pill).to_contain_text("1 unsynced")
    expect(other.locator("#sync-pill")).to_contain_text("1 unsynced")
    phone.find_network()
    expect(phone.pill).to_contain_text("all synced")
    expect(other.locator("#sync-pill")).to_be_hidden()
    assert [url for url in sent if url.endswith("/api/v1/visits/")] == [f"{phone.network.url}/api/v1/visits/"]
    assert len(kept_visits(phone, "two tabs")) == 1


def test_a_session_that_is_over_loses_nothing(phone):
    page = phone.page
    page.goto(phone.fetch_today()[-1])
    phone.lose_network()
    phone.count("4", "1", note="logged out meanwhile")
    phone.save()
    expect(phone.pill).to_contain_text("1 unsynced")
    session = [one for one in phone.context.cookies() if one["name"] != "sessionid"]
    phone.context.clear_cookies()
    phone.context.add_cookies(session)
    phone.find_network()
    expect(phone.pill.locator("[data-mark=needs]")).to_be_visible()
    phone.pill.click()
    page.get_by_role("link", name="Log in to send them").click()
    log_in(page, "kam")
    expect(phone.pill).to_contain_text("all synced")
    assert len(kept_visits(phone, "logged out meanwhile")) == 1


def test_logging_out_asks_for_what_was_not_sent_and_leaves_nothing(phone):
    page = phone.page
    page.goto(phone.fetch_today()[-1])
    phone.lose_network()
    phone.count("4", "1", note="not to be sent")
    phone.save()
    expect(phone.pill).to_contain_text("1 unsynced")
    page.locator("[popovertarget=nav-sheet]").click()
    page.locator("#nav-sheet").get_by_role("button", name="Log out").click()
    sheet = page.locator("#leave-sheet")
    expect(sheet).to_contain_text("1 visit is not sent yet")
    sheet.get_by_role("button", name="Send first").click()
    expect(sheet.locator("[data-leave-problem]")).to_be_visible()
    phone.context.route("**/api/v1/**", lambda route: route.abort())
    phone.find_network()
    sheet.get_by_role("button", name="Log out and delete them").click()
    expect(page.get_by_label("Mail address")).to_be_visible()
    assert page.evaluate(KEPT) == []
    assert phone.waiting() == []


def test_somebody_else_on_the_same_phone_finds_nothing(phone):
    page = phone.page
    page.goto(phone.fetch_today()[-1])
    phone.lose_network()
    phone.count("4", "1", note="of somebody else")
    phone.save()
    expect(phone.pill).to_contain_text("1 unsynced")
    phone.context.clear_cookies()
    phone.find_network()
    phone.log_in("supervisor")
    expect(page.locator("html[data-is-kept]")).to_be_attached()
    expect(phone.pill).to_be_hidden()
    assert page.evaluate(KEPT) == []
    assert kept_visits(phone, "of somebody else") == []
    phone.lose_network()
    page.goto("/visits/today/")
    expect(page.locator("h1")).to_have_text("No network")


def test_an_unusual_number_is_asked_about_without_network_and_kept_aside_until_somebody_says_so(phone):
    page, note = phone.page, "far above the usual"
    form = next(one for one in phone.fetch_today() if _usual(page, one))
    phone.lose_network()
    page.goto(form)
    usual = float(page.locator("[data-count]").first.get_attribute("data-usual"))
    phone.count(str(round(usual * 9)), "1", note=note)
    page.locator("[data-save]").click()
    asks = page.locator("#ask-usual")
    expect(asks.locator("h2")).to_have_text(f"{round(usual * 9)} units in one day?")
    asks.locator("[data-ask-aside]").click()
    expect(page).to_have_url(re.compile(r"/visits/today/$"))
    expect(phone.pill).to_contain_text("1 unsynced")
    (body,) = phone.waiting()
    assert not body["counts"][0].get("is_certain")
    phone.find_network()
    expect(phone.pill).to_contain_text("1 to confirm")
    (visit,) = kept_visits(phone, note)
    assert visit["counts"][0]["is_confirmed"] is False  # it is there, and counts for nothing
    phone.pill.click()
    row = page.locator("#sync-sheet .sync-row")
    expect(row).to_have_count(1)
    row.get_by_role("link", name="Open").click()
    expect(page.locator("main")).to_contain_text("kept aside, not counted")
    page.get_by_label("It is right, because").select_option(index=1)
    page.get_by_role("button", name="It is right").click()
    expect(page.locator("main")).not_to_contain_text("kept aside, not counted")
    (visit,) = kept_visits(phone, note)
    assert visit["counts"][0]["is_confirmed"] is True
    assert phone.waiting() == []


def _usual(page, form: str) -> bool:
    """Whether the store of a form has a usual level of more than a bottle or two a day."""
    page.goto(form)
    count = page.locator("[data-count]").first
    return float(count.get_attribute("data-usual") or 0) >= 1


def test_briefs_of_todays_stops_are_read_without_network_others_are_not(phone):
    page = phone.page
    phone.fetch_today()
    briefs = [path for path in page.evaluate(KEPT) if path.endswith("/brief/")]
    assert briefs
    phone.lose_network()
    page.goto("/visits/today/")
    page.get_by_role("link", name="Brief").click()
    assert urlsplit(page.url).path in briefs
    expect(page.locator("h1")).not_to_have_text("No network")
    title = page.locator("h1").inner_text()
    phone.kill_and_reopen_without_network()
    page = phone.page
    page.goto(briefs[0])
    expect(page.locator("h1")).not_to_have_text("No network")
    assert title
    page.goto("/accounts/NOT-TODAY/brief/")
    expect(page.locator("h1")).to_have_text("No network")


def test_photos_are_made_small_and_upright_on_the_phone_and_what_cannot_be_stays(phone):
    page = phone.page
    page.goto(phone.fetch_today()[-1])
    phone.lose_network()
    phone.count("4", "1", note="small photos")
    broken = {"name": "odd.heic", "mimeType": "image/heic", "buffer": b"no picture " * 30_000}
    large = camera_photo()
    page.locator("[data-photos]").set_input_files([large, broken, photo()])
    expect(page.locator("[data-photo-count]")).to_have_text("3")
    phone.save()
    expect(phone.pill).to_contain_text("1 unsynced")
    small, odd, tiny = page.evaluate(WAITING_PHOTOS)
    assert (small["name"], small["type"]) == ("IMG_0001.jpg", "image/jpeg")
    assert (small["width"], small["height"]) == (1200, 1600)  # turned: it was 2400 by 1800, lying
    assert small["size"] < len(large["buffer"]) / 2
    assert (odd["name"], odd["size"]) == ("odd.heic", len(broken["buffer"]))
    assert (tiny["name"], tiny["width"]) == ("shelf.jpg", 60)


def test_the_product_can_be_installed(open_as, demo):
    page = open_as("kam", PHONE)
    page.goto("/")
    assert page.locator("link[rel=manifest]").get_attribute("href") == "/manifest.webmanifest"
    manifest = json.loads(page.request.get("/manifest.webmanifest").text())
    assert (manifest["display"], manifest["scope"]) == ("standalone", "/")
    for icon in manifest["icons"]:
        picture = Image.open(BytesIO(page.request.get(icon["src"]).body()))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    worker = page.request.get("/sw.js")
    assert worker.headers["service-worker-allowed"] == "/"
    assert worker.headers["cache-control"] == "no-cache"
    assert "worker-src 'self'" in worker.headers["content-security-policy"]
