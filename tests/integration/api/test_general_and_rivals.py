"""General parts, papers and competitors over HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Competitor, Contact, Document, Profile, Rival
from ka_crm.records.models import AuditRow
from tests.integration.api.conftest import everything, refused

PDF = b"%PDF-1.4 terms"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def paper(**values):
    return {"customer_code": "ALPHA", "file": SimpleUploadedFile("Terms.pdf", PDF), **values}


@pytest.fixture
def profile(as_alice, alpha):
    answer = as_alice.post("profiles/", {"customer_code": "ALPHA", "history": "Since 1930"})
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.fixture
def document(as_alice, alpha):
    answer = as_alice.post("documents/", paper(kind="contract"), format="multipart")
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.fixture
def diageo(db):
    return Competitor.objects.create(name="Diageo")


@pytest.fixture
def rival(as_alice, alpha, diageo):
    body = {"customer_code": "ALPHA", "competitor": "Diageo", "stage": "offered"}
    answer = as_alice.post("rivals/", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_general_part_is_written_once_and_changed_by_its_customer_s_code(as_alice, alpha, profile):
    assert AuditRow.objects.filter(record_type="accounts.profile").count() == 1
    refused(as_alice.post("profiles/", {"customer_code": "ALPHA", "history": "x"}), 400)
    answer = as_alice.patch("profiles/ALPHA/", {"delivery": "By train", "version": profile["version"]})
    assert answer.status_code == 200
    assert (answer.json()["history"], answer.json()["delivery"]) == ("Since 1930", "By train")
    late = refused(as_alice.patch("profiles/ALPHA/", {"history": "x", "version": 1}), 409)
    assert late["version"] == 2 and late["differences"][0]["field"] == "history"
    assert as_alice.codes("profiles/", "customer_code", customer="ALPHA") == ["ALPHA"]
    refused(as_alice.delete("profiles/ALPHA/"), 405)


def test_a_general_part_says_where_it_is(as_alice, alpha):
    answer = as_alice.post("profiles/", {"customer_code": "ALPHA"})
    assert answer["Location"].endswith("/api/v1/profiles/ALPHA/")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"customer_code": "ALPHA", "fiscal_year_month": 13}, "fiscal_year_month"),
        ({"customer_code": "ALPHA", "bargaining_power": "huge"}, "bargaining_power"),
        ({"customer_code": "BETA"}, "customer_code"),
        ({}, "customer_code"),
    ],
)
def test_a_bad_general_part_changes_nothing(as_alice, alpha, beta, body, field):
    before = everything()
    assert field in refused(as_alice.post("profiles/", body), 400)["errors"]
    assert everything() == before


def test_a_document_is_sent_with_its_file_once_and_downloaded_again(as_alice, alpha):
    first = as_alice.post("documents/", paper(), format="multipart", key="same")
    again = as_alice.post("documents/", paper(), format="multipart", key="same")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"] and Document.objects.count() == 1
    shown = first.json()
    assert (shown["title"], shown["file_name"], shown["size"]) == ("Terms", "Terms.pdf", len(PDF))
    assert shown["content_type"] == "application/pdf" and "file" not in shown
    file = as_alice.get(f"documents/{shown['id']}/download/")
    assert file.status_code == 200 and file.getvalue() == PDF
    assert file["Content-Disposition"].startswith("attachment")


def test_a_document_s_facts_change_and_its_file_does_not(as_alice, document):
    path = f"documents/{document['id']}/"
    answer = as_alice.patch(path, {"title": "Terms 2023", "version": 1})
    assert answer.status_code == 200 and answer.json()["title"] == "Terms 2023"
    refused(as_alice.patch(path, {"title": "late", "version": 1}), 409)
    body = {"version": "2", "file": SimpleUploadedFile("b.pdf", b"%PDF-2")}
    problem = refused(as_alice.client.patch(f"/api/v1/{path}", body, format="multipart"), 400)
    assert "file" in problem["errors"]


def test_an_archived_document_is_not_handed_out_until_it_is_restored(as_alice, document):
    path = f"documents/{document['id']}/"
    assert as_alice.delete(path).status_code == 204
    refused(as_alice.get(f"{path}download/"), 404)
    assert as_alice.codes("documents/", "id") == []
    assert as_alice.codes("documents/", "id", archived="true") == [document["id"]]
    assert as_alice.post(f"{path}restore/", key=None).status_code == 200
    assert as_alice.get(f"{path}download/").getvalue() == PDF


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.svg", b"<svg/>"), ("a.pdf", b"<html><script>alert(1)</script>"), ("a.pdf", b"")],
)
def test_a_bad_file_is_refused_and_leaves_nothing(as_alice, alpha, name, content):
    before = everything()
    body = {"customer_code": "ALPHA", "file": SimpleUploadedFile(name, content)}
    assert "file" in refused(as_alice.post("documents/", body, format="multipart"), 400)["errors"]
    assert "file" in refused(as_alice.post("documents/", {"customer_code": "ALPHA"}), 400)["errors"]
    refused(as_alice.post("documents/", paper(), format="multipart", key=None), 400)
    assert everything() == before


def test_a_paper_of_15_mb_is_not_too_much_and_such_a_json_is(as_alice, alpha):
    large = SimpleUploadedFile("a.pdf", PDF + b" " * 15 * 1024 * 1024)
    body = {"customer_code": "ALPHA", "file": large}
    assert as_alice.post("documents/", body, format="multipart").status_code == 201
    refused(as_alice.post("documents/", {"customer_code": "ALPHA", "note": "x" * 11 * 1024 * 1024}), 413)


def test_a_rival_is_placed_once_with_a_reason_for_every_pace(as_alice, rival):
    body = {"customer_code": "ALPHA", "competitor": "Diageo"}
    assert "competitor" in str(refused(as_alice.post("rivals/", body), 400)["errors"])
    path = f"rivals/{rival['id']}/"
    problem = refused(as_alice.patch(path, {"pace": "push", "version": 1}), 400)
    assert "pace_reason" in problem["errors"]
    good = {"pace": "push", "pace_reason": "They are close", "version": 1}
    assert as_alice.patch(path, good).json()["pace"] == "push"
    refused(as_alice.patch(path, {"stage": "trial", "version": 1}), 409)
    assert as_alice.codes("rivals/", "id", customer="ALPHA", competitor="diageo") == [rival["id"]]
    assert as_alice.delete(path).status_code == 204
    assert as_alice.codes("rivals/", "id") == []


def test_a_move_names_people_of_its_customer(as_dora, alpha, beta, diageo, dora):
    body = {"customer_code": "ALPHA", "competitor": "Diageo", "on": "2022-10-01", "owner_email": dora.email}
    stranger = Contact.objects.create(customer=beta, name="Stranger")
    assert "contact" in refused(as_dora.post("rival-moves/", {**body, "contact": stranger.pk}), 400)["errors"]
    assert "on" in refused(as_dora.post("rival-moves/", {**body, "on": "2999-01-01"}), 400)["errors"]
    made = as_dora.post("rival-moves/", {**body, "said": "Hello"})
    assert made.status_code == 201
    assert as_dora.codes("rival-moves/", "said", on_from="2022-10-01", on_to="2022-10-01") == ["Hello"]
    assert as_dora.codes("rival-moves/", "said", on_from="2022-10-02") == []


def test_competitors_are_made_by_everybody_who_edits_and_renamed_by_stewards(as_alice, as_dora, diageo):
    made = as_alice.post("competitors/", {"name": "Beam"})
    assert made.status_code == 201
    assert "name" in refused(as_alice.post("competitors/", {"name": "diageo"}), 400)["errors"]
    path = f"competitors/{diageo.pk}/"
    refused(as_alice.patch(path, {"name": "x", "version": 1}), 403)
    refused(as_alice.delete(path), 403)
    assert as_dora.patch(path, {"name": "Diageo plc", "version": 1}).status_code == 200
    assert as_dora.delete(path).status_code == 204
    assert as_alice.codes("competitors/", "name") == ["Beam"]


LISTS = ("profiles/", "documents/", "rivals/", "rival-moves/")


def test_strangers_say_who_they_are_first(stranger, document, profile, rival):
    paths = (*LISTS, "competitors/", f"documents/{document['id']}/download/", "profiles/ALPHA/")
    for path in paths:
        refused(stranger.get(path), 401)


@pytest.mark.parametrize("who", ["bob", "fay", "rex"])
def test_who_does_not_see_the_customer_finds_and_changes_nothing(
    request, caller, who, document, profile, rival, beta
):
    other = caller(request.getfixturevalue(who))
    before = everything()
    for path in LISTS:
        assert other.codes(path, "version") == []
    for path in ("profiles/ALPHA/", f"documents/{document['id']}/", f"rivals/{rival['id']}/"):
        refused(other.get(path), 404)
        refused(other.patch(path, {"note": "x", "version": 1}), 404)
    refused(other.get(f"documents/{document['id']}/download/"), 404)
    refused(other.delete(f"documents/{document['id']}/"), 404)
    refused(other.post(f"documents/{document['id']}/restore/", key=None), 404)
    status = 400 if who == "bob" else 403
    refused(other.post("documents/", paper(), format="multipart"), status)
    refused(other.post("rivals/", {"customer_code": "ALPHA", "competitor": "Diageo"}), status)
    refused(other.post("profiles/", {"customer_code": "ALPHA"}), status)
    assert everything() == before
    assert Profile.objects.count() == Document.objects.count() == Rival.objects.count() == 1
