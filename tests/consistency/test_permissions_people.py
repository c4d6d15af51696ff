"""Each role × each address about people → the answer. Refused posts change nothing."""

import pytest

from ka_crm.people.models import ApiToken, Territory, User
from ka_crm.records.models import AuditRow

ROLES = ("rex", "alice", "sue", "dora", "fay", "adam")
ADMIN_PAGES = (
    "/people/",
    "/people/new/",
    "/people/territories/",
    "/people/{bob}/",
    "/audit/",
    "/audit/people.user/{bob}/",
)
ADMIN_POSTS = (
    "/people/new/",
    "/people/{bob}/",
    "/people/{bob}/invite/",
    "/people/{bob}/deactivate/",
    "/people/{bob}/reactivate/",
    "/people/{bob}/reset-second-factor/",
    "/people/{bob}/tokens/",
    "/people/territories/new/",
    "/people/territories/{south}/",
    "/people/territories/{south}/delete/",
)
EVERYBODY = ("/profile/", "/auth/password/change/", "/auth/2fa/", "/logout/")


def filled(address: str, bob, territories) -> str:
    return address.format(bob=bob.pk, south=territories["south"].pk)


@pytest.mark.parametrize("who", ROLES)
def test_pages_about_people_are_there_for_administrators_only(client, request, bob, territories, who):
    client.force_login(request.getfixturevalue(who))
    expected = 200 if who == "adam" else 404
    found = {address: client.get(filled(address, bob, territories)).status_code for address in ADMIN_PAGES}
    assert found == dict.fromkeys(ADMIN_PAGES, expected)


@pytest.mark.parametrize("who", [role for role in ROLES if role != "adam"])
def test_nobody_else_changes_anything(client, request, bob, territories, who):
    client.force_login(request.getfixturevalue(who))
    before = (
        list(User.objects.order_by("pk").values_list("pk", "version", "is_active")),
        list(Territory.objects.order_by("pk").values_list("pk", "name")),
        ApiToken.objects.count(),
        AuditRow.objects.count(),
    )
    data = {"name": "X", "email": "x@test.example", "role": "admin", "version": bob.version, "days": "30"}
    found = {
        address: client.post(filled(address, bob, territories), data).status_code for address in ADMIN_POSTS
    }
    assert found == dict.fromkeys(ADMIN_POSTS, 404)
    assert before == (
        list(User.objects.order_by("pk").values_list("pk", "version", "is_active")),
        list(Territory.objects.order_by("pk").values_list("pk", "name")),
        ApiToken.objects.count(),
        AuditRow.objects.count(),
    )


@pytest.mark.parametrize("who", ROLES)
def test_everybody_has_their_own_pages(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert {address: client.get(address).status_code for address in EVERYBODY} == dict.fromkeys(
        EVERYBODY, 200
    )


def test_strangers_get_the_login(client, bob, territories):
    for address in (*ADMIN_PAGES, *ADMIN_POSTS, "/profile/"):
        answer = client.get(filled(address, bob, territories))
        assert (address, answer.status_code, answer.url.split("?")[0]) == (address, 302, "/login/")
