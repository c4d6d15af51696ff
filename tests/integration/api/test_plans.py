"""Plans with their parts, the team, requests, value and service over the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import (
    AccountPlan,
    Contact,
    MirroredFunction,
    PlanAction,
    PlanGoal,
    PlanItem,
    ResourceRequest,
    ServiceCase,
    ServiceStandard,
    TeamMember,
    ValueCase,
)
from ka_crm.records.models import AuditRow
from tests.integration.api.conftest import refused

BODIES = {
    "plans/": {"year": 2023},
    "team-members/": {"user_email": "dora@test.example", "function": "management"},
    "resource-requests/": {"text": "Credit", "function": "finance"},
    "mirrored-functions/": {"function": "sales", "their_function": "Buying"},
    "value-cases/": {"year": 2022},
    "service-cases/": {"step": "reception", "subject": "A question"},
}
PARTS = {
    "goals/": {"text": "Second facing"},
    "actions/": {"text": "Ask the owner", "due_on": "2022-12-01"},
    "plan-items/": {"kind": "service", "text": "Training"},
}
MODELS = (
    AccountPlan, PlanGoal, PlanAction, PlanItem, TeamMember, ResourceRequest, MirroredFunction, ValueCase,
    ServiceCase, AuditRow,
)  # fmt: skip


def state():
    return [list(model._base_manager.order_by("pk").values()) for model in MODELS]


@pytest.fixture
def plan(alpha):
    return AccountPlan.objects.create(customer=alpha, year=2022)


@pytest.fixture
def bodies(plan, dora):
    """What creates one of each in Alpha's dossier."""
    entries = {path: {"customer_code": "ALPHA", **body} for path, body in BODIES.items()}
    return {**entries, **{path: {"plan": plan.pk, **body} for path, body in PARTS.items()}}


@pytest.mark.parametrize("path", [*BODIES, *PARTS])
class TestEveryList:
    def test_it_is_created_changed_taken_out_and_brought_back(self, as_alice, bodies, path):
        made = as_alice.post(path, bodies[path])
        assert made.status_code == 201, made.content
        address = f"{path}{made.json()['id']}/"
        assert made["Location"].endswith(f"/api/v1/{address}")
        name = next(
            n for n in ("text", "subject", "their_function", "duty", "needs", "problems") if n in made.json()
        )
        changed = as_alice.patch(address, {name: "Another", "version": 1})
        assert (changed.status_code, changed.json()[name], changed.json()["version"]) == (200, "Another", 2)
        stale = refused(as_alice.patch(address, {name: "Third", "version": 1}), 409)
        assert stale["differences"][0]["field"] == name
        refused(as_alice.patch(address, {name: "Third"}), 400)
        assert as_alice.delete(address).status_code == 204
        assert made.json()["id"] not in as_alice.codes(path, "id")
        assert made.json()["id"] in as_alice.codes(path, "id", archived="true")
        assert as_alice.post(f"{address}restore/", key=None).status_code == 200
        assert as_alice.codes(path, "id", customer="ALPHA")[0] == made.json()["id"]

    def test_strangers_and_other_roles_change_nothing(
        self, stranger, as_alice, as_bob, as_fay, beta, bodies, path
    ):
        address = f"{path}{as_alice.post(path, bodies[path]).json()['id']}/"
        before = state()
        refused(stranger.get(path), 401)
        refused(stranger.post(path, bodies[path]), 401)
        refused(as_fay.post(path, bodies[path]), 403)
        refused(as_bob.post(path, bodies[path]), 400)
        for caller in (as_bob, as_fay):
            assert caller.codes(path, "id") == []
            refused(caller.get(address), 404)
            refused(caller.patch(address, {"version": 1}), 404)
            refused(caller.delete(address), 404)
            refused(caller.post(f"{address}restore/", key=None), 404)
        assert state() == before

    def test_creating_needs_a_key_and_declared_filters(self, as_alice, bodies, path):
        refused(as_alice.post(path, bodies[path], key=None), 400)
        refused(as_alice.get(path, colour="red"), 400)
        body = bodies[path]
        first, second = as_alice.post(path, body, key="one"), as_alice.post(path, body, key="one")
        assert first.json() == second.json()

    def test_a_customer_is_stated_once(self, as_dora, beta, bodies, path):
        made = as_dora.post(path, bodies[path]).json()
        key, value = ("plan", AccountPlan.objects.create(customer=beta, year=2022).pk)
        if path in BODIES:
            key, value = "customer_code", "BETA"
        problem = refused(as_dora.patch(f"{path}{made['id']}/", {key: value, "version": 1}), 400)
        assert list(problem["errors"]) == [key]


