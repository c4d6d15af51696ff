"""Which pages the side bar and the phone's bottom bar offer to whom."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from ka_crm.criteria.queries import drafts_to_approve
from ka_crm.people.models import Role, User

_EVERYBODY = frozenset(Role)
_WITH_ACCOUNTS = frozenset({Role.KAM, Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN})
_ADMIN = frozenset({Role.ADMIN})
_REP = frozenset({Role.REP})
_COUNTS_KEPT = 120  # seconds
#: Pages that stand beside the load as tabs.
_OF_LOAD = tuple(f"/segmentation/{name}/" for name in ("load", "capacity", "service", "strategies"))


@dataclass(frozen=True)
class Entry:
    """One page: "g" and ``key`` jump to it; ``icon`` is for the phone, ``below`` the addresses it stands
    for where these do not begin with its own."""

    label: Any
    name: str
    key: str
    roles: frozenset[str] = _EVERYBODY
    icon: str = ""
    below: str | tuple[str, ...] = ""


GROUPS: list[tuple[Any, list[Entry]]] = [
    (
        _("Work"),
        [
            Entry(_("Today"), "home", "t", icon="home"),
            Entry(_("Accounts"), "accounts:list", "a", _WITH_ACCOUNTS, "list"),
            Entry(_("Stores"), "stores:list", "s", _WITH_ACCOUNTS),
            Entry(_("Visits"), "visiting:today", "v", _WITH_ACCOUNTS, "map-pin", "/visits/"),
            Entry(_("Visits"), "visiting:list", "v", _REP, "map-pin"),
            Entry(_("Flags"), "flags:list", "f", _WITH_ACCOUNTS, "flag"),
        ],
    ),
    (
        _("Analysis"),
        [
            Entry(_("Segmentation"), "segmentation:overview", "q", _WITH_ACCOUNTS),
            Entry(_("Comparison"), "segmentation:comparison", "c", _WITH_ACCOUNTS),
            Entry(
                _("Key accounts"),
                "segmentation:key_accounts",
                "",
                _WITH_ACCOUNTS,
                below=("/segmentation/key-accounts/", "/segmentation/selection/"),
            ),
            Entry(_("Load"), "segmentation:load", "l", _WITH_ACCOUNTS, below=_OF_LOAD),
            Entry(_("Runs"), "segmentation:runs", "r", _WITH_ACCOUNTS),
            Entry(_("Control"), "control:prices", "", _WITH_ACCOUNTS, below="/control/"),
        ],
    ),
    (
        _("Set-up"),
        [
            Entry(_("Imports"), "imports:list", "i", _WITH_ACCOUNTS),
            Entry(_("Products"), "purchases:products", "", _WITH_ACCOUNTS),
            Entry(_("Market shares"), "visits:market_shares", "", _WITH_ACCOUNTS),
            Entry(_("Estimates"), "visits:estimates", "", _WITH_ACCOUNTS),
            Entry(_("Criteria"), "criteria:current", "k", _EVERYBODY - _REP),
            Entry(_("Service standards"), "accounts:service_standards", "", _WITH_ACCOUNTS),
            Entry(_("Field work"), "visiting:settings", "", _ADMIN),
            Entry(_("People"), "people:users", "p", _ADMIN),
            Entry(_("Jobs"), "jobs:list", "j", _WITH_ACCOUNTS),
            Entry(_("Help"), "help", "h"),
        ],
    ),
]


def side_bar(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """Return the groups of the side bar for a user, the shown page marked."""
    counts = _counts(user)
    groups = [
        {
            "label": label,
            "items": [_item(request, entry, counts) for entry in entries if user.role in entry.roles],
        }
        for label, entries in GROUPS
    ]
    _keep_nearest_active([item for group in groups for item in group["items"]])
    return [group for group in groups if group["items"]]


def bottom_bar(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """Return the entries at the bottom of a phone; the last opens everything else."""
    entries = [
        entry for _label, group in GROUPS for entry in group if entry.icon and user.role in entry.roles
    ]
    items = [{**_item(request, entry, {}), "icon": entry.icon} for entry in entries]
    _keep_nearest_active(items)
    return [*items, {"label": _("More"), "icon": "dots", "more": True}]


def _counts(user: User) -> dict[str, int]:
    """How many accounts and stores the user sees, and what waits for them; counted every two minutes at
    most."""
    if user.role not in _WITH_ACCOUNTS:
        return {}
    key = f"navigation:{user.pk}:{user.version}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = {
            "accounts:list": Customer.objects.visible_to(user).filter(archived_at__isnull=True).count(),
            "stores:list": Store.objects.visible_to(user).filter(archived_at__isnull=True).count(),
            "criteria:current": drafts_to_approve(user),
        }
        cache.set(key, counts, _COUNTS_KEPT)
    return counts


def _item(request: HttpRequest, entry: Entry, counts: dict[str, int]) -> dict[str, Any]:
    url = reverse(entry.name)
    active = request.path == url if url == "/" else request.path.startswith(entry.below or url)
    count = counts.get(entry.name)
    return {
        "label": entry.label,
        "url": url,
        "count": f"{count:,}" if count else None,
        "active": active,
        "key": entry.key,
    }


def _keep_nearest_active(items: list[dict[str, Any]]) -> None:
    """Of several entries above the shown page, only the one with the longest address stays active."""
    nearest = max((item["url"] for item in items if item["active"]), key=len, default="")
    for item in items:
        item["active"] = item["url"] == nearest
