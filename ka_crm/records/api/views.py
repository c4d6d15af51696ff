"""What the lists and records of the API have in common. The writing itself is done by operations."""

import dataclasses
from typing import Any, ClassVar
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.http import Http404
from rest_framework import mixins, serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from ka_crm.lib.versions import StaleVersion
from ka_crm.people.models import User
from ka_crm.records.api.filters import DeclaredFilters
from ka_crm.records.api.mixins import IdempotentCreateMixin, VersionedUpdateMixin
from ka_crm.records.api.problems import Problem


class WritersOnly(BasePermission):
    """Writing is for those whom the view's ``may_write`` names; on records that they can see at all."""

    message = "Your role may not do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in SAFE_METHODS or bool(view.detail) or view.may_write(request.user)

    def has_object_permission(self, request: Request, view: Any, record: Any) -> bool:
        return request.method in SAFE_METHODS or view.may_write(request.user)


class Endpoint(GenericViewSet):
    """The ground of all views: who may write, filters, errors named as the API names its fields.

    ``idempotent_actions`` says which actions want an ``Idempotency-Key``, and whether they must have one.
    """

    permission_classes = [IsAuthenticated, WritersOnly]
    filter_backends = [DeclaredFilters]
    parser_classes = [JSONParser]
    lookup_value_regex = "[^/]+"
    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options"]
    idempotent_actions: ClassVar[dict[str, bool]] = {}
    extra_parameters: ClassVar[tuple[str, ...]] = ()
    filterset_class: Any = None

    def may_write(self, user: User) -> bool:
        """Return whether the role writes here at all; operations look at the single record."""
        return False

    def get_object(self) -> Any:
        """Return the record of the address among all that the caller may see, archived or not."""
        value = str(self.kwargs[self.lookup_url_kwarg or self.lookup_field])
        is_number = self.lookup_field == "pk"
        if not value.isprintable() or (
            is_number and not (value.isascii() and value.isdigit() and len(value) < 19)
        ):
            raise Http404
        record = self.get_queryset().filter(**{self.lookup_field: value}).first()
        if record is None:
            raise Http404
        self.check_object_permissions(self.request, record)
        return record

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_file = MultiPartParser in self.parser_classes and request.content_type.startswith("multipart/")
        if not is_file and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise Problem(413, "This is too much at once; send it in parts, or as a file to imports.")

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, RecursionError):
            exc = ParseError("This is nested too deeply.")
        return super().handle_exception(renamed(exc, self._names()))

    def _names(self) -> dict[str, str]:
        """Names of the model's fields → names that the API has for them."""
        try:
            fields = self.get_serializer().fields  # type: ignore[attr-defined]
        except (AssertionError, AttributeError):
            return {}
        return {field.source: name for name, field in fields.items() if field.source != "*"}


def renamed(exc: Exception, names: dict[str, str]) -> Exception:
    """Return the error with the API's names of the fields."""
    if isinstance(exc, StaleVersion):
        found = [
            dataclasses.replace(item, field=names.get(item.field, item.field)) for item in exc.differences
        ]
        return StaleVersion(exc.record, found)
    if isinstance(exc, ValidationError) and hasattr(exc, "error_dict"):
        errors = {
            "non_field_errors" if name == NON_FIELD_ERRORS else names.get(name, name): texts
            for name, texts in exc.message_dict.items()
        }
        return serializers.ValidationError(errors)
    return exc


class ReadOnlyEndpoint(mixins.ListModelMixin, mixins.RetrieveModelMixin, Endpoint):
    """A list and its records, to read."""

    http_method_names = ["get", "head", "options"]


class RecordEndpoint(
    IdempotentCreateMixin,
    VersionedUpdateMixin,
    mixins.CreateModelMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    Endpoint,
):
    """Records that are created once, changed under a version, and archived by DELETE.

    A view says how by ``create_by``, ``change_by`` and ``archive_by``: one call down each.
    """

    lookup_field = "code"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}

    def create_by(self, by: User, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def change_by(self, by: User, record: Any, version: int, changes: dict[str, Any]) -> Any:
        raise NotImplementedError

    def archive_by(self, by: User, record: Any) -> None:
        raise NotImplementedError

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.get_object()  # what one cannot see or write is told before what is wrong with the body
        return super().update(request, *args, **kwargs)

    def perform_create(self, serializer: Any) -> None:
        values = {name: value for name, value in serializer.validated_data.items() if name != "version"}
        serializer.instance = self.create_by(self.request.user, values)  # type: ignore[arg-type]

    def perform_update(self, serializer: Any) -> None:
        record = serializer.instance
        changes = changes_in(record, serializer.validated_data)
        serializer.instance = self.change_by(
            self.request.user,  # type: ignore[arg-type]
            record,
            self.expected_version,
            changes,
        )

    def perform_destroy(self, instance: Any) -> None:
        self.archive_by(self.request.user, instance)  # type: ignore[arg-type]

    def get_success_headers(self, data: Any) -> dict[str, str]:
        key = data.get(self.lookup_field if self.lookup_field != "pk" else "id")
        return {
            "Location": self.request.build_absolute_uri(f"{self.request.path}{quote(str(key), safe='')}/")
        }


class NumberedEndpoint(RecordEndpoint):
    """Records without a code of their own."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"


def changes_in(record: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """Return only what differs from the record, without its version: what a form would have changed."""
    return {
        name: value for name, value in values.items() if name != "version" and getattr(record, name) != value
    }
