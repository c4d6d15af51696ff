"""The yearly selection: collect, propose, review, approve; from the effective day the register says so."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.models import AccountStanding, Customer, Region
from accounts.operations.assessments import add_assessment
from ka_crm.criteria.operations import publish_criteria
from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import run_in_process
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.models import Role
from ka_crm.records.invariants import violations
from ka_crm.records.models import AuditRow
from segmentation.ka_facts import facts_of
from segmentation.models import (
    KeyAccountTerm,
    Move,
    Nomination,
    Proposal,
    RoundState,
    SelectionRound,
    Verdict,
)
from segmentation.operations.nominating import decide_nomination, nominate, withdraw_nomination
from segmentation.operations.register import ApproverNeeded, approve_round, lift_veto, say_veto
from segmentation.operations.rounds import (
    RoundRefused,
    accept_many,
    cancel_round,
    decide_proposal,
    open_round,
    propose,
    propose_or_job,
)
from segmentation.queries.key_accounts import key_account_ids, term_on
from tests.conftest import make_user
from tests.integration.segmentation.selecting import (
    EFFECTIVE,
    TODAY,
    approved,
    hold_criteria,
    member,
    moves,
    pin_today,
    reviewed,
)
from visits.models import PotentialEstimate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(db):
    pin_today()


@pytest.fixture
def held(company):
    hold_criteria()
    return company


def test_the_criteria_propose_who_enters_stays_and_leaves_with_the_reason(held, dora, alpha, beta):
    member(beta)
    round_ = reviewed(dora)
    assert moves(round_) == {"ALPHA": Move.ENTER, "BETA": Move.STAY, "GAMMA": Move.OUT}
    gamma = round_.proposals.get(customer__code="GAMMA")
    assert gamma.failed == ["type", "size"]
    assert gamma.explanation["subs"]["potential"] == pytest.approx(100 / 6, abs=1e-5)
    assert (round_.state, round_.summary["enter"], round_.summary["stay"]) == (RoundState.REVIEW, 1, 1)


def test_the_register_changes_on_the_effective_day_and_keeps_who_decided_why(held, dora, adam, alpha, beta):
    before = member(beta, tenure_until=dt.date(2022, 1, 1))
    member(held["gamma"])
    round_ = approved(dora, adam)
    day_before = EFFECTIVE - dt.timedelta(days=1)
    assert key_account_ids(day_before) == {beta.pk, held["gamma"].pk}
    assert key_account_ids(EFFECTIVE) == {alpha.pk, beta.pk}
    entered, stayed = term_on(alpha, EFFECTIVE), term_on(beta, EFFECTIVE)
    assert (entered.since_on, entered.tenure_until) == (EFFECTIVE, dt.date(2024, 1, 1))
    assert (entered.types, entered.decided_by, entered.round) == (["potential"], adam, round_)
    assert (stayed.since_on, stayed.tenure_until) == (before.since_on, before.tenure_until)
    left = KeyAccountTerm.objects.get(customer=held["gamma"])
    assert (left.to_on, left.end_reason, left.ended_by) == (EFFECTIVE, "type,size", adam)
    assert violations()["key_account_terms_that_overlap"] == 0
    standing = AccountStanding.objects.get(customer=alpha)
    assert (standing.ka_from_on, standing.ka_until_on, standing.ka_types) == (EFFECTIVE, None, "potential")
    assert AuditRow.objects.filter(action="approve", record_id=str(round_.pk)).count() == 1


def test_who_opened_or_proposed_does_not_approve_while_somebody_else_could(held, dora, adam):
    round_ = reviewed(dora)
    accept_many(by=dora, round_=round_)
    with pytest.raises(ApproverNeeded):
        approve_round(by=dora, round_=round_, version=round_.version)
    adam.is_active = False
    adam.save()
    assert approve_round(by=dora, round_=round_, version=round_.version).state == RoundState.APPROVED


@pytest.mark.parametrize("who", ["alice", "sue", "fay", "rex"])
def test_only_directors_and_administrators_select(held, dora, request, who):
    by = request.getfixturevalue(who)
    round_ = reviewed(dora)
    row = round_.proposals.get(customer__code="ALPHA")
    for act in (
        lambda: open_round(by=by, effective_on=EFFECTIVE),
        lambda: propose(by=by, round_=round_, version=round_.version),
        lambda: decide_proposal(by=by, proposal=row, version=row.version, verdict=Verdict.ACCEPTED),
        lambda: accept_many(by=by, round_=round_),
        lambda: approve_round(by=by, round_=round_, version=round_.version),
        lambda: cancel_round(by=by, round_=round_, version=round_.version, reason="no"),
        lambda: say_veto(by=by, customer=row.customer, kind="fraud", evidence="x"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not KeyAccountTerm.objects.exists()


def test_what_changes_has_to_be_decided_before_it_is_approved(held, dora, adam, alpha):
    round_ = reviewed(dora)
    with pytest.raises(RoundRefused, match="1 proposal is still to decide"):
        approve_round(by=adam, round_=round_, version=round_.version)
    assert SelectionRound.objects.get(pk=round_.pk).state == RoundState.REVIEW
    assert not KeyAccountTerm.objects.exists()


def test_a_rejected_proposal_is_turned_round_and_says_why(held, dora, adam, alpha):
    gamma = held["gamma"]
    member(gamma)
    round_ = reviewed(dora)
    for code in ("ALPHA", "GAMMA"):
        row = round_.proposals.get(customer__code=code)
        with pytest.raises(ValidationError):
            decide_proposal(by=dora, proposal=row, version=row.version, verdict=Verdict.REJECTED)
        decide_proposal(
            by=dora, proposal=row, version=row.version, verdict=Verdict.REJECTED, reason="We know them"
        )
    approve_round(by=adam, round_=round_, version=round_.version)
    assert key_account_ids(EFFECTIVE) == {gamma.pk}
    kept = term_on(gamma, EFFECTIVE)
    assert (kept.how, kept.reason, kept.decided_by) == ("kept", "We know them", dora)


def test_approving_twice_leaves_one(held, dora, adam, alpha):
    round_ = reviewed(dora)
    accept_many(by=dora, round_=round_)
    second = SelectionRound.objects.get(pk=round_.pk)
    approve_round(by=adam, round_=round_, version=round_.version)
    with pytest.raises((StaleVersion, RoundRefused)):
        approve_round(by=adam, round_=second, version=second.version)
    assert KeyAccountTerm.objects.count() == 1


def test_one_round_of_a_scope_goes_on_at_a_time(held, dora, adam):
    round_ = open_round(by=dora, effective_on=EFFECTIVE)
    with pytest.raises(ValidationError, match="goes on already"):
        open_round(by=adam, effective_on=EFFECTIVE)
    cancel_round(by=adam, round_=round_, version=round_.version, reason="Too early")
    assert open_round(by=adam, effective_on=EFFECTIVE).state == RoundState.COLLECT


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"effective_on": TODAY - dt.timedelta(days=1)}, "effective_on"),
        ({"effective_on": EFFECTIVE, "scope": "Nowhere"}, "scope"),
    ],
)
def test_a_round_for_days_gone_by_or_an_unknown_region_is_refused(held, dora, values, field):
    with pytest.raises(ValidationError) as error:
        open_round(by=dora, **values)
    assert field in error.value.error_dict


def test_nobody_is_selected_by_guessed_criteria(company, dora):
    # the company's criteria say nothing of the days on which they hold
    round_ = open_round(by=dora, effective_on=EFFECTIVE)
    with pytest.raises(RoundRefused, match="No criteria"):
        propose(by=dora, round_=round_, version=round_.version)


def test_computing_again_keeps_what_was_decided_unless_it_comes_out_otherwise(held, dora, alpha, beta):
    member(beta)
    round_ = reviewed(dora)
    assert accept_many(by=dora, round_=round_) == 1, "who stays needs no decision"
    beta_row = round_.proposals.get(customer=beta)
    assert accept_many(by=dora, round_=round_, proposals=[beta_row.pk]) == 1
    KeyAccountTerm.objects.all().delete()
    propose(by=dora, round_=round_, version=round_.version)
    verdicts = dict(round_.proposals.values_list("customer__code", "verdict"))
    assert verdicts == {"ALPHA": Verdict.ACCEPTED, "BETA": Verdict.OPEN, "GAMMA": Verdict.OPEN}


def test_a_stale_decision_is_refused_and_changes_nothing(held, dora, adam, alpha):
    round_ = reviewed(dora)
    row = round_.proposals.get(customer=alpha)
    late = Proposal.objects.get(pk=row.pk)
    decide_proposal(by=dora, proposal=row, version=row.version, verdict=Verdict.ACCEPTED)
    with pytest.raises(StaleVersion):
        decide_proposal(by=adam, proposal=late, version=late.version, verdict=Verdict.REJECTED, reason="No")
    assert Proposal.objects.get(pk=row.pk).verdict == Verdict.ACCEPTED


def test_a_member_in_its_first_year_stays_and_leaves_after_it(held, dora):
    gamma = held["gamma"]
    term = member(gamma, dt.date(2022, 6, 1), tenure_until=dt.date(2023, 6, 1))
    round_ = reviewed(dora)
    row = round_.proposals.get(customer=gamma)
    assert (row.move, row.decision) == (Move.STAY, "tenure")
    KeyAccountTerm.objects.filter(pk=term.pk).update(tenure_until=EFFECTIVE)
    propose(by=dora, round_=round_, version=round_.version)
    assert round_.proposals.get(customer=gamma).move == Move.LEAVE


def test_a_failed_p_keeps_an_account_out_and_an_expired_one_is_unknown_again(held, dora, alice, alpha):
    hold_criteria(gate_unknown="fail")
    for aspect in ("need", "solvency", "decision_power"):
        add_assessment(
            by=alice, customer=alpha,
            values={"aspect": aspect, "finding": "yes", "evidence": "Seen", "assessed_on": TODAY},
        )  # fmt: skip
    assert moves(reviewed(dora))["ALPHA"] == Move.ENTER
    round_ = SelectionRound.objects.get()
    later = dt.date(2023, 11, 1)
    facts = facts_of(ids_of(alpha), later)
    assert facts.need[0] != facts.need[0]  # unknown
    SelectionRound.objects.filter(pk=round_.pk).update(effective_on=later)
    round_.refresh_from_db()
    propose(by=dora, round_=round_, version=round_.version)
    row = round_.proposals.get(customer=alpha)
    assert (row.move, row.failed) == (Move.OUT, ["3P"])


def ids_of(*customers):
    return np.array([one.pk for one in customers], dtype=np.int64)


def test_a_nomination_needs_another_approver_and_counts_from_the_next_proposal(held, dora, adam, alice):
    hold_criteria(nomination_share=0.5, size_gate_score=0)
    gamma = held["gamma"]
    nomination = nominate(
        by=dora, customer=gamma, kind="image", evidence="Chairs the guild", expires_on=dt.date(2023, 12, 31)
    )
    with pytest.raises(PermissionDenied):
        decide_nomination(by=dora, nomination=nomination, version=nomination.version, approve=True)
    with pytest.raises(PermissionDenied):
        decide_nomination(by=alice, nomination=nomination, version=nomination.version, approve=True)
    round_ = reviewed(dora)
    assert moves(round_)["GAMMA"] == Move.OUT
    decide_nomination(by=adam, nomination=nomination, version=nomination.version, approve=True)
    propose(by=dora, round_=round_, version=round_.version)
    row = round_.proposals.get(customer=gamma)
    assert (row.move, row.types, row.decision) == (Move.ENTER, ["image"], "nominated")


def test_a_veto_acts_at_once_and_takes_back_what_was_to_begin(held, dora, adam, alpha):
    hold_criteria()
    member(alpha, dt.date(2022, 1, 1), tenure_until=dt.date(2023, 6, 1))
    approved(dora, adam)
    veto = say_veto(by=dora, customer=alpha, kind="insolvency", evidence="Court notice of 31 October")
    assert key_account_ids(TODAY) == key_account_ids(EFFECTIVE) == set()
    assert AccountStanding.objects.get(customer=alpha).ka_from_on is None
    assert AuditRow.objects.filter(record_type="segmentation.veto").count() == 1
    assert violations()["key_account_terms_in_spite_of_a_veto"] == 0
    with pytest.raises(ValidationError, match="already"):
        say_veto(by=adam, customer=alpha, kind="fraud", evidence="x")
    lift_veto(by=adam, veto=veto, reason="Debts were paid")
    assert key_account_ids(EFFECTIVE) == set()


def test_a_vetoed_account_is_not_listed_by_a_round_that_was_decided_before(held, dora, adam, alpha):
    round_ = reviewed(dora)
    accept_many(by=dora, round_=round_)
    say_veto(by=adam, customer=alpha, kind="fraud", evidence="Forged orders")
    round_.refresh_from_db()
    approve_round(by=adam, round_=round_, version=round_.version)
    assert key_account_ids(EFFECTIVE) == set()


def test_a_region_with_criteria_of_its_own_is_selected_apart(held, dora, alpha, region):
    publish_criteria(
        values={"window_months": 6, "potential_type_score": 20},
        reason="Apart",
        by=None,
        scope=region.name,
        effective_from=dt.date(2020, 1, 1),
    )
    Customer.objects.filter(pk=alpha.pk).update(region=region)
    Customer.objects.exclude(pk=alpha.pk).update(region=Region.objects.create(name="Elsewhere"))
    company = reviewed(dora)
    assert "ALPHA" not in moves(company)
    of_region = reviewed(dora, scope=region.name)
    assert set(moves(of_region)) == {"ALPHA"}
    assert (of_region.criteria.scope, company.criteria.scope) == (region.name, "")
    alone = of_region.proposals.get()
    assert alone.potential == 10_000 * 10_000, "potential is of the company's window"
    assert alone.explanation["subs"]["potential"] == 50, "ranked within its region"


def test_an_archived_member_leaves_and_no_row_means_nothing_to_approve(held, dora, adam, beta):
    member(beta)
    Customer.objects.filter(pk=beta.pk).update(archived_at=dt.datetime(2022, 10, 1, tzinfo=dt.UTC))
    Customer.objects.exclude(pk=beta.pk).update(archived_at=dt.datetime(2022, 10, 1, tzinfo=dt.UTC))
    round_ = reviewed(dora)
    assert moves(round_) == {"BETA": Move.LEAVE}
    accept_many(by=dora, round_=round_)
    approve_round(by=adam, round_=round_, version=round_.version)
    assert key_account_ids(EFFECTIVE) == set()


def test_the_day_that_went_by_while_it_waited_is_today(held, dora, adam, alpha):
    round_ = reviewed(dora, TODAY)
    accept_many(by=dora, round_=round_)
    pin_today(dt.date(2022, 11, 20))
    approve_round(by=adam, round_=round_, version=round_.version)
    assert term_on(alpha, dt.date(2022, 11, 20)).from_on == dt.date(2022, 11, 20)
    assert make_user("zoe", Role.DIRECTOR).role == Role.DIRECTOR


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_people_approving_at_once_leave_one_register(held, dora, adam, alpha):
    zoe = make_user("zoe", Role.DIRECTOR)
    round_ = reviewed(dora)
    accept_many(by=dora, round_=round_)
    start = threading.Barrier(2, timeout=10)

    def approve(by):
        try:
            start.wait()
            approve_round(by=by, round_=SelectionRound.objects.get(pk=round_.pk), version=round_.version)
        except (StaleVersion, RoundRefused):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, [adam, zoe])) == [False, True]
    assert KeyAccountTerm.objects.filter(customer=alpha).count() == 1


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_people_opening_at_once_leave_one_round(held, dora, adam):
    start = threading.Barrier(2, timeout=10)

    def begin(by):
        try:
            start.wait()
            open_round(by=by, effective_on=EFFECTIVE)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(begin, [dora, adam])) == [False, True]
    assert violations()["selection_rounds_open_at_once"] == 0


def test_many_accounts_are_proposed_by_a_job_with_progress(held, dora, monkeypatch):
    monkeypatch.setattr("segmentation.operations.rounds.LIVE_LIMIT", -1)
    round_ = open_round(by=dora, effective_on=EFFECTIVE)
    job = propose_or_job(by=dora, round_=round_, version=round_.version)
    assert isinstance(job, JobRun)
    assert propose_or_job(by=dora, round_=round_, version=round_.version) == job, "two doorbells, one run"
    done = run_in_process(kind=job.kind, key=job.key, params=job.params, by=dora)
    assert (done.state, done.result["accounts"]) == ("done", 3)
    assert moves(round_)["ALPHA"] == Move.ENTER


def test_the_night_brings_beginnings_and_ends_to_the_lists(held, alpha, beta):
    member(alpha, TODAY + dt.timedelta(days=1))
    member(beta, dt.date(2021, 1, 1), to_on=TODAY)
    assert run_in_process(kind="key_account_standings").result == {"accounts": 2}
    assert AccountStanding.objects.get(customer=alpha).ka_from_on == TODAY + dt.timedelta(days=1)
    assert AccountStanding.objects.get(customer=beta).ka_from_on is None


def test_the_timeline_tells_when_it_became_and_ceased_to_be_one(client, held, alice, alpha):
    member(alpha, dt.date(2021, 1, 1), to_on=dt.date(2022, 1, 1))
    again = member(alpha, dt.date(2022, 1, 1), to_on=dt.date(2022, 10, 1), end_reason="3P")
    KeyAccountTerm.objects.filter(pk=again.pk).update(since_on=dt.date(2021, 1, 1))
    client.force_login(alice)
    page = client.get("/accounts/ALPHA/timeline/?kind=key").text
    assert page.count("Became a key account") == 1
    assert page.count("No longer a key account") == 1


def test_nominations_keep_within_their_part_of_the_list(held, dora, adam):
    hold_criteria(nomination_share=0.1, size_gate_score=0)
    nomination = nominate(
        by=dora, customer=held["gamma"], kind="expert", evidence="Tastes", expires_on=dt.date(2023, 12, 31)
    )
    decide_nomination(by=adam, nomination=nomination, version=1, approve=True)
    round_ = reviewed(dora)
    row = round_.proposals.get(customer=held["gamma"])
    assert (row.move, row.left_out) == (Move.OUT, "nominations")
    assert (round_.summary["nominated"], round_.summary["nominations_allowed"]) == (0, 0)


def test_a_nomination_ends_on_its_day_and_a_withdrawn_one_counts_no_more(held, dora, adam):
    gamma = held["gamma"]
    nomination = nominate(
        by=dora, customer=gamma, kind="image", evidence="Known", expires_on=dt.date(2023, 6, 1)
    )
    decide_nomination(by=adam, nomination=nomination, version=1, approve=True)
    held_on = {day: bool(facts_of(ids_of(gamma), day).image[0]) for day in (EFFECTIVE, dt.date(2023, 6, 1))}
    assert held_on == {EFFECTIVE: True, dt.date(2023, 6, 1): False}
    nomination.refresh_from_db()
    withdraw_nomination(by=dora, nomination=nomination, version=nomination.version, reason="Closed")
    assert not facts_of(ids_of(gamma), EFFECTIVE).image[0]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"evidence": " "}, "evidence"),
        ({"expires_on": TODAY}, "expires_on"),
        ({"expires_on": dt.date(2024, 11, 2)}, "expires_on"),
        ({"kind": "budget"}, "amount"),
        ({"amount": Decimal(5)}, "amount"),
        ({"kind": "friend"}, "kind"),
    ],
)
def test_a_nomination_that_cannot_be_is_refused_beside_its_field(held, dora, alpha, values, field):
    good = {"kind": "image", "evidence": "Known", "expires_on": dt.date(2023, 6, 1)}
    with pytest.raises(ValidationError) as error:
        nominate(by=dora, customer=alpha, **{**good, **values})
    assert list(error.value.error_dict) == [field]
    assert not Nomination.objects.exists()


def test_a_budget_makes_a_prospect_by_nomination_or_by_its_own_estimate(held, dora, adam, alpha):
    category = held["category"]
    assert not facts_of(ids_of(alpha), EFFECTIVE).approved_budget[0]
    PotentialEstimate.objects.create(
        customer=alpha, category=category, year=2023, amount=10, source="approved_budget"
    )
    assert facts_of(ids_of(alpha), EFFECTIVE).approved_budget[0]
    assert not facts_of(ids_of(alpha), dt.date(2024, 1, 1)).approved_budget[0], "last year's budget"
