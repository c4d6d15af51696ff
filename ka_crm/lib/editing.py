"""One way for every form: errors beside fields (422), a stale version (409), else a redirect.

``form_page`` is a page; ``form_in_place`` is the same form in a sheet or within a page, swapped by htmx.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ka_crm.lib.conflict import conflict_page
from ka_crm.lib.versions import StaleVersion

FORM_TEMPLATE = "editing/form.html"
SHEET_TEMPLATE = "editing/_form.html"
#: The sheet that forms in place open in, and the event by which a page learns that its record changed.
SHEET = "edit-sheet"
CHANGED = "ka:record-changed"
#: The field by which a form says which questions its page has asked.
ANSWERED = "answered"


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    save: Callable[[dict[str, Any]], str],
    said: str,
    record_url: str = "",
    context: dict[str, Any] | None = None,
    template: str = FORM_TEMPLATE,
) -> HttpResponse:
    """Show a form, or save it and go where ``save`` says.

    ``save`` gets the clean values, makes its one call down and returns an address; a ``ValidationError``
    from it lands beside its fields, a ``StaleVersion`` becomes the page with both versions. ``said`` is
    what the next page tells. A form that has ``questions()`` asks them before it saves (``unanswered``).
    """
    status = 200
    asked: list[FormQuestion] = []
    if request.method == "POST":
        try:
            if form.is_valid():
                asked = unanswered(request, form)
                if not asked:
                    return _saved(request, save(form.cleaned_data), said)
        except ValidationError as error:
            add_errors(form, error)
        except StaleVersion as conflict:
            return conflict_page(request, conflict, record_url=record_url)
        status = 200 if asked else 422
    shown = {"form": form, "sections": sections_of(form), **_questions(asked)}
    return render(request, template, {**(context or {}), **shown}, status=status)


def form_in_place(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    save: Callable[[dict[str, Any]], str],
    said: str,
    record_url: str = "",
    context: dict[str, Any] | None = None,
    template: str = SHEET_TEMPLATE,
) -> HttpResponse:
    """Like ``form_page``, and as a fragment where htmx asks for it.

    Saved, the fragment's answer closes the sheet, tells ``said``, and lets the page fetch itself anew. A
    stale version answers 409 with the form, what was typed still in it and both values of every field
    that differs above it; saving again then is a decision.
    """
    if not request.headers.get("HX-Request"):
        return form_page(request, form, save=save, said=said, record_url=record_url, context=context)
    shown: dict[str, Any] = {**(context or {}), "form": form, "form_url": request.get_full_path()}
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                asked = unanswered(request, form)
                if not asked:
                    save(form.cleaned_data)
                    return changed_in_place(said)
                status = 200
                shown |= _questions(asked)
        except ValidationError as error:
            add_errors(form, error)
        except StaleVersion as conflict:
            status, shown["conflict"] = 409, conflict
    return render(request, template, {**shown, "sections": sections_of(form)}, status=status)


@dataclass(frozen=True)
class FormQuestion:
    """Something to be sure of before a form is saved, with the page that helps to decide."""

    text: str
    url: str = ""


def unanswered(request: HttpRequest, form: forms.BaseForm) -> list[FormQuestion]:
    """Return what a valid form asks (``form.questions()``) and the person has not seen yet.

    Saving again, with the same questions on the page, answers them all with yes.
    """
    ask = getattr(form, "questions", None)
    found: list[FormQuestion] = ask() if ask else []
    return [] if request.POST.get(ANSWERED) == _mark_of(found) else found


def _questions(asked: list[FormQuestion]) -> dict[str, Any]:
    return {"questions": asked, "questions_mark": _mark_of(asked)} if asked else {}


def _mark_of(asked: list[FormQuestion]) -> str:
    return "|".join(sorted(question.url or question.text for question in asked))


def changed_in_place(said: str, *, undo_url: str = "", undo: str = "") -> HttpResponse:
    """Tell the page that a record of it changed: the sheet closes, a line says so, the page is read anew."""
    notice = {"text": str(said), "undo_url": undo_url, "undo": str(undo)}
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps(
        {"ka:close-dialog": {"value": SHEET}, "ka:notice": notice, CHANGED: {}}
    )
    return response


def sections_of(form: forms.BaseForm) -> list[tuple[Any, list[forms.BoundField]]]:
    """Return the fields under the form's own headings (``form.sections``), the rest under none."""
    named = getattr(form, "sections", ())
    sections = [(title, [form[name] for name in names if name in form.fields]) for title, names in named]
    placed = {name for _, names in named for name in names}
    rest = [form[name] for name in form.fields if name not in placed]
    shown = [
        (title, [field for field in fields if not field.is_hidden])
        for title, fields in [*sections, ("", rest)]
    ]
    return [(title, fields) for title, fields in shown if fields]


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Put an operation's errors beside the fields that they belong to."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def offer(form: forms.BaseForm, name: str, records: Any) -> None:
    """Let a field of a form choose from these records only."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = records


def changes_of(form: forms.BaseForm) -> dict[str, Any]:
    """Return only what somebody changed, without the hidden version."""
    return {name: form.cleaned_data[name] for name in form.changed_data if name != "version"}


def unique_or_error(field: str, message: Any) -> ValidationError:
    """Return the error for a value that somebody else took a moment earlier."""
    return ValidationError({field or NON_FIELD_ERRORS: message})


class VersionedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that remembers which version of the record it showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
            self.fields["version"].required = True
        else:
            del self.fields["version"]


def _saved(request: HttpRequest, url: str, said: str) -> HttpResponse:
    messages.success(request, said)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)
