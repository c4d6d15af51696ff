"""``load_demo``: what it prints, and when it refuses."""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Customer
from ka_crm.pages.management.commands import load_demo
from ka_crm.people.models import User
from ka_crm.records.operations import set_system_setting


@pytest.fixture
def loads(monkeypatch):
    """Count the loads in place of loading."""
    calls = []

    def load_company(*, report):
        report("Stores", 1917)
        set_system_setting(name="demo_day", value="2022-11-01")
        calls.append("company")

    monkeypatch.setattr(load_demo, "load_company", load_company)
    monkeypatch.setattr(load_demo, "compute_results", lambda *, report: calls.append("results"))
    return calls


def last_line(capsys):
    captured = capsys.readouterr()
    return json.loads(captured.out.strip().splitlines()[-1]), captured.err


def test_it_is_refused_where_passwords_have_to_be_secret(db, settings, loads):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="known passwords"):
        call_command("load_demo")
    assert loads == []
    call_command("load_demo", "--allow-production")
    assert loads == ["company", "results"]


def test_the_last_line_names_one_login_per_role_and_progress_goes_to_stderr(db, settings, loads, capsys):
    settings.DEBUG = True
    call_command("load_demo")
    answer, progress = last_line(capsys)
    assert [(login["role"], login["email"], login["password"]) for login in answer["logins"]] == [
        (role, f"{role}@demo.example", "demo")
        for role in ("kam", "supervisor", "director", "finance", "admin")
    ]
    assert "Stores 1,917 … " in progress


def test_a_second_start_loads_nothing_and_still_prints_the_logins(db, settings, loads, capsys):
    settings.DEBUG = True
    call_command("load_demo", "--if-empty")
    call_command("load_demo", "--if-empty")
    assert loads == ["company", "results", "results"]  # results that are there are not computed again
    assert len(last_line(capsys)[0]["logins"]) == 5


def test_a_company_with_customers_of_its_own_is_left_alone(db, settings, loads, alpha, capsys):
    settings.DEBUG = True
    call_command("load_demo", "--if-empty")
    assert last_line(capsys)[0] == {"logins": []}
    with pytest.raises(CommandError, match="customers already"):
        call_command("load_demo")
    assert loads == []
    assert Customer.objects.count() == 1
    assert not User.objects.filter(email="kam@demo.example").exists()
