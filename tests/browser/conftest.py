"""What the browser tests share: a browser whose console must stay silent, and the demo company served."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest
from django.conf import settings

from tests.processes import ROOT, Worker, wait_for

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
expect = playwright_api.expect
expect.set_options(timeout=30_000)

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def chromium() -> str:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := which(name))), ""
    )
    if not found:
        pytest.skip(
            "There is no Chromium: install the package chromium (Debian, Ubuntu) to run browser tests."
        )
    return found


class Complaints(list[str]):
    """What the consoles of pages complained of; a test takes out what it expects."""

    def listen(self, page) -> None:
        page.on("console", lambda message: self.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.append(str(error)))


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    path = chromium()
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Demo:
    """The demo company, served by processes of its own, with its data in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            "KA_DATA_DIR": str(folder),
            "KA_DEBUG": "1",
            "KA_REQUIRE_MFA": "0",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": f"sqlite:///{folder / 'ka_crm.sqlite3'}",
            "REDIS_URL": "",
        }
        self.url = ""
        self.sessions: dict[str, object] = {}

    def load(self) -> None:
        for command in (["migrate", "-v", "0"], ["load_demo"]):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env={**os.environ, **self.env},
                check=True,
                capture_output=True,
            )

    @contextmanager
    def served(self) -> Iterator["Demo"]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        log = self.folder / "web.log"
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "ka_crm.wsgi",
            "-b",
            f"127.0.0.1:{port}",
            "--threads",
            "4",
        ]
        with log.open("w") as output:
            web = subprocess.Popen(
                [*command, "--no-control-socket"],
                cwd=ROOT,
                env={**os.environ, **self.env},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(self._answers, 60, log.read_text)
            yield self
        finally:
            web.terminate()
            web.wait(20)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        for name in ("queue", "processed", "control"):
            (self.folder / "broker" / name).mkdir(parents=True, exist_ok=True)
        worker = Worker(self.env)
        try:
            yield worker.wait_until_ready()
        finally:
            worker.process.terminate()
            worker.process.wait(20)


@pytest.fixture(scope="session")
def demo_loaded(tmp_path_factory) -> Path:
    """Load the demo company once for all processes of a run of tests; return its folder, to be copied."""
    chromium()
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    loaded = shared / "demo-loaded"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (loaded / "done").exists():
            shutil.rmtree(loaded, ignore_errors=True)
            loaded.mkdir()
            Demo(loaded).load()
            (loaded / "done").touch()
    return loaded


@pytest.fixture(scope="session")
def demo(demo_loaded, tmp_path_factory) -> Iterator[Demo]:
    """Serve a copy of the demo company that the tests of one process share."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(demo_loaded, folder, dirs_exist_ok=True)
    with Demo(folder).served() as demo:
        yield demo


def log_in(page, role: str) -> None:
    page.get_by_label("Mail address").fill(f"{role}@demo.example")
    page.get_by_label("Password", exact=True).fill("demo")
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def open_as(browser, demo):
    """Give ``open_as(role, viewport)``: a page of the demo company; errors on its console fail the test."""
    complaints, contexts = Complaints(), []

    def open_page(role: str | None, viewport: dict[str, int] = DESKTOP, **options: object):
        if role and role not in demo.sessions:
            entrance = browser.new_context(base_url=demo.url)
            page = entrance.new_page()
            page.goto("/login/")
            log_in(page, role)
            expect(page.locator("h1")).to_be_visible()
            demo.sessions[role] = entrance.storage_state()
            entrance.close()
        context = browser.new_context(
            base_url=demo.url,
            viewport=viewport,
            locale="en-GB",
            storage_state=demo.sessions.get(role or ""),
            service_workers="block",  # test_offline_day.py has phones with one
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        complaints.listen(page)
        return page

    open_page.complaints = complaints  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
