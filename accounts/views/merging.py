"""Pages that find what is stored twice, make it one, and two again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Contact, Customer, RecordMerge
from accounts.operations.merging import (
    merge_contacts,
    merge_customers,
    reason_against,
    settled_choices,
    versions_of,
)
from accounts.operations.telling_apart import say_two, take_back_two
from accounts.operations.unmerging import reason_against as reason_against_undo
from accounts.operations.unmerging import undo_merge
from accounts.permissions import may_edit_accounts, may_organise
from accounts.queries.duplicates import dismissed_for, pair_of, pairs_in_full, proposals_for
from accounts.queries.merges import CONTACT, CUSTOMER, merges_seen_by, records_of, reference_counts
from accounts.views.merging_words import field_rows, moved_words, reason_words
from ka_crm.jobs.operations import start_job
from ka_crm.lib.keyset import BadCursor, keyset_page
from ka_crm.people.models import User
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once

TYPES = {"customers": CUSTOMER, "contacts": CONTACT}
KINDS = {record_type: kind for kind, record_type in TYPES.items()}
PAGE_SIZE = 25
DISMISSED_SHOWN = 20


@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """List the pairs that are probably one, the surest first."""
    viewer = _editor(request)
    kind = request.GET.get("kind") or ("customers" if may_organise(viewer) else "contacts")
    _check_kind(viewer, kind)
    record_type = TYPES[kind]
    rows = proposals_for(viewer, record_type)
    page = _page(request, rows, ["-score", "pk"])
    pairs = [
        {"one": one, "other": other, "percent": round(row.score * 100), "reasons": reason_words(row.reasons)}
        for row, one, other in pairs_in_full(page.rows, record_type)
    ]
    said_two = pairs_in_full(list(dismissed_for(viewer, record_type)[:DISMISSED_SHOWN]), record_type)
    context = {
        "pairs": pairs,
        "page": page,
        "kind": kind,
        "tabs": _tabs(viewer, kind),
        "total": rows.count(),
        "dismissed": said_two,
    }
    return render(request, "merging/duplicates.html", context)


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Look for duplicates now, in the background."""
    viewer = _editor(request)
    if not may_organise(viewer):
        raise PermissionDenied
    start_job(kind="find_duplicates", by=viewer)
    messages.success(request, _("The search has begun; it takes a minute or two."))
    return redirect("accounts:duplicates")


@require_http_methods(["GET", "POST"])
@sent_once
def compare(request: HttpRequest, kind: str, kept: int, merged: int) -> HttpResponse:
    """Show two records side by side, field by field, and make them one."""
    viewer = _editor(request)
    _check_kind(viewer, kind)
    one, other = _pair(viewer, kind, kept, merged)
    choices = {
        name.removeprefix("choice_"): str(value)
        for name, value in request.POST.items()
        if name.startswith("choice_")
    }
    error, status = "", 200
    if request.method == "POST":
        try:
            merge = _make_one(viewer, one, other, choices, request.POST.get("versions", ""))
            return redirect("accounts:merge", merge.pk)
        except ValidationError as refused:
            error, status = " ".join(refused.messages), 422
            one, other = _pair(viewer, kind, kept, merged)
    known = {row.name for row in one._meta.concrete_fields}
    settled = settled_choices(one, other, {name: value for name, value in choices.items() if name in known})
    context = {
        "kind": kind,
        "kept": one,
        "merged": other,
        "fields": field_rows(one, other, settled),
        "references": reference_counts(other),
        "reason": error or reason_against(one, other),
        "is_possible": not reason_against(one, other),
        "versions": versions_of(one, other),
        "swap_url": reverse("accounts:duplicate", args=[kind, merged, kept]),
    }
    return render(request, "merging/compare.html", context, status=status)


@require_POST
def not_the_same(request: HttpRequest, kind: str, kept: int, merged: int) -> HttpResponse:
    """Remember that two are two; ``again=1`` takes it back."""
    viewer = _editor(request)
    _check_kind(viewer, kind)
    one, other = _pair(viewer, kind, kept, merged)
    if request.POST.get("again"):
        take_back_two(by=viewer, one=one, other=other)
        messages.success(request, _("They are proposed again."))
    else:
        say_two(by=viewer, one=one, other=other)
        messages.success(
            request, _("Remembered: they are two. It can be taken back at the end of this page.")
        )
    return redirect(f"{reverse('accounts:duplicates')}?kind={kind}")


@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    """List what was made one, newest first."""
    viewer = _editor(request)
    page = _page(request, merges_seen_by(viewer), ["-pk"])
    found = records_of(page.rows)
    rows = [
        {
            "merge": one,
            "kept": found.get((one.record_type, one.kept_id)),
            "merged": found.get((one.record_type, one.merged_id)),
        }
        for one in page.rows
    ]
    return render(request, "merging/merges.html", {"rows": rows, "page": page})


@require_safe
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one merge did, with the way back."""
    return _merge_page(request, _merge_of(request, pk))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one two again."""
    done = _merge_of(request, pk)
    try:
        undo_merge(by=viewer_of(request), merge=done)
    except ValidationError as refused:
        return _merge_page(request, done, error=" ".join(refused.messages), status=409)
    messages.success(request, _("They are two again."))
    return redirect("accounts:merge", pk)


def _merge_page(
    request: HttpRequest, done: RecordMerge, *, error: str = "", status: int = 200
) -> HttpResponse:
    found = records_of([done])
    context = {
        "merge": done,
        "kept": found.get((done.record_type, done.kept_id)),
        "merged": found.get((done.record_type, done.merged_id)),
        "moved": moved_words(done),
        "error": error,
        "reason": "" if done.undone_at else reason_against_undo(done),
        "kind": KINDS[done.record_type],
    }
    return render(request, "merging/merge.html", context, status=status)


def _make_one(viewer: User, one: Any, other: Any, choices: dict[str, str], versions: str) -> RecordMerge:
    act = merge_customers if isinstance(one, Customer) else merge_contacts
    return act(by=viewer, kept=one, merged=other, choices=choices, versions=versions)


def _editor(request: HttpRequest) -> User:
    viewer = viewer_of(request)
    if not may_edit_accounts(viewer):
        raise PermissionDenied
    return viewer


def _check_kind(viewer: User, kind: str) -> None:
    """404 for what does not exist, 403 for customers where the role does not organise."""
    if kind not in TYPES:
        raise Http404
    if kind == "customers" and not may_organise(viewer):
        raise PermissionDenied


def _pair(viewer: User, kind: str, kept: int, merged: int) -> tuple[Customer | Contact, Customer | Contact]:
    found = pair_of(viewer, TYPES[kind], kept, merged)
    if found is None:
        raise Http404
    return found


def _merge_of(request: HttpRequest, pk: int) -> RecordMerge:
    viewer = _editor(request)
    done: RecordMerge = get_object_or_404(merges_seen_by(viewer), pk=pk)
    return done


def _tabs(viewer: User, kind: str) -> list[dict[str, Any]]:
    names = {"customers": _("Customers"), "contacts": _("Contacts")}
    if not may_organise(viewer):
        del names["customers"]
    url = reverse("accounts:duplicates")
    return [
        {"label": label, "url": f"{url}?kind={key}", "active": key == kind} for key, label in names.items()
    ]


def _page(request: HttpRequest, rows: Any, order: list[str]) -> Any:
    cursors = {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}
    try:
        return keyset_page(rows, order=order, size=PAGE_SIZE, **cursors)
    except BadCursor:
        return keyset_page(rows, order=order, size=PAGE_SIZE)
