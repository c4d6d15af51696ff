"""Kept files: what is refused, and what a photo no longer tells."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from ka_crm.records.files import file_response, keep_file


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo(size=(80, 60), **options) -> bytes:
    file = io.BytesIO()
    image = Image.new("RGB", size, "navy")
    exif = image.getexif()
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825)[1] = "N"  # the place
    image.save(file, "JPEG", exif=exif, **options)
    return file.getvalue()


def test_a_photo_is_kept_upright_and_without_its_place(adam):
    stored = keep_file(by=adam, upload=SimpleUploadedFile("shelf.png", photo()), only_images=True)
    with Image.open(stored.file.open()) as kept:
        assert kept.size == (60, 80)
        assert not kept.getexif()
    assert stored.name == "shelf.jpg"


def test_a_large_photo_is_made_smaller(adam):
    stored = keep_file(by=adam, upload=SimpleUploadedFile("a.jpg", photo((4000, 1000))))
    with Image.open(stored.file.open()) as kept:
        assert max(kept.size) == 2000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("script.pdf", b"<script>alert(1)</script>"),
        ("broken.jpg", b"\xff\xd8\xff\xe0 not a photo"),
    ],
)
def test_bad_files_are_refused_in_words(adam, name, content):
    with pytest.raises(ValidationError):
        keep_file(by=adam, upload=SimpleUploadedFile(name, content))


def test_a_pdf_is_no_photo(adam):
    with pytest.raises(ValidationError):
        keep_file(by=adam, upload=SimpleUploadedFile("a.jpg", b"%PDF-1.4"), only_images=True)


def test_a_file_is_handed_out_as_an_attachment_under_a_tame_name(adam):
    stored = keep_file(by=adam, upload=SimpleUploadedFile("..\\..\\evil\r\n.pdf.exe", b"%PDF-1.4 x"))
    response = file_response(stored, inline=True)
    assert response["Content-Disposition"].startswith("attachment")
    assert "exe" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
