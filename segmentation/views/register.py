"""``/segmentation/key-accounts/``: the register on any day, and as a file."""

import contextlib
import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.queries import kams_seen_by
from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.money import from_scaled
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import CustomerResult
from segmentation.queries import current_run
from segmentation.queries.key_accounts import register_rows
from segmentation.queries.selection import open_round_of
from segmentation.views import selection_words as words
from segmentation.views.shared import asks_for_part, for_readers, viewer_of

#: Rows of the page; the file has all.
_MOST = 500


@require_GET
@for_readers
def key_accounts(request: HttpRequest) -> HttpResponse:
    """Show who is a key account on a day (``?on=``), narrowed by reason, KAM and text."""
    viewer, asked = viewer_of(request), _asked(request)
    rows = list(_found(request, asked)[: _MOST + 1])
    more = len(rows) > _MOST
    shown = _with_results(rows[:_MOST])
    context = {
        **asked,
        "today": business_today(),
        "rows": shown,
        "more": more,
        "types": [(key, str(label)) for key, label in words.TYPES.items()],
        "kams": kams_seen_by(viewer) if viewer.role != "kam" else [],
        "potential": sum(row["potential"] or 0 for row in shown),
        "ours": sum(row["ours"] or 0 for row in shown),
        "round": open_round_of(),
        "may_select": access.may_select(viewer),
        "is_filtered": any(asked[name] for name in ("type", "kam", "q")),
        "download": request.GET.urlencode(),
    }
    part = asks_for_part(request, "register-part")
    template = "segmentation/_register.html" if part else "segmentation/key_accounts.html"
    return render(request, template, context)


@require_GET
@for_readers
def register_download(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Answer with the same rows as CSV or XLSX."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    asked = _asked(request)
    header = [
        _("code"), _("account"), _("reasons"), _("key account since"), _("term from"), _("term until before"),
        _("how"), _("why"), _("score"), _("decided by"), _("selection"), _("criteria"), _("KAM"),
        _("buys at all"), _("ours"),
    ]  # fmt: skip
    rows = _with_results(list(_found(request, asked)))
    lines = (
        [
            row["customer"].code, row["customer"].name, row["types"], row["term"].since_on,
            row["term"].from_on, row["term"].to_on, str(row["how"]), row["term"].reason, row["term"].score,
            str(row["term"].decided_by or ""), str(row["term"].round or ""), str(row["term"].criteria or ""),
            str(row["customer"].kam or ""), _money(row["potential"]), _money(row["ours"]),
        ]
        for row in rows
    )  # fmt: skip
    name = f"key-accounts-{asked['on'].isoformat()}"
    return csv_response(name, header, lines) if kind == "csv" else xlsx_response(name, header, lines)


def _asked(request: HttpRequest) -> dict[str, Any]:
    day = business_today()
    with contextlib.suppress(ValueError):
        day = dt.date.fromisoformat(request.GET.get("on", ""))
    return {
        "on": day,
        "type": request.GET.get("type", "")[:20],
        "kam": request.GET.get("kam", "")[:19],
        "q": typed(request, "q"),
    }


def typed(request: HttpRequest, name: str) -> str:
    """Return what somebody typed to look for, without characters that no database takes."""
    text = request.GET.get(name, "")[:100]
    return "".join(mark for mark in text if mark.isprintable()).strip()


def _found(request: HttpRequest, asked: dict[str, Any]) -> Any:
    return register_rows(
        viewer_of(request), asked["on"], type_=asked["type"], kam=asked["kam"], text=asked["q"]
    )


def _with_results(terms: list[Any]) -> list[dict[str, Any]]:
    """Put beside each term what the account buys by the current run; one query."""
    run = current_run()
    results: dict[int, Any] = {}
    if run is not None:
        ids = [term.customer_id for term in terms]
        values = CustomerResult.objects.filter(run=run, customer__in=ids)
        results = {
            row["customer_id"]: row
            for row in values.values("customer_id", "potential", "own_sales", "quadrant", "share")
        }
    found = []
    for term in terms:
        result: dict[str, Any] = results.get(term.customer_id, {})
        found.append(
            {
                "term": term,
                "customer": term.customer,
                "types": words.types_text(term.types),
                "how": words.HOW.get(term.how, ""),
                "potential": result.get("potential"),
                "ours": result.get("own_sales"),
                "share": result.get("share"),
                "quadrant": result.get("quadrant", ""),
            }
        )
    return found


def _money(scaled: int | None) -> Any:
    return None if scaled is None else from_scaled(scaled)