def test_a_list_asks_as_often_for_forty_rows_as_for_four(as_alice, alpha, alice):
    counts = {}
    as_alice.get("plans/")  # notes when the token was used last
    for size in (4, 40):
        years = range(2000, 2000 + size)
        AccountPlan.objects.all().delete()
        plans = AccountPlan.objects.bulk_create(AccountPlan(customer=alpha, year=year) for year in years)
        for plan in plans:
            goal = PlanGoal.objects.create(customer=alpha, plan=plan, text="x")
            PlanAction.objects.create(
                customer=alpha, plan=plan, goal=goal, text="x", due_on="2022-01-01", owner=alice
            )
            ResourceRequest.objects.create(
                customer=alpha, text="x", function="sales", asked_of=alice, asked_on="2022-01-01"
            )
        for path in ("plans/", "goals/", "actions/", "resource-requests/"):
            with CaptureQueriesContext(connection) as queries:
                assert as_alice.get(path, page_size=100).status_code == 200
            counts.setdefault(path, []).append(len(queries))
    assert all(few == many <= 10 for few, many in counts.values()), counts


def test_a_plan_is_read_with_its_parts_and_goes_its_steps(as_alice, bodies, plan):
    for path in PARTS:
        as_alice.post(path, bodies[path])
    PlanGoal.objects.create(customer=plan.customer, plan=plan, text="Gone", archived_at=plan.created_at)
    found = as_alice.get(f"plans/{plan.pk}/").json()
    assert [len(found[name]) for name in ("goals", "actions", "items")] == [1, 1, 1]
    base = f"plans/{plan.pk}/"
    refused(
        as_alice.post(f"{base}close/", {"version": 1, "evaluation": "x", "evaluation_score": 3}, key=None),
        400,
    )
    assert as_alice.post(f"{base}agree/", {"version": 1}, key=None).json()["state"] == "agreed"
    refused(as_alice.post(f"{base}revise/", {"version": 1}, key=None), 409)
    refused(as_alice.post(f"{base}close/", {"version": 2, "evaluation": ""}, key=None), 400)
    closing = {"version": 2, "evaluation": "Well", "evaluation_score": 4}
    assert as_alice.post(f"{base}close/", closing, key=None).json()["state"] == "closed"
    refused(as_alice.patch(base, {"needs": "x", "version": 3}), 400)
    copied = as_alice.post(f"{base}copy/")
    assert (copied.status_code, copied.json()["year"], copied.json()["state"]) == (201, 2023, "draft")
    assert len(copied.json()["goals"]) == 1
    refused(as_alice.post(f"{base}copy/"), 400)
    assert as_alice.codes("plans/", "year", state="draft") == [2023]
    assert as_alice.post(f"{base}reopen/", {"version": 3}, key=None).json()["state"] == "agreed"
    assert as_alice.post(f"{base}revise/", {"version": 4}, key=None).json()["state"] == "draft"


def test_the_state_of_a_plan_is_not_written_directly(as_alice, plan):
    answer = as_alice.patch(f"plans/{plan.pk}/", {"state": "closed", "evaluation": "x", "version": 1})
    assert (answer.status_code, answer.json()["state"], answer.json()["evaluation"]) == (200, "draft", "")


