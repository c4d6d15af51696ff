"""Drafts on their pages: the preview of one's own accounts, the way to publishing, and who is refused."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ka_crm.criteria import operations
from ka_crm.criteria.form_values import initial_of
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.queries import published_criteria, values_of
from ka_crm.criteria.rules.presets import PRESETS
from ka_crm.criteria.rules.settings import CriteriaSettings, settings_from
from ka_crm.jobs.models import JobRun
from ka_crm.jobs.operations import run_job
from segmentation import preview_job
from segmentation.models import CustomerResult
from segmentation.operations import recompute_segmentation
from segmentation.preview import preview
from tests.facts import months_before, sell

DEFAULTS = CriteriaSettings().as_json()


def typed(values=DEFAULTS, **changed):
    """What the browser sends for complete settings."""
    form = {"version": 1, "reason": "why", "effective_from": ""}
    for key, value in initial_of(values).items():
        if value is True:
            form[key] = "on"
        elif value is not False:
            form[key] = "" if value is None else value
    return {**form, **changed}


@pytest.fixture
def draft(company, adam):
    return operations.create_draft(values={"list_cap": 1}, by=adam, reason="one only")


def names_of(lines):
    return [line.name for line in lines]


def page(client, person, address, **more):
    client.force_login(person)
    return client.get(address, **more)


def test_what_the_form_shows_is_what_it_sends_back(draft, client, adam):
    for preset in (
        *PRESETS.values(),
        {"own_criteria": [{"name": "Reach", "weight": 2, "help": "new; fast"}]},
    ):
        values = settings_from(preset).as_json()
        client.force_login(adam)
        draft.refresh_from_db()
        answer = client.post(f"/criteria/drafts/{draft.pk}/", typed(values, version=draft.version))
        assert answer.status_code == 302, answer.context["form"].errors
        draft.refresh_from_db()
        assert values_of(draft) == values


def test_the_preview_says_who_leaves_and_what_is_covered(draft, company, dora):
    report = preview(run=company["run"], values=values_of(draft), viewer=dora)
    assert (report["before"], report["after"], report["enters"], report["leaves"]) == (1, 1, 0, 0)
    assert report["accounts"] == 3
    wide = preview(run=company["run"], values={"potential_type_score": 0, "size_gate_score": 0}, viewer=dora)
    assert (wide["after"], wide["enters"]) == (3, 2)
    assert wide["potential_covered"][1] == 1.0
    assert wide["sales_covered"][0] == pytest.approx(1_000 / 5_000)
    assert (wide["flagged"], wide["watched"]) == ([0, 0], [0, 0])
    assert wide["enter_sums"] == {
        "potential": 7_000 * 10_000, "own": 4_000 * 10_000, "quadrants": {"defend": 1, "maintain": 1},
    }  # fmt: skip
    loads = {row["kam"]: row["load"] for row in wide["load"]}
    assert sorted(loads.values()) == [[0, 1.0], [1.25, 1.75]]


def test_a_kam_sees_the_preview_of_their_own_accounts_only(draft, client, company, alice, bob):
    body = {"potential_type_score": 0, "size_gate_score": 0}
    mine = preview(run=company["run"], values=body, viewer=alice)
    assert mine["accounts"] == 2
    assert {row["kam"] for row in mine["load"]} == {alice.pk}
    operations.change_draft(
        draft=draft, version=1, values=body, reason="x", effective_from=None, by=draft.author
    )
    text = page(client, alice, f"/criteria/drafts/{draft.pk}/report/").content.decode()
    assert "Gamma Kiosk" in text and "Beta" not in text
    assert "Gamma Kiosk" not in page(client, bob, f"/criteria/drafts/{draft.pk}/report/").content.decode()


def test_previewing_writes_nothing(draft, client, adam, django_assert_max_num_queries):
    before = CustomerResult.objects.count(), CriteriaVersion.objects.values().get(pk=draft.pk)
    client.force_login(adam)
    with django_assert_max_num_queries(40):
        answer = client.post(f"/criteria/drafts/{draft.pk}/preview/", typed(list_cap=2))
    assert "enter" in answer.content.decode()
    assert (CustomerResult.objects.count(), CriteriaVersion.objects.values().get(pk=draft.pk)) == before


@pytest.mark.parametrize(
    ("changed", "field", "setting"),
    [
        ({"abc_thresholds_b": 40}, "abc_thresholds_a", "abc_thresholds"),
        ({"score_weights_gap": 16}, "score_weights_potential", "score_weights"),
        ({"enter_score": ""}, "enter_score", "enter_score"),
        ({"stay_score": 70}, "stay_score", "stay_score"),
        ({"own_criteria": "Reach\nreach"}, "own_criteria", "own_criteria"),
        ({"list_cap": 0}, "list_cap", "list_cap"),
        ({"list_cap": -3}, "list_cap", "list_cap"),
        ({"cap_per_kam": 0}, "cap_per_kam", "cap_per_kam"),
        ({"potential_type_score": "NaN"}, "potential_type_score", "potential_type_score"),
        ({"potential_type_score": -1}, "potential_type_score", "potential_type_score"),
        ({"abc_thresholds_a": "1e999999"}, "abc_thresholds_a", "abc_thresholds"),
        ({"profit_type_share": 101}, "profit_type_share", "profit_type_share"),
        ({"nomination_share": -1}, "nomination_share", "nomination_share"),
        ({"margin_floor": 100}, "margin_floor", "margin_floor"),
        ({"window_months": "9" * 5000}, "window_months", "window_months"),
        ({"share_rule": "bold"}, "share_rule", "share_rule"),
    ],
)
def test_settings_that_cannot_work_are_refused_beside_the_field(draft, client, adam, changed, field, setting):
    client.force_login(adam)
    answer = client.post(f"/criteria/drafts/{draft.pk}/", typed(**changed))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    lines = [line for asked in answer.context["questions"] for line in (*asked["lines"], *asked["seldom"])]
    assert [line.name for line in lines if line.errors] == [setting]
    opened = [
        asked["is_open"] for asked in answer.context["questions"] if setting in names_of(asked["seldom"])
    ]
    assert all(opened)
    live = client.post(f"/criteria/drafts/{draft.pk}/preview/", typed(**changed))
    assert f'data-error-of="{field}"' in live.content.decode()
    assert live["HX-Retarget"] == "#preview-note"  # the numbers of before stay where they are
    assert values_of(CriteriaVersion.objects.get(pk=draft.pk))["list_cap"] == 1


def test_the_second_of_two_editors_gets_both_versions(draft, client, dora):
    operations.change_draft(
        draft=draft, version=1, values={"list_cap": 7}, reason="a", effective_from=None, by=draft.author
    )
    client.force_login(dora)
    answer = client.post(f"/criteria/drafts/{draft.pk}/", typed(list_cap=9))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Key accounts at most" in text and ">7<" in text and ">9<" in text


def test_the_way_from_a_preset_to_publishing(company, client, adam, dora):
    client.force_login(adam)
    made = client.post("/criteria/drafts/", {"source": "preset:industry"})
    draft = CriteriaVersion.objects.get(state="draft")
    assert made.url == f"/criteria/drafts/{draft.pk}/"
    client.post(made.url, typed(values_of(draft), reason="Industry"))
    client.post(f"{made.url}send/", {"version": 2})
    client.post(f"{made.url}publish/", {"version": 3})
    assert published_criteria().number == 1
    client.force_login(dora)
    assert "Industry" in client.get(f"{made.url}publish/").content.decode()
    done = client.post(f"{made.url}publish/", {"version": 3})
    assert done.url == "/criteria/"
    assert (published_criteria().number, published_criteria().approver) == (2, dora)
    assert client.get(made.url).url == "/criteria/versions/2/"  # the back button
    compared = client.get("/criteria/?a=1&b=2").content.decode()
    assert "Months of the window" in compared


def test_a_file_that_was_exported_begins_a_draft_and_a_bad_one_is_refused(company, client, adam):
    client.force_login(adam)
    exported = client.get("/criteria/criteria.json").content
    client.post("/criteria/drafts/", {"file": SimpleUploadedFile("c.json", exported)})
    assert values_of(CriteriaVersion.objects.get(state="draft")) == json.loads(exported)
    for content in (b"{", b"[]", b'{"colour": 1}', b"\xff"):
        client.post("/criteria/drafts/", {"file": SimpleUploadedFile("c.json", content)})
    assert CriteriaVersion.objects.filter(state="draft").count() == 1


@pytest.mark.parametrize(("name", "read"), [("alice", 200), ("sue", 200), ("fay", 404), ("rex", 404)])
def test_others_read_what_concerns_them_and_change_nothing(draft, client, name, read, request):
    person = request.getfixturevalue(name)
    address = f"/criteria/drafts/{draft.pk}/"
    assert page(client, person, address).status_code == read
    before = CriteriaVersion.objects.values().get(pk=draft.pk)
    for step in ("", "send/", "publish/", "remove/", "send-back/"):
        assert client.post(address + step, typed(note="no")).status_code in (403, 404)
    assert client.post("/criteria/drafts/", {"source": "published"}).status_code == 403
    assert CriteriaVersion.objects.values().get(pk=draft.pk) == before
    assert CriteriaVersion.objects.count() == 2


def test_with_many_customers_the_preview_is_a_job(draft, client, adam, monkeypatch):
    monkeypatch.setattr(preview_job, "LIVE_LIMIT", -1)
    client.force_login(adam)
    answer = client.post(f"/criteria/drafts/{draft.pk}/preview/", typed(list_cap=2)).content.decode()
    job = JobRun.objects.get(kind="preview_criteria")
    assert f"/criteria/preview/{job.pk}/" in answer
    assert run_job(job.pk, reraise=True)
    assert "Load per KAM" in client.get(f"/criteria/preview/{job.pk}/").content.decode()
    again = client.post(f"/criteria/drafts/{draft.pk}/preview/", typed(list_cap=2)).content.decode()
    assert "Load per KAM" in again and JobRun.objects.filter(kind="preview_criteria").count() == 1


def test_without_a_run_the_page_says_what_to_do(client, adam):
    draft = operations.create_draft(values={}, by=adam)
    client.force_login(adam)
    assert (
        "Compute the first run"
        in client.post(f"/criteria/drafts/{draft.pk}/preview/", typed()).content.decode()
    )


def test_the_same_accounts_criteria_and_date_give_the_same_result_and_preview(alpha, beta, adam):
    months = months_before(dt.date(2022, 11, 1))
    sell(alpha, months, [120, 80] * 6)
    sell(beta, months, [50] * 12)

    def rows(run):
        return list(run.customer_results.order_by("customer_id").values_list(*fields))

    fields = [f.name for f in CustomerResult._meta.fields if f.name not in ("id", "run")]
    first = recompute_segmentation(by=adam)
    again = recompute_segmentation(as_of=first.as_of, by=adam)
    assert rows(first) == rows(again)
    # Computed in memory, the present settings change nothing against what the run stored.
    report = preview(run=again, values={"xyz_min_periods": 5}, viewer=adam)
    assert (report["enters"], report["leaves"], report["quadrant_moves"]) == (0, 0, [])
