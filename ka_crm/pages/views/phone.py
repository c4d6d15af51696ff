"""What makes the product an app on a phone: service worker, manifest, and the page without network."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ka_crm.pages.context import installation

# What pages kept on a phone load; charts and lists are not among them.
_FILES = (
    "css/tabler.min.css",
    "css/select-arrow.svg",
    "img/mark.svg",
    "django_htmx/htmx-2.min.js",
    "django_htmx/django-htmx.js",
)
_FOLDERS = ("css", "js", "js/visits")
_ICONS = (("192", "any"), ("512", "any"), ("512", "maskable"))


def _names() -> list[str]:
    root = Path(settings.BASE_DIR) / "static"
    own = [
        path for folder in _FOLDERS for path in (root / folder).iterdir() if path.suffix in (".css", ".js")
    ]
    return sorted([*_FILES, *(path.relative_to(root).as_posix() for path in own)])


def _version(names: list[str]) -> str:
    """Digest of the files' content: it changes exactly when one of them does."""
    whole = hashlib.sha256()
    for name in names:
        found = finders.find(name)
        if found:
            whole.update(name.encode() + Path(found).read_bytes())
    return whole.hexdigest()[:16]


def _files() -> tuple[str, list[str]]:
    """Return version and addresses: by the name that templates write, and by the one that modules import."""
    names = _names()
    plain = [f"{settings.STATIC_URL}{name}" for name in names]
    return _version(names), sorted({*plain, *(static(name) for name in names)})


_files_of_this_build = cache(_files)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """``/sw.js``: at the root, so that it may answer for every page; its text changes with every build."""
    version, files = _files() if settings.DEBUG else _files_of_this_build()
    module = json.dumps(f"{settings.STATIC_URL}js/visits/worker.js")
    build = json.dumps({"version": version, "files": files}, indent=1)
    text = f"import {{ serve }} from {module};\n\nserve({build});\n"
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"}
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """``/manifest.webmanifest``: name and icons of the app on the phone's first screen."""
    name = str(settings.KA_COMPANY or installation(request).get("company") or _("Key accounts"))
    body = {
        "id": "/",
        "name": name,
        "short_name": _("Accounts"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "icons": [
            {
                "src": static(f"img/app-{purpose}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in _ICONS
        ],
        "shortcuts": [{"name": _("Visits today"), "url": "/visits/today/"}],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@never_cache
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that stands in for every page that cannot be reached; nobody's data is on it."""
    return render(request, "pages/offline.html", {"phone_user": ""})
