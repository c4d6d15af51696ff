"""The general part: edited in place, two people at once, last changed by whom, still true today."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Profile
from accounts.operations.profile import add_profile, change_profile, confirm_profile
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today

TAB = "/accounts/ALPHA/general/"
IN_PLACE = {"HX-Request": "true"}


def address(field):
    return f"/accounts/ALPHA/-/profile/{field}/"


def seen_in(client, field, headers=IN_PLACE):
    return client.get(address(field), headers=headers).context["seen"]


def save(client, field, value, seen, headers=IN_PLACE):
    return client.post(address(field), {field: value, "seen": seen}, headers=headers)


@pytest.fixture
def alices(alice):
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def doras(dora):
    client = Client()
    client.force_login(dora)
    return client


def test_the_first_text_makes_the_general_part_with_one_audit_row(alices, alice, alpha):
    answer = save(alices, "delivery", "Own warehouse", seen_in(alices, "delivery"))
    assert answer.status_code == 200
    assert "Own warehouse" in answer.text and "Alice" in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    profile = Profile.objects.get()
    assert (profile.delivery, profile.created_by, profile.version) == ("Own warehouse", alice, 1)
    assert [row.action for row in AuditRow.objects.all()] == ["create"]


def test_it_works_as_a_page_without_script(alices, alpha):
    page = alices.get(address("history"))
    assert page.status_code == 200 and "<h1" in page.text
    answer = save(alices, "history", "Since 1930", page.context["seen"], headers={})
    assert answer.url == TAB
    assert "Since 1930" in alices.get(TAB).text


def test_two_people_edit_two_fields_and_both_stay(alices, doras, alpha):
    first, second = seen_in(alices, "delivery"), seen_in(doras, "history")
    assert save(alices, "delivery", "By train", first).status_code == 200
    assert save(doras, "history", "Since 1930", second).status_code == 200
    profile = Profile.objects.get()
    assert (profile.delivery, profile.history) == ("By train", "Since 1930")


@pytest.mark.parametrize("headers", [IN_PLACE, {}])
def test_the_second_of_two_editors_of_a_field_sees_both_texts_and_loses_nothing(
    alices, doras, alpha, headers
):
    first, second = seen_in(alices, "delivery"), seen_in(doras, "delivery")
    save(alices, "delivery", "By train", first)
    answer = save(doras, "delivery", "By ship", second, headers=headers)
    assert answer.status_code == 409
    assert "By train" in answer.text
    assert answer.context["form"]["delivery"].value() == "By ship"
    assert Profile.objects.get().delivery == "By train"
    again = save(doras, "delivery", "By ship", answer.context["seen"], headers=headers)
    assert again.status_code in (200, 302)
    assert Profile.objects.get().delivery == "By ship"


def test_the_same_text_twice_is_no_conflict_and_one_change(alices, doras, alpha):
    first, second = seen_in(alices, "delivery"), seen_in(doras, "delivery")
    save(alices, "delivery", "By train", first)
    rows = AuditRow.objects.count()
    assert save(doras, "delivery", "By train", second).status_code == 200
    assert AuditRow.objects.count() == rows


def test_headcount_and_website_stand_on_the_customer(alices, doras, alpha):
    first, second = seen_in(alices, "headcount"), seen_in(doras, "headcount")
    assert save(alices, "headcount", "88000", first).status_code == 200
    alpha.refresh_from_db()
    assert (alpha.headcount, Profile.objects.count()) == (88_000, 0)
    assert save(doras, "headcount", "5", second).status_code == 409
    site = seen_in(alices, "website")
    assert save(alices, "website", "no address", site).status_code == 422
    assert save(alices, "website", "example.com", site).status_code == 200
    alpha.refresh_from_db()
    assert alpha.website == "https://example.com"


@pytest.mark.parametrize(
    ("field", "value"), [("fiscal_year_month", "13"), ("bargaining_power", "huge"), ("headcount", "-1")]
)
def test_what_cannot_be_is_refused_beside_its_field(alices, alpha, field, value):
    answer = save(alices, field, value, seen_in(alices, field))
    assert answer.status_code == 422 and answer.context["form"].errors[field]
    assert not Profile.objects.exists()


def test_a_month_is_shown_by_its_name_and_can_be_emptied_again(alices, alpha):
    save(alices, "fiscal_year_month", "10", seen_in(alices, "fiscal_year_month"))
    assert "October" in alices.get(TAB).text
    save(alices, "fiscal_year_month", "", seen_in(alices, "fiscal_year_month"))
    assert Profile.objects.get().fiscal_year_month is None


def test_what_is_empty_is_one_list_with_points_and_no_boxes(alices, alpha):
    save(alices, "delivery", "By train", seen_in(alices, "delivery"))
    page = alices.get(TAB)
    names = [part.name for part in page.context["missing"]]
    assert names[0] == "who_decides" and "delivery" not in names
    assert page.text.count('class="part"') == 1


def test_what_was_cancelled_shows_the_field_as_it_is(alices, alpha):
    assert 'id="part-history" hidden' in alices.get(address("history") + "?shown=1", headers=IN_PLACE).text


def test_texts_are_never_markup(alices, alpha):
    save(alices, "history", "<script>alert(1)</script>", seen_in(alices, "history"))
    assert "<script>alert" not in alices.get(TAB).text


def test_still_true_today_is_noted_with_the_day(alices, alice, alpha):
    assert alices.post("/accounts/ALPHA/-/profile/confirm/", headers=IN_PLACE).status_code == 409
    change_profile(by=alice, customer=alpha, version=0, changes={"history": "Old"})
    answer = alices.post("/accounts/ALPHA/-/profile/confirm/", headers=IN_PLACE)
    assert answer.status_code == 200 and "Found true on" in answer.text
    assert alices.post("/accounts/ALPHA/-/profile/confirm/").url == TAB
    assert Profile.objects.get().confirmed_on == business_today()
    assert AuditRow.objects.filter(action="confirm").count() == 1


@pytest.mark.parametrize(("who", "status"), [("sue", 200), ("bob", 404), ("fay", 404), ("rex", 404)])
def test_who_does_not_see_the_customer_finds_nothing(client, request, alpha, who, status):
    client.force_login(request.getfixturevalue(who))
    for path in (TAB, address("history")):
        assert client.get(path).status_code == status, path
    if status == 404:
        assert save(client, "history", "x", "").status_code == 404
        assert client.post("/accounts/ALPHA/-/profile/confirm/").status_code == 404
        assert not Profile.objects.exists()


def test_strangers_are_sent_to_the_login_and_no_other_field_can_be_written(client, alices, alpha):
    assert client.get(TAB).status_code == 302
    for field in ("version", "customer", "confirmed_on", "name"):
        assert save(alices, field, "x", "").status_code == 404


def test_operations_refuse_others_and_stale_versions(alice, bob, alpha):
    with pytest.raises(PermissionDenied):
        change_profile(by=bob, customer=alpha, version=0, changes={"history": "x"})
    with pytest.raises(PermissionDenied):
        confirm_profile(by=bob, customer=alpha)
    change_profile(by=alice, customer=alpha, version=0, changes={"history": "x"})
    with pytest.raises(StaleVersion):
        change_profile(by=alice, customer=alpha, version=9, changes={"history": "y"})
    with pytest.raises(ValidationError):
        add_profile(by=alice, customer=alpha, values={"history": "y"})


def test_the_whole_part_on_one_form_cannot_be_removed(alices, alice, alpha):
    profile = change_profile(by=alice, customer=alpha, version=0, changes={"history": "x"})
    form = f"/accounts/ALPHA/-/profile/{profile.pk}/"
    assert "/remove/" not in alices.get(form).text
    assert alices.post(f"{form}remove/").status_code == 404
    answer = alices.post(form, {"history": "y", "version": 1})
    assert answer.url == TAB
    assert alices.post(form, {"history": "z", "version": 1}).status_code == 409


def test_the_panel_costs_the_same_however_long_the_history_is(alices, alice, alpha):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert alices.get(TAB).status_code == 200
        return len(found)

    profile = change_profile(by=alice, customer=alpha, version=0, changes={"history": "0"})
    before = queries()
    for number in range(1, 130):
        profile = change_profile(
            by=alice, customer=alpha, version=profile.version, changes={"history": str(number)}
        )
    assert queries() <= before
