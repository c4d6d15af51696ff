"""The import job: the same body for the page and for the command line."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from ka_crm.imports.engine import OnRejected
from ka_crm.imports.models import BatchState, ImportBatch
from ka_crm.imports.operations import check_file, discard_batch, discard_unfinished_batches, load_file
from ka_crm.imports.rules.lines import Line, Plan
from ka_crm.imports.rules.report import Report
from ka_crm.imports.uploads import keep_check
from ka_crm.jobs.bodies import job_body
from ka_crm.jobs.context import JobContext
from ka_crm.lib.spreadsheets import FileRefused, cell_text, inert


@job_body("import", label=_("Import of a file"))
def run_import(context: JobContext) -> dict[str, Any]:
    """Check or load one file; the result is the report as JSON, or ``{"error": reason}``.

    Parameters: ``kind``, ``path``, ``mapping``, ``dry_run``, ``errors`` (a CSV file to write), ``source``,
    ``file_name``, and ``batch`` for an uploaded one. Safe to run again: what a dead process left is removed.
    """
    params = context.params
    batch = ImportBatch.objects.filter(pk=params.get("batch") or 0).first()
    if batch is not None and batch.state == BatchState.LOADING:
        discard_batch(batch=batch)
    _discard_leftovers(context.job.pk)
    if not params.get("dry_run"):
        discard_unfinished_batches()
    try:
        with errors_file(params.get("errors")) as on_rejected:
            report = _run(context, batch, on_rejected)
    except FileRefused as error:
        result = {"error": error.reason, "question": error.question}
    else:
        result = report.as_json()
    if batch is not None:
        keep_check(batch=batch, mapping=params.get("mapping") or {}, result=result)
    return result


def _run(context: JobContext, batch: ImportBatch | None, on_rejected: OnRejected | None) -> Report:
    params, by = context.params, context.job.actor
    kind, path, mapping = params["kind"], Path(params["path"]), params.get("mapping")
    if params.get("dry_run"):
        return check_file(
            kind=kind,
            path=path,
            mapping=mapping,
            viewer=by,
            progress=context.progress,
            on_rejected=on_rejected,
        )
    return load_file(
        kind=kind,
        path=path,
        mapping=mapping,
        by=by,
        viewer=by,
        source=params.get("source", "cli"),
        file_name=params.get("file_name", ""),
        progress=context.progress,
        on_rejected=on_rejected,
        batch=batch,
        job_id=context.job.pk,
    )


def _discard_leftovers(job_id: int) -> None:
    for batch in ImportBatch.objects.filter(state=BatchState.LOADING, report__job=job_id):
        discard_batch(batch=batch)


@contextmanager
def errors_file(path: str | None) -> Iterator[OnRejected | None]:
    """Open a CSV that takes every rejected line as the user wrote it, with line, column, value, reason."""
    if not path:
        yield None
        return
    with Path(path).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        is_begun = False

        def write(plan: Plan, line: Line) -> None:
            nonlocal is_begun
            if not is_begun:
                writer.writerow(
                    [*(inert(text) for text in _names(plan)), "line", "column", "value", "reason"]
                )
                is_begun = True
            own = [inert(cell_text(cell)) for cell in line.cells][: len(plan.headers)]
            own += [""] * (len(plan.headers) - len(own))
            for problem in line.problems:
                writer.writerow(
                    [*own, line.number, inert(problem.column), inert(problem.value), problem.reason]
                )

        yield write
        if not is_begun:
            writer.writerow(["line", "column", "value", "reason"])


def _names(plan: Plan) -> list[str]:
    return [header or str(index + 1) for index, header in enumerate(plan.headers)]
