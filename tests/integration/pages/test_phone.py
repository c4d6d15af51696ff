"""What makes the product an app: service worker, manifest, the page without network, and logging out."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from ka_crm.pages.views import phone

pytestmark = pytest.mark.django_db


def build(client) -> dict:
    text = client.get("/sw.js").text
    return json.loads(re.search(r"serve\((.*)\);", text, re.DOTALL)[1])


def test_the_service_worker_answers_for_the_whole_site_and_is_never_kept(client):
    answer = client.get("/sw.js")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert (answer["Service-Worker-Allowed"], answer["Cache-Control"]) == ("/", "no-cache")
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "manifest-src 'self'" in answer["Content-Security-Policy"]


def test_every_module_that_a_kept_page_may_load_is_named(client):
    files = set(build(client)["files"])
    static = Path(settings.BASE_DIR) / "static" / "js"
    for module in (static / "main.js", *(static / "visits").iterdir()):
        for imported in re.findall(r'^import .* from "(.+)";', module.read_text(), re.MULTILINE):
            path = (module.parent / imported).resolve().relative_to(static)
            assert f"/static/js/{path}" in files, (module.name, imported)


def test_the_version_changes_with_the_content_of_any_file(tmp_path, monkeypatch):
    (tmp_path / "a.js").write_text("1")
    monkeypatch.setattr(phone.finders, "find", lambda name: str(tmp_path / name))
    before = phone._version(["a.js"])
    assert phone._version(["a.js"]) == before
    (tmp_path / "a.js").write_text("2")
    assert phone._version(["a.js"]) != before


def test_the_page_without_network_is_nobodys(client, company, alice):
    anonymous = client.get("/offline/").text
    client.force_login(alice)
    assert alice.name not in client.get("/offline/").text
    assert 'name="ka-user"' not in client.get("/offline/").text
    assert "No network" in anonymous


def test_a_page_says_whose_it_is_and_where_the_app_is_described(client, company, alice):
    assert 'name="ka-user"' not in client.get("/login/").text
    client.force_login(alice)
    page = client.get("/profile/").text
    assert f'<meta name="ka-user" content="{alice.pk}">' in page
    assert 'rel="manifest" href="/manifest.webmanifest"' in page
    assert client.get("/manifest.webmanifest").json()["start_url"] == "/"


def test_logging_out_tells_the_browser_to_forget_what_it_keeps(client, alice):
    client.force_login(alice)
    assert "Clear-Site-Data" not in client.get("/logout/").headers
    answer = client.post("/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert "_auth_user_id" not in client.session
