"""What was done, by whom, when: for administrators."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ka_crm.lib.keyset import BadCursor, keyset_page
from ka_crm.people.models import Role
from ka_crm.records import queries

PAGE_SIZE = 50
SHOWN_OF_ONE = 20
FILTERS = ("record_type", "record_id", "action", "by", "text")


def _administrators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request.user, "role", None) != Role.ADMIN:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@_administrators_only
def audit(request: HttpRequest) -> HttpResponse:
    """All audit rows, newest first, by record, act, user, label and days."""
    filters = {name: request.GET.get(name, "").strip() for name in FILTERS}
    days = {name: _day(request.GET.get(name, "")) for name in ("from_on", "to_on")}
    rows = queries.audit_rows_matching(**filters, **days)  # type: ignore[arg-type]
    cursors = {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}
    try:
        page = keyset_page(rows, order=["-pk"], size=PAGE_SIZE, **cursors)
    except BadCursor:
        page = keyset_page(rows, order=["-pk"], size=PAGE_SIZE)
    context = {
        "page": page,
        "rows": page.rows,
        "filters": filters,
        "days": days,
        "has_filters": any(filters.values()) or any(days.values()),
        "types": queries.audited_types(),
    }
    return render(request, "records/audit.html", context)


@require_GET
@_administrators_only
def audit_of(request: HttpRequest, record_type: str, record_id: str) -> HttpResponse:
    """The newest rows of one record, as a fragment."""
    rows = queries.audit_rows_of(record_type, record_id)[:SHOWN_OF_ONE]
    return render(request, "records/_audit.html", {"rows": rows})


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
