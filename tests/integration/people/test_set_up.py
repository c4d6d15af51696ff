"""An empty installation, and the commands."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from ka_crm.lib import clock
from ka_crm.people.models import Role, User
from ka_crm.records.models import AuditRow

ADMIN = {"name": "Ada", "email": "ada@test.example", "password": "a rather long phrase"}


def test_an_empty_installation_begins_with_its_first_administrator(client, db):
    assert client.get("/login/").url == "/setup/"
    assert client.get("/setup/").status_code == 200
    assert client.post("/setup/", ADMIN).url == "/login/"
    assert User.objects.get().role == Role.ADMIN
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", ADMIN | {"email": "eve@test.example"}).status_code == 404
    assert client.post("/login/", {"login": ADMIN["email"], "password": ADMIN["password"]}).status_code == 302


def test_a_weak_password_begins_nothing(client, db):
    answer = client.post("/setup/", ADMIN | {"password": "password12"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["password"]
    assert not User.objects.exists()


@pytest.mark.parametrize("extra", [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}])
def test_nobody_sets_up_from_elsewhere(client, db, extra):
    assert client.get("/setup/", **extra).status_code == 404
    page = client.get("/login/", **extra)
    assert "create_first_admin" in page.text


def test_the_command_creates_the_first_administrator_once(db, capsys):
    call_command("create_first_admin", **ADMIN)
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"email": ADMIN["email"], "role": "admin"}
    assert AuditRow.objects.filter(action="create", by=None).count() == 1
    with pytest.raises(CommandError):
        call_command("create_first_admin", **(ADMIN | {"email": "eve@test.example"}))


def test_without_a_terminal_the_command_says_what_is_missing(db):
    with pytest.raises(CommandError, match="--email"):
        call_command("create_first_admin")


def test_a_token_made_by_the_command_works_until_it_expires(client, alice, capsys, monkeypatch):
    call_command("create_token", "ALICE@test.example", days=2)
    secret = json.loads(capsys.readouterr().out.splitlines()[-1])["token"]
    headers = {"Authorization": f"Token {secret}"}
    assert client.get("/api/schema/", headers=headers).status_code == 200
    later = clock.now() + dt.timedelta(days=2, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get("/api/schema/", headers=headers).status_code == 401


def test_no_token_for_nobody_or_somebody_switched_off(alice):
    alice.is_active = False
    alice.save()
    for email in ("nobody@test.example", alice.email):
        with pytest.raises(CommandError):
            call_command("create_token", email)


@pytest.mark.parametrize("header", ["Token", "Token nonsense", "Token ka_nonsense"])
def test_a_wrong_token_gets_a_problem_and_not_a_page(client, db, header):
    answer = client.get("/api/schema/", headers={"Authorization": header})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"].startswith("Token")
