"""What administrators do to users and territories, and everybody to their own profile."""

import pytest
from django.core import mail

from ka_crm.people.models import ApiToken, Role, Territory, User
from ka_crm.people.operations import create_token
from ka_crm.records.models import AuditRow


def user_fields(user, **changes):
    fields = {
        "name": user.name,
        "role": user.role,
        "territory": user.territory_id or "",
        "language": user.language,
        "time_zone": user.time_zone,
        "version": user.version,
    }
    return {**fields, **changes}


def acts_of(record) -> list[str]:
    rows = AuditRow.objects.filter(record_type=record._meta.label_lower, record_id=str(record.pk))
    return list(rows.order_by("id").values_list("action", flat=True))


def test_an_invited_user_gets_a_link_that_sets_the_password(
    client, adam, territories, django_capture_on_commit_callbacks
):
    client.force_login(adam)
    data = {
        "name": "Nora New",
        "email": "Nora@Test.example",
        "role": "supervisor",
        "territory": territories["north"].pk,
    }
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/people/new/", data)
    nora = User.objects.get(email="nora@test.example")
    assert answer.url == f"/people/{nora.pk}/"
    assert not nora.has_usable_password()
    assert acts_of(nora) == ["create", "invite"]
    link = mail.outbox[0].body.split("http://testserver")[1].split()[0]
    stranger = client.__class__()
    form = stranger.get(link, follow=True)
    new = "a rather new phrase"
    stranger.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert stranger.post("/login/", {"login": nora.email, "password": new}).status_code == 302


def test_where_no_mail_is_set_up_the_link_is_shown(client, adam, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    client.force_login(adam)
    page = client.post("/people/new/", {"name": "Nora", "email": "nora@test.example", "role": "kam"})
    assert "/auth/password/reset/key/" in page.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "ALICE@test.example"}, "email"),
        ({"role": "supervisor"}, "territory"),
        ({"role": "king"}, "role"),
    ],
)
def test_a_user_that_cannot_be_is_refused_beside_the_field(client, adam, alice, changes, field):
    client.force_login(adam)
    data = {"name": "Nora", "email": "nora@test.example", "role": "kam", **changes}
    answer = client.post("/people/new/", data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not User.objects.filter(name="Nora").exists()


def test_a_changed_role_leaves_one_audit_row_with_before_and_after(client, adam, alice, territories):
    client.force_login(adam)
    answer = client.post(f"/people/{alice.pk}/", user_fields(alice, role="supervisor"))
    assert answer.status_code == 302
    row = AuditRow.objects.get(record_type="people.user", record_id=str(alice.pk))
    assert (row.by, row.action, row.before, row.after) == (
        adam,
        "update",
        {"role": "kam"},
        {"role": "supervisor"},
    )
    page = client.get(f"/audit/people.user/{alice.pk}/")
    assert "supervisor" in page.text


def test_saving_without_a_change_leaves_no_row(client, adam, alice):
    client.force_login(adam)
    client.post(f"/people/{alice.pk}/", user_fields(alice))
    assert acts_of(alice) == []


def test_the_second_of_two_editors_gets_both_versions_and_loses_nothing(client, adam, alice):
    client.force_login(adam)
    client.post(f"/people/{alice.pk}/", user_fields(alice, name="Alice Adams"))
    answer = client.post(f"/people/{alice.pk}/", user_fields(alice, name="Alice Brown"))
    assert answer.status_code == 409
    assert "Alice Adams" in answer.text
    assert "Alice Brown" in answer.text
    alice.refresh_from_db()
    assert alice.name == "Alice Adams"
    again = dict(answer.context["typed"]) | {"version": answer.context["conflict"].version}
    assert client.post(f"/people/{alice.pk}/", again).status_code == 302
    alice.refresh_from_db()
    assert alice.name == "Alice Brown"


def test_the_last_active_administrator_stays(client, adam, alice):
    client.force_login(adam)
    answer = client.post(f"/people/{adam.pk}/", user_fields(adam, role="kam"))
    assert answer.status_code == 422
    client.post(f"/people/{adam.pk}/deactivate/")
    adam.refresh_from_db()
    assert (adam.role, adam.is_active) == (Role.ADMIN, True)
    User.objects.create_user("eve@test.example", name="Eve", role=Role.ADMIN, is_active=False)
    client.post(f"/people/{adam.pk}/deactivate/")
    adam.refresh_from_db()
    assert adam.is_active


def test_a_second_administrator_may_go(client, adam):
    eve = User.objects.create_user("eve@test.example", name="Eve", role=Role.ADMIN)
    client.force_login(adam)
    client.post(f"/people/{eve.pk}/deactivate/")
    eve.refresh_from_db()
    assert not eve.is_active
    client.post(f"/people/{eve.pk}/reactivate/")
    assert acts_of(eve) == ["deactivate", "reactivate"]


def test_the_tree_grows_moves_without_circles_and_is_pruned_only_where_unused(client, adam, territories, sue):
    client.force_login(adam)
    north, south = territories["north"], territories["south"]
    client.post("/people/territories/new/", {"name": "Far North", "parent": north.pk})
    far = Territory.objects.get(name="Far North")
    assert (
        client.post(f"/people/territories/{north.pk}/", {"name": "North", "parent": far.pk}).status_code
        == 422
    )
    assert (
        client.post(f"/people/territories/{north.pk}/", {"name": "North", "parent": north.pk}).status_code
        == 422
    )
    assert client.post("/people/territories/new/", {"name": "south"}).status_code == 422
    client.post(f"/people/territories/{far.pk}/", {"name": "Farther", "parent": south.pk})
    far.refresh_from_db()
    assert (far.name, far.parent) == ("Farther", south)
    assert acts_of(far) == ["create", "rename", "move"]
    client.post(f"/people/territories/{south.pk}/delete/")
    client.post(f"/people/territories/{north.pk}/delete/")
    assert Territory.objects.filter(pk__in=[south.pk, north.pk]).count() == 2
    client.post(f"/people/territories/{far.pk}/delete/")
    assert not Territory.objects.filter(pk=far.pk).exists()
    assert AuditRow.objects.filter(action="delete", label="Farther").count() == 1


def test_everybody_changes_their_own_profile_and_nothing_else(client, alice):
    client.force_login(alice)
    data = {
        "name": "Alice A.",
        "language": "fi",
        "time_zone": "Europe/Helsinki",
        "version": alice.version,
        "role": "admin",
    }
    assert client.post("/profile/", data).status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.role) == ("Alice A.", "fi", Role.KAM)
    assert client.post("/profile/", {"name": "Late", "version": 1}).status_code == 409


