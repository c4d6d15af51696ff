"""What the frame of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ka_crm.people.models import Role

#: "g" and this letter jump to the page.
JUMP_KEYS = {
    "home": "t",
    "accounts:list": "a",
    "stores:list": "s",
    "segmentation:flags": "f",
    "segmentation:overview": "q",
    "segmentation:comparison": "c",
    "segmentation:runs": "r",
    "imports:list": "i",
    "criteria:current": "k",
    "jobs:list": "j",
    "people:users": "p",
    "help": "h",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return navigation, theme and company for ``base.html``."""
    user = getattr(request, "user", None)
    theme = request.COOKIES.get("theme", "auto")
    context: dict[str, Any] = {
        "theme": theme if theme in ("light", "dark") else "auto",
        "company": settings.KA_COMPANY,
        "currency": settings.KA_CURRENCY,
    }
    if user is None or not user.is_authenticated:
        return context
    groups = [
        (_("Work"), [(_("Today"), "home"), (_("Accounts"), "accounts:list"), (_("Stores"), "stores:list")]),
        (
            _("Analysis"),
            [
                (_("Segmentation"), "segmentation:overview"),
                (_("Comparison"), "segmentation:comparison"),
                (_("Flags"), "segmentation:flags"),
                (_("Runs"), "segmentation:runs"),
            ],
        ),
        (
            _("Set-up"),
            [
                (_("Imports"), "imports:list"),
                (_("Products"), "purchases:products"),
                (_("Market shares"), "visits:market_shares"),
                (_("Estimates"), "visits:estimates"),
                (_("Criteria"), "criteria:current"),
                (_("Jobs"), "jobs:list"),
            ],
        ),
    ]
    if user.role == Role.ADMIN:
        groups[2][1].append((_("People"), "people:users"))
    groups[2][1].append((_("Help"), "help"))
    reads_results = user.role not in (Role.FINANCE, Role.REP)
    if not reads_results:
        del groups[1]
    context["nav"] = [
        {"label": label, "items": [_item(request, text, name) for text, name in items]}
        for label, items in groups
    ]
    _keep_nearest_active([item for group in context["nav"] for item in group["items"]])
    context["nav_phone"] = [
        {**_item(request, text, name), "icon": icon}
        for text, name, icon in [
            (_("Today"), "home", "home"),
            (_("Accounts"), "accounts:list", "list"),
            (_("Stores"), "stores:list", "building-store"),
            (_("Segments"), "segmentation:overview", "grid-dots"),
        ]
        if reads_results or name != "segmentation:overview"
    ]
    # The fifth entry opens everything else as a sheet.
    context["nav_phone"].append({"label": _("More"), "icon": "dots", "more": True})
    context["user_card"] = {
        "name": str(user),
        "initials": user.initials,
        "role": user.get_role_display(),
        "url": reverse("people:profile"),
    }
    return context


def _item(request: HttpRequest, label: str, name: str) -> dict[str, Any]:
    url = reverse(name)
    active = request.path == url if url == "/" else request.path.startswith(url)
    return {"label": label, "url": url, "count": None, "active": active, "key": JUMP_KEYS.get(name, "")}


def _keep_nearest_active(items: list[dict[str, Any]]) -> None:
    """Of several entries above the shown page, only the one with the longest address stays active."""
    nearest = max((item["url"] for item in items if item["active"]), key=len, default="")
    for item in items:
        item["active"] = item["url"] == nearest
