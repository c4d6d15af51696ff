"""What all views of the API share, shown on a small view of regions and customers."""

import contextlib
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import override_settings
from django.urls import include, path
from rest_framework import serializers, viewsets
from rest_framework.routers import DefaultRouter
from rest_framework.test import APIClient

from accounts.models import Customer, Region, Store
from accounts.visibility import store_scope
from ka_crm.api_urls import urlpatterns as api_urlpatterns
from ka_crm.people.models import Role, User
from ka_crm.people.operations import create_token, deactivate_user, take_password_check
from ka_crm.records.api.mixins import IdempotentCreateMixin, VersionedUpdateMixin, VisibleQuerysetMixin
from ka_crm.records.models import IdempotencyKey
from ka_crm.urls import urlpatterns as page_urlpatterns


class RegionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Region
        fields = ["id", "name"]

    def validate_name(self, name: str) -> str:
        if name == "explode":
            raise RuntimeError("unforeseen")
        return name


class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["code", "name", "headcount", "version"]
        read_only_fields = ["code", "version"]


class StoreSerializer(serializers.ModelSerializer):
    class Meta:
        model = Store
        fields = ["code", "name"]


class Regions(IdempotentCreateMixin, viewsets.ModelViewSet):
    queryset = Region.objects.all()
    serializer_class = RegionSerializer
    ordering_fields = ["name"]
    filterset_fields = ["name"]


class Customers(VisibleQuerysetMixin, VersionedUpdateMixin, viewsets.ModelViewSet):
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    lookup_field = "code"
    ordering_fields = {"name": "name", "headcount": "headcount", "region": "region__name"}
    filterset_fields = ["channel"]


class Stores(VisibleQuerysetMixin, viewsets.ReadOnlyModelViewSet):
    queryset = Store.objects.all()
    serializer_class = StoreSerializer
    lookup_field = "code"
    visibility_scope = store_scope


router = DefaultRouter()
router.register("regions", Regions, "test-regions")
router.register("customers", Customers, "test-customers")
router.register("stores", Stores, "test-stores")
urlpatterns = [
    path("api/test/", include(router.urls)),
    path("api/", include(api_urlpatterns)),
    *[item for item in page_urlpatterns if str(item.pattern) != "api/"],
]
pytestmark = pytest.mark.usefixtures("_test_addresses")


@pytest.fixture
def _test_addresses():
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def api(adam):
    client = APIClient(raise_request_exception=False)
    client.force_login(adam)
    return client


def post(client, name, key="k1", **extra):
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post("/api/test/regions/", {"name": name}, format="json", headers=headers, **extra)


def assert_problem(answer, status):
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


# --- creating twice -------------------------------------------------------------------------------
def test_a_creating_post_without_a_key_is_refused(api):
    assert_problem(post(api, "North", key=None), 400)
    assert not Region.objects.exists()


def test_the_same_request_again_gets_the_same_answer_and_creates_once(api):
    first, again = post(api, "North"), post(api, "North")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Region.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(api):
    post(api, "North")
    assert_problem(post(api, "South"), 422)
    assert Region.objects.count() == 1


def test_a_key_belongs_to_one_user(api, dora):
    post(api, "North")
    other = APIClient()
    other.force_login(dora)
    assert post(other, "South").status_code == 201


def test_a_request_in_flight_is_answered_409(api, adam):
    from ka_crm.records.idempotency import claim_key

    digest = "0" * 64
    post(api, "North")
    row = IdempotencyKey.objects.get()
    IdempotencyKey.objects.update(status=0, answer={})
    assert_problem(post(api, "North"), 409)
    assert claim_key(by=adam, key="k1", endpoint=row.endpoint, body_digest=digest).state.value == "other_body"


def test_a_claim_whose_process_died_is_taken_over(api, monkeypatch):
    import datetime as dt

    from ka_crm.lib import clock

    post(api, "North")
    Region.objects.all().delete()
    IdempotencyKey.objects.update(status=0, answer={})
    later = clock.now() + dt.timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert post(api, "North").status_code == 201
    assert Region.objects.count() == 1


def test_a_refused_request_gives_its_key_back(api):
    assert_problem(post(api, ""), 400)
    assert not IdempotencyKey.objects.exists()
    assert post(api, "North").status_code == 201