def test_a_token_is_shown_once_works_and_ends_when_revoked(client, alice):
    client.force_login(alice)
    page = client.post("/profile/tokens/", {"name": "ERP", "days": "30"})
    secret = page.context["secret"]
    assert secret in page.text
    assert secret not in client.get("/profile/").text
    token = ApiToken.objects.get()
    assert token.digest != secret
    machine = client.__class__(headers={"Authorization": f"Token {secret}"})
    assert machine.get("/api/schema/").status_code == 200
    client.post(f"/profile/tokens/{token.pk}/revoke/")
    answer = machine.get("/api/schema/")
    assert answer.status_code == 401
    assert acts_of(alice) == ["create_token", "revoke_token"]


def test_nobody_revokes_the_tokens_of_others(client, alice, bob, adam):
    token, _secret = create_token(by=bob, user=bob)
    client.force_login(alice)
    assert client.post(f"/profile/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None
    client.force_login(adam)
    client.post(f"/people/{bob.pk}/tokens/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_the_list_finds_people_and_asks_the_database_the_same_whatever_their_number(
    client, adam, alice, bob, django_assert_max_num_queries
):
    client.force_login(adam)
    assert "Bob" not in client.get("/people/?text=ali").text
    for number in range(120):
        User.objects.create_user(f"u{number}@test.example", name=f"User {number:03}", role=Role.REP)
    with django_assert_max_num_queries(6):
        page = client.get("/people/")
    assert len(page.context["page"].rows) == 50
    second = client.get(f"/people/?after={page.context['page'].after}")
    first_names = {user.pk for user in page.context["page"].rows}
    assert not first_names & {user.pk for user in second.context["page"].rows}
