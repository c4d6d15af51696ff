"""The page that the second of two editors gets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ka_crm.lib.versions import StaleVersion

_NOT_REPEATED = ("csrfmiddlewaretoken", "version")


def conflict_page(request: HttpRequest, conflict: StaleVersion, *, record_url: str) -> HttpResponse:
    """Answer 409 with both values of every field; what was typed can be saved over them with one button."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_REPEATED
        for value in values
    ]
    context = {
        "conflict": conflict,
        "record": conflict.record,
        "record_url": record_url,
        "form_url": request.get_full_path(),
        "typed": typed,
    }
    return render(request, "conflict.html", context, status=409)
