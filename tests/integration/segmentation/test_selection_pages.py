"""Pages and API of the register and the selection: who sees what, bad input, no rows, how many queries."""

import datetime as dt

import pytest
from rest_framework.test import APIClient

from accounts.models import Customer
from accounts.operations.assessments import add_assessment
from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import run_in_process
from purchases.models import Receivable
from segmentation.models import (
    KeyAccountTerm,
    Nomination,
    NominationState,
    Proposal,
    RoundState,
    SelectionRound,
    Veto,
)
from segmentation.operations.nominating import nominate
from segmentation.operations.rounds import open_round
from tests.integration.segmentation.selecting import (
    EFFECTIVE,
    TODAY,
    approved,
    hold_criteria,
    member,
    pin_today,
    reviewed,
)

pytestmark = pytest.mark.django_db
REGISTER, SELECTION = "/segmentation/key-accounts/", "/segmentation/selection/"


@pytest.fixture(autouse=True)
def _today(db):
    pin_today()


@pytest.fixture
def held(company):
    hold_criteria()
    return company


@pytest.fixture
def round_(held, dora, beta):
    member(beta)
    return reviewed(dora)


def url_of(round_, *parts):
    return "/".join([f"{SELECTION}{round_.pk}", *map(str, parts), ""])


def proposal_of(round_, code):
    return round_.proposals.get(customer__code=code)


# --- who sees what -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "status"), [("fay", 403), ("rex", 403), ("alice", 200), ("sue", 200)])
def test_the_pages_are_for_those_who_have_accounts(client, round_, request, who, status):
    client.force_login(request.getfixturevalue(who))
    for address in (REGISTER, SELECTION, url_of(round_), f"{REGISTER[:-1]}.csv"):
        assert client.get(address).status_code == status, address


def test_a_kam_sees_own_rows_only_and_counts_do_not_betray(client, round_, alice, bob):
    client.force_login(bob)
    page = client.get(url_of(round_) + "?view=stay").text
    assert "Beta Stores" in page and "Alpha" not in page
    assert "0 enter, 0 leave," in page
    assert "Accept" not in page
    client.force_login(alice)
    assert "Beta" not in client.get(REGISTER).text
    assert "Beta" not in client.get(f"{REGISTER[:-1]}.csv").getvalue().decode()
    assert "Beta" not in client.get(f"{url_of(round_)[:-1]}/proposals.csv").getvalue().decode()


@pytest.mark.parametrize("who", ["alice", "sue"])
def test_only_selectors_change_anything_by_page(client, round_, request, who):
    client.force_login(request.getfixturevalue(who))
    row = proposal_of(round_, "ALPHA")
    for address in (
        f"{SELECTION}new/", url_of(round_, "propose"), url_of(round_, "approve"), url_of(round_, "cancel"),
        url_of(round_, "accept"), url_of(round_, row.pk, "accept"), url_of(round_, row.pk, "reject"),
        "/segmentation/veto/ALPHA/",
    ):  # fmt: skip
        assert client.post(address, {"version": 1, "reason": "x"}).status_code == 403, address
    assert not Proposal.objects.exclude(verdict="open").exists()


def test_a_foreign_account_cannot_be_nominated_and_says_so_as_of_none(client, round_, bob):
    client.force_login(bob)
    for code in ("ALPHA", "NOBODY"):
        assert client.get(f"/segmentation/nominations/new/{code}/").status_code == 404
    assert client.post("/segmentation/nominations/1/withdraw/", {"version": 1}).status_code == 404


# --- the way of a round -------------------------------------------------------------------------------------


def test_a_director_decides_and_another_approves_by_page(client, held, dora, adam, beta, alpha):
    member(beta)
    client.force_login(dora)
    answer = client.post(f"{SELECTION}new/", {"effective_on": EFFECTIVE.isoformat(), "note": "2023"})
    round_ = SelectionRound.objects.get()
    assert answer["Location"] == url_of(round_)
    client.post(url_of(round_, "propose"), {"version": round_.version})
    row = proposal_of(round_, "ALPHA")
    page = client.get(url_of(round_)).text
    assert "1 enter, 0 leave," in page and "Alpha Markets" in page
    client.post(url_of(round_, row.pk, "accept"), {"version": row.version})
    round_.refresh_from_db()
    client.post(url_of(round_, "approve"), {"version": round_.version})
    assert SelectionRound.objects.get().state == RoundState.REVIEW, "who proposed does not approve"
    client.force_login(adam)
    client.post(url_of(round_, "approve"), {"version": round_.version})
    assert SelectionRound.objects.get().state == RoundState.APPROVED
    assert "why/customer/ALPHA" not in client.get(REGISTER).text
    on_the_day = client.get(f"{REGISTER}?on={EFFECTIVE.isoformat()}").text
    assert "Alpha Markets" in on_the_day and "Beta Stores" in on_the_day
    assert "Key account from 1 Jan 2023 on" in client.get("/accounts/ALPHA/").text


