"""Files and background jobs over the API."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Customer
from ka_crm.imports.models import ImportBatch
from ka_crm.jobs.models import JobRun, JobState
from ka_crm.jobs.operations import run_job, start_job
from ka_crm.lib import clock
from tests.integration.api.conftest import everything, refused

CSV = "code,name\nNEW1,New one\nNEW2,New two\n"


def upload(caller, text=CSV, *, kind="customers", key="new", **more):
    file = SimpleUploadedFile("customers.csv", text.encode(), content_type="text/csv")
    return caller.post("imports/", {"kind": kind, "file": file, **more}, key=key, format="multipart")


def finished(answer):
    """Run the job that an upload has started and return its batch."""
    assert answer.status_code == 202, answer.content
    assert run_job(answer.json()["job"]["id"])
    return ImportBatch.objects.get(pk=answer.json()["batch"]["id"])


def test_a_file_is_loaded_in_the_background_and_taken_back(as_dora, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    answer = upload(as_dora)
    batch = finished(answer)
    told = as_dora.client.get(answer["Location"]).json()
    assert (told["state"], told["rows"], told["created"], told["by"]) == ("committed", 2, 2, "Dora")
    assert told["report"]["errors"] == []
    assert as_dora.codes("customers/") == ["NEW1", "NEW2"]
    assert as_dora.get(f"jobs/{answer.json()['job']['id']}/").json()["state"] == "done"
    undone = as_dora.post(f"imports/{batch.pk}/undo/", key=None)
    assert undone.json()["batch"]["state"] == "undone"
    assert Customer.objects.count() == 0
    refused(as_dora.post(f"imports/{batch.pk}/undo/", key=None), 409)


def test_a_bad_line_stores_nothing_and_is_reported(as_dora, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    batch = finished(upload(as_dora, "code,name\nOK,Fine\nA/B,Slash\n"))
    assert Customer.objects.count() == 0
    report = as_dora.get(f"imports/{batch.pk}/").json()["report"]
    assert [(item["line"], item["field"], item["value"]) for item in report["errors"]] == [(3, "code", "A/B")]


def test_a_dry_run_and_a_mapping_are_understood(as_dora, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    mapping = json.dumps({"columns": {"code": "No.", "name": "Title"}})
    text = "No.,Title\nX,Ex\n"
    finished(upload(as_dora, text, mapping=mapping, dry_run="true"))
    assert Customer.objects.count() == 0
    finished(upload(as_dora, text, mapping=mapping))
    assert Customer.objects.get().name == "Ex"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("users", {}),
        ("", {}),
        ("customers", {"mapping": "{"}),
        ("customers", {"mapping": "[]"}),
        ("customers", {"mapping": '{"unheard": 1}'}),
        ("customers", {"mapping": '{"columns": {"password": "x"}}'}),
        ("customers", {"dry_run": "perhaps"}),
    ],
)
def test_uploads_that_make_no_sense_are_refused(as_dora, kind, more):
    before = everything()
    refused(upload(as_dora, kind=kind, **more), 400)
    refused(as_dora.post("imports/", {"kind": "customers"}, format="multipart"), 400)
    assert everything() == before


def test_the_same_key_loads_a_file_once(as_dora, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    refused(upload(as_dora, key=None), 400)
    first, again = upload(as_dora, key="k"), upload(as_dora, key="k")
    assert first.json() == again.json()
    refused(upload(as_dora, CSV + "NEW3,Three\n", key="k"), 422)
    assert (ImportBatch.objects.count(), JobRun.objects.count()) == (1, 1)


def test_imports_are_for_those_whose_role_has_the_kind(stranger, as_fay, as_alice, as_sue):
    before = everything()
    refused(upload(stranger), 401)
    refused(upload(as_fay), 403)
    refused(upload(as_alice), 403)
    refused(upload(as_sue, kind="market_shares"), 403)
    assert everything() == before


def test_foreign_imports_and_jobs_do_not_exist(as_dora, as_alice, as_sue, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    answer = upload(as_dora)
    batch = finished(answer)
    for caller in (as_alice, as_sue):
        assert caller.codes("imports/", "id") == []
        refused(caller.get(f"imports/{batch.pk}/"), 404)
        refused(caller.post(f"imports/{batch.pk}/undo/", key=None), 404)
    refused(as_alice.get(f"jobs/{answer.json()['job']['id']}/"), 404)
    refused(as_alice.post(f"jobs/{answer.json()['job']['id']}/cancel/", key=None), 404)
    assert Customer.objects.count() == 2


def test_a_waiting_job_is_cancelled_by_who_may(as_dora, dora, as_sue, as_alice, alice, stranger):
    job = start_job(kind="recompute", by=dora)
    refused(stranger.get("jobs/"), 401)
    refused(as_sue.post(f"jobs/{job.pk}/cancel/", key=None), 403)
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert as_dora.codes("jobs/", "id", state="waiting", kind="recompute") == [job.pk]
    assert as_dora.post(f"jobs/{job.pk}/cancel/", key=None).json()["state"] == "cancelled"
    own = start_job(kind="recompute", by=alice)
    assert as_alice.codes("jobs/", "id") == [own.pk]
    refused(as_alice.get("jobs/", state="lost"), 400)
    shown = as_alice.get(f"jobs/{own.pk}/").json()
    assert "log" not in shown and "params" not in shown


def test_a_large_import_is_taken_back_in_the_background(as_dora, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    batch = finished(upload(as_dora))
    ImportBatch.objects.filter(pk=batch.pk).update(rows=30_000)
    answer = as_dora.post(f"imports/{batch.pk}/undo/", key=None)
    assert (answer.status_code, answer.json()["kind"]) == (202, "import_undo")
    assert run_job(answer.json()["id"])
    assert as_dora.get(f"imports/{batch.pk}/").json()["state"] == "undone"
    assert Customer.objects.count() == 0


def test_files_of_the_api_lie_where_nobody_guesses_and_are_tidied_away(as_dora, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    batch = finished(upload(as_dora))
    folder = Path(batch.path).parent
    assert (folder.parent, len(folder.name), batch.source) == (tmp_path / "uploads", 24, "api")
    ImportBatch.objects.update(created_at=clock.now() - dt.timedelta(days=40))
    run_job(start_job(kind="clean_up_imports").pk)
    assert not folder.exists()
