"""Keeping uploaded files, and handing them out again behind a check that the caller has made."""

import hashlib
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from ka_crm.people.models import User
from ka_crm.records.models import StoredFile
from ka_crm.records.rules.file_types import ENDINGS, IMAGES, type_of

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_PHOTO = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000
#: Photos are kept no larger than this on their long side: enough to read a price tag.
LONG_SIDE = 2_000


def keep_file(*, by: User | None, upload: UploadedFile, only_images: bool = False) -> StoredFile:
    """Check an uploaded file and keep it; call it inside the transaction of the record that gets it.

    The type is read from the content. Images are written anew, which takes out the place where they were
    taken and whatever else a camera notes down. Raises ``ValidationError`` that says what is wrong.
    """
    limit = LARGEST_PHOTO if only_images else LARGEST_FILE
    if not upload.size or upload.size > limit:
        raise ValidationError(
            _("The file is empty.")
            if not upload.size
            else _("The file is larger than %(limit)s MB.") % {"limit": limit // 1024 // 1024}
        )
    content = upload.read()
    kind = type_of(content)
    if kind is None or (only_images and kind not in IMAGES):
        raise ValidationError(
            _("Only photos (JPEG, PNG, WebP) can be kept here.")
            if only_images
            else _("Only PDF, Office files without macros, images and plain text can be kept.")
        )
    if kind in IMAGES:
        content, kind = _written_anew(content)
    name = PurePath((upload.name or "").replace("\\", "/")).name
    stem = "".join(char for char in PurePath(name).stem if char.isprintable())[:150].strip(" .") or "file"
    stored = StoredFile(
        name=stem + ENDINGS[kind],
        content_type=kind,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        created_by=by,
    )
    stored.file.save(f"{stored.digest[:32]}{ENDINGS[kind]}", ContentFile(content), save=False)
    stored.save(force_insert=True)
    return stored


def file_response(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """Hand out a kept file, as an attachment; only images may be shown in place."""
    is_shown = inline and stored.content_type in IMAGES
    response = FileResponse(
        stored.file.open("rb"),
        as_attachment=not is_shown,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _written_anew(content: bytes) -> tuple[bytes, str]:
    """Return an image without the camera's notes, turned upright and not too large, as JPEG or PNG."""
    try:
        with Image.open(BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(_("This photo has too many pixels."))
            opened.load()
            image = ImageOps.exif_transpose(opened)
    except ValidationError:
        raise
    except Exception as error:  # damaged images fail in many ways
        raise ValidationError(_("This photo cannot be read.")) from error
    image.thumbnail((LONG_SIDE, LONG_SIDE))
    clean = BytesIO()
    if image.mode in ("RGBA", "LA", "P"):
        image.convert("RGBA").save(clean, "PNG", optimize=False)
        return clean.getvalue(), "image/png"
    image.convert("RGB").save(clean, "JPEG", quality=85)
    return clean.getvalue(), "image/jpeg"
