"""Pages of jobs: who sees what, progress, stop, again, the schedule."""

import pytest
from django.urls import reverse

from ka_crm.jobs import operations
from ka_crm.jobs.models import JobRun, JobState
from ka_crm.jobs.schedule import ensure_schedule, nightly_schedule
from ka_crm.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_hears_the_bell(monkeypatch):
    monkeypatch.setattr(operations, "ring", lambda job_id: None)


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.KA_REQUIRE_MFA = False


def job(**fields):
    return JobRun.objects.create(**{"kind": "recompute", **fields})


@pytest.mark.parametrize("who", ["adam", "dora", "sue"])
def test_admin_director_and_supervisor_see_all_jobs(client, request, who, bob):
    client.force_login(request.getfixturevalue(who))
    theirs, nightly = job(actor=bob), job(key="night")
    page = client.get("/jobs/")
    for found in (theirs, nightly):
        assert f"/jobs/{found.pk}/" in page.content.decode()
        assert client.get(f"/jobs/{found.pk}/").status_code == 200


@pytest.mark.parametrize("who", ["alice", "fay", "rex"])
def test_others_see_only_their_own_jobs(client, request, who, bob):
    user = request.getfixturevalue(who)
    client.force_login(user)
    own, other = job(actor=user, key="own"), job(actor=bob, key="other")
    page = client.get("/jobs/").content.decode()
    assert f"/jobs/{own.pk}/" in page
    assert f"/jobs/{other.pk}/" not in page
    for url in (f"/jobs/{other.pk}/", f"/jobs/{other.pk}/progress/"):
        assert client.get(url).status_code == 404
    for act in ("stop", "retry"):
        assert client.post(f"/jobs/{other.pk}/{act}/").status_code == 404
    other.refresh_from_db()
    assert (other.state, other.cancel_requested) == (JobState.WAITING, False)


def test_the_progress_bar_asks_again_until_the_job_is_finished(client, adam):
    client.force_login(adam)
    running = job(state="running", lease_until=clock.now(), done=1200, total=4800, phase="writing results")
    url = reverse("jobs:progress", args=[running.pk])
    text = client.get(url + "?then=reload").content.decode()
    assert "1,200 of 4,800" in text
    assert "writing results" in text
    assert f'hx-get="{url}?then=reload"' in text
    JobRun.objects.update(state="done", lease_until=None, done=4800)
    answer = client.get(url + "?then=reload")
    assert "hx-get" not in answer.content.decode()
    assert answer["HX-Refresh"] == "true"
    assert "HX-Refresh" not in client.get(url)


def test_stopping_needs_a_post_and_asks_first(client, adam):
    client.force_login(adam)
    waiting = job()
    page = client.get(f"/jobs/{waiting.pk}/").content.decode()
    assert 'data-opens-dialog="stop-job"' in page
    assert client.get(f"/jobs/{waiting.pk}/stop/").status_code == 405
    assert client.post(f"/jobs/{waiting.pk}/stop/")["Location"] == f"/jobs/{waiting.pk}/"
    waiting.refresh_from_db()
    assert waiting.state == JobState.CANCELLED


def test_a_failed_job_shows_its_error_and_log_and_starts_again(client, adam):
    client.force_login(adam)
    failed = job(state="failed", error="ValueError: <b>bad</b>", log="12:00:00 read 10 lines\n")
    page = client.get(f"/jobs/{failed.pk}/").content.decode()
    assert "ValueError: &lt;b&gt;bad&lt;/b&gt;" in page
    assert "read 10 lines" in page
    again = client.post(f"/jobs/{failed.pk}/retry/")
    new = JobRun.objects.exclude(pk=failed.pk).get()
    assert (again["Location"], new.state, new.actor) == (f"/jobs/{new.pk}/", JobState.WAITING, adam)
    client.post(f"/jobs/{new.pk}/retry/")
    assert JobRun.objects.count() == 2


def test_a_form_cannot_send_people_to_another_site(client, adam):
    client.force_login(adam)
    waiting = job()
    answer = client.post(f"/jobs/{waiting.pk}/stop/", {"next": "https://elsewhere.example/"})
    assert answer["Location"] == f"/jobs/{waiting.pk}/"
    assert client.post(f"/jobs/{waiting.pk}/stop/", {"next": "/imports/"})["Location"] == "/imports/"


def test_the_list_filters_by_state_and_kind_and_survives_a_bad_cursor(client, adam):
    client.force_login(adam)
    failed, running = job(state="failed"), job(state="running", lease_until=clock.now())
    other = job(kind="clean_up", state="done")
    page = client.get("/jobs/?state=failed").content.decode()
    assert [f"/jobs/{item.pk}/" in page for item in (failed, running, other)] == [True, False, False]
    page = client.get("/jobs/?state=unfinished&kind=recompute").content.decode()
    assert [f"/jobs/{item.pk}/" in page for item in (failed, running, other)] == [False, True, False]
    assert client.get("/jobs/?after=nonsense").status_code == 200


def test_the_list_asks_the_same_few_questions_whatever_its_length(
    client, adam, django_assert_max_num_queries
):
    client.force_login(adam)
    for number in range(40):
        job(state="done", key=str(number), actor=adam, log="x" * 1000)
    with django_assert_max_num_queries(8):
        client.get("/jobs/")


def test_only_administrators_see_and_change_the_schedule(client, adam, dora):
    ensure_schedule()
    client.force_login(dora)
    assert client.get("/jobs/schedule/").status_code == 404
    assert client.post("/jobs/schedule/", {"time": "05:00", "is_on": "on"}).status_code == 404
    assert client.post("/jobs/schedule/run-now/").status_code == 404
    assert nightly_schedule().time.hour == 2
    client.force_login(adam)
    assert "02:10" in client.get("/jobs/schedule/").content.decode()
    assert client.post("/jobs/schedule/", {"time": "25:00"}).status_code == 422
    client.post("/jobs/schedule/", {"time": "05:30"})
    now = nightly_schedule()
    assert (f"{now.time:%H:%M}", now.is_on) == ("05:30", False)
    assert "switched off" in client.get("/jobs/schedule/").content.decode()


def test_the_night_can_be_started_by_hand(client, adam):
    client.force_login(adam)
    answer = client.post("/jobs/schedule/run-now/")
    night = JobRun.objects.get(kind="nightly")
    assert (answer["Location"], night.actor) == (f"/jobs/{night.pk}/", adam)
