"""Versions on their pages: what each says, side by side, rolled back, exported, and a region's ended."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ka_crm.criteria import operations
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.operations import publish_criteria
from ka_crm.criteria.queries import criteria_in_force, published_criteria, values_in_force, values_of
from ka_crm.criteria.rules.presets import PRESETS
from ka_crm.criteria.rules.settings import InvalidSettings, settings_from
from ka_crm.records.models import AuditRow
from ka_crm.records.operations import set_system_setting
from ka_crm.records.queries import business_today


@pytest.fixture
def two(adam):
    """Version 1 with the defaults, version 2 with a short list."""
    first = publish_criteria(values={}, reason="first", by=adam)
    return first, publish_criteria(values={"list_cap": 5}, reason="short list", by=adam)


@pytest.fixture
def northern(two, region, adam):
    return publish_criteria(values={"list_cap": 3}, reason="small market", by=adam, scope=region.name)


def text_of(client, person, address):
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_versions_page_says_what_it_changed_and_who_decided(two, client, alice):
    text = text_of(client, alice, "/criteria/versions/2/")
    assert "short list" in text and "<del>not set</del> → 5" in text
    assert "Publish v" not in text and "Draft from this" not in text
    assert "held from" in text_of(client, alice, "/criteria/versions/1/")
    for wrong in ("/criteria/versions/3/", "/criteria/versions/0/", "/criteria/versions/99999999999/"):
        assert client.get(wrong).status_code == 404


def test_any_two_versions_stand_side_by_side(two, client, alice):
    text = text_of(client, alice, "/criteria/?a=2&b=1")
    compared = text[text.index('id="compared"') : text.index("</section>", text.index('id="compared"'))]
    assert "Key accounts at most" in compared and ">5<" in compared
    assert 'id="compared"' not in text_of(client, alice, "/criteria/?a=2&b=17")


def test_rolling_back_asks_for_approval_with_the_reason(two, client, adam, dora):
    first, _second = two
    client.force_login(adam)
    refused = client.post("/criteria/versions/1/again/", {"reason": " "})
    assert refused.status_code == 422
    assert list(refused.context["errors"]) == ["reason"]
    assert not CriteriaVersion.objects.filter(state="submitted").exists()
    answer = client.post("/criteria/versions/1/again/", {"reason": "5 were too few"})
    draft = CriteriaVersion.objects.get(state="submitted")
    assert answer.url == f"/criteria/drafts/{draft.pk}/"
    assert (values_of(draft), draft.reason) == (values_of(first), "5 were too few")
    assert published_criteria().number == 2
    client.force_login(dora)
    client.post(f"/criteria/drafts/{draft.pk}/publish/", {"version": draft.version})
    assert (published_criteria().number, published_criteria().settings) == (3, first.settings)


def test_where_nobody_else_approves_rolling_back_leads_to_publishing(two, client, adam):
    client.force_login(adam)
    answer = client.post("/criteria/versions/1/again/", {"reason": "back"})
    draft = CriteriaVersion.objects.get(state="submitted")
    assert answer.url == f"/criteria/drafts/{draft.pk}/publish/"


@pytest.mark.parametrize("name", ["alice", "sue", "fay", "rex"])
def test_others_neither_roll_back_nor_end(northern, client, name, request):
    client.force_login(request.getfixturevalue(name))
    before = list(CriteriaVersion.objects.order_by("pk").values())
    assert client.post("/criteria/versions/1/again/", {"reason": "x"}).status_code in (403, 404)
    assert client.post("/criteria/end/", {"scope": northern.scope, "reason": "x"}).status_code in (403, 404)
    assert list(CriteriaVersion.objects.order_by("pk").values()) == before


def test_a_regions_criteria_are_ended_on_its_page(northern, client, dora):
    address = f"/criteria/?scope={northern.scope}"
    assert "End this region" in text_of(client, dora, address)
    assert "End this region" not in text_of(client, dora, "/criteria/")
    for body in (
        {"scope": northern.scope, "reason": ""},
        {"scope": "", "reason": "x"},
        {"scope": "Atlantis"},
    ):
        client.post("/criteria/end/", body)
    assert published_criteria(northern.scope) == northern and published_criteria().number == 2
    client.post("/criteria/end/", {"scope": northern.scope, "reason": "as everybody"})
    northern.refresh_from_db()
    assert (northern.state, northern.effective_to) == ("retired", business_today() - dt.timedelta(days=1))
    assert AuditRow.objects.get(action="retire_criteria").reason == "as everybody"
    assert "follows the company" in text_of(client, dora, address)
    assert criteria_in_force(northern.scope).number == 2


def test_a_regions_draft_decides_its_list_and_keeps_what_the_company_decides(two, region, client, adam):
    client.force_login(adam)
    client.post("/criteria/drafts/", {"source": "preset:industry", "scope": region.name})
    draft = CriteriaVersion.objects.get(state="draft")
    assert draft.settings["window_months"] == 12  # the preset's 24 are the company's to decide
    assert draft.settings["margin_floor"] == "company_minus_5pp"
    form = client.get(f"/criteria/drafts/{draft.pk}/").content.decode()
    assert 'name="list_cap"' in form
    assert 'name="window_months"' not in form and 'name="selection_level"' not in form


def test_what_holds_in_a_region_is_its_list_over_the_companys_settings(northern, adam):
    publish_criteria(values={"window_months": 6, "list_cap": 50}, reason="half a year", by=adam)
    found = values_in_force(northern.scope)
    assert (found["window_months"], found["list_cap"]) == (6, 3)
    assert values_in_force("Elsewhere")["list_cap"] == 50


def test_what_follows_criteria_that_ended_does_not_reach_back_into_them(northern, region, adam):
    operations.retire_scope(scope=region.name, reason="x", by=adam)
    northern.refresh_from_db()
    with pytest.raises(InvalidSettings) as refused:
        publish_criteria(
            values={}, reason="again", by=adam, scope=region.name, effective_from=northern.effective_to
        )
    assert list(refused.value.errors) == ["effective_from"]
    again = publish_criteria(values={}, reason="again", by=adam, scope=region.name)
    assert (again.number, again.effective_from) == (2, business_today())


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_comes_back_from_its_export(name, adam, client):
    publish_criteria(values=PRESETS[name], reason=name, by=adam)
    client.force_login(adam)
    exported = client.get("/criteria/criteria.json").content
    client.post("/criteria/drafts/", {"file": SimpleUploadedFile("c.json", exported)})
    assert values_of(CriteriaVersion.objects.get(state="draft")) == values_of(published_criteria())
    assert json.loads(exported) == settings_from(PRESETS[name]).as_json()


def test_an_older_version_and_a_regions_are_exported_too(northern, client, alice):
    client.force_login(alice)
    assert json.loads(client.get("/criteria/criteria.json?version=1").content)["list_cap"] is None
    address = f"/criteria/criteria.json?version=1&scope={northern.scope}"
    assert json.loads(client.get(address).content)["list_cap"] == 3
    assert client.get("/criteria/criteria.json?version=9").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "not JSON"),
        (b"[1]", "one JSON object"),
        (b'{"colour": 1}', "colour: unknown setting"),
        (b'{"list_cap": -1}', "list_cap"),
        (b'{"score_weights": {"potential": NaN}}', "score_weights"),
        (b'{"abc_thresholds": [0.9, 0.2]}', "together at most 1"),
        (b" " * 100_001, "too large"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(two, client, adam, content, said):
    client.force_login(adam)
    answer = client.post("/criteria/drafts/", {"file": SimpleUploadedFile("c.json", content)}, follow=True)
    assert said in answer.content.decode()
    assert not CriteriaVersion.objects.filter(state="draft").exists()


@pytest.mark.parametrize(
    ("body", "said"), [({"scope": "Atlantis"}, "known region"), ({"source": "version:99"}, "no such version")]
)
def test_an_unknown_region_and_an_unknown_version_begin_nothing(two, client, adam, body, said):
    client.force_login(adam)
    answer = client.post("/criteria/drafts/", body, follow=True)
    assert said in answer.content.decode()
    assert not CriteriaVersion.objects.filter(state="draft").exists()


def test_a_day_that_is_over_and_a_book_of_a_reason_are_refused(two, adam):
    draft = operations.create_draft(values={}, by=adam, reason="x")
    yesterday = business_today() - dt.timedelta(days=1)
    for changed, field in (
        ({"effective_from": yesterday}, "effective_from"),
        ({"reason": "x" * 2001}, "reason"),
    ):
        wanted = {"reason": "x", "effective_from": None, **changed}
        with pytest.raises(InvalidSettings) as refused:
            operations.change_draft(draft=draft, version=1, values={}, by=adam, **wanted)
        assert list(refused.value.errors) == [field]


def test_today_is_the_day_of_the_demo_company(db, adam, dora):
    publish_criteria(values={}, reason="first", by=adam, effective_from=dt.date(2022, 1, 1))
    set_system_setting(name="demo_day", value="2022-11-01")
    draft = operations.create_draft(values={"list_cap": 5}, by=adam, reason="few")
    operations.change_draft(
        draft=draft, version=1, values={}, reason="few", effective_from=dt.date(2022, 11, 2), by=adam
    )
    set_system_setting(name="demo_day", value="2022-11-05")
    assert operations.publish_draft(draft=draft, version=2, by=dora).effective_from == dt.date(2022, 11, 5)


def test_pages_of_versions_ask_a_bounded_number_of_questions(
    two, client, dora, django_assert_max_num_queries
):
    for cap in range(6, 14):
        publish_criteria(values={"list_cap": cap}, reason=f"cap {cap}", by=dora)
    client.force_login(dora)
    for address in ("/criteria/", "/criteria/versions/3/", "/criteria/?a=1&b=9"):
        client.get(address)
        with django_assert_max_num_queries(20):
            assert client.get(address).status_code == 200
