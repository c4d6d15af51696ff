"""Who may open the pages about people."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse

from ka_crm.people.models import Role, User

View = Callable[..., HttpResponse]


def administrators_only(view: View) -> View:
    """Show a page to administrators; for everybody else there is none."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request.user, "role", None) != Role.ADMIN:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def user_of(request: HttpRequest) -> User:
    """Return who is logged in; strangers never come this far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def add_errors(form: Form, error: ValidationError) -> None:
    """Put the errors of an operation beside the fields they are about."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def expected_version(request: HttpRequest) -> int:
    """Return the version that the form was made from; 0 where it says none, which is always too old."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
