"""What the frame of every page needs."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ka_crm.lib import clock
from ka_crm.pages.navigation import bottom_bar, side_bar
from ka_crm.records.queries import system_settings


def installation(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame and the pages need of this installation, read once per request."""
    kept: dict[str, Any] | None = getattr(request, "ka_installation", None)
    if kept is None:
        kept = system_settings("company", "demo_day")
        request.ka_installation = kept  # type: ignore[attr-defined]
    return kept


def today_of(request: HttpRequest) -> dt.date:
    """Return the day that pages treat as today (``business_today``), without asking again."""
    day = installation(request).get("demo_day")
    return dt.date.fromisoformat(day) if day else clock.today()


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return navigation, theme, company and the pinned demo day for ``base.html``."""
    user = getattr(request, "user", None)
    theme = request.COOKIES.get("theme", "auto")
    context: dict[str, Any] = {
        "theme": theme if theme in ("light", "dark") else "auto",
        "company": settings.KA_COMPANY,
        "currency": settings.KA_CURRENCY,
    }
    if user is None or not user.is_authenticated:
        return context
    kept = installation(request)
    company = settings.KA_COMPANY or kept.get("company", "")
    context["company"] = {"name": _("Key accounts"), "subtitle": company} if company else ""
    if day := kept.get("demo_day"):
        shown = date_format(dt.date.fromisoformat(day), "j M Y")
        context["demo_day"] = _("Demo: today is %(day)s") % {"day": shown}
    context["nav"] = side_bar(request, user)
    context["nav_phone"] = bottom_bar(request, user)
    context["user_card"] = {
        "name": str(user),
        "initials": user.initials,
        "role": user.get_role_display(),
        "url": reverse("people:profile"),
    }
    context["phone_user"] = str(user.pk)
    return context
