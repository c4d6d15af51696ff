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

    Only redirects are remembered: a form that comes back with errors may be sent again. The view runs
    inside one transaction, so keep it short.
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
            return HttpResponseRedirect(claim.row.answer["location"])
        if claim.state is not Claimed.MINE:
            return render(request, "records/sent_twice.html", {"state": claim.state.value}, status=409)
        try:
            with transaction.atomic():
                response = view(request, *args, **kwargs)
                location = response.headers.get("Location") or response.headers.get("HX-Redirect")
                if not location:
                    raise _NothingCreated(response)
                store_answer(claim=claim, status=response.status_code, answer={"location": location})
        except _NothingCreated as nothing:
            release_key(claim=claim)
            return nothing.response
        except BaseException:
            release_key(claim=claim)
            raise
        return response

    return once


def _digest(request: HttpRequest) -> str:
    digest = hashlib.sha256()
    for name, values in sorted(request.POST.lists()):
        if name not in _NOT_DIGESTED:
            digest.update(repr((name, values)).encode())
    for name, file in sorted(request.FILES.items()):
        digest.update(repr((name, getattr(file, "name", ""), getattr(file, "size", 0))).encode())
    return digest.hexdigest()
