"""What an inspection finds: display, promotion, sales staff, each in order or with a word and photos."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from ka_crm.lib.versions import apply_changes
from ka_crm.people.models import User
from ka_crm.records.files import keep_file
from ka_crm.records.operations import plain_value, record_change
from ka_crm.records.queries import business_today
from visits.models import CheckPart, Finding, FindingPhoto, Inspection
from visits.operations.flags import check_open, locked_flag

#: What a supervisor looks at in a flagged store.
PARTS = (CheckPart.DISPLAY, CheckPart.PROMOTION, CheckPart.STAFF)
MOST_PHOTOS = 6


@dataclass(frozen=True)
class Found:
    """What was found in one part; not in order needs a word. ``photos`` are uploaded files."""

    is_ok: bool
    text: str = ""
    photos: Sequence[Any] = field(default_factory=tuple)


def record_inspection(
    *,
    by: User,
    inspection: Inspection,
    version: int,
    found: Mapping[str, Found],
    note: str = "",
    done_on: dt.date | None = None,
) -> Inspection:
    """Keep what was found in some of the three parts; with all three the inspection is done.

    A part looked at again replaces its words and keeps its photos. ``done_on`` is today unless said.
    Raises ``ValidationError`` by field, ``StaleVersion`` and ``PermissionDenied``.
    """
    day = done_on or business_today()
    _check(found, day)
    with transaction.atomic():
        flag = locked_flag(by, inspection.flag)
        check_open(flag)
        fresh = Inspection.objects.select_for_update().get(pk=inspection.pk)
        for part, one in found.items():
            _keep(by, fresh, part, one)
        known = set(fresh.findings.values_list("part", flat=True))
        is_done = known.issuperset(PARTS)
        changes = {"note": note.strip(), "done_on": (fresh.done_on or day) if is_done else None}
        before = {"done_on": plain_value(fresh.done_on)}
        apply_changes(fresh, version=version, changes=changes)
        after = {part: "ok" if one.is_ok else one.text for part, one in found.items()}
        record_change(
            by=by,
            action="record_inspection",
            record=fresh,
            before=before,
            after={**after, "done_on": plain_value(fresh.done_on)},
        )
    return fresh


def add_finding_photo(
    *, by: User, inspection: Inspection, part: str, upload: "UploadedFile[Any]"
) -> tuple[FindingPhoto, bool]:
    """Keep a photo of a part that was looked at; return it and whether this call kept it.

    The same photo again changes nothing. Raises ``PermissionDenied`` and ``ValidationError`` by field.
    """
    with transaction.atomic():
        flag = locked_flag(by, inspection.flag)
        check_open(flag)
        finding = Finding.objects.filter(inspection=inspection, part=part).first()
        if finding is None:
            raise ValidationError({"part": _("First say whether this part is in order.")})
        try:
            kept = keep_file(by=by, upload=upload, only_images=True)
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from error
        known = finding.photos.filter(file__digest=kept.digest).select_related("file", "finding").first()
        if known is not None:
            kept.file.delete(save=False)
            kept.delete()
            return known, False
        if finding.photos.count() >= MOST_PHOTOS:
            raise ValidationError({"file": _("At most %(n)s photos.") % {"n": MOST_PHOTOS}})
        photo = FindingPhoto.objects.create(finding=finding, file=kept)
        record_change(
            by=by,
            action="photo",
            record=inspection,
            after={"part": part, "file": kept.name, "photo": photo.pk},
        )
    return photo, True


def _check(found: Mapping[str, Found], day: dt.date) -> None:
    errors: dict[str, str] = {}
    if not found:
        raise ValidationError(_("Say what you found in at least one of the three parts."))
    for part, one in found.items():
        if part not in PARTS:
            raise ValidationError(_("There is no such part of an inspection."))
        if not one.is_ok and not one.text.strip():
            errors[f"{part}_text"] = _("Say what is not in order.")
        if len(one.photos) > MOST_PHOTOS:
            errors[f"{part}_photos"] = _("At most %(n)s photos.") % {"n": MOST_PHOTOS}
    if day > business_today():
        errors["done_on"] = _("A day in the future is not possible.")
    if errors:
        raise ValidationError(errors)  # type: ignore[arg-type]


def _keep(by: User, inspection: Inspection, part: str, one: Found) -> None:
    finding, _is_new = Finding.objects.update_or_create(
        inspection=inspection, part=part, defaults={"is_ok": one.is_ok, "text": one.text.strip()}
    )
    for upload in one.photos:
        try:
            kept = keep_file(by=by, upload=upload, only_images=True)
        except ValidationError as error:
            raise ValidationError({f"{part}_photos": error.messages}) from error  # type: ignore[dict-item]
        FindingPhoto.objects.create(finding=finding, file=kept)