def test_a_rejection_without_reason_comes_back_and_changes_nothing(client, round_, dora):
    client.force_login(dora)
    row = proposal_of(round_, "ALPHA")
    address = url_of(round_, row.pk, "reject")
    assert client.post(address, {"version": row.version, "reason": "  "}).status_code == 422
    assert proposal_of(round_, "ALPHA").verdict == "open"
    client.post(address, {"version": row.version, "reason": "Owner retires"})
    assert proposal_of(round_, "ALPHA").verdict_reason == "Owner retires"
    assert client.post(address, {"version": row.version, "reason": "Late"}).status_code == 409


def test_a_refused_step_in_place_is_told_with_409(client, round_, dora, adam):
    client.force_login(adam)
    answer = client.post(
        url_of(round_, proposal_of(round_, "ALPHA").pk, "accept"),
        {"version": 99},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 409
    answer = client.post(url_of(round_, "accept"), {"all": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204 and "ka:record-changed" in answer["HX-Trigger"]


@pytest.mark.parametrize(
    "query",
    ["?on=yesterday", "?on=", "?type=nonsense", "?kam=x", "?kam=99999999999999999999", "?q=%00", "?view=no"],
)
def test_addresses_that_make_no_sense_show_a_page(client, round_, dora, query):
    client.force_login(dora)
    assert client.get(REGISTER + query).status_code == 200
    assert client.get(url_of(round_) + query).status_code == 200
    assert client.get(url_of(round_) + "?after=xx").status_code == 200


def test_pages_without_rows_say_what_to_do(client, db, dora):
    client.force_login(dora)
    assert "There was no key account on this day." in client.get(REGISTER).text
    assert "No selection was held yet." in client.get(SELECTION).text
    round_ = open_round(by=dora, effective_on=EFFECTIVE)
    assert "start a run first" in client.get(url_of(round_)).text
    assert client.get(url_of(SelectionRound(pk=999))).status_code == 404


# --- why ----------------------------------------------------------------------------------------------------


def test_a_kam_reads_the_distance_to_the_threshold_of_a_lost_account(client, held, dora, adam, alice):
    gamma = held["gamma"]
    member(gamma)
    approved(dora, adam)
    client.force_login(alice)
    pin_today(EFFECTIVE)
    page = client.get("/segmentation/why/customer/GAMMA/").text
    assert "Not a key account" in page
    assert "Left on 1 Jan 2023: potential score 16.7, 33.3 below 50.0" in page
    assert "size: potential or profit score 16.7, 23.3 below 40.0" in page
    assert "no reason, size" in page and "1 Jan 2021" in page


def test_by_score_the_distance_is_that_of_the_score(client, held, dora, alice):
    hold_criteria(
        ka_rank_by="score", enter_score=90, stay_score=85, potential_type_score=0, size_gate_score=0
    )
    reviewed(dora)
    client.force_login(alice)
    page = client.get("/segmentation/why/customer/GAMMA/").text
    score = Proposal.objects.get(customer__code="GAMMA").score
    assert f"score {score:.1f}, {90 - score:.1f} below 90.0" in page


def test_the_plan_shows_the_three_p_with_what_expired_and_what_the_ledger_says(client, held, alice, alpha):
    hold_criteria(gate_unknown="fail")
    for aspect, day in (("need", TODAY), ("solvency", dt.date(2021, 10, 1))):
        add_assessment(
            by=alice, customer=alpha,
            values={"aspect": aspect, "finding": "yes", "evidence": f"{aspect} seen", "assessed_on": day},
        )  # fmt: skip
    Receivable.objects.create(
        customer=alpha, document_no="1", due_on=dt.date(2022, 5, 1), amount=100, open_amount=100
    )
    client.force_login(alice)
    page = client.get("/accounts/ALPHA/plan/").text
    assert "need seen" in page and "was yes, expired on 1 Oct 2022" in page
    assert "Unknown fails the gate" in page
    assert "The ledger says otherwise" in page


# --- the API ------------------------------------------------------------------------------------------------


@pytest.fixture
def api():
    def call(user):
        found = APIClient()
        found.force_authenticate(user)
        return found

    return call


def test_a_round_goes_its_way_over_http(api, held, dora, adam, alpha, beta):
    member(beta)
    mine, theirs = api(dora), api(adam)
    key = {"Idempotency-Key": "1"}
    made = mine.post("/api/v1/selection-rounds/", {"effective_on": "2023-01-01"}, format="json", headers=key)
    assert made.status_code == 201, made.content
    address = f"/api/v1/selection-rounds/{made.json()['id']}/"
    step = {"version": made.json()["version"]}
    proposed = mine.post(address + "propose/", step, format="json", headers=key | {"Idempotency-Key": "2"})
    assert proposed.json()["state"] == "review", proposed.content
    rows = mine.get("/api/v1/selection-proposals/?move=enter").json()["results"]
    assert [row["customer_code"] for row in rows] == ["ALPHA"]
    decide = f"/api/v1/selection-proposals/{rows[0]['id']}/decide/"
    assert mine.post(decide, {"version": 1, "verdict": "rejected"}, format="json").status_code == 400
    assert mine.post(decide, {"version": 9, "verdict": "accepted"}, format="json").status_code == 409
    assert mine.post(decide, {"version": 1, "verdict": "accepted"}, format="json").status_code == 200
    step = {"version": proposed.json()["version"]}
    own = mine.post(address + "approve/", step, format="json", headers={"Idempotency-Key": "3"})
    assert own.status_code == 403
    done = theirs.post(address + "approve/", step, format="json", headers={"Idempotency-Key": "4"})
    assert done.json()["state"] == "approved", done.content
    again = theirs.post(address + "approve/", step, format="json", headers={"Idempotency-Key": "5"})
    assert again.status_code == 409
    now = mine.get("/api/v1/key-accounts/?on=2023-01-01").json()["results"]
    assert sorted(row["customer_code"] for row in now) == ["ALPHA", "BETA"]
    assert mine.get("/api/v1/key-accounts/?on=2023-01-01&type=image").json()["results"] == []


def test_nominations_and_vetoes_over_http(api, held, alice, dora, alpha):
    body = {"customer_code": "ALPHA", "kind": "image", "evidence": "Seen", "expires_on": "2023-06-30"}
    made = api(alice).post("/api/v1/nominations/", body, format="json", headers={"Idempotency-Key": "1"})
    assert made.status_code == 201, made.content
    bad = api(alice).post(
        "/api/v1/nominations/", {**body, "kind": "budget"}, format="json", headers={"Idempotency-Key": "2"}
    )
    assert bad.status_code == 400 and "amount" in bad.json()["errors"]
    address = f"/api/v1/nominations/{made.json()['id']}/approve/"
    assert api(alice).post(address, {"version": 1}, format="json").status_code == 403
    assert api(dora).post(address, {"version": 1}, format="json").json()["state"] == "approved"
    veto = {"customer_code": "ALPHA", "kind": "fraud", "evidence": "Forged"}
    refused = api(alice).post("/api/v1/vetoes/", veto, format="json", headers={"Idempotency-Key": "3"})
    assert refused.status_code == 403
    said = api(dora).post("/api/v1/vetoes/", veto, format="json", headers={"Idempotency-Key": "4"})
    assert said.status_code == 201 and Veto.objects.get().customer == alpha


def test_assessments_over_http_need_evidence_and_a_known_aspect(api, alice, alpha):
    body = {"customer_code": "ALPHA", "aspect": "need", "finding": "yes", "assessed_on": "2022-10-01"}
    for number, (more, field) in enumerate(
        (
            ({}, "evidence"),
            ({"evidence": " "}, "evidence"),
            ({"evidence": "x", "aspect": "luck"}, "aspect"),
            ({"evidence": "x", "assessed_on": "2022-11-02"}, "assessed_on"),
        )
    ):
        answer = api(alice).post(
            "/api/v1/assessments/", {**body, **more}, format="json", headers={"Idempotency-Key": str(number)}
        )
        assert answer.status_code == 400 and field in answer.json()["errors"], answer.content
    good = api(alice).post(
        "/api/v1/assessments/", {**body, "evidence": "Seen"}, format="json", headers={"Idempotency-Key": "9"}
    )
    assert good.json()["expires_on"] == "2023-10-01"


# --- lists and counts of queries ----------------------------------------------------------------------------


def test_the_list_of_accounts_is_narrowed_to_key_accounts(client, held, dora, adam, alpha, beta):
    member(beta)
    approved(dora, adam)
    client.force_login(dora)
    column = "&col=name&col=key_account"
    assert [row.data["code"] for row in client.get(f"/accounts/?ka=1{column}").context["rows"]] == ["BETA"]
    coming = client.get(f"/accounts/?ka=coming{column}")
    assert [row.data["code"] for row in coming.context["rows"]] == ["ALPHA"]
    codes = {row.data["code"] for row in client.get(f"/accounts/?ka=0{column}").context["rows"]}
    assert codes == {"ALPHA", "GAMMA"}


@pytest.mark.parametrize("count", [5, 60])
def test_the_pages_ask_as_many_questions_whatever_the_size(
    client, many_customers, dora, django_assert_max_num_queries, count
):
    many_customers(count)
    hold_criteria()
    for customer in Customer.objects.all()[: count // 2]:
        member(customer)
    round_ = reviewed(dora)
    client.force_login(dora)
    client.get(REGISTER)
    for address, most in ((REGISTER, 12), (SELECTION, 12), (url_of(round_) + "?view=stay", 14)):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
    assert KeyAccountTerm.objects.count() == count // 2


def test_a_nomination_is_approved_from_the_page_of_selections(client, held, alice, dora, alpha):
    one = nominate(
        by=alice, customer=alpha, kind="expert", evidence="Tells us", expires_on=dt.date(2023, 6, 30)
    )
    client.force_login(alice)
    assert client.post(f"/segmentation/nominations/{one.pk}/approve/", {"version": 1}).status_code == 403
    client.force_login(dora)
    assert "Tells us" in client.get(SELECTION).text
    client.post(f"/segmentation/nominations/{one.pk}/approve/", {"version": 1})
    assert Nomination.objects.get().state == NominationState.APPROVED


def test_the_first_page_says_what_the_selection_would_do_with_ones_own_accounts(client, round_, dora, bob):
    client.force_login(dora)
    assert "1 would enter the key accounts, 0 leave" in client.get("/").text
    client.force_login(bob)
    page = client.get("/").text
    assert "would enter" not in page, "nothing of Bob's changes"


def test_proposals_are_narrowed_by_reason_kam_name_and_what_is_not_known(client, round_, dora, alice):
    client.force_login(dora)

    def shown(query):
        return [row["customer"].code for row in client.get(url_of(round_) + query).context["rows"]]

    assert shown("?view=enter&type=potential") == ["ALPHA"]
    assert shown("?view=enter&type=image") == []
    assert shown("?view=enter&type=provisional") == ["ALPHA"]
    assert shown(f"?view=out&kam={alice.pk}") == ["GAMMA"]
    assert shown("?view=out&q=kiosk") == ["GAMMA"]
    assert shown("?view=out&q=nobody") == []


def test_a_large_selection_shows_its_progress_and_then_itself(client, held, dora, monkeypatch):
    monkeypatch.setattr("segmentation.operations.rounds.LIVE_LIMIT", -1)
    round_ = open_round(by=dora, effective_on=EFFECTIVE)
    client.force_login(dora)
    client.post(url_of(round_, "propose"), {"version": round_.version})
    job = JobRun.objects.get(kind="propose_key_accounts")
    address = url_of(round_, "job", job.pk)
    assert address in client.get(url_of(round_)).text
    assert "HX-Refresh" not in client.get(address)
    run_in_process(kind=job.kind, key=job.key, params=job.params, by=dora)
    assert client.get(address)["HX-Refresh"] == "true"
    assert client.get(url_of(SelectionRound(pk=999), "job", job.pk)).status_code == 404
    assert "1 enter, 0 leave," in client.get(url_of(round_)).text
