"""The plan of a year: started, changed, agreed, closed, copied; its goals, actions and items."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from accounts.models import AccountPlan, Cadence, Contact, Interaction, PlanAction, PlanGoal, PlanItem
from accounts.operations.plan_parts import add_part, change_part, remove_part, tick_action
from accounts.operations.plans import (
    agree_plan,
    change_plan,
    close_plan,
    copy_plan_forward,
    reopen_plan,
    revise_plan,
    start_plan,
)
from accounts.queries.due_contacts import rhythms_of
from accounts.queries.plans import actions_due, open_actions
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today

DAY = dt.date(2024, 2, 29)


def rows_about(record):
    found = AuditRow.objects.filter(record_type=record._meta.label_lower, record_id=str(record.pk))
    return [row.action for row in found.order_by("pk")]


@pytest.fixture
def plan(alice, alpha):
    values = {"year": 2024, "needs": "One price", "communication": "Weekly call"}
    return start_plan(by=alice, customer=alpha, values=values)


@pytest.fixture
def goal(alice, alpha, plan):
    values = {"plan": plan, "text": "Second facing", "target_value": Decimal(20), "due_on": DAY}
    return add_part(by=alice, customer=alpha, model=PlanGoal, values=values)


@pytest.fixture
def action(alice, alpha, plan, goal):
    values = {"plan": plan, "goal": goal, "text": "Ask the owner", "due_on": DAY, "owner": alice}
    return add_part(by=alice, customer=alpha, model=PlanAction, values=values)


def closed(by, plan):
    agreed = agree_plan(by=by, plan=plan, version=AccountPlan.objects.get(pk=plan.pk).version)
    return close_plan(by=by, plan=plan, version=agreed.version, evaluation="Well", evaluation_score=4)


def test_a_plan_is_started_once_a_year_with_one_audit_row(alice, alpha, plan):
    assert (plan.state, plan.created_by, rows_about(plan)) == ("draft", alice, ["create"])
    with pytest.raises(ValidationError) as error:
        start_plan(by=alice, customer=alpha, values={"year": 2024})
    assert list(error.value.message_dict) == ["year"]
    assert start_plan(by=alice, customer=alpha, values={"year": 2025}).year == 2025


@pytest.mark.parametrize("who", ["bob", "fay", "rex"])
def test_who_may_not_edit_the_customer_writes_nothing(request, alpha, plan, action, who):
    by = request.getfixturevalue(who)
    acts = [
        lambda: start_plan(by=by, customer=alpha, values={"year": 2030}),
        lambda: change_plan(by=by, entry=plan, version=1, changes={"needs": "Mine"}),
        lambda: agree_plan(by=by, plan=plan, version=1),
        lambda: close_plan(by=by, plan=plan, version=1, evaluation="x", evaluation_score=1),
        lambda: copy_plan_forward(by=by, plan=plan),
        lambda: tick_action(by=by, action=action, is_done=True),
        lambda: add_part(by=by, customer=alpha, model=PlanGoal, values={"plan": plan, "text": "x"}),
        lambda: remove_part(by=by, entry=action),
    ]
    before = AuditRow.objects.count()
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert AuditRow.objects.count() == before


def test_a_plan_is_agreed_closed_and_opened_again(alice, plan):
    agreed = agree_plan(by=alice, plan=plan, version=1)
    with pytest.raises(ValidationError):
        agree_plan(by=alice, plan=plan, version=agreed.version)
    with pytest.raises(ValidationError) as error:
        close_plan(by=alice, plan=plan, version=agreed.version, evaluation=" ", evaluation_score=9)
    assert set(error.value.message_dict) == {"evaluation", "evaluation_score"}
    done = close_plan(by=alice, plan=plan, version=2, evaluation="Well", evaluation_score=4)
    assert (done.state, done.evaluation, done.evaluation_score) == ("closed", "Well", 4)
    reopened = reopen_plan(by=alice, plan=plan, version=3)
    assert (reopened.state, reopened.evaluation) == ("agreed", "Well")
    assert revise_plan(by=alice, plan=plan, version=4).state == "draft"
    assert rows_about(plan) == ["create", "agree", "close", "reopen", "revise"]


def test_a_draft_cannot_be_closed(alice, plan):
    with pytest.raises(ValidationError):
        close_plan(by=alice, plan=plan, version=1, evaluation="Well", evaluation_score=4)
    assert AccountPlan.objects.get().state == "draft"


def test_a_stale_version_changes_nothing_and_says_so(alice, sue, plan):
    change_plan(by=sue, entry=plan, version=1, changes={"needs": "Two prices"})
    for act in (
        lambda: change_plan(by=alice, entry=plan, version=1, changes={"needs": "Three"}),
        lambda: agree_plan(by=alice, plan=plan, version=1),
    ):
        with pytest.raises(StaleVersion):
            act()
    fresh = AccountPlan.objects.get()
    assert (fresh.needs, fresh.state) == ("Two prices", "draft")


def test_a_closed_plan_does_not_change_and_neither_do_its_parts(alice, alpha, plan, goal, action):
    done = closed(alice, plan)
    for act in (
        lambda: change_plan(by=alice, entry=plan, version=done.version, changes={"needs": "x"}),
        lambda: add_part(by=alice, customer=alpha, model=PlanGoal, values={"plan": plan, "text": "x"}),
        lambda: change_part(by=alice, entry=goal, version=1, changes={"text": "x"}),
        lambda: remove_part(by=alice, entry=goal),
        lambda: tick_action(by=alice, action=action, is_done=True),
    ):
        with pytest.raises(ValidationError):
            act()
    assert PlanAction.objects.get().done_on is None


def test_a_service_other_than_proposed_needs_its_reason(alice, plan):
    for changes, field in (
        ({"service": {"meetings": 4}}, "service_reason"),
        ({"service": {"meetings": 99}, "service_reason": "so"}, "service"),
        ({"service": {"flowers": 1}, "service_reason": "so"}, "service"),
    ):
        with pytest.raises(ValidationError) as error:
            change_plan(by=alice, entry=plan, version=1, changes=changes)
        assert list(error.value.message_dict) == [field]
    changes = {"service": {"meetings": 4}, "service_reason": "They asked for it"}
    assert change_plan(by=alice, entry=plan, version=1, changes=changes).service == {"meetings": 4}


def test_a_part_belongs_to_a_plan_of_its_own_customer(alice, dora, alpha, beta, plan):
    with pytest.raises(ValidationError) as error:
        add_part(by=dora, customer=beta, model=PlanGoal, values={"plan": plan, "text": "x"})
    assert list(error.value.message_dict) == ["plan"]
    assert not PlanGoal.objects.exists()


def test_a_goal_of_another_plan_is_refused(alice, alpha, plan, goal):
    other = start_plan(by=alice, customer=alpha, values={"year": 2030})
    with pytest.raises(ValidationError) as error:
        add_part(
            by=alice,
            customer=alpha,
            model=PlanAction,
            values={"plan": other, "goal": goal, "text": "x", "due_on": DAY},
        )
    assert list(error.value.message_dict) == ["goal"]


@pytest.mark.parametrize("steps", [{"steps_done": 3}, {"steps_done": 21, "steps_all": 20}])
def test_no_more_can_be_done_than_there_is(alice, alpha, plan, steps):
    with pytest.raises(ValidationError) as error:
        add_part(
            by=alice,
            customer=alpha,
            model=PlanAction,
            values={"plan": plan, "text": "x", "due_on": DAY, **steps},
        )
    assert list(error.value.message_dict) == ["steps_done"]


def test_an_action_is_ticked_once_and_can_be_taken_back(alice, action):
    assert tick_action(by=alice, action=action, is_done=True).done_on == business_today()
    tick_action(by=alice, action=action, is_done=True)
    assert tick_action(by=alice, action=action, is_done=False).done_on is None
    assert rows_about(action) == ["create", "tick", "untick"]


def test_a_copy_takes_what_is_open_and_moves_its_days(alice, alpha, plan, goal, action):
    change_plan(
        by=alice,
        entry=plan,
        version=1,
        changes={"service": {"meetings": 4}, "service_reason": "They asked", "pain_points": "Displays"},
    )
    reached = add_part(
        by=alice,
        customer=alpha,
        model=PlanGoal,
        values={"plan": plan, "text": "Met", "target_value": Decimal(1), "present_value": Decimal(1)},
    )
    for text, done_on, to in (("Done", DAY, None), ("Orphan", None, reached)):
        values = {"plan": plan, "text": text, "due_on": dt.date(2024, 5, 1), "done_on": done_on, "goal": to}
        add_part(by=alice, customer=alpha, model=PlanAction, values=values)
    add_part(by=alice, customer=alpha, model=PlanItem, values={"plan": plan, "text": "Training"})
    gone = add_part(by=alice, customer=alpha, model=PlanItem, values={"plan": plan, "text": "Gone"})
    remove_part(by=alice, entry=gone)
    closed(alice, plan)
    before = AuditRow.objects.count()
    copy = copy_plan_forward(by=alice, plan=plan)
    assert AuditRow.objects.count() == before + 1
    copy = AccountPlan.objects.get(pk=copy.pk)
    assert (copy.year, copy.state, copy.copied_from) == (2025, "draft", plan)
    assert (copy.needs, copy.pain_points, copy.communication) == ("One price", "Displays", "Weekly call")
    assert (copy.service, copy.service_reason) == ({"meetings": 4}, "They asked")
    assert (copy.evaluation, copy.evaluation_score) == ("", None)
    (copied,) = copy.goals.all()
    assert (copied.text, copied.due_on, copied.customer) == (goal.text, dt.date(2025, 2, 28), alpha)
    actions = {row.text: row for row in copy.actions.all()}
    assert set(actions) == {"Ask the owner", "Orphan"}
    assert (actions["Ask the owner"].goal, actions["Ask the owner"].due_on) == (copied, dt.date(2025, 2, 28))
    assert actions["Orphan"].goal is None
    assert [item.text for item in copy.items.all()] == ["Training"]
    assert plan.actions.count() == 3


def test_a_copy_is_refused_where_next_year_has_its_plan(alice, plan):
    copy_plan_forward(by=alice, plan=plan)
    with pytest.raises(ValidationError):
        copy_plan_forward(by=alice, plan=plan)
    assert AccountPlan.objects.count() == 2


def test_open_actions_are_counted_of_plans_that_run(alice, alpha, plan, goal, action):
    done = add_part(
        by=alice, customer=alpha, model=PlanAction, values={"plan": plan, "text": "Done", "due_on": DAY}
    )
    tick_action(by=alice, action=done, is_done=True)
    found = open_actions(alpha, 5, DAY + dt.timedelta(days=3))
    assert (found.open, found.all, [row.days_late for row in found.rows]) == (1, 2, [3])
    closed(alice, plan)
    assert open_actions(alpha, 5, DAY).all == 0


def test_actions_are_due_from_their_day_on_for_who_sees_the_customer(alice, bob, sue, action):
    assert list(actions_due(alice, DAY, 5)) == [action]
    assert list(actions_due(sue, DAY, 5)) == [action]
    assert not actions_due(bob, DAY, 5)
    assert not actions_due(alice, DAY - dt.timedelta(days=1), 5)


def test_a_rhythm_with_one_person_counts_only_contacts_with_them(alice, alpha):
    ann, ben = (Contact.objects.create(customer=alpha, name=name) for name in ("Ann", "Ben"))
    for contact, day in ((ann, 1), (ben, 9)):
        talk = Interaction.objects.create(
            customer=alpha, channel="phone", on=dt.date(2022, 10, day), subject="x"
        )
        talk.contacts.add(contact)
    Interaction.objects.create(customer=alpha, channel="note", on=dt.date(2022, 10, 20), subject="x")
    Cadence.objects.create(customer=alpha, contact=ann, every_days=7)
    Cadence.objects.create(customer=alpha, every_days=30)
    assert [(row.last_on, row.due_on) for row in rhythms_of([alpha.pk], DAY)] == [
        (dt.date(2022, 10, 1), dt.date(2022, 10, 8)),
        (dt.date(2022, 10, 9), dt.date(2022, 11, 8)),
    ]


def test_the_plan_says_the_same_due_day_as_the_timeline(client, alice, alpha, action):
    ann = Contact.objects.create(customer=alpha, name="Ann")
    talk = Interaction.objects.create(customer=alpha, channel="meeting", on=DAY, subject="Met, not called")
    talk.contacts.add(ann)
    Cadence.objects.create(customer=alpha, contact=ann, every_days=7, channel="phone")
    client.force_login(alice)
    due = [row for row in client.get("/accounts/ALPHA/timeline/").context["coming"] if "due:" in row.key]
    shown = client.get("/accounts/ALPHA/plan/").context["cadences"]
    assert [row.due_on for row in shown] == [row.on for row in due]
    assert [row.last_on for row in shown] == [None], "a meeting is no call"


def test_the_card_of_actions_says_what_is_open_and_ticks_it(alpha, action):
    card = open_actions(alpha, 3, DAY + dt.timedelta(days=2))
    context = {"actions_card": card, "customer": alpha, "may_edit": True}
    text = " ".join(render_to_string("dossier/_actions_card.html", context).split())
    for shown in ("1 of 1 open", "Ask the owner", "2 days late", f"/-/action/{action.pk}/done/tick/"):
        assert shown in text, shown
    assert "tick/" not in render_to_string("dossier/_actions_card.html", {**context, "may_edit": False})


class TestOnThePage:
    """What the tab and its forms do."""

    @pytest.mark.parametrize("part", ["plan/", "team/"])
    def test_the_tab_is_there_for_who_sees_the_customer(self, client, request, alpha, plan, action, part):
        seen = {"alice": 200, "sue": 200, "dora": 200, "bob": 404, "fay": 404, "rex": 404}
        for who, status in seen.items():
            client.force_login(request.getfixturevalue(who))
            assert client.get(f"/accounts/ALPHA/{part}").status_code == status, who

    def test_without_a_plan_it_says_what_starts_one(self, client, alice, alpha):
        client.force_login(alice)
        text = client.get("/accounts/ALPHA/plan/").text
        assert "No plan yet." in text and "/accounts/ALPHA/-/plan/new/" in text

    def test_a_year_can_be_chosen_and_stays_when_the_page_reads_itself_anew(self, client, alice, alpha, plan):
        start_plan(by=alice, customer=alpha, values={"year": 2025})
        client.force_login(alice)
        answer = client.get("/accounts/ALPHA/plan/?year=2024")
        assert answer.context["plan"] == plan
        assert 'hx-get="/accounts/ALPHA/plan/?year=2024"' in answer.text
        assert client.get("/accounts/ALPHA/plan/?year=nonsense").context["plan"].year == 2025

    def test_a_goal_is_added_by_form_to_the_plan_of_the_link(self, client, alice, alpha, plan):
        client.force_login(alice)
        url = f"/accounts/ALPHA/-/goal/new/?plan={plan.pk}"
        assert f'name="plan" value="{plan.pk}"' in client.get(url).text
        assert client.post(url, {"plan": plan.pk, "text": ""}).status_code == 422
        assert client.post(url, {"plan": 999_999, "text": "x"}).status_code == 422
        assert client.post(url, {"plan": plan.pk, "text": "Meet the owner"}).status_code == 302
        assert PlanGoal.objects.get().text == "Meet the owner"

    @pytest.mark.parametrize("plan_text", ["", "x", "9" * 30, "²"])
    def test_a_nonsense_plan_in_the_address_is_an_error_beside_nothing(self, client, alice, alpha, plan_text):
        client.force_login(alice)
        url = f"/accounts/ALPHA/-/action/new/?plan={plan_text}"
        assert client.get(url).status_code == 200
        answer = client.post(url, {"plan": plan_text, "text": "x", "due_on": "2024-01-01"})
        assert answer.status_code == 422
        assert not PlanAction.objects.exists()

    def test_a_tick_answers_with_its_undo(self, client, alice, action):
        client.force_login(alice)
        base = f"/accounts/ALPHA/-/action/{action.pk}/done/"
        answer = client.post(f"{base}tick/", headers={"HX-Request": "true"})
        assert answer.status_code == 204
        assert f"{base}untick/" in answer["HX-Trigger"]
        assert PlanAction.objects.get().done_on is not None
        assert client.post(f"{base}untick/").status_code == 302
        assert PlanAction.objects.get().done_on is None
        assert client.post(f"{base}explode/").status_code == 404
        assert client.get(f"{base}tick/").status_code == 405

    @pytest.mark.parametrize("who", ["bob", "fay", "rex"])
    def test_nobody_else_s_acts_are_found(self, client, request, plan, action, who):
        client.force_login(request.getfixturevalue(who))
        for path in (
            f"action/{action.pk}/done/tick/",
            f"plan/{plan.pk}/copy/",
            f"plan/{plan.pk}/step/agree/",
            f"plan/{plan.pk}/close/",
            f"plan/{plan.pk}/service/",
        ):
            assert client.post(f"/accounts/ALPHA/-/{path}", {"version": 1}).status_code == 404, path
        assert AccountPlan.objects.get().state == "draft"

    def test_steps_and_copy_lead_to_the_plan(self, client, alice, plan):
        client.force_login(alice)
        base = f"/accounts/ALPHA/-/plan/{plan.pk}/"
        answer = client.post(f"{base}step/agree/", {"version": 1})
        assert answer.url == "/accounts/ALPHA/plan/?year=2024"
        assert client.post(f"{base}step/revise/", {"version": 1}).status_code == 409
        assert client.post(f"{base}step/close/", {"version": 2}).status_code == 404
        assert client.post(f"{base}close/", {"version": 2, "evaluation": ""}).status_code == 422
        values = {"version": 2, "evaluation": "Well", "evaluation_score": 4}
        assert client.post(f"{base}close/", values).status_code == 302
        assert client.post(f"{base}copy/").url == "/accounts/ALPHA/plan/?year=2025"
        assert "Well" in client.get("/accounts/ALPHA/plan/?year=2024").text

    def test_service_is_adjusted_with_a_reason_and_shown_beside_the_proposal(self, client, alice, plan):
        client.force_login(alice)
        url = f"/accounts/ALPHA/-/plan/{plan.pk}/service/"
        assert client.get(url).status_code == 200
        assert client.post(url, {"version": 1, "meetings": 4}).status_code == 422
        assert client.post(url, {"version": 1, "meetings": 99, "service_reason": "x"}).status_code == 422
        values = {"version": 1, "meetings": 4, "sponsor": "no", "service_reason": "They asked"}
        assert client.post(url, values).status_code == 302
        assert AccountPlan.objects.get().service == {"meetings": 4, "sponsor": False}
        assert client.post(url, values).status_code == 409
        assert "They asked" in client.get("/accounts/ALPHA/plan/").text

    def test_the_tab_needs_as_many_queries_for_sixty_actions_as_for_five(self, client, alice, alpha, plan):
        client.force_login(alice)
        client.get("/accounts/ALPHA/plan/")
        counts = []
        for size in (5, 60):
            PlanAction.objects.bulk_create(
                PlanAction(customer=alpha, plan=plan, text=f"{n}", due_on=DAY, owner=alice)
                for n in range(size)
            )
            PlanGoal.objects.bulk_create(
                PlanGoal(customer=alpha, plan=plan, text=f"{n}") for n in range(size)
            )
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/accounts/ALPHA/plan/").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 32
