"""Every page needs a login, except the few that say so."""

import zoneinfo
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from ka_crm.people.queries import has_second_factor
from ka_crm.people.rules.roles import needs_second_factor

Handler = Callable[[HttpRequest], HttpResponse]
# The service worker, the manifest and the page without network: nobody's data, asked for without a login.
ON_THE_PHONE = ("/sw.js", "/manifest.webmanifest", "/offline/")
PUBLIC = (
    "/login/",
    "/logout/",
    "/auth/",
    "/setup/",
    "/static/",
    "/healthz",
    "/readyz",
    "/api/",
    "/favicon.ico",
    "/i18n/",
    *ON_THE_PHONE,
)
WITHOUT_SECOND_FACTOR = (
    "/auth/",
    "/login/",
    "/logout/",
    "/static/",
    "/healthz",
    "/readyz",
    "/i18n/",
    *ON_THE_PHONE,
)


class LoginRequiredMiddleware:
    """Send strangers to the login page and back afterwards; the API answers 401 by itself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated or request.path.startswith(PUBLIC):
            return self.get_response(request)
        target = f"{settings.LOGIN_URL}?{urlencode({'next': page_to_return_to(request)})}"
        if request.headers.get("HX-Request"):
            if request.method != "GET":
                # What was typed stays on the page: a notice asks to log in in another tab.
                return HttpResponse(status=401)
            response = HttpResponse(status=204)
            response["HX-Redirect"] = target
            return response
        return redirect(target)


def page_to_return_to(request: HttpRequest) -> str:
    """Return the page that somebody was on: the address bar's for a fragment, the form's for a post."""
    if request.headers.get("HX-Request"):
        address = request.headers.get("HX-Current-URL", "")
    elif request.method not in ("GET", "HEAD"):
        address = request.headers.get("Referer", "")
    else:
        return request.get_full_path()
    if not url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


class RequireMfaMiddleware:
    """Administrators, directors and finance approvers need a second factor before anything else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            not settings.KA_REQUIRE_MFA
            or not user.is_authenticated
            or not needs_second_factor(user.role)
            or request.path.startswith(WITHOUT_SECOND_FACTOR)
            or has_second_factor(user)
        ):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            detail = _("Set up your second factor first.")
            body = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": detail}
            return JsonResponse(body, status=403, content_type="application/problem+json")
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = "/auth/2fa/totp/activate/"
            return response
        return redirect("mfa_activate_totp")


class UserLocaleMiddleware:
    """Show dates, numbers and words as the user prefers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            if user.time_zone:
                timezone.activate(zoneinfo.ZoneInfo(user.time_zone))
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()
