"""What a draft begins with: the version in force, an older one, a preset or a file."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ka_crm.criteria.queries import criteria_in_force, values_of, version_numbered
from ka_crm.criteria.rules.presets import PRESETS

_LARGEST_FILE = 100_000


def source_of(request: HttpRequest, scope: str) -> dict[str, Any]:
    """Return the settings that a draft begins with; ``ValueError`` for a source that is none."""
    uploaded = request.FILES.get("file")
    if uploaded is not None:
        if (uploaded.size or 0) > _LARGEST_FILE:
            raise ValueError(_("the file is too large"))
        try:
            values = json.loads(uploaded.read().decode("utf-8-sig"))
        except ValueError as error:
            raise ValueError(_("the file is not JSON")) from error
        if not isinstance(values, dict):
            raise ValueError(_("the file has to hold one JSON object"))
        return values
    kind, _colon, name = request.POST.get("source", "").partition(":")
    if kind == "preset" and name in PRESETS:
        return dict(PRESETS[name])
    if kind == "version":
        version = (
            version_numbered(int(name), scope)
            if name.isascii() and name.isdigit() and len(name) < 9
            else None
        )
        if version is None:
            raise ValueError(_("there is no such version"))
        return values_of(version)
    return values_of(criteria_in_force(scope))
