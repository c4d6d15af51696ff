"""Measures of a flag as forms: new, changed, done, cancelled; and a reminder to the owner."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ka_crm.lib.editing import changed_in_place, changes_of, form_in_place
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once
from visits import flag_forms
from visits.models import Flag, Measure
from visits.operations import measures as operations
from visits.permissions import may_move_flags
from visits.queries.flags import flag_seen_by, measures_seen_by
from visits.views.flags.shared import for_movers, for_readers

_GET_POST = ["GET", "POST"]


@require_http_methods(_GET_POST)
@for_movers
@sent_once
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is done about a flagged store, by whom, until when."""
    flag = flag_seen_by(viewer_of(request), pk)
    form = flag_forms.MeasureForm(request.POST or None, flag=flag)

    def save(values: dict[str, Any]) -> str:
        operations.add_measure(by=viewer_of(request), flag=flag, values=values)
        return _address(flag)

    return _step(request, flag, form, save, _("Measure added."), _("What is done at %(store)s?"))


@require_http_methods(_GET_POST)
@for_movers
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an open measure."""
    measure = _measure(request, pk)
    form = flag_forms.MeasureForm(request.POST or None, instance=measure, flag=measure.flag)

    def save(values: dict[str, Any]) -> str:
        operations.change_measure(
            by=viewer_of(request), measure=measure, version=values["version"], changes=changes_of(form)
        )
        return _address(measure.flag)

    return _step(request, measure.flag, form, save, _("Saved."), _("Measure at %(store)s"))


@require_http_methods(_GET_POST)
@for_readers
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a measure was done."""
    measure = _measure(request, pk)
    if not (may_move_flags(viewer_of(request)) or measure.owner_id == viewer_of(request).pk):
        raise PermissionDenied
    form = flag_forms.DoneForm(request.POST or None, record=measure)

    def save(values: dict[str, Any]) -> str:
        operations.finish_measure(by=viewer_of(request), measure=measure, **values)
        return _address(measure.flag)

    return _step(request, measure.flag, form, save, _("Done. The effect is followed from now on."),
                 _("Done at %(store)s"))  # fmt: skip


@require_http_methods(_GET_POST)
@for_movers
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a measure up."""
    measure = _measure(request, pk)
    form = flag_forms.CancelForm(request.POST or None, record=measure)

    def save(values: dict[str, Any]) -> str:
        operations.cancel_measure(by=viewer_of(request), measure=measure, **values)
        return _address(measure.flag)

    return _step(request, measure.flag, form, save, _("Measure cancelled."), _("Give it up at %(store)s?"))


@require_POST
@for_movers
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the owner of a late measure a mail."""
    measure = _measure(request, pk)
    url = request.build_absolute_uri(_address(measure.flag))
    try:
        operations.remind_owner(by=viewer_of(request), measure=measure, url=url)
        said, is_sent = _("%(name)s was reminded.") % {"name": measure.owner}, True
    except ValidationError as error:
        said, is_sent = " ".join(error.messages), False
    if request.headers.get("HX-Request"):
        return changed_in_place(said)
    (messages.success if is_sent else messages.info)(request, said)
    return redirect(_address(measure.flag))


def _measure(request: HttpRequest, pk: int) -> Measure:
    measure: Measure = get_object_or_404(measures_seen_by(viewer_of(request)), pk=pk)
    return measure


def _address(flag: Flag) -> str:
    return reverse("flags:flag", args=[flag.pk])


def _step(request: HttpRequest, flag: Flag, form: Any, save: Any, said: str, heading: str) -> HttpResponse:
    context = {
        "heading": heading % {"store": flag.store.name},
        "back_url": _address(flag),
        "back": flag.store.name,
    }
    return form_in_place(request, form, save=save, said=said, record_url=_address(flag), context=context)
