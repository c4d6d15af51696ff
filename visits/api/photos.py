"""Photos over HTTP: what visits and inspections have in common."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from ka_crm.records.api.problems import Problem
from ka_crm.records.files import LARGEST_PHOTO
from visits.api.flag_shapes import FINDING_PARTS

#: What a request may hold besides the photo itself.
_AROUND = 64 * 1024
PHOTO_NUMBER = "photos/(?P<number>[0-9]{1,18})"
LARGEST_MB = LARGEST_PHOTO // 1024 // 1024
UPLOAD_TEXT = (
    f"JPEG, PNG or WebP by its content, at most {LARGEST_MB} MB (413 above). Kept upright, at most 2,000 "
    "pixels on the long side, without position data."
)


class PhotoShownSerializer(serializers.Serializer[Any]):
    """A photo that is kept; fetch its content at ``photos/<id>/``."""

    id = serializers.IntegerField()
    part = serializers.CharField(allow_blank=True)
    name = serializers.CharField(source="file.name")
    content_type = serializers.CharField(source="file.content_type")
    size = serializers.IntegerField(source="file.size", help_text="Bytes.")


class VisitPhotoShownSerializer(PhotoShownSerializer):
    client_uuid = serializers.UUIDField()


class FindingPhotoShownSerializer(PhotoShownSerializer):
    part = serializers.CharField(source="finding.part")


class FindingPhotoSerializer(serializers.Serializer[Any]):
    """A photo of one part of an inspection, which has been looked at before."""

    file = serializers.FileField(help_text=UPLOAD_TEXT)
    part = serializers.ChoiceField(choices=FINDING_PARTS)


#: The description of an action that hands out a photo.
photo_content = extend_schema(
    parameters=[OpenApiParameter("number", int, OpenApiParameter.PATH, description="``id`` of the photo.")],
    responses={(200, "image/jpeg"): OpenApiTypes.BINARY, (200, "image/png"): OpenApiTypes.BINARY},
)


def refuse_too_large(request: Request) -> None:
    """Answer 413 before anything of an upload is read that cannot be a photo we keep."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > LARGEST_PHOTO + _AROUND:
        raise Problem(413, f"A photo has at most {LARGEST_MB} MB.")
