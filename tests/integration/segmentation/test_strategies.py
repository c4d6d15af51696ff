"""Service strategies: versions by administrators, and everything that follows the one in force."""

import datetime as dt

import pytest

from accounts.models import AccountStanding
from ka_crm.jobs.models import JobRun
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from ka_crm.records.queries import business_today
from segmentation.models import StrategyVersion
from segmentation.operations.strategies import publish_strategies
from segmentation.queries.strategy import proposal_of, strategies_in_force, version_in_force
from segmentation.rhythms import refresh_rhythms
from segmentation.rules.strategy_set import DEFAULT_SET, InvalidStrategies
from segmentation.views.strategy_words import strategy_lines
from visits.models import VisitCadence

pytestmark = pytest.mark.django_db
PAGE = "/segmentation/strategies/"


def publish(by, on=None, based_on=0, **changes):
    values = {**DEFAULT_SET.as_values(), **{key.replace("__", "."): value for key, value in changes.items()}}
    return publish_strategies(
        by=by,
        values=values,
        effective_from=on or business_today(),
        reason="Because",
        based_on=based_on,
    )


def typed(**changes):
    """What the form sends, with some cells changed."""
    values = {**DEFAULT_SET.as_values(), **{key.replace("__", "."): value for key, value in changes.items()}}
    sent = {
        key: "on" if value is True else str(value)
        for key, value in values.items()
        if value is not None and value is not False
    }
    return {"effective_from": business_today().isoformat(), "reason": "Fewer visits", "version": "0"} | sent


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 200), ("sue", 200), ("dora", 200), ("fay", 403), ("rex", 403)]
)
def test_whoever_has_accounts_reads_them_and_only_an_administrator_changes_them(client, request, who, status):
    client.force_login(request.getfixturevalue(who))
    page = client.get(PAGE)
    assert page.status_code == status
    if status == 200:
        assert "Save as the next version" not in page.text and 'name="AX.meetings"' not in page.text
    assert client.post(PAGE, typed(AX__meetings=3)).status_code == 403
    assert not StrategyVersion.objects.exists()


