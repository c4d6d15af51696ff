"""Import pages: who may, what bad files get, questions, checks that are overtaken, load, stop, undo."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Customer
from ka_crm.imports import preparing
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.jobs import operations as job_operations
from ka_crm.jobs.models import JobRun, JobState
from ka_crm.jobs.operations import run_job
from ka_crm.records.models import AuditRow
from purchases.models import Receivable

pytestmark = pytest.mark.django_db
CUSTOMERS = b"code,name\nC1,One\nC2,Two\n"
SALES = b"date,customer_code,net_amount\n2022-10-03,ALPHA,100\n2022-10-04,NOBODY,50\n2022-10-05,ALPHA,25\n"


@pytest.fixture(autouse=True)
def quiet(settings, tmp_path, monkeypatch):
    """No second factor, files in a folder of the test, bells that nobody hears: ``work`` does the jobs."""
    settings.KA_REQUIRE_MFA = False
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(job_operations, "ring", lambda job_id: None)


def work() -> list[str]:
    """Do what waits, as a worker would."""
    done = []
    for job in JobRun.objects.filter(state=JobState.WAITING).order_by("pk"):
        run_job(job.pk)
        job.refresh_from_db()
        done.append(f"{job.kind} {job.state}")
    return done


def send(client, kind, content, name="file.csv"):
    """Upload a file and return its batch, checked."""
    answer = client.post("/imports/upload/", {"kind": kind, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content
    found = re.search(r"/imports/(\d+)/", answer["Location"])
    if found is None:
        return None
    work()
    return ImportBatch.objects.get(pk=found[1])


def text_of(client, batch) -> str:
    answer = client.get(f"/imports/{batch.pk}/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def load(client, batch, mode="good"):
    client.post(f"/imports/{batch.pk}/load/", {"mode": mode})
    work()
    batch.refresh_from_db()
    return batch


# --- who may ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["fay", "rex"])
def test_people_without_a_kind_have_no_import_pages(client, request, who, adam):
    client.force_login(request.getfixturevalue(who))
    assert client.get("/imports/").status_code == 403
    upload = {"kind": "customers", "file": SimpleUploadedFile("a.csv", CUSTOMERS)}
    assert client.post("/imports/upload/", upload).status_code == 403
    assert not ImportBatch.objects.exists()


def test_a_kind_that_is_not_ones_own_is_refused_and_nothing_is_kept(client, alice, tmp_path):
    client.force_login(alice)
    page = client.get("/imports/").content.decode()
    assert "Observations" in page
    assert "kind=sales" not in page
    upload = {"kind": "sales", "file": SimpleUploadedFile("a.csv", SALES)}
    assert client.post("/imports/upload/", upload).status_code == 403
    assert client.get("/imports/template/sales.csv").status_code == 404
    assert (
        client.post(
            "/imports/upload/", {"kind": "nonsense", "file": SimpleUploadedFile("a", b"x")}
        ).status_code
        == 404
    )
    assert not ImportBatch.objects.exists()
    assert not list((tmp_path).glob("uploads/*"))


def test_files_of_others_are_not_found_and_not_touched(client, adam, sue, alpha):
    client.force_login(adam)
    batch = send(client, "customers", CUSTOMERS)
    client.force_login(sue)
    assert client.get(f"/imports/{batch.pk}/").status_code == 404
    assert client.get(f"/imports/{batch.pk}/rejected.csv").status_code == 404
    for act in ("mapping", "answer", "check", "load", "undo", "discard"):
        assert client.post(f"/imports/{batch.pk}/{act}/").status_code == 404
        assert client.get(f"/imports/{batch.pk}/{act}/").status_code == 405
    assert f"/imports/{batch.pk}/" not in client.get("/imports/").content.decode()
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
    assert Customer.objects.count() == 1


def test_an_upload_needs_the_token_of_the_form(adam):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(adam)
    upload = {"kind": "customers", "file": SimpleUploadedFile("a.csv", CUSTOMERS)}
    assert client.post("/imports/upload/", upload).status_code == 403
    assert not ImportBatch.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client, adam, settings):
    settings.KA_IMPORT_MAX_BYTES = 1000
    client.force_login(adam)
    upload = {"kind": "customers", "file": SimpleUploadedFile("a.csv", b"x" * 100_000)}
    answer = client.post("/imports/upload/", upload, follow=True)
    assert "larger than" in answer.content.decode()
    assert not ImportBatch.objects.exists()


# --- files ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("only-header.csv", b"code,name\n"), ("web.xlsx", b"<html><body>no</body></html>")],
)
def test_a_file_that_cannot_be_read_keeps_its_page_with_the_reason(client, adam, name, content):
    client.force_login(adam)
    batch = send(client, "customers", content, name)
    assert batch.state == BatchState.UPLOADED
    page = text_of(client, batch)
    assert "This file cannot be read." in page
    assert batch.report["error"] in page.replace("&quot;", '"').replace("&#x27;", "'")
    assert "Load " not in page
    assert "Cannot be read" in client.get("/imports/").content.decode()
    assert load(client, batch).state == BatchState.UPLOADED


def test_the_stored_name_is_ours_and_cannot_be_guessed(client, adam, tmp_path):
    client.force_login(adam)
    batch = send(client, "customers", CUSTOMERS, "../../etc/<script>passwd.csv")
    stored = list(tmp_path.glob("uploads/*/*.csv"))
    assert [str(path) for path in stored if path.name != "rejected.csv"] == [batch.path]
    assert len(stored[0].parent.name) == 24
    page = text_of(client, batch)
    assert "<script>passwd" not in page
    assert "&lt;script&gt;passwd.csv" in page


def test_templates_can_be_loaded_as_they_are_named(client, adam):
    client.force_login(adam)
    answer = client.get("/imports/template/customers.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert {"code", "name"} <= set(rows[0])
    answer = client.get("/imports/template/customers.xlsx")
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert client.get("/imports/template/customers.exe").status_code == 404


# --- columns and questions ------------------------------------------------------------------------------
def test_a_required_field_without_a_column_is_asked_for_and_nothing_is_checked_until_it_is_there(
    client, adam
):
    client.force_login(adam)
    batch = send(client, "customers", b"code,Whatever\nC1,One\n")
    assert "Name is needed" in text_of(client, batch)
    assert not JobRun.objects.exists()
    client.post(f"/imports/{batch.pk}/mapping/", {"need_name": "2"})
    assert work() == ["import_check done"]
    page = text_of(client, batch)
    assert "is needed" not in page
    assert "Load 1 row<" in page
    assert load(client, batch).state == BatchState.COMMITTED
    assert Customer.objects.get(code="C1").name == "One"


def test_one_value_can_stand_for_a_missing_column(client, adam, alpha):
    client.force_login(adam)
    batch = send(client, "sales", b"customer_code,net_amount\nALPHA,100\n")
    assert "Date is needed" in text_of(client, batch)
    client.post(f"/imports/{batch.pk}/mapping/", {"constant_date": "2022-10-31"})
    work()
    batch.refresh_from_db()
    assert (batch.mapping["constants"], batch.created) == ({"date": "2022-10-31"}, 1)
    client.post(f"/imports/{batch.pk}/mapping/", {"constant_date": "no day"})
    batch.refresh_from_db()
    assert batch.mapping["constants"] == {"date": "no day"}
    work()
    assert "no day" in text_of(client, batch)


def test_a_check_that_was_overtaken_by_another_mapping_changes_nothing(client, adam, alpha):
    client.force_login(adam)
    batch = send(client, "sales", SALES.replace(b"net_amount", b"Amount"))
    client.post(f"/imports/{batch.pk}/mapping/", {"decimal": ","})
    old = JobRun.objects.filter(state=JobState.WAITING).get()
    client.post(f"/imports/{batch.pk}/mapping/", {"decimal": "."})
    old.refresh_from_db()
    assert old.state == JobState.CANCELLED
    batch.refresh_from_db()
    assert (
        preparing.keep_check_result(batch_id=batch.pk, token=old.params["token"], result={"rows": 99})
        is False
    )
    assert work() == ["import_check done"]
    batch.refresh_from_db()
    assert batch.rows == 3


def test_a_month_that_is_loaded_already_asks_before_anything_is_loaded(client, adam, alpha):
    client.force_login(adam)
    load(client, send(client, "sales", SALES))
    other = send(client, "sales", SALES.replace(b",25", b",26"))
    page = text_of(client, other)
    assert "Add to what is there" in page
    assert load(client, other).state == BatchState.CHECKED
    client.post(f"/imports/{other.pk}/answer/", {"answer": '{"overlap": "replace"}'})
    work()
    assert load(client, other).state == BatchState.COMMITTED


def test_an_answer_that_nobody_asked_for_is_refused(client, adam):
    client.force_login(adam)
    batch = send(client, "customers", CUSTOMERS)
    for text in ("", "null", "{}", '{"path": "/etc/passwd"}', '{"skip_rejected": true}', '{"decimal": "x"}'):
        client.post(f"/imports/{batch.pk}/answer/", {"answer": text})
        mapping = ImportBatch.objects.get(pk=batch.pk).mapping
        assert mapping == batch.mapping


# --- loading ------------------------------------------------------------------------------------------------
def test_good_rows_are_loaded_and_the_rest_waits_in_a_file_with_reasons(client, adam, alpha):
    client.force_login(adam)
    batch = send(client, "sales", SALES)
    page = text_of(client, batch)
    assert "Load 2 rows" in page
    assert "Unknown customer" in page
    assert "Create the missing customers" in page
    assert load(client, batch, mode="all").state == BatchState.CHECKED
    assert load(client, batch, mode="good").state == BatchState.COMMITTED
    assert (batch.created, batch.rejected) == (2, 1)
    answer = client.get(f"/imports/{batch.pk}/rejected.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][-1] == "reason"
    assert rows[1][:3] == ["2022-10-04", "NOBODY", "50"]
    assert rows[1][-1] == "unknown customer"
    page = text_of(client, batch)
    assert "2 rows were loaded." in page
    assert "Set aside" in page


def test_a_load_is_started_once_however_often_the_button_is_pressed(client, adam):
    client.force_login(adam)
    batch = send(client, "customers", CUSTOMERS)
    for _press in range(3):
        client.post(f"/imports/{batch.pk}/load/")
    assert JobRun.objects.filter(kind="import").count() == 1
    assert "Stop" in text_of(client, batch)
    client.post(f"/imports/{batch.pk}/mapping/", {"column_1": "name"})
    client.post(f"/imports/{batch.pk}/discard/")
    batch.refresh_from_db()
    work()
    client.post(f"/imports/{batch.pk}/load/")
    assert work() == []
    assert Customer.objects.count() == 2


def test_a_load_that_was_stopped_leaves_nothing_and_can_be_started_again(client, adam):
    client.force_login(adam)
    batch = send(client, "customers", CUSTOMERS)
    client.post(f"/imports/{batch.pk}/load/")
    job = JobRun.objects.get(kind="import")
    answer = client.post(f"/jobs/{job.pk}/stop/", {"next": f"/imports/{batch.pk}/"})
    assert answer["Location"] == f"/imports/{batch.pk}/"
    assert "Loading was stopped; nothing was stored." in text_of(client, batch)
    assert Customer.objects.count() == 0
    assert load(client, batch).state == BatchState.COMMITTED


def test_a_load_that_failed_says_so_and_the_page_still_knows_its_columns(client, adam, monkeypatch):
    client.force_login(adam)
    batch = send(client, "customers", CUSTOMERS)

    def breaks(*args, **kwargs):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("accounts.importers.customers.CustomerImporter.prepare", breaks)
        assert load(client, batch).state == BatchState.FAILED
    page = text_of(client, batch)
    assert "Loading failed; nothing was stored." in page
    assert "the disk is full" in page
    assert 'name="column_2"' in page
    client.post(f"/imports/{batch.pk}/check/")
    work()
    assert load(client, batch).state == BatchState.COMMITTED


def test_the_same_file_again_says_when_it_was_loaded_and_offers_nothing(client, adam):
    client.force_login(adam)
    load(client, send(client, "customers", CUSTOMERS))
    again = send(client, "customers", CUSTOMERS, "renamed.csv")
    page = text_of(client, again)
    assert "This very file was already loaded on" in page
    assert "nothing to do" in page
    assert ">Load " not in page


def test_the_page_follows_by_itself_and_stops_asking_when_the_work_is_done(client, adam):
    client.force_login(adam)
    batch = send(client, "customers", CUSTOMERS)
    client.post(f"/imports/{batch.pk}/check/")
    assert "poll=check" in text_of(client, batch)
    work()
    answer = client.get(f"/imports/{batch.pk}/?poll=check")
    assert (answer["HX-Retarget"], "poll=" in answer.content.decode()) == ("#import", False)
    client.post(f"/imports/{batch.pk}/load/")
    assert "poll=load" in text_of(client, batch)
    work()
    assert client.get(f"/imports/{batch.pk}/?poll=load")["HX-Refresh"] == "true"
    assert "poll=" not in text_of(client, batch)


# --- taking back ------------------------------------------------------------------------------------------
def test_a_load_is_taken_back_after_a_question(client, adam):
    client.force_login(adam)
    batch = load(client, send(client, "customers", CUSTOMERS))
    assert 'data-opens-dialog="undo"' in text_of(client, batch)
    client.post(f"/imports/{batch.pk}/undo/")
    assert "It is being taken back" in text_of(client, batch)
    work()
    assert "Taken back on" in text_of(client, batch)
    assert Customer.objects.count() == 0
    assert AuditRow.objects.filter(action="undo import").count() == 1
    client.post(f"/imports/{batch.pk}/undo/")
    assert work() == []


def test_a_refused_undo_says_why(client, adam):
    client.force_login(adam)
    first = load(client, send(client, "customers", CUSTOMERS))
    load(client, send(client, "customers", b"code,name\nC1,Other name\n"))
    client.post(f"/imports/{first.pk}/undo/")
    work()
    page = text_of(client, first)
    assert "It cannot be taken back." in page
    assert "take that one back first" in page
    assert Customer.objects.count() == 2


def test_a_discarded_file_is_gone_from_list_and_disk(client, adam, tmp_path):
    client.force_login(adam)
    batch = send(client, "customers", CUSTOMERS)
    assert client.post(f"/imports/{batch.pk}/discard/")["Location"] == "/imports/?kind=customers"
    assert not ImportBatch.objects.exists()
    assert list(tmp_path.glob("uploads/*")) == []


def test_a_loaded_file_is_not_discarded(client, adam):
    client.force_login(adam)
    batch = load(client, send(client, "customers", CUSTOMERS))
    client.post(f"/imports/{batch.pk}/discard/")
    assert ImportBatch.objects.filter(pk=batch.pk).exists()


def test_old_uploads_are_tidied_up_at_night_and_what_was_loaded_stays_loaded(client, adam, tmp_path):
    client.force_login(adam)
    loaded = load(client, send(client, "customers", CUSTOMERS))
    left = send(client, "customers", b"code,name\nC9,Nine\n")
    fresh = send(client, "customers", b"code,name\nC8,Eight\n")
    long_ago = loaded.created_at.replace(year=2020)
    ImportBatch.objects.filter(pk__in=[loaded.pk, left.pk]).update(created_at=long_ago)
    job = job_operations.run_in_process(kind="clean_up_imports")
    assert job.result == {"unfinished": 0, "uploads": 1, "files": 1}
    assert set(ImportBatch.objects.values_list("pk", flat=True)) == {loaded.pk, fresh.pk}
    assert len(list(tmp_path.glob("uploads/*"))) == 1
    assert Customer.objects.count() == 2
    assert "2 rows were loaded." in text_of(client, loaded)


def test_the_list_asks_the_same_few_questions_whatever_its_length(
    client, adam, django_assert_max_num_queries
):
    client.force_login(adam)
    for number in range(25):
        ImportBatch.objects.create(
            kind="sales", file_name=f"{number}.csv", by=adam, state=BatchState.COMMITTED
        )
    with django_assert_max_num_queries(8):
        client.get("/imports/")


def test_the_page_asks_whether_a_ledger_lists_all_open_items(client, adam, alpha):
    Receivable.objects.create(customer=alpha, document_no="R0", due_on="2022-10-01", amount=5, open_amount=5)
    client.force_login(adam)
    batch = send(client, "receivables", b"customer_code,document_no,due_on,amount\nALPHA,R1,2022-10-01,9\n")
    assert 'name="constant_complete_list" id="constant_complete_list" value=""' in text_of(client, batch)
    client.post(f"/imports/{batch.pk}/mapping/", {"constant_complete_list": "yes"})
    work()
    page = text_of(client, batch)
    assert 'id="constant_complete_list" value="yes"' in page
    assert "Open items that the list no longer holds count as paid." in page
    load(client, batch)
    assert Receivable.objects.get(document_no="R0").open_amount == 0
