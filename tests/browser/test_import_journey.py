"""An administrator brings a company's files: drops them, sees what is wrong, cures it, loads, takes back."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from pytest_django.live_server_helper import LiveServer

from accounts.models import Customer, Store
from ka_crm.imports.models import BatchState, ImportBatch
from purchases.models import MonthlySales, SalesLine
from tests.browser.conftest import FLAGS, chromium, expect, playwright_api
from tests.processes import own_broker, shared_database, workers

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]
CUSTOMERS = "Customer code,Name,Region\nC1,Café Zürich,North\nC2,Beta Stores,South\n"
STORES = "Store code,Name,Customer code,City\n001,Zürich One,C1,Zürich\n002,Beta One,C2,Basel\n"
SALES = "Sold on;Store code;Net amount;Remark\n" + "".join(
    f"{day:02d}/10/2022;{store};{amount};x\n"
    for day, store, amount in [
        (3, "001", "120.50"),
        (4, "002", "80"),
        (13, "001", "75.25"),
        (14, "999", "10"),
        (15, "002", "zehn"),
    ]
)


@pytest.fixture
def site(transactional_db, tmp_path, settings):
    """The product with a real worker on a database of its own; gives its address."""
    settings.KA_REQUIRE_MFA = False
    settings.DATA_DIR = tmp_path
    with (
        shared_database(tmp_path) as address,
        own_broker(tmp_path) as env,
        workers({**env, "DATABASE_URL": address}) as start,
    ):
        worker, second = start(), start()  # either may take a job, as in a company
        server = LiveServer("127.0.0.1")
        server._live_server_modified_settings.enable()
        try:
            worker.wait_until_ready()
            second.wait_until_ready()
            yield server.url
        finally:
            server.stop()
            server._live_server_modified_settings.disable()


@pytest.fixture
def page(site, client, adam):
    """A browser in which Adam is logged in; an error on its console fails the test."""
    client.force_login(adam)
    session = {
        "name": django_settings.SESSION_COOKIE_NAME,
        "value": client.cookies["sessionid"].value,
        "url": site,
    }
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = browser.new_context(base_url=site, viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.add_cookies([session])
        page = context.new_page()
        page.set_default_timeout(60_000)  # a busy machine takes its time, a broken page takes forever
        complaints = []
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
        # Playwright's loop has a connection of its own to this journey's database: later ones get a new one.
        connection.close()
        del connections["default"]
    assert complaints == []


def drop(page, kind: str, path: Path) -> None:
    page.goto(f"/imports/?kind={kind}")
    page.set_input_files('input[type="file"]', str(path))
    page.wait_for_url(re.compile(r"/imports/\d+/"))


def load_everything(page, rows: int) -> None:
    page.get_by_role("button", name=f"Load {rows} rows", exact=True).click()
    expect(page.get_by_text(f"{rows} rows were loaded.")).to_be_visible()


def test_an_administrator_imports_customers_stores_and_sales_cures_errors_and_takes_a_load_back(
    page, tmp_path
):
    for name, text in (("customers.csv", CUSTOMERS), ("stores.csv", STORES), ("sales oct.csv", SALES)):
        (tmp_path / name).write_text(text, encoding="utf-8")

    drop(page, "customers", tmp_path / "customers.csv")
    load_everything(page, 2)
    drop(page, "stores", tmp_path / "stores.csv")
    load_everything(page, 2)
    assert set(Store.objects.values_list("code", "customer__name")) == {
        ("001", "Café Zürich"),
        ("002", "Beta Stores"),
    }

    drop(page, "sales", tmp_path / "sales oct.csv")
    expect(page.get_by_text("Date is needed")).to_be_visible()
    assert page.get_by_role("button", name=re.compile("^Load ")).count() == 0
    page.get_by_label("Sold on", exact=True).select_option(label="Date")
    expect(page.get_by_text("Rows that cannot be loaded")).to_be_visible()
    page.reload()  # every state has an address
    page.get_by_role("button", name="Read as 31/10/2022").click()
    expect(page.locator(".bad-value", has_text="999")).to_be_visible()
    expect(page.locator(".bad-value", has_text="zehn")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert "15/10/2022,002,zehn,x" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Create the missing stores").click()
    expect(page.get_by_text("1 of 5", exact=True)).to_be_visible()

    page.get_by_text("All or nothing").click()
    expect(page.get_by_role("button", name="1 row is wrong")).to_be_disabled()
    page.locator(".choice", has_text="Load 4 rows").click()
    page.get_by_role("button", name="Load 4 rows").click()
    expect(page.get_by_text("4 rows were loaded.")).to_be_visible()
    address = page.url
    assert SalesLine.objects.count() == 4
    assert Customer.objects.filter(code="999").exists()

    drop(page, "sales", tmp_path / "sales oct.csv")
    expect(page.get_by_text("This very file was already loaded")).to_be_visible()
    expect(page.get_by_text("remembered").first).to_be_visible()

    page.goto(address)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text(re.compile("^Taken back on"))).to_be_visible()
    assert (SalesLine.objects.count(), MonthlySales.objects.count()) == (0, 0)
    assert not Customer.objects.filter(code="999").exists()
    assert ImportBatch.objects.get(kind="sales", undone_at__isnull=False).state == BatchState.UNDONE
    assert os.listdir(tmp_path / "uploads")