@pytest.fixture
def _shared_database(transactional_db, tmp_path):
    """A database that threads can share: SQLite in memory knows no waiting, so copy it into a file."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "shared.sqlite3")])
    shared = connections.settings["default"]
    in_memory = shared["NAME"]
    shared["NAME"] = str(tmp_path / "shared.sqlite3")
    yield
    shared["NAME"] = in_memory


def in_threads(number, work):
    """Run ``work`` in threads that start together; return what they returned."""
    start, results = threading.Barrier(number), []

    def run() -> None:
        try:
            start.wait()
            results.append(work())
        finally:
            for one in connections.all(initialized_only=True):
                one.connection.close()

    threads = [threading.Thread(target=run, name=f"thread {index}") for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.usefixtures("_shared_database")
def test_a_hundred_parallel_requests_with_one_key_create_one_row():
    def set_up():
        user = User.objects.create_user("adam@test.example", name="Adam", role=Role.ADMIN)
        return create_token(by=None, user=user)[1]

    [secret] = in_threads(1, set_up)

    def send():
        client = APIClient(raise_request_exception=False, headers={"Authorization": f"Token {secret}"})
        return [post(client, "North").status_code for _time in range(5)]

    statuses = [status for found in in_threads(20, send) for status in found]
    assert len(statuses) == 100
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    count = lambda: (Region.objects.count(), IdempotencyKey.objects.get().status)  # noqa: E731
    assert in_threads(1, count) == [(1, 201)]


@pytest.mark.usefixtures("_shared_database")
def test_parallel_wrong_passwords_never_get_more_than_fifteen_checks():
    def wrong():
        return [take_password_check(email="alice@test.example") is not None for _time in range(4)]

    granted = [one for found in in_threads(10, wrong) for one in found]
    assert len(granted) == 40
    assert sum(granted) <= 15


@pytest.mark.usefixtures("_shared_database")
def test_two_administrators_who_switch_each_other_off_at_once_leave_one():
    names = ["adam", "eve"]

    def set_up():
        for name in names:
            User.objects.create_user(f"{name}@test.example", name=name, role=Role.ADMIN)

    in_threads(1, set_up)

    def switch_off():
        mine, other = names if threading.current_thread().name.endswith("0") else reversed(names)
        by, user = (User.objects.get(email=f"{name}@test.example") for name in (mine, other))
        with contextlib.suppress(ValidationError):
            deactivate_user(by=by, user=user)

    in_threads(2, switch_off)
    assert in_threads(1, User.objects.filter(is_active=True).count) == [1]


# --- versions -------------------------------------------------------------------------------------
def test_an_update_without_a_version_is_refused(api, alpha):
    body = assert_problem(api.patch("/api/test/customers/ALPHA/", {"name": "A"}, format="json"), 400)
    assert "version" in body["errors"]


@pytest.mark.parametrize("method", ["patch", "put"])
def test_a_stale_update_gets_the_differences_and_changes_nothing(api, alpha, method):
    send = getattr(api, method)
    fresh = send("/api/test/customers/ALPHA/", {"name": "First", "version": 1}, format="json")
    assert fresh.json()["version"] == 2
    body = assert_problem(
        send("/api/test/customers/ALPHA/", {"name": "Second", "version": 1}, format="json"), 409
    )
    assert body["version"] == 2
    assert body["differences"] == [{"field": "name", "label": "Name", "stored": "First", "yours": "Second"}]
    alpha.refresh_from_db()
    assert (alpha.name, alpha.version) == ("First", 2)


# --- who sees what --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "alpha_status", "beta_status"),
    [
        ("alice", 200, 404),
        ("bob", 404, 200),
        ("sue", 200, 404),
        ("dora", 200, 200),
        ("fay", 404, 404),
        ("rex", 404, 404),
    ],
)
def test_what_is_not_visible_is_not_there(request, alpha_store, beta_store, who, alpha_status, beta_status):
    client = APIClient()
    client.force_login(request.getfixturevalue(who))
    for kind, ours, theirs in (("customers", "ALPHA", "BETA"), ("stores", "A1", "B1")):
        assert client.get(f"/api/test/{kind}/{ours}/").status_code == alpha_status
        assert client.get(f"/api/test/{kind}/{theirs}/").status_code == beta_status
        seen = {row["code"] for row in client.get(f"/api/test/{kind}/").json()["results"]}
        expected = {code for code, status in ((ours, alpha_status), (theirs, beta_status)) if status == 200}
        assert seen == expected
    answer = client.patch("/api/test/customers/BETA/", {"name": "X", "version": 1}, format="json")
    assert answer.status_code == beta_status


# --- problems -------------------------------------------------------------------------------------
def test_every_error_is_a_problem(api, alpha):
    stranger = APIClient()
    assert_problem(stranger.get("/api/test/regions/"), 401)
    assert_problem(api.get("/api/test/regions/99/"), 404)
    assert_problem(api.get("/api/v1/no-such-thing/"), 404)
    assert_problem(api.delete("/api/test/regions/"), 405)
    assert_problem(api.post("/api/test/regions/", "{", content_type="application/json"), 400)
    text = api.post("/api/test/regions/", "x", content_type="text/plain", headers={"Idempotency-Key": "k"})
    assert_problem(text, 415)
    assert_problem(api.get("/api/test/regions/?after=nonsense"), 400)
    assert_problem(api.get("/api/test/regions/?ordering=secret"), 400)
    assert_problem(api.get("/api/test/regions/?page_size=1001"), 400)


def test_what_nobody_foresaw_is_a_500_without_details(api):
    body = assert_problem(post(api, "explode"), 500)
    assert "unforeseen" not in str(body)
    assert not IdempotencyKey.objects.exists()


def test_a_session_without_its_csrf_token_is_a_403_problem(adam):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(adam)
    assert_problem(post(client, "North"), 403)


def test_too_many_requests_are_a_429_problem(api, monkeypatch):
    from rest_framework.throttling import UserRateThrottle

    monkeypatch.setattr(UserRateThrottle, "get_rate", lambda self: "2/min")
    answers = [api.get("/api/test/regions/") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_problem(answers[2], 429)
    assert answers[2]["Retry-After"]


# --- pages of a list ------------------------------------------------------------------------------
def all_pages(client, address):
    seen, back = [], []
    while address:
        body = client.get(address).json()
        seen.append([row["code"] for row in body["results"]])
        last, address = address, body["next"]
    address = client.get(last).json()["previous"]
    while address:
        body = client.get(address).json()
        back.insert(0, [row["code"] for row in body["results"]])
        address = body["previous"]
    return seen, [*back, seen[-1]]


@pytest.mark.parametrize(
    "ordering", ["name", "-name", "headcount", "-headcount", "region,-name", "headcount,-region", ""]
)
def test_pages_show_every_row_once_forwards_and_backwards(api, db, region, ordering):
    for number in range(23):
        Customer.objects.create(
            code=f"C{number:02}",
            name=f"Same {number % 3}",
            headcount=None if number % 4 == 0 else number % 5,
            region=region if number % 2 else None,
        )
    seen, back = all_pages(api, f"/api/test/customers/?page_size=4&ordering={ordering}")
    flat = [code for page in seen for code in page]
    assert sorted(flat) == [f"C{number:02}" for number in range(23)]
    assert back == seen


def test_unknown_values_come_last_either_way(api, db):
    for code, headcount in (("A", None), ("B", 1), ("C", 2)):
        Customer.objects.create(code=code, name=code, headcount=headcount)
    for ordering, expected in (("headcount", ["B", "C", "A"]), ("-headcount", ["C", "B", "A"])):
        rows = api.get(f"/api/test/customers/?ordering={ordering}").json()["results"]
        assert [row["code"] for row in rows] == expected


def test_rows_that_arrive_in_between_shift_nothing(api, db):
    for number in range(6):
        Region.objects.create(name=f"R{number}")
    first = api.get("/api/test/regions/?page_size=3&ordering=name").json()
    Region.objects.create(name="A new one before")
    second = api.get(first["next"]).json()
    assert [row["name"] for row in second["results"]] == ["R3", "R4", "R5"]
    assert second["next"] is None


def test_a_page_costs_no_count(api, alpha, django_assert_max_num_queries):
    with django_assert_max_num_queries(3) as queries:
        api.get("/api/test/customers/")
    assert not [query for query in queries.captured_queries if "COUNT(" in query["sql"].upper()]


def test_the_api_description_names_token_login_and_cursors(api):
    text = api.get("/api/schema/").content.decode()
    assert "securitySchemes" in text
    assert "Token ka_" in text
