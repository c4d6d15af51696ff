"""One file on its way in: columns, preview, load, result, and back."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ka_crm.imports import forms, preparing, preview, queries
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.registry import importer_of
from ka_crm.imports.rules.mapping import mapping_from
from ka_crm.imports.undoing import UNDO
from ka_crm.imports.views.files import importers_only, shown_batch
from ka_crm.jobs.models import JobRun, JobState
from ka_crm.jobs.queries import duration, latest_job, seconds_left
from ka_crm.lib.spreadsheets import FileRefused
from ka_crm.people.models import Role
from ka_crm.people.viewer import viewer_of

#: Who is offered the button; the recomputation itself asks again.
_MAY_RECOMPUTE = (Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN)
_PHASES = ("checking", "loading", "publishing")


@require_GET
@importers_only
def batch_page(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Where the file stands: every step is this one address, so reload and back always work."""
    batch = _batch_or_404(request, batch_id)
    load_job = latest_job(kind=preparing.LOAD, key=str(batch.pk))
    undo_job = latest_job(kind=UNDO, key=str(batch.pk))
    context: dict[str, Any] = {**_common(batch), "may_change": _may_change(request, batch)}
    if load_job is not None and not load_job.is_finished:
        context |= {"step": "load", "job": load_job, **_progress(load_job, batch.rows)}
    elif batch.state in preparing.OPEN and batch.source == "page":
        if "page" not in batch.report and "error" not in batch.report:
            preparing.recall_columns(batch=batch)
        context |= {"step": "preview", **_preview(batch, load_job)}
    else:
        context |= {"step": "result", "undo_job": undo_job, **_result(batch, undo_job)}
        context["may_recompute"] = viewer_of(request).role in _MAY_RECOMPUTE
    context["steps"] = _steps(context)
    response = render(request, "imports/batch.html", context)
    _end_polling(response, request.GET.get("poll", ""), context)
    return response


