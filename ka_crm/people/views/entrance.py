"""The way in: login, and the first administrator of an empty installation."""

import ipaddress
from typing import Any

from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ka_crm.people import operations, queries
from ka_crm.people.forms import SetUpForm
from ka_crm.people.views.access import add_errors


class Login(LoginView):
    """The login page; on an empty installation it says how to begin."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and not queries.is_set_up() and may_set_up(request):
            return redirect("people:setup")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "is_set_up": queries.is_set_up()}


class Logout(LogoutView):
    """Logging out; the browser is told to drop what it kept, also where no script runs."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
def setup(request: HttpRequest) -> HttpResponse:
    """Create the first administrator: only on this machine, and only while there are no users."""
    if queries.is_set_up() or not may_set_up(request):
        raise Http404
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.create_first_admin(**form.cleaned_data)
        except ValidationError as error:
            for name, errors in getattr(error, "error_dict", {"password": error.error_list}).items():
                add_errors(form, ValidationError({name: errors}))
        except PermissionDenied:
            raise Http404 from None
        else:
            messages.success(request, _("Done. Log in with your new password."))
            return redirect("account_login")
    return render(request, "people/setup.html", {"form": form}, status=422 if form.is_bound else 200)


def may_set_up(request: HttpRequest) -> bool:
    """Return whether the request comes from this very machine, or this is a development start."""
    if settings.DEBUG:
        return True
    if request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def gone(request: HttpRequest, **_parts: str) -> HttpResponse:
    """Answer 404: pages of the login library that this product does without."""
    raise Http404
