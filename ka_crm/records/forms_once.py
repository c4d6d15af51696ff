"""Forms of pages that create something: the same form sent twice creates once.

The template says ``{% form_key %}`` inside the form; the view is decorated with ``sent_once``.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ka_crm.records.idempotency import Claimed, claim_key, release_key, store_answer

FIELD = "form_key"
_NOT_DIGESTED = (FIELD, "csrfmiddlewaretoken")
View = Callable[..., HttpResponse]


class _NothingCreated(Exception):
    def __init__(self, response: HttpResponse) -> None:
        self.response = response


def sent_once(view: View) -> View:
    """Run a creating view once per form; a second sending is led to where the first one went.

    Redirects and finished saves in place are remembered; a form that comes back with errors may be sent
    again. The view runs inside one transaction, so keep it short.
    """

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not key or len(key) > 100:
            return view(request, *args, **kwargs)
        claim = claim_key(
            by=request.user,  # type: ignore[arg-type]
            key=f"form:{key}",
            endpoint=request.path,
            body_digest=_digest(request),
        )
        if claim.state is Claimed.ANSWERED:
            return _repeated(claim.row.answer)
        if claim.state is not Claimed.MINE:
            return render(request, "records/sent_twice.html", {"state": claim.state.value}, status=409)
        try:
            with transaction.atomic():
                response = view(request, *args, **kwargs)
                answer = _remembered(response)
                if not answer:
                    raise _NothingCreated(response)
                store_answer(claim=claim, status=response.status_code, answer=answer)
        except _NothingCreated as nothing:
            release_key(claim=claim)
            return nothing.response
        except BaseException:
            release_key(claim=claim)
            raise
        return response

    return once


def _remembered(response: HttpResponse) -> dict[str, str]:
    """Return what a second sending is answered with; nothing where nothing was created."""
    location = response.headers.get("Location") or response.headers.get("HX-Redirect")
    if location:
        return {"location": location}
    saved_in_place = response.status_code == 204 and "HX-Trigger" in response.headers
    return {"trigger": response.headers["HX-Trigger"]} if saved_in_place else {}


def _repeated(answer: dict[str, str]) -> HttpResponse:
    if "trigger" in answer:
        return HttpResponse(status=204, headers={"HX-Trigger": answer["trigger"]})
    return HttpResponseRedirect(answer["location"])


def _digest(request: HttpRequest) -> str:
    digest = hashlib.sha256()
    for name, values in sorted(request.POST.lists()):
        if name not in _NOT_DIGESTED:
            digest.update(repr((name, values)).encode())
    for name, file in sorted(request.FILES.items()):
        digest.update(repr((name, getattr(file, "name", ""), getattr(file, "size", 0))).encode())
    return digest.hexdigest()