def test_an_action_is_ticked_and_unticked(as_alice, as_bob, bodies):
    address = f"actions/{as_alice.post('actions/', bodies['actions/']).json()['id']}/"
    refused(as_bob.post(f"{address}tick/", key=None), 404)
    assert as_alice.post(f"{address}tick/", key=None).json()["done_on"]
    assert as_alice.post(f"{address}untick/", key=None).json()["done_on"] is None


@pytest.mark.parametrize("plan_id", [True, "1", 0, -1, 2**70, 999_999, None])
def test_a_plan_that_is_none_is_refused(as_alice, plan, plan_id):
    problem = refused(as_alice.post("goals/", {"plan": plan_id, "text": "x"}), 400)
    assert list(problem["errors"]) == ["plan"]


def test_a_request_is_answered_and_opened_again(as_alice, as_bob, bodies):
    address = (
        f"resource-requests/{as_alice.post('resource-requests/', bodies['resource-requests/']).json()['id']}/"
    )
    refused(as_bob.post(f"{address}answer/", {"version": 1, "answer": "granted"}, key=None), 404)
    problem = refused(as_alice.post(f"{address}answer/", {"version": 1, "answer": "refused"}, key=None), 400)
    assert list(problem["errors"]) == ["answer_text"]
    refused(as_alice.post(f"{address}answer/", {"version": 1, "answer": "open"}, key=None), 400)
    answered = as_alice.post(f"{address}answer/", {"version": 1, "answer": "granted"}, key=None)
    assert answered.json()["answer"] == "granted" and answered.json()["answered_on"]
    assert as_alice.codes("resource-requests/", "text", answer="open") == []
    assert as_alice.post(f"{address}reopen/", {"version": 2}, key=None).json()["answer"] == "open"


def test_a_value_case_says_what_they_gain(as_alice, bodies):
    body = {
        **bodies["value-cases/"], "their_turnover": "2400000", "their_margin_share": "0.28",
        "category_margin_share": "0.25", "savings": "18000",
    }  # fmt: skip
    assert as_alice.post("value-cases/", body).json()["gain"] == "90000.00"
    refused(as_alice.post("value-cases/", {**body, "year": 2023, "their_margin_share": "1.28"}), 400)


def test_a_contact_of_another_customer_is_refused(as_dora, beta, bodies):
    contact = Contact.objects.create(customer=beta, name="Ben")
    problem = refused(
        as_dora.post("mirrored-functions/", {**bodies["mirrored-functions/"], "contact": contact.pk}), 400
    )
    assert list(problem["errors"]) == ["contact"]


def test_the_promise_of_a_case_follows_from_its_tier(as_alice, bodies):
    made = as_alice.post("service-cases/", {**bodies["service-cases/"], "tier": "top"}).json()
    hours = ServiceStandard.objects.get(tier="top", step="reception").promised_hours
    assert made["promised_hours"] == hours
    refused(as_alice.patch(f"service-cases/{made['id']}/", {"tier": "middle", "version": 1}), 400)
    refused(as_alice.patch(f"service-cases/{made['id']}/", {"step": "talks", "version": 1}), 400)


def test_standards_are_read_by_who_works_with_accounts_and_set_by_administrators(
    as_adam, as_dora, as_alice, as_fay, stranger
):
    standard = ServiceStandard.objects.get(tier="top", step="reception")
    address = f"service-standards/{standard.pk}/"
    refused(stranger.get("service-standards/"), 401)
    assert len(as_alice.codes("service-standards/", "id")) == 12
    assert as_fay.codes("service-standards/", "id") == []
    for caller in (as_dora, as_alice):
        refused(caller.patch(address, {"promised_hours": 1, "version": 1}), 403)
    refused(as_fay.patch(address, {"promised_hours": 1, "version": 1}), 404)
    refused(as_adam.patch(address, {"promised_hours": 0, "version": 1}), 400)
    assert as_adam.patch(address, {"promised_hours": 2, "version": 1}).json()["promised_hours"] == 2
    refused(as_adam.patch(address, {"promised_hours": 3, "version": 1}), 409)
    refused(as_adam.delete(address), 405)
    standard.refresh_from_db()
    assert (standard.promised_hours, standard.version) == (2, 2)
