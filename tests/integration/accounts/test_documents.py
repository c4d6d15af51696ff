"""Papers of a dossier: what may be uploaded, who gets them, and what becomes of them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import Document
from accounts.operations.documents import add_document
from ka_crm.records import files
from ka_crm.records.models import AuditRow, StoredFile

TAB = "/accounts/ALPHA/documents/"
NEW = "/accounts/ALPHA/-/document/new/"
DROP = "/accounts/ALPHA/-/documents/add/"
PDF = b"%PDF-1.4 terms"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def pdf(name="Terms.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def keep(by, customer, name="Terms.pdf", **values):
    return add_document(by=by, customer=customer, values={"upload": pdf(name), **values})


def link(document, code="ALPHA"):
    return f"/accounts/{code}/-/documents/{document.pk}/{document.file.name}"


def photo():
    file = io.BytesIO()
    image = Image.new("RGB", (80, 60), "navy")
    exif = image.getexif()
    exif.get_ifd(0x8825)[1] = "N"  # the place
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_a_document_is_kept_with_one_audit_row_and_called_as_its_file(client, alice, alpha):
    client.force_login(alice)
    answer = client.post(NEW, {"upload": pdf(), "title": "", "kind": "contract", "dated_on": "2022-01-31"})
    assert answer.url == TAB
    document = Document.objects.get()
    assert (document.title, document.kind, document.created_by) == ("Terms", "contract", alice)
    assert [row.record_type for row in AuditRow.objects.all()] == ["accounts.document"]
    text = client.get(TAB).text
    assert "Terms" in text and link(document) in text and "31 Jan 2022" in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("plan.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("plan.docx", b"PK\x03\x04 no archive"),
        ("plan.jpg", b"\xff\xd8\xff\xe0 no photo"),
        ("plan.exe", b"MZ\x90\x00\x03\x00"),
        ("plan.txt", b""),
    ],
)
def test_what_is_not_what_it_says_is_refused_in_words_and_leaves_nothing(client, alice, alpha, name, content):
    client.force_login(alice)
    answer = client.post(NEW, {"upload": SimpleUploadedFile(name, content), "title": "x", "kind": "other"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["upload"]
    assert not Document.objects.exists() and not StoredFile.objects.exists()


def test_a_file_too_large_is_refused_with_the_limit(client, alice, alpha, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 1024 * 1024)
    client.force_login(alice)
    large = pdf(content=PDF + b"x" * 1024 * 1024)
    answer = client.post(NEW, {"upload": large, "title": "x", "kind": "other"})
    assert answer.status_code == 422 and "1 MB" in answer.text
    assert not Document.objects.exists()


def test_a_document_needs_a_file(client, alice, alpha):
    client.force_login(alice)
    answer = client.post(NEW, {"title": "x", "kind": "other"})
    assert answer.status_code == 422 and answer.context["form"].errors["upload"]


def test_a_photo_loses_its_place(client, alice, alpha):
    client.force_login(alice)
    client.post(NEW, {"upload": SimpleUploadedFile("shelf.jpg", photo()), "title": "Shelf", "kind": "photo"})
    answer = client.get(link(Document.objects.get()))
    with Image.open(io.BytesIO(answer.getvalue())) as kept:
        assert not kept.getexif()


def test_several_dropped_at_once_are_each_kept_or_refused(client, alice, alpha):
    client.force_login(alice)
    bad = SimpleUploadedFile("evil.svg", b"<svg/>")
    answer = client.post(DROP, {"files": [pdf("a.pdf"), bad, pdf("b.pdf")]}, follow=True)
    assert sorted(Document.objects.values_list("title", flat=True)) == ["a", "b"]
    assert "evil.svg: Only PDF" in answer.text and "2 documents kept." in answer.text


def test_a_form_sent_twice_keeps_a_file_once(client, alice, alpha):
    client.force_login(alice)
    for _ in range(2):
        client.post(DROP, {"files": [pdf()], "form_key": "once"})
    assert Document.objects.count() == 1


def test_a_file_is_an_attachment_that_nobody_stores_on_the_way(client, alice, alpha):
    client.force_login(alice)
    answer = client.get(link(keep(alice, alpha)))
    assert answer.status_code == 200 and answer.getvalue() == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="Terms.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 200), ("sue", 200), ("dora", 200), ("bob", 404), ("fay", 404), ("rex", 404)]
)
def test_a_file_is_there_for_who_sees_the_customer(client, request, alice, alpha, beta, who, status):
    document = keep(alice, alpha)
    client.force_login(request.getfixturevalue(who))
    assert client.get(link(document)).status_code == status
    assert client.get(TAB).status_code == status
    assert client.get(link(document, "BETA")).status_code == 404
    if status == 404:
        assert client.post(DROP, {"files": [pdf()]}).status_code == 404
        assert client.post(NEW, {"upload": pdf(), "title": "x", "kind": "other"}).status_code == 404
        assert Document.objects.count() == 1


def test_anonymous_people_get_no_file(client, alice, alpha):
    answer = client.get(link(keep(alice, alpha)))
    assert answer.status_code == 302 and answer.url.startswith("/login/")


def test_files_have_no_address_of_their_own(client, alice, alpha, settings):
    document = keep(alice, alpha)
    client.force_login(alice)
    for path in (f"/media/{document.file.file.name}", f"/static/{document.file.file.name}"):
        assert client.get(path).status_code == 404


def test_a_removed_document_is_not_served_until_it_is_brought_back(client, alice, alpha):
    client.force_login(alice)
    document = keep(alice, alpha)
    client.post(f"/accounts/ALPHA/-/document/{document.pk}/remove/")
    assert client.get(link(document)).status_code == 404
    assert "Terms" not in client.get(TAB).text
    client.post(f"/accounts/ALPHA/-/document/{document.pk}/restore/")
    assert client.get(link(document)).getvalue() == PDF


def test_facts_are_changed_and_the_file_stays(client, alice, alpha):
    client.force_login(alice)
    document = keep(alice, alpha)
    edit = f"/accounts/ALPHA/-/document/{document.pk}/"
    values = {"title": "Terms 2023", "kind": "contract", "version": 1}
    assert client.post(edit, {**values, "upload": pdf("other.pdf", b"%PDF-1.7 other")}).url == TAB
    assert client.post(edit, {**values, "title": "late"}).status_code == 409
    document.refresh_from_db()
    assert (document.title, document.version) == ("Terms 2023", 2)
    assert client.get(link(document)).getvalue() == PDF


def test_the_panel_costs_the_same_for_many(client, alice, alpha):
    client.force_login(alice)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(TAB).status_code == 200
        return len(found)

    keep(alice, alpha)
    before = queries()
    for number in range(12):
        keep(alice, alpha, f"{number}.pdf")
    assert queries() <= before
