"""Service promised and kept, its standards, and the page for the buyer."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Contact, MirroredFunction, ServiceCase, ServiceStandard, ValueCase
from accounts.operations.entries import add_entry
from accounts.operations.service import (
    StandardChange,
    begin_case,
    change_case,
    finish_case,
    set_standards,
)
from accounts.queries.service import business_now, cases_of, kept_by_step
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.models import AuditRow
from tests.integration.pages.results import account_result, make_run

URL = "/accounts/-/service-standards/"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def standards(db):
    """Reception within 4 hours for the top tier, 24 for the standard one."""
    ServiceStandard.objects.all().delete()
    for tier, hours in (("top", 4), ("standard", 24)):
        ServiceStandard.objects.create(tier=tier, step="reception", promised_hours=hours)
    return ServiceStandard.objects


@pytest.fixture
def case(alice, alpha, standards):
    values = {"tier": "top", "step": "reception", "subject": "A question", "began_at": business_now() - HOUR}
    return begin_case(by=alice, customer=alpha, values=values)


def test_standards_are_there_from_the_start(db):
    assert ServiceStandard.objects.count() == 12
    assert ServiceStandard.objects.get(tier="top", step="reception").promised_hours == 4


def test_the_promise_is_that_of_the_tier_and_does_not_change_later(alice, adam, case, standards):
    assert case.promised_hours == 4
    change = StandardChange("top", "reception", version=1, promised_hours=1)
    set_standards(by=adam, changes=[change])
    assert ServiceCase.objects.get().promised_hours == 4


def test_without_a_tier_it_is_the_standard_one_and_without_a_standard_nothing_is_promised(
    alice, alpha, standards
):
    values = {"subject": "x", "step": "reception"}
    assert begin_case(by=alice, customer=alpha, values=values).promised_hours == 24
    values = {"subject": "x", "step": "signing", "tier": "top"}
    assert begin_case(by=alice, customer=alpha, values=values).promised_hours is None
    with pytest.raises(ValidationError):
        begin_case(by=alice, customer=alpha, values={**values, "tier": "gold"})


def test_a_case_is_done_once_and_can_be_taken_back(alice, case):
    assert finish_case(by=alice, case=case, is_done=True).done_at is not None
    finish_case(by=alice, case=case, is_done=True)
    assert finish_case(by=alice, case=case, is_done=False).done_at is None
    rows = AuditRow.objects.filter(record_type="accounts.servicecase").order_by("pk")
    assert [row.action for row in rows] == ["create", "tick", "untick"]


def test_step_and_promise_stay_and_it_cannot_end_before_it_began(alice, case):
    for changes in ({"step": "talks"}, {"promised_hours": 99}, {"done_at": case.began_at - HOUR}):
        with pytest.raises(ValidationError):
            change_case(by=alice, entry=case, version=1, changes=changes)
    assert change_case(by=alice, entry=case, version=1, changes={"subject": "Another"}).version == 2


@pytest.mark.parametrize("who", ["bob", "fay", "rex"])
def test_cases_are_written_only_by_who_may_edit_the_customer(client, request, alpha, case, who):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        begin_case(by=by, customer=alpha, values={"subject": "x", "step": "talks"})
    with pytest.raises(PermissionDenied):
        finish_case(by=by, case=case, is_done=True)
    client.force_login(by)
    assert client.post(f"/accounts/ALPHA/-/service-case/{case.pk}/done/done/").status_code == 404
    assert ServiceCase.objects.get().done_at is None


def test_kept_is_counted_by_step_over_twelve_months(alice, alpha, standards):
    now = business_now()
    for began, done in ((10, 8), (10, 7), (10, 1), (3, None), (9, None), (366 * 24, 366 * 24)):
        ServiceCase.objects.create(
            customer=alpha,
            step="reception",
            subject="x",
            promised_hours=4,
            began_at=now - began * HOUR,
            done_at=None if done is None else now - done * HOUR,
        )
    kept = {row.step: row.kept for row in kept_by_step(alpha, now)}
    assert (kept["reception"].kept, kept["reception"].decided) == (2, 4)
    assert kept["talks"].share is None
    assert [row.state for row in cases_of(alpha, now, 3)] == ["running", "overdue", "late"]


def test_the_tab_offers_the_tier_of_the_quadrant_and_says_how_many_were_kept(client, alice, alpha, case):
    account_result(make_run(), alpha, quadrant="defend")
    finish_case(by=alice, case=case, is_done=True)
    client.force_login(alice)
    text = client.get("/accounts/ALPHA/plan/").text
    assert "/accounts/ALPHA/-/service-case/new/?tier=top" in text
    assert "<strong>1</strong> of 1 kept" in text
    form = client.get("/accounts/ALPHA/-/service-case/new/?tier=top").context["form"]
    assert form["tier"].value() == "top"


def test_the_tab_says_which_service_cell_and_quadrant_ask_for_and_why(client, alice, alpha):
    account_result(make_run(), alpha, quadrant="attack", cell="AX")
    client.force_login(alice)
    lines = {line.key: line for line in client.get("/accounts/ALPHA/plan/").context["lines"]}
    assert (lines["meetings"].proposed, lines["meetings"].reason) == ("6", "cell AX: 4; Attack: +2")
    assert (lines["sponsor"].proposed, lines["review"].proposed) == ("yes", "every quarter")
    assert lines["credit_days"].proposed == "not decided yet"
    assert lines["store_visits"].proposed == "no store measured yet"


class TestStandards:
    def values(self, **changes):
        """What the form of the page sends."""
        sent = {}
        for row in ServiceStandard.objects.all():
            key = f"{row.tier}-{row.step}"
            sent |= {f"hours-{key}": row.promised_hours, f"note-{key}": row.note}
            sent[f"version-{key}"] = row.version
        return {**sent, **changes}

    @pytest.mark.parametrize(
        ("who", "read", "write"),
        [("adam", 200, 302), ("dora", 200, 403), ("alice", 200, 403), ("fay", 403, 403), ("rex", 403, 403)],
    )
    def test_who_works_with_accounts_reads_and_administrators_write(
        self, client, request, standards, who, read, write
    ):
        client.force_login(request.getfixturevalue(who))
        assert client.get(URL).status_code == read
        sent = self.values(**{"hours-top-reception": 2})
        assert client.post(URL, sent).status_code == write
        hours = standards.get(tier="top", step="reception").promised_hours
        assert hours == (2 if write == 302 else 4)

    def test_only_what_was_changed_is_written_with_one_row_each(self, client, adam, standards):
        client.force_login(adam)
        sent = self.values(**{"hours-top-reception": 2, "note-top-reception": "A call back"})
        client.post(URL, {**sent, "hours-middle-talks": 48})
        rows = AuditRow.objects.filter(record_type="accounts.servicestandard").order_by("pk")
        assert sorted(row.action for row in rows) == ["create", "update"]
        assert standards.get(tier="top", step="reception").note == "A call back"
        assert standards.get(tier="middle", step="talks").promised_hours == 48

    @pytest.mark.parametrize("hours", ["0", "-1", "x", "99999", "1.5", ""])
    def test_bad_hours_stand_beside_their_field(self, client, adam, standards, hours):
        client.force_login(adam)
        answer = client.post(URL, self.values(**{"hours-top-reception": hours}))
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["hours-top-reception"]
        assert standards.get(tier="top", step="reception").promised_hours == 4

    def test_the_second_of_two_administrators_is_told(self, client, adam, standards):
        sent = self.values(**{"hours-top-reception": 3})
        change = StandardChange("top", "reception", version=1, promised_hours=2)
        assert set_standards(by=adam, changes=[change]) == 1
        assert set_standards(by=adam, changes=[]) == 0
        client.force_login(adam)
        assert client.post(URL, sent).status_code == 409
        with pytest.raises(StaleVersion):
            set_standards(by=adam, changes=[StandardChange("top", "reception", 1, 9)])
        assert standards.get(tier="top", step="reception").promised_hours == 2


class TestForTheBuyer:
    @pytest.fixture
    def value(self, alice, alpha):
        contact = Contact.objects.create(customer=alpha, name="Elena Ruiz")
        add_mirror = {"function": "sales", "their_function": "Category buying", "contact": contact}
        MirroredFunction.objects.create(customer=alpha, user=alice, **add_mirror)
        values = {
            "year": 2022, "their_turnover": Decimal(2_400_000), "their_margin_share": Decimal("0.28"),
            "category_margin_share": Decimal("0.25"), "savings": Decimal(18_000),
            "problems": "Empty shelves", "joint_plan": "Training each quarter",
        }  # fmt: skip
        return add_entry(by=alice, customer=alpha, model=ValueCase, values=values)

    def test_the_page_says_what_they_gain_and_nothing_of_ours(self, client, alice, alpha, value):
        account_result(make_run(), alpha, quadrant="attack")
        client.force_login(alice)
        text = client.get("/accounts/ALPHA/-/value-case/2022/print/").text
        for shown in ("$90,000", "Empty shelves", "Training each quarter", "Category buying", "Elena Ruiz"):
            assert shown in text, shown
        page = text[text.index("<main") : text.index("</main>")]
        for ours in ("Attack", "potential", "Gap", "market", "share"):
            assert ours not in page, ours

    def test_it_is_found_by_who_sees_the_customer_for_a_year_that_is_written(self, client, request, value):
        for who, status in {"alice": 200, "sue": 200, "bob": 404, "fay": 404, "rex": 404}.items():
            client.force_login(request.getfixturevalue(who))
            assert client.get("/accounts/ALPHA/-/value-case/2022/print/").status_code == status, who
            assert client.get("/accounts/ALPHA/-/value-case/2021/print/").status_code == 404

    def test_margins_are_typed_in_per_cent_and_kept_as_fractions(self, client, alice, alpha):
        client.force_login(alice)
        url = "/accounts/ALPHA/-/value-case/new/"
        assert client.post(url, {"year": 2023, "their_margin_share": 128}).status_code == 422
        values = {"year": 2023, "their_margin_share": "28.5", "category_margin_share": "25"}
        assert client.post(url, values).status_code == 302
        assert ValueCase.objects.get().their_margin_share == Decimal("0.285")
        assert client.post(url, values).status_code == 422