def test_an_administrator_saves_a_version_with_its_reason(client, adam):
    client.force_login(adam)
    assert client.post(PAGE, typed(AX__meetings=3, AX__credit_days=45)).status_code == 302
    version = StrategyVersion.objects.get()
    assert (version.number, version.author, version.reason) == (1, adam, "Fewer visits")
    row = AuditRow.objects.get(record_type="segmentation.strategyversion")
    assert row.before == {"AX.meetings": 4, "AX.credit_days": None}
    assert (row.after["AX.meetings"], row.after["AX.credit_days"]) == (3, 45)
    page = client.get(PAGE).text
    assert "AX: meetings a month: <del>4</del> → <strong>3</strong>" in page
    assert JobRun.objects.filter(kind="visit_rhythms").exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"AX__meetings": 32}, "AX.meetings", "From 0 to 31."),
        ({"AX__meetings": "x"}, "AX.meetings", "A number is needed."),
        ({"AX__credit_days": 1.5}, "AX.credit_days", "A whole number is needed."),
        ({"reason": ""}, "reason", "required"),
        ({"effective_from": "2020-01-01"}, "effective_from", "From today on"),
        ({"effective_from": "2999-01-01"}, "effective_from", "two years"),
        ({}, "__all__", "Nothing is different"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_saves_nothing(client, adam, changes, field, words):
    client.force_login(adam)
    page = client.post(
        PAGE, typed(**changes) | {key: value for key, value in changes.items() if "__" not in key}
    )
    assert page.status_code == 422
    assert words in " ".join(page.context["form"].errors[field])
    assert words in page.text
    assert not StrategyVersion.objects.exists() and not JobRun.objects.exists()


def test_the_second_of_two_administrators_is_told(client, adam):
    client.force_login(adam)
    publish(adam, AX__meetings=3)
    page = client.post(PAGE, typed(AX__meetings=5))
    assert page.status_code == 409
    assert "AX: meetings a month" in page.text
    assert StrategyVersion.objects.count() == 1
    again = client.post(PAGE, typed(AX__meetings=5) | {"version": "1"})
    assert again.status_code == 302
    assert strategies_in_force().cells["AX"].visits_per_month == 5


def test_a_version_that_was_never_seen_cannot_be_based_on(adam):
    publish(adam, AX__meetings=3)
    for number in (0, 7):
        with pytest.raises(StaleVersion):
            publish(adam, based_on=number, AX__meetings=2)


def test_of_two_who_save_at_the_same_moment_one_is_told(adam, monkeypatch):
    publish(adam, AX__meetings=3)
    monkeypatch.setattr("segmentation.operations.strategies.newest_version", lambda: None)  # as both saw it
    with pytest.raises(StaleVersion):
        publish(adam, AX__meetings=5)
    assert StrategyVersion.objects.count() == 1


def test_a_version_of_a_later_day_waits_for_it(adam):
    later = business_today() + dt.timedelta(days=10)
    publish(adam, on=later, AX__meetings=1)
    assert version_in_force() is None and strategies_in_force() == DEFAULT_SET
    assert strategies_in_force(later).cells["AX"].visits_per_month == 1
    assert not JobRun.objects.exists(), "nothing changes today"


def test_of_two_versions_of_one_day_the_newer_holds(adam):
    publish(adam, AX__meetings=3)
    publish(adam, based_on=1, AX__meetings=2)
    assert version_in_force().number == 2


def test_a_version_is_never_altered(adam):
    version = publish(adam, AX__meetings=3)
    version.reason = "Another"
    with pytest.raises(ValueError, match="never altered"):
        version.save()


def test_the_rules_refuse_what_the_form_did_not_see(adam):
    with pytest.raises(InvalidStrategies):
        publish(adam, AX__meetings=-1)
    assert not StrategyVersion.objects.exists()


def test_the_defaults_can_be_filled_in_again(client, adam):
    publish(adam, AX__meetings=3)
    client.force_login(adam)
    page = client.get(f"{PAGE}?defaults=1")
    assert page.context["shows_defaults"] and page.context["form"]["AX.meetings"].initial == 4
    assert client.post(PAGE, typed() | {"version": "1"}).status_code == 302
    assert strategies_in_force() == DEFAULT_SET and StrategyVersion.objects.count() == 2


def test_plans_boxes_and_visits_follow_the_version_in_force(client, company, adam, dora, alpha, alpha_store):
    assert proposal_of(alpha, dora)[0].meetings == 4  # BY and attack
    publish(adam, BY__meetings=1, BY__review="monthly", attack__extra_meetings=5, attack__store_visits=7)
    proposal, _quadrant = proposal_of(alpha, dora)
    assert (proposal.meetings, proposal.review, proposal.store_visits.total) == (6, "monthly", 7)
    client.force_login(dora)
    assert "1 meeting a month" in client.get("/segmentation/").text
    assert refresh_rhythms() == 2
    assert VisitCadence.objects.get(store=alpha_store).visits_a_month == 7


def test_credit_days_never_exceed_what_solvency_allows_and_say_so(company, adam, dora, alpha):
    publish(adam, BY__credit_days=45)
    assert proposal_of(alpha, dora)[0].credit_days == 45
    AccountStanding.objects.update_or_create(customer=alpha, defaults={"overdue_over_60_amount": 1})
    proposal, _quadrant = proposal_of(alpha, dora)
    assert proposal.credit_days == 0
    reason = next(line.reason for line in strategy_lines(proposal, {}) if line.key == "credit_days")
    assert "45" in reason and "solvency" in reason


def test_the_api_tells_the_strategies_of_a_day(client, adam, alice, fay):
    later = business_today() + dt.timedelta(days=10)
    publish(adam, AX__meetings=3)
    publish(adam, on=later, based_on=1, AX__meetings=2)
    client.force_login(alice)
    now = client.get("/api/v1/strategies/").json()
    assert (now["version"], now["values"]["AX.meetings"]) == (1, 3)
    assert [version["number"] for version in now["versions"]] == [2, 1]
    assert now["versions"][0]["changes"] == {"AX.meetings": [3, 2]}
    then = client.get(f"/api/v1/strategies/?on={later.isoformat()}").json()
    assert (then["version"], then["values"]["AX.meetings"]) == (2, 2)
    assert client.get("/api/v1/strategies/?on=soon").status_code == 400
    client.force_login(fay)
    assert client.get("/api/v1/strategies/").status_code == 403