@require_POST
@importers_only
def map_columns(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take the columns as they are chosen now."""
    batch = _own_open_batch(request, batch_id)
    if batch is None:
        return redirect("imports:batch", batch_id)
    importer = importer_of(batch.kind)
    stated = mapping_from(batch.mapping, importer.fields)
    headers = batch.report.get("page", {}).get("headers", [])
    data = request.POST.dict()
    if "has_header" in data and (data["has_header"] == "yes") != stated.header:
        known = {"header": False} if stated.header else {}
        preparing.look_into(batch=batch, by=request.user, known=known)  # type: ignore[arg-type]
        return redirect("imports:batch", batch.pk)
    mapping = forms.mapping_from_post(data, batch.mapping, stated, headers, importer.fields)
    return _changed(request, batch, mapping)


@require_POST
@importers_only
def answer(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take the answer to a question."""
    batch = _own_open_batch(request, batch_id)
    if batch is None:
        return redirect("imports:batch", batch_id)
    try:
        mapping = forms.answer_from_post(request.POST.dict(), batch.mapping)
    except FileRefused as refusal:
        messages.error(request, refusal.reason)
        return redirect("imports:batch", batch.pk)
    if "encoding" in mapping and "page" not in batch.report:
        preparing.look_into(batch=batch, by=request.user, known=mapping)  # type: ignore[arg-type]
        return redirect("imports:batch", batch.pk)
    return _changed(request, batch, mapping)


@require_POST
@importers_only
def check_again(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Check the file once more, after other data came in."""
    batch = _own_open_batch(request, batch_id)
    if batch is None:
        return redirect("imports:batch", batch_id)
    return _changed(request, batch, batch.mapping)


@require_POST
@importers_only
def load(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Load the file: all of it, or the good rows."""
    batch = _own_open_batch(request, batch_id)
    if batch is None:
        return redirect("imports:batch", batch_id)
    stated = mapping_from(batch.mapping, importer_of(batch.kind).fields)
    if batch.state == BatchState.UPLOADED or preparing.missing_fields(batch, stated):
        messages.error(request, _("The file has to be checked first."))
    elif preview.open_questions(batch.report, stated):
        messages.error(request, _("Answer the question first."))
    elif batch.rejected and request.POST.get("mode") != "good":
        messages.error(request, _("Nothing was loaded: some rows cannot be."))
    else:
        try:
            skip = bool(batch.rejected)
            preparing.start_load(batch=batch, by=request.user, skip_rejected=skip)  # type: ignore[arg-type]
        except preparing.NotOpen:
            pass  # it is under way: the page shows it
    return redirect("imports:batch", batch.pk)


@require_POST
@importers_only
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take a loaded file back."""
    batch = _batch_or_404(request, batch_id)
    if not _may_change(request, batch):
        raise Http404
    if batch.state in (BatchState.COMMITTED, BatchState.UNDOING):
        preparing.start_undo(batch=batch, by=request.user)  # type: ignore[arg-type]
    return redirect("imports:batch", batch.pk)


@require_POST
@importers_only
def discard(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Forget a file that was not loaded."""
    batch = _own_open_batch(request, batch_id)
    if batch is None:
        return redirect("imports:batch", batch_id)
    kind = batch.kind
    try:
        preparing.forget_upload(batch=batch, by=request.user)  # type: ignore[arg-type]
    except preparing.NotOpen:
        return redirect("imports:batch", batch_id)
    messages.success(request, _("The file was discarded; nothing was loaded from it."))
    return redirect(f"/imports/?kind={kind}")


@require_GET
@importers_only
def rejected_rows(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """The user's own rows that were not taken, with the reasons."""
    batch = _batch_or_404(request, batch_id)
    path = preparing.errors_path(batch)
    if not batch.path or not batch.rejected or not path.is_file():
        raise Http404
    name = f"{Path(batch.file_name).stem[:80] or 'rows'}-rejected.csv"
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _end_polling(response: HttpResponse, poll: str, context: dict[str, Any]) -> None:
    """Parts of the page ask again every second; when the work is done, the whole of it follows."""
    if poll == "load" and context["step"] != "load" and not context.get("is_undoing"):
        response["HX-Refresh"] = "true"
    elif poll == "check" and not context.get("is_checking"):
        response["HX-Retarget"] = response["HX-Reselect"] = "#import"
        response["HX-Reswap"] = "outerHTML"


def _batch_or_404(request: HttpRequest, batch_id: int) -> ImportBatch:
    return get_object_or_404(queries.batches_for(request.user), pk=batch_id)  # type: ignore[arg-type]


def _may_change(request: HttpRequest, batch: ImportBatch) -> bool:
    return queries.may_import(request.user, batch.kind)  # type: ignore[arg-type]


def _own_open_batch(request: HttpRequest, batch_id: int) -> ImportBatch | None:
    """The file to act on; ``None`` where it was loaded already: its page says so."""
    batch = _batch_or_404(request, batch_id)
    if not _may_change(request, batch) or batch.source != "page":
        raise Http404
    return batch if batch.state in preparing.OPEN else None


def _changed(request: HttpRequest, batch: ImportBatch, mapping: dict[str, Any]) -> HttpResponse:
    try:
        preparing.change_mapping(batch=batch, mapping=mapping, by=request.user)  # type: ignore[arg-type]
    except FileRefused as refusal:
        messages.error(request, refusal.reason)
    except preparing.NotOpen:
        messages.error(request, _("This file is being loaded or was loaded already."))
    return redirect("imports:batch", batch.pk)


def _common(batch: ImportBatch) -> dict[str, Any]:
    same = queries.batches_of_the_same_file(batch)
    return {
        "batch": batch,
        "shown": shown_batch(batch),
        "importer": importer_of(batch.kind),
        "report": batch.report,
        "same_file": same,
        "has_rejected_file": bool(batch.rejected and batch.path and preparing.errors_path(batch).is_file()),
    }


def _preview(batch: ImportBatch, load_job: JobRun | None) -> dict[str, Any]:
    importer, report = importer_of(batch.kind), batch.report
    stated = mapping_from(batch.mapping, importer.fields)
    check = preparing.current_check(batch)
    missing = preparing.missing_fields(batch, stated) if "page" in report else []
    is_checking = check is not None and not check.is_finished
    outcome = preview.outcome_of(report) if report.get("rows") else None
    return {
        "columns": preview.column_rows(batch, importer, stated),
        "needed": preview.needed_rows(missing, importer),
        "constants": preview.constants_of(stated, importer),
        "forms": preview.value_forms(stated, importer),
        "questions": preview.questions_of(report, stated),
        "groups": preview.groups_of(report, importer),
        "outcome": outcome,
        "touches": preview.touches_of(report),
        "warnings": preview.warnings_of(report),
        "is_checking": is_checking,
        "check_job": check,
        "check_failed": check is not None and check.state in (JobState.FAILED, JobState.CANCELLED),
        "must_wait": preview.open_questions(report, stated),
        "load_stopped": load_job if load_job and load_job.state != JobState.DONE else None,
        "is_refused": bool(report.get("error")) and not missing,
    }


def _progress(job: JobRun, rows: int) -> dict[str, Any]:
    words = {
        "checking": _("Every row is checked"),
        "loading": _("Rows are written"),
        "publishing": _("Everything becomes visible at once"),
    }
    reached = _PHASES.index(job.phase) if job.phase in _PHASES else 0
    phases = [
        {"label": words[name], "state": "done" if at < reached else "current" if at == reached else "next"}
        for at, name in enumerate(_PHASES)
    ]
    return {
        "phases": phases,
        "seconds_left": seconds_left(job),
        "share": job.done / job.total if job.total else 0,
    }


def _result(batch: ImportBatch, undo_job: JobRun | None) -> dict[str, Any]:
    refused = ""
    if undo_job is not None and undo_job.is_finished and batch.state == BatchState.COMMITTED:
        refused = undo_job.result.get("refused", "") or undo_job.error
    load_job = latest_job(kind=preparing.LOAD, key=str(batch.pk))
    at_work = undo_job is not None and not undo_job.is_finished
    return {
        "outcome": preview.outcome_of({**batch.report, **_counts(batch)}),
        "touches": preview.touches_of(batch.report),
        "warnings": preview.warnings_of(batch.report),
        "is_undoing": at_work or (batch.state == BatchState.UNDOING and undo_job is None),
        "undo_stopped": batch.state == BatchState.UNDOING and undo_job is not None and not at_work,
        "undo_refused": refused,
        "took": duration(load_job) if load_job else None,
    }


def _counts(batch: ImportBatch) -> dict[str, int]:
    return {
        name: getattr(batch, name)
        for name in ("rows", "created", "updated", "unchanged", "skipped", "rejected")
    }


def _steps(context: dict[str, Any]) -> list[dict[str, str]]:
    names = [_("File"), _("Columns"), _("Preview"), _("Load"), _("Result")]
    current = {"load": 3, "result": 4}.get(context["step"], 2)
    if context["step"] == "preview":
        if context["is_refused"] and not context["columns"]:
            current = 0
        elif context["needed"]:
            current = 1
    if context["step"] == "result":
        return [{"label": name, "state": "done", "url": ""} for name in names]
    return [
        {
            "label": name,
            "state": "done" if at < current else "current" if at == current else "next",
            "url": "",
        }
        for at, name in enumerate(names)
    ]
