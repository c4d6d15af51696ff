"""Every page needs a login, except the few that say so."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.http import urlencode

from ka_crm.people.models import Role

Handler = Callable[[HttpRequest], HttpResponse]
PUBLIC = ("/login/", "/auth/", "/static/", "/healthz", "/readyz", "/api/", "/favicon.ico", "/i18n/")
MFA_ROLES = (Role.ADMIN, Role.DIRECTOR, Role.FINANCE)


class LoginRequiredMiddleware:
    """Send strangers to the login page and back afterwards; the API answers 401 by itself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated or request.path.startswith(PUBLIC):
            return self.get_response(request)
        target = f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}"
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = target
            return response
        return redirect(target)


class RequireMfaMiddleware:
    """Administrators, directors and finance approvers need a second factor before anything else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.KA_REQUIRE_MFA
            and user.is_authenticated
            and user.role in MFA_ROLES
            and not request.path.startswith(("/auth/", "/login/", "/static/", "/healthz", "/readyz", "/api/"))
            and not user.authenticator_set.exists()
        ):
            return redirect("mfa_activate_totp")
        return self.get_response(request)


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
