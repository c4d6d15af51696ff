"""Administrators, directors and finance approvers work only with a second factor."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from ka_crm.people.operations import create_token
from ka_crm.records.models import AuditRow
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def _second_factor_required(settings):
    settings.KA_REQUIRE_MFA = True


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def log_in(client, user):
    return client.post("/login/", {"login": user.email, "password": PASSWORD})


@pytest.mark.parametrize("who", ["adam", "dora", "fay"])
def test_these_roles_are_led_to_set_it_up_before_anything_else(client, request, who):
    log_in(client, request.getfixturevalue(who))
    assert client.get("/profile/").url == "/auth/2fa/totp/activate/"
    answer = client.get("/api/v1/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("who", ["alice", "sue", "rex"])
def test_other_roles_may_do_without(client, request, who):
    log_in(client, request.getfixturevalue(who))
    assert client.get("/profile/").status_code == 200


def test_the_whole_way_from_the_picture_to_the_next_login(client, adam, django_capture_on_commit_callbacks):
    log_in(client, adam)
    page = client.get("/auth/2fa/totp/activate/")
    assert page.status_code == 200
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert "data:" in page["Content-Security-Policy"].split("img-src")[1].split(";")[0]
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/auth/2fa/totp/activate/", {"code": code_for(secret)})
    assert answer.url == "/auth/2fa/recovery-codes/"
    assert list(AuditRow.objects.values_list("action", flat=True)) == ["add_second_factor"]
    codes = client.get(answer.url)
    assert codes.context["unused_codes"][0] in codes.text
    assert client.get("/profile/").status_code == 200
    client.post("/logout/")

    assert log_in(client, adam).url.startswith("/auth/2fa/authenticate/")
    assert client.get("/profile/").status_code == 302
    assert client.get("/auth/2fa/authenticate/").status_code == 200
    assert client.post("/auth/2fa/authenticate/", {"code": "000000"}).status_code == 200
    recovery = codes.context["unused_codes"][0]
    assert client.post("/auth/2fa/authenticate/", {"code": recovery}).url == "/"
    assert client.get("/profile/").status_code == 200


def test_a_role_that_needs_it_cannot_switch_it_off(client, adam):
    TOTP.activate(adam, generate_totp_secret())
    client.force_login(adam)
    client.post("/auth/2fa/reauthenticate/", {"code": "x"})
    client.post("/auth/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=adam, type="totp").exists()


def test_recovery_codes_alone_are_no_second_factor(client, adam):
    Authenticator.objects.create(user=adam, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    client.force_login(adam)
    assert client.get("/profile/").url == "/auth/2fa/totp/activate/"


def test_machines_with_a_token_are_not_asked(client, adam):
    _token, secret = create_token(by=adam, user=adam)
    assert client.get("/api/v1/", headers={"Authorization": f"Token {secret}"}).status_code != 403


def test_at_most_fifteen_codes_are_tried_in_fifteen_minutes(client, adam):
    from django.core.cache import cache

    secret = generate_totp_secret()
    TOTP.activate(adam, secret)
    log_in(client, adam)
    for _try in range(15):
        cache.clear()  # the library's own count is lost with its cache; ours is not
        client.post("/auth/2fa/authenticate/", {"code": "000000"})
    cache.clear()
    answer = client.post("/auth/2fa/authenticate/", {"code": code_for(secret)})
    assert "Too many tries" in answer.text
    assert client.get("/profile/").status_code == 302
