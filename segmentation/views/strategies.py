"""``/segmentation/strategies/``: the service of every cell and quadrant, its versions, and changing it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ka_crm.lib.conflict import conflict_page
from ka_crm.lib.editing import add_errors
from ka_crm.lib.versions import StaleVersion
from ka_crm.records.queries import business_today
from segmentation import access
from segmentation.models import StrategyVersion
from segmentation.operations.strategies import publish_strategies
from segmentation.queries.overview import nine_box
from segmentation.queries.results import customer_results
from segmentation.queries.runs import current_run
from segmentation.queries.strategy import newest_version, strategies_of, strategy_versions, version_in_force
from segmentation.rules.ninebox import DEFAULT_STRATEGIES
from segmentation.rules.strategy_set import (
    CELL_FIELDS,
    DEFAULT_SET,
    QUADRANT_FIELDS,
    InvalidStrategies,
    StrategySet,
    changed_keys,
)
from segmentation.views import wording
from segmentation.views.service_tabs import service_tabs
from segmentation.views.shared import for_readers, viewer_of
from segmentation.views.strategy_form import COLUMNS, StrategyForm, key_label, value_text


@require_http_methods(["GET", "POST"])
@for_readers
def strategies(request: HttpRequest) -> HttpResponse:
    """Show the strategies; an administrator changes them in place, ``?defaults=1`` fills in the defaults."""
    viewer = viewer_of(request)
    may_edit = access.may_edit_strategies(viewer)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    newest = newest_version()
    stored = strategies_of(newest)
    shown = DEFAULT_SET if may_edit and request.GET.get("defaults") == "1" else stored
    form = StrategyForm(
        request.POST or None,
        shown=shown,
        initial={"effective_from": business_today(), "version": newest.number if newest else 0},
    )
    status = 200
    if request.method == "POST":
        try:
            version = _saved(request, form)
            if version is not None:
                messages.success(request, _said(version))
                return redirect("segmentation:strategies")
        except StaleVersion as conflict:
            conflict.differences = [
                replace(
                    row,
                    label=key_label(row.field),
                    stored=value_text(row.field, row.stored),
                    yours=value_text(row.field, row.yours),
                )
                for row in conflict.differences
            ]
            return conflict_page(request, conflict, record_url=request.path)
        status = 422
    return render(
        request,
        "segmentation/strategies.html",
        _context(request, form, stored, shown, may_edit),
        status=status,
    )


def _saved(request: HttpRequest, form: StrategyForm) -> StrategyVersion | None:
    """Save what was typed; ``None`` where the form says what is wrong with it."""
    if not form.is_valid():
        return None
    try:
        return publish_strategies(
            by=viewer_of(request),
            values=form.values(),
            effective_from=form.cleaned_data["effective_from"],
            reason=form.cleaned_data["reason"],
            based_on=form.cleaned_data["version"],
        )
    except InvalidStrategies as error:
        form.refuse(error.errors)
    except ValidationError as error:
        add_errors(form, error)
    return None


def _said(version: StrategyVersion) -> str:
    if version.effective_from > business_today():
        day = date_format(version.effective_from, "j F Y")
        return _("%(version)s holds from %(day)s.") % {"version": version, "day": day}
    return _("%(version)s is in force. The rhythm of store visits follows in a moment.") % {
        "version": version
    }


def _context(
    request: HttpRequest, form: StrategyForm, stored: StrategySet, shown: StrategySet, may_edit: bool
) -> dict[str, Any]:
    in_force = version_in_force()
    versions = strategy_versions()
    changed = set(changed_keys(stored, shown))
    return {
        "tabs": service_tabs("strategies"),
        "form": form,
        "may_edit": may_edit,
        "in_force": in_force,
        "ahead": [row for row in versions if row.effective_from > business_today()],
        "shows_defaults": shown is DEFAULT_SET and bool(changed),
        "differs_from_defaults": bool(changed_keys(stored, DEFAULT_SET)),
        "cell_columns": [COLUMNS.get(name) for name in CELL_FIELDS],
        "quadrant_columns": [COLUMNS.get(name) for name in QUADRANT_FIELDS],
        "cell_rows": _rows(form.cell_rows(), stored, request),
        "quadrant_rows": _rows(form.quadrant_rows(), stored, request),
        "history": _history(versions, in_force),
    }


def _rows(rows: list[dict[str, Any]], stored: StrategySet, request: HttpRequest) -> list[dict[str, Any]]:
    values = stored.as_values()
    counts = _counts(request)
    for row in rows:
        name = row["name"]
        row["label"] = str(wording.QUADRANTS.get(name, name))
        row["note"] = wording.cell_note(DEFAULT_STRATEGIES[name].note) if name in DEFAULT_STRATEGIES else ""
        row["count"] = counts.get(name)
        row["is_quadrant"] = name not in DEFAULT_STRATEGIES
        row["fields"] = [
            {"field": bound, "text": value_text(bound.name, values[bound.name])} for bound in row.pop("cells")
        ]
        if not row["is_quadrant"]:
            row["suggested"] = DEFAULT_STRATEGIES[name].suggested_credit_days
    return rows


def _counts(request: HttpRequest) -> dict[str, int]:
    """How many accounts of the viewer each cell holds."""
    run = current_run()
    if run is None:
        return {}
    box = nine_box(customer_results(run, viewer_of(request)), "customers")
    return {code: cell.count for code, cell in box.cells.items()}


def _history(versions: list[StrategyVersion], in_force: StrategyVersion | None) -> list[dict[str, Any]]:
    """The versions, newest first, each with what it changed against the one before."""
    found = []
    for place, version in enumerate(versions):
        before = strategies_of(versions[place + 1] if place + 1 < len(versions) else None)
        found.append(
            {
                "version": version,
                "is_in_force": in_force is not None and version.pk == in_force.pk,
                "changes": [
                    {"label": key_label(key), "was": value_text(key, old), "now": value_text(key, new)}
                    for key, (old, new) in changed_keys(before, strategies_of(version)).items()
                ],
            }
        )
    return found
