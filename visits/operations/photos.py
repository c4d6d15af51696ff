"""Photos of a visit: sent after it, each of them once."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Store
from ka_crm.people.models import User
from ka_crm.records.files import keep_file
from ka_crm.records.operations import record_change
from visits.models import CheckPart, Visit, VisitPhoto

#: Photos of one visit.
MOST_PHOTOS = 20


def keep_photo(
    *, by: User, visit: Visit, upload: UploadedFile, client_uuid: uuid.UUID, part: str = ""
) -> tuple[VisitPhoto, bool]:
    """Keep a photo of a visit without its position data; return it and whether this call kept it.

    The same ``client_uuid`` again changes nothing. Raises ``PermissionDenied`` for visits of other people,
    ``ValidationError`` for what is no photo, for an unknown ``part``, and for one photo too many.
    """
    if visit.by_id != by.pk or not Store.objects.visited_by(by).filter(pk=visit.store_id).exists():
        raise PermissionDenied
    known = _already(visit, client_uuid)
    if known:
        return known, False
    if part and part not in CheckPart.values:
        raise ValidationError({"part": _("Choose what the photo shows.")})
    if visit.photos.count() >= MOST_PHOTOS:
        raise ValidationError({"file": _("A visit keeps %(most)s photos.") % {"most": MOST_PHOTOS}})
    try:
        with transaction.atomic():
            photo = VisitPhoto(visit=visit, part=part, client_uuid=client_uuid)
            photo.file = keep_file(by=by, upload=upload, only_images=True)
            photo.save(force_insert=True)
            record_change(by=by, action="photo", record=photo, after={"visit": visit.pk, "part": part})
    except IntegrityError:
        known = _already(visit, client_uuid)  # sent twice at once: the other one was faster
        if known is None:
            raise
        return known, False
    return photo, True


def _already(visit: Visit, client_uuid: uuid.UUID) -> VisitPhoto | None:
    photo = VisitPhoto.objects.filter(client_uuid=client_uuid).first()
    if photo is not None and photo.visit_id != visit.pk:
        raise ValidationError({"client_uuid": _("This photo belongs to another visit.")})
    return photo
