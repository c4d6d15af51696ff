"""Getting in, getting out, forgetting the password, guessing it."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from ka_crm.people.models import PasswordCheck
from ka_crm.records.models import AuditRow
from tests.conftest import PASSWORD

WRONG = "not the password"


def log_in(client, user, password=PASSWORD, **extra):
    return client.post("/login/", {"login": user.email, "password": password}, **extra)


def test_the_login_page_is_where_the_product_says(client, alice):
    assert reverse("account_login") == "/login/"
    page = client.get("/login/")
    assert page.status_code == 200
    assert "demo" not in page.text.lower()


def test_a_stranger_is_led_to_the_login_and_back_to_the_page(client, alice):
    answer = client.get("/accounts/?q=1")
    assert answer.url == "/login/?next=%2Faccounts%2F%3Fq%3D1"
    answer = client.post(
        answer.url, {"login": "ALICE@test.example", "password": PASSWORD, "next": "/accounts/?q=1"}
    )
    assert (answer.status_code, answer.url) == (302, "/accounts/?q=1")


def test_the_login_leads_to_no_other_site(client, alice):
    answer = client.post(
        "/login/", {"login": alice.email, "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer.url == "/"


def test_an_expired_fragment_leads_to_the_page_around_it(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/accounts/ALPHA/?tab=stores"}
    answer = client.get("/accounts/ALPHA/stores/", headers=headers)
    assert answer.headers["HX-Redirect"] == "/login/?next=%2Faccounts%2FALPHA%2F%3Ftab%3Dstores"


def test_an_expired_save_by_htmx_keeps_the_page_with_what_was_typed(client):
    assert client.post("/accounts/", headers={"HX-Request": "true"}).status_code == 401


def test_an_expired_form_leads_back_to_its_page(client):
    answer = client.post("/profile/", headers={"Referer": "http://testserver/people/7/"})
    assert answer.url == "/login/?next=%2Fpeople%2F7%2F"


def test_a_wrong_password_says_so_and_logs_nobody_in(client, alice):
    answer = log_in(client, alice, WRONG)
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_logging_out_needs_a_post(client, alice):
    client.force_login(alice)
    assert reverse("account_logout") == "/logout/"
    assert client.get("/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_somebody_switched_off_cannot_log_in_and_leaves_at_once(client, alice):
    client.force_login(alice)
    alice.is_active = False
    alice.save()
    assert client.get("/profile/").status_code == 302
    assert log_in(client, alice).url == "/auth/inactive/"
    assert client.get("/auth/inactive/").status_code == 200
    assert client.get("/profile/").status_code == 302


def test_a_forgotten_password_is_set_anew_by_mail_once(client, alice):
    answer = client.post("/auth/password/reset/", {"email": alice.email}, follow=True)
    assert answer.status_code == 200
    link = re.search(r"http://testserver(/auth/password/reset/key/\S+)", mail.outbox[0].body).group(1)
    form = client.get(link, follow=True)
    new = "a rather new phrase"
    answer = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert answer.status_code == 200
    assert log_in(client, alice, new).status_code == 302
    assert AuditRow.objects.get().action == "reset_password"
    client.post("/logout/")
    assert "older than three days" in client.get(link, follow=True).text


def test_asking_for_an_unknown_address_says_the_same_and_sends_nothing(client, alice):
    answer = client.post("/auth/password/reset/", {"email": "nobody@test.example"})
    assert answer.url == "/auth/password/reset/done/"
    assert mail.outbox == []


def test_ten_wrong_tries_from_one_place_close_it_for_this_user_only(client, alice, bob):
    for _try in range(9):
        assert log_in(client, alice, WRONG).status_code == 200
    assert log_in(client, alice, WRONG).status_code == 429
    locked = log_in(client, alice)
    assert locked.status_code == 429
    assert "15 minutes" in locked.text
    assert log_in(client, bob).status_code == 302


def test_another_spelling_of_the_address_is_the_same_user(client, alice):
    for number in range(10):
        spelling = alice.email.upper() if number % 2 else f" {alice.email} "
        client.post("/login/", {"login": spelling, "password": WRONG})
    assert log_in(client, alice).status_code == 429


def test_at_most_fifteen_tries_in_fifteen_minutes_from_wherever_they_come(client, alice, bob):
    answers = [
        log_in(
            client, alice, WRONG, REMOTE_ADDR=f"10.0.{number}.1", HTTP_HOST=f"localhost:{8000 + number}"
        ).status_code
        for number in range(17)
    ]
    assert answers == [200] * 15 + [429] * 2
    assert log_in(client, alice, REMOTE_ADDR="10.9.9.9").status_code == 429
    assert log_in(client, bob, REMOTE_ADDR="10.0.1.1").status_code == 302


def test_right_passwords_are_not_counted_as_tries(client, alice):
    for _try in range(16):
        assert log_in(client, alice).status_code == 302
        client.post("/logout/")
    assert PasswordCheck.objects.count() == 0


def test_tries_older_than_fifteen_minutes_are_forgotten(client, alice, monkeypatch):
    import datetime as dt

    from ka_crm.lib import clock

    for number in range(15):
        log_in(client, alice, WRONG, REMOTE_ADDR=f"10.0.{number}.1")
    later = clock.now() + dt.timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert log_in(client, alice, REMOTE_ADDR="10.9.9.9").status_code == 302


def test_changing_the_password_counts_tries_of_the_old_one(client, alice):
    client.force_login(alice)
    data = {"oldpassword": WRONG, "password1": "a rather new phrase", "password2": "a rather new phrase"}
    for number in range(15):
        log_in(client.__class__(), alice, WRONG, REMOTE_ADDR=f"10.0.{number}.1")
    assert client.post("/auth/password/change/", data | {"oldpassword": PASSWORD}).status_code == 429
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_changed_password_opens_the_login(client, alice):
    client.force_login(alice)
    new = "a rather new phrase"
    assert client.get("/auth/password/change/").status_code == 200
    answer = client.post(
        "/auth/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert AuditRow.objects.get().action == "change_password"
    assert log_in(client.__class__(), alice, new).status_code == 302


@pytest.mark.parametrize("path", ["signup/", "email/", "password/set/", "login/code/", "confirm-email/abc/"])
def test_the_login_library_has_no_back_doors(client, alice, path):
    client.force_login(alice)
    assert client.get(f"/auth/{path}").status_code == 404
