"""What the views of the API share: idempotent creating, versions on updates, visibility."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.lib.versions import claim_version
from ka_crm.people.models import User
from ka_crm.records.api.problems import Problem
from ka_crm.records.idempotency import MAX_KEY_LENGTH, Claimed, claim_key, release_key, store_answer

HEADER = "Idempotency-Key"


def answer_once(request: Request, work: Callable[[], Response], *, is_required: bool = True) -> Response:
    """Run ``work`` once per ``Idempotency-Key`` of this user, and give the stored answer afterwards.

    Missing where required → 400, in flight → 409, same key with another address or body → 422. ``work``
    runs in one transaction with its answer. Errors are not stored: the key may be sent again.
    """
    key = request.headers.get(HEADER, "").strip()
    if not key:
        if is_required:
            raise Problem(400, f"Send a header {HEADER} with a value of your own, new for every new record.")
        return work()
    if len(key) > MAX_KEY_LENGTH:
        raise Problem(400, f"{HEADER} has at most {MAX_KEY_LENGTH} characters.")
    claim = claim_key(
        by=request.user,  # type: ignore[arg-type]
        key=key,
        endpoint=f"{request.method} {request.get_full_path()}"[:200],
        body_digest=body_digest(request),
    )
    if claim.state is Claimed.OTHER_BODY:
        raise Problem(422, f"This {HEADER} was used for another request.")
    if claim.state is Claimed.IN_FLIGHT:
        raise Problem(409, "The first request with this key is still being worked on. Send it again later.")
    if claim.state is Claimed.ANSWERED:
        stored = claim.row.answer
        headers = {**stored.get("headers", {}), "Idempotent-Replayed": "true"}
        return Response(stored.get("data"), status=claim.row.status, headers=headers)
    try:
        with transaction.atomic():
            response = work()
            if response.status_code >= 400:
                raise _Refused(response)
            store_answer(claim=claim, status=response.status_code, answer=_stored(response))
    except _Refused as refused:
        release_key(claim=claim)
        return refused.response
    except BaseException:
        release_key(claim=claim)
        raise
    return response


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def _stored(response: Response) -> dict[str, Any]:
    data = json.loads(JSONRenderer().render(response.data)) if response.data is not None else None
    headers = {"Location": response["Location"]} if response.has_header("Location") else {}
    return {"data": data, "headers": headers}


def body_digest(request: Request) -> str:
    """Return a digest of what a request says, whatever the order of its keys."""
    digest = hashlib.sha256()
    data = request.data
    if isinstance(data, dict) and not hasattr(data, "lists"):
        digest.update(json.dumps(data, sort_keys=True, default=str).encode())
    elif hasattr(data, "lists"):
        for name, values in sorted(data.lists()):
            for value in values:
                digest.update(repr(name).encode())
                digest.update(
                    _file_digest(value) if isinstance(value, UploadedFile) else repr(value).encode()
                )
    else:
        digest.update(json.dumps(data, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _file_digest(file: UploadedFile) -> bytes:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.digest()


class IdempotentCreateMixin:
    """A creating POST that may be sent twice; put it before the framework's own classes.

    ``requires_idempotency_key`` false makes the header optional. Other creating actions of the view wrap
    their work in ``answer_once``.
    """

    requires_idempotency_key: ClassVar[bool] = True

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return answer_once(
            request,
            lambda: super(IdempotentCreateMixin, self).create(request, *args, **kwargs),  # type: ignore[misc]
            is_required=self.requires_idempotency_key,
        )


class VersionedUpdateMixin:
    """PATCH and PUT name the ``version`` they start from; a stale one gets 409 with the differences.

    ``perform_update`` claims the version and saves, in one transaction. Views that call an operation
    override it and hand ``self.expected_version`` on; the operation raises ``StaleVersion``.
    """

    expected_version: int

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        version = request.data.get("version") if hasattr(request.data, "get") else None
        if isinstance(version, str) and version.isascii() and version.isdigit():
            version = int(version)
        if isinstance(version, bool) or not isinstance(version, int):
            raise ValidationError({"version": ["Send the version that you read, a whole number."]})
        self.expected_version = version
        return super().update(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    def perform_update(self, serializer: Any) -> None:
        changes = {key: value for key, value in serializer.validated_data.items() if key != "version"}
        with transaction.atomic():
            claim_version(serializer.instance, version=self.expected_version, changes=changes)
            serializer.validated_data.pop("version", None)
            serializer.save()


class VisibleQuerysetMixin:
    """Only what the caller may see; everything else is 404.

    Either the queryset has ``visible_to(user)``, or the view names a scope (a function of viewer and
    prefix, such as those of ``accounts.visibility``) and the path to the record it is about.
    """

    visibility_scope: ClassVar[Callable[[User, str], Q] | None] = None
    visibility_prefix: ClassVar[str] = ""

    def get_queryset(self) -> "QuerySet[Any]":
        rows = super().get_queryset()  # type: ignore[misc]
        if getattr(self, "swagger_fake_view", False):
            return rows.none()  # type: ignore[no-any-return]
        viewer = self.request.user  # type: ignore[attr-defined]
        scope = type(self).visibility_scope
        if scope is not None:
            return rows.filter(scope(viewer, self.visibility_prefix))  # type: ignore[no-any-return]
        return rows.visible_to(viewer)  # type: ignore[no-any-return]
