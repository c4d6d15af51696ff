"""Creating, changing, handing over and archiving customers and stores on the screen."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Channel, Customer, Ownership, Region, Store
from accounts.operations import change_customer, create_customer, hand_over_customer
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today

NEW = {"code": "NEW-1", "name": "New Chain"}


def form_of(record, **changes):
    """What the edit form would send for a record."""
    values = {
        "name": record.name,
        "version": record.version,
        "region": record.region_id or "",
        "kam": record.kam_id or "",
        "territory": record.territory_id or "",
    }
    return {**values, **changes}


def rows_about(record):
    return list(AuditRow.objects.filter(record_type=record._meta.label_lower, record_id=str(record.pk)))


def test_a_kam_s_new_customer_is_their_own_with_one_audit_row(client, alice):
    client.force_login(alice)
    answer = client.post("/accounts/-/new/", NEW)
    assert answer.url == "/accounts/NEW-1/"
    customer = Customer.objects.get(code="NEW-1")
    assert customer.kam == alice and customer.territory == alice.territory
    assert [row.action for row in rows_about(customer)] == ["create"]
    assert Ownership.objects.get(customer=customer).kam == alice


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "", "name": "x"}, "code"),
        ({"code": "a/b", "name": "x"}, "code"),
        ({"code": "..", "name": "x"}, "code"),
        ({"code": "ALPHA", "name": "x"}, "code"),
        ({"code": "OK", "name": ""}, "name"),
        ({"code": "OK", "name": "x" * 201}, "name"),
        ({"code": "OK", "name": "x", "website": "no address"}, "website"),
        ({"code": "OK", "name": "x", "headcount": "-5"}, "headcount"),
        ({"code": "OK", "name": "x", "parent": "NOBODY"}, "parent"),
        ({"code": "OK", "name": "x", "region": "999"}, "region"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(client, dora, alpha, values, field):
    client.force_login(dora)
    answer = client.post("/accounts/-/new/", values)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert f'value="{values["code"]}"' in answer.text or not values["code"]
    assert Customer.objects.count() == 1


def test_codes_stay_the_text_they_are(client, dora):
    client.force_login(dora)
    for code in ("00123", "NA", "1234567890123456789", "Größe 5", "a b", "-"):
        answer = client.post("/accounts/-/new/", {"code": code, "name": code})
        assert answer.status_code == 302
        assert client.get(answer.url).status_code == 200
        assert Customer.objects.filter(code=code).exists()


def test_an_edit_changes_facts_counts_the_version_and_leaves_one_row(client, alice, alpha):
    client.force_login(alice)
    channel = Channel.objects.create(name="Modern retail")
    answer = client.post("/accounts/ALPHA/edit/", form_of(alpha, name="Alpha Group", channel=channel.pk))
    assert answer.url == "/accounts/ALPHA/"
    fresh = Customer.objects.get(pk=alpha.pk)
    assert (fresh.name, fresh.channel, fresh.version) == ("Alpha Group", channel, alpha.version + 1)
    (row,) = rows_about(alpha)
    assert row.before == {"name": "Alpha Markets", "channel": None}
    assert row.after == {"name": "Alpha Group", "channel": channel.pk}


def test_saving_without_a_change_leaves_no_trace(client, alice, alpha):
    client.force_login(alice)
    assert client.post("/accounts/ALPHA/edit/", form_of(alpha)).status_code == 302
    assert Customer.objects.get(pk=alpha.pk).version == alpha.version
    assert not rows_about(alpha)


def test_the_second_of_two_editors_gets_both_versions_and_nothing_is_lost(client, alice, dora, alpha):
    change_customer(by=dora, customer=alpha, version=1, changes={"name": "Dora's name"})
    client.force_login(alice)
    answer = client.post("/accounts/ALPHA/edit/", form_of(alpha, name="Alice's name"))
    assert answer.status_code == 409
    assert "Dora&#x27;s name" in answer.text and "Alice&#x27;s name" in answer.text
    assert Customer.objects.get(pk=alpha.pk).name == "Dora's name"


@pytest.mark.parametrize(
    ("who", "status"), [("fay", 404), ("rex", 404), ("bob", 404), ("alice", 200), ("sue", 200)]
)
def test_only_who_sees_a_customer_may_change_it(client, request, alpha, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/accounts/ALPHA/edit/").status_code == status
    client.post("/accounts/ALPHA/edit/", form_of(alpha, name="Taken over"))
    assert (Customer.objects.get(pk=alpha.pk).name == "Taken over") == (status == 200)


@pytest.mark.parametrize(("who", "status"), [("fay", 403), ("rex", 403), ("alice", 200), ("adam", 200)])
def test_finance_and_representatives_create_nothing(client, request, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/accounts/-/new/").status_code == status
    assert client.get("/stores/-/new/").status_code == status
    client.post("/accounts/-/new/", NEW)
    assert Customer.objects.exists() == (status == 200)


def test_a_kam_cannot_smuggle_in_another_owner_or_territory(client, alice, bob, alpha, territories):
    client.force_login(alice)
    client.post(
        "/accounts/ALPHA/edit/", form_of(alpha, kam=bob.pk, territory=territories["south"].pk, name="Alpha")
    )
    fresh = Customer.objects.get(pk=alpha.pk)
    assert (fresh.kam, fresh.territory, fresh.name) == (alice, territories["north"], "Alpha")
    with pytest.raises(PermissionDenied):
        change_customer(by=alice, customer=alpha, version=fresh.version, changes={"kam": bob})


def test_a_supervisor_keeps_customers_within_their_subtree(sue, alpha, territories):
    with pytest.raises(ValidationError) as refused:
        change_customer(by=sue, customer=alpha, version=1, changes={"territory": territories["south"]})
    assert "territory" in refused.value.message_dict
    with pytest.raises(ValidationError):
        create_customer(by=sue, values={**NEW, "territory": None})


def test_handing_over_closes_one_ownership_and_opens_the_next(client, dora, alice, bob, alpha):
    Ownership.objects.create(customer=alpha, kam=alice, from_on=dt.date(2020, 1, 1))
    client.force_login(dora)
    day = business_today()
    answer = client.post(
        "/accounts/ALPHA/hand-over/", {"kam": bob.pk, "from_on": day.isoformat(), "version": alpha.version}
    )
    assert answer.status_code == 302
    owners = (
        Ownership.objects.filter(customer=alpha).order_by("from_on").values_list("kam", "from_on", "to_on")
    )
    assert list(owners) == [
        (alice.pk, dt.date(2020, 1, 1), day - dt.timedelta(days=1)),
        (bob.pk, day, None),
    ]
    assert Customer.objects.get(pk=alpha.pk).kam == bob
    assert [row.action for row in rows_about(alpha)] == ["hand_over"]
    with pytest.raises(ValidationError):
        hand_over_customer(by=dora, customer=alpha, version=2, kam=alice, from_on=day + dt.timedelta(days=1))
    with pytest.raises(StaleVersion):
        hand_over_customer(by=dora, customer=alpha, version=1, kam=alice, from_on=day)


def test_archiving_hides_a_customer_and_restoring_brings_it_back(client, dora, alice, alpha):
    client.force_login(alice)
    assert client.post("/accounts/ALPHA/archive/", {"reason": "gone"}).status_code == 403
    client.force_login(dora)
    client.post("/accounts/ALPHA/archive/", {"reason": "closed down"})
    assert Customer.objects.get(pk=alpha.pk).archived_at is not None
    client.post("/accounts/ALPHA/restore/")
    assert Customer.objects.get(pk=alpha.pk).archived_at is None
    assert [row.action for row in rows_about(alpha)] == ["restore", "archive"]
    assert rows_about(alpha)[1].reason == "closed down"
    assert client.get("/accounts/ALPHA/restore/").status_code == 405


def test_a_store_belongs_to_a_customer_that_its_editor_sees(client, alice, alpha, beta):
    client.force_login(alice)
    values = {"code": "S-1", "name": "Corner"}
    assert client.post("/stores/-/new/", {**values, "customer": "BETA"}).status_code == 422
    assert client.post("/stores/-/new/", {**values, "customer": "NOBODY"}).status_code == 422
    assert client.post("/stores/-/new/", {**values, "customer": "ALPHA"}).url == "/stores/S-1/"
    assert Store.objects.get().customer == alpha


@pytest.mark.parametrize(("latitude", "longitude"), [("91", "0"), ("0", "181"), ("nan", "0"), ("inf", "0")])
def test_places_lie_on_earth(client, dora, alpha, latitude, longitude):
    client.force_login(dora)
    values = {"code": "S", "name": "S", "customer": "ALPHA", "latitude": latitude, "longitude": longitude}
    assert client.post("/stores/-/new/", values).status_code == 422
    assert not Store.objects.exists()


def test_a_store_is_changed_archived_and_found_only_by_who_sees_it(client, alice, bob, alpha_store):
    client.force_login(alice)
    values = {"name": "Alpha One", "customer": "ALPHA", "city": "Newtown", "version": alpha_store.version}
    assert client.post("/stores/A1/edit/", values).status_code == 302
    assert client.post("/stores/A1/edit/", values).status_code == 409
    assert Store.objects.get().city == "Newtown"
    client.post("/stores/A1/archive/", {})
    assert Store.objects.get().archived_at is not None
    client.force_login(bob)
    assert client.get("/stores/A1/").status_code == 404
    assert client.post("/stores/A1/restore/").status_code == 404


def test_words_are_added_renamed_and_removed_unless_something_carries_them(client, dora, alpha, region):
    client.force_login(dora)
    url = "/accounts/-/terms/"
    assert client.post(url, {"kind": "channels", "name": "Wholesale"}).status_code == 302
    assert client.post(url, {"kind": "channels", "name": "wholesale"}).status_code == 422
    assert client.post(url, {"kind": "channels", "name": " "}).status_code == 422
    assert client.post(url, {"kind": "nothing", "name": "x"}).status_code == 404
    channel = Channel.objects.get()
    client.post(url, {"kind": "channels", "act": "rename", "id": channel.pk, "name": "Trade"})
    assert Channel.objects.get().name == "Trade"
    client.post(url, {"kind": "channels", "act": "delete", "id": channel.pk})
    assert not Channel.objects.exists()
    assert client.post(url, {"kind": "regions", "act": "delete", "id": region.pk}).status_code == 422
    assert Region.objects.exists()


@pytest.mark.parametrize("who", ["alice", "sue", "fay", "rex"])
def test_only_directors_and_administrators_keep_the_words(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/accounts/-/terms/").status_code == 403
    client.post("/accounts/-/terms/", {"kind": "channels", "name": "Mine"})
    assert not Channel.objects.exists()
