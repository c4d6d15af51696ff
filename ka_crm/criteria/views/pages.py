"""The criteria in force, in plain language, how they came to be, and what any two versions differ in."""

import json
from itertools import zip_longest
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.permissions import may_publish_criteria
from ka_crm.criteria.queries import (
    criteria_in_force,
    drafts_for,
    scopes_in_use,
    values_in_force,
    values_of,
    version_numbered,
    versions_newest_first,
)
from ka_crm.criteria.rules.settings import REGION_SETTINGS
from ka_crm.criteria.scopes import known_scopes
from ka_crm.criteria.wording import HELP, PRESET_WORDS, QUESTIONS, SETTINGS, changes_between, setting_text
from ka_crm.people.viewer import viewer_of


def current(request: HttpRequest) -> HttpResponse:
    """Show the published settings by question, the drafts, the versions and what each changed."""
    scope = known_scope(request.GET.get("scope", ""))
    published = criteria_in_force(scope)
    versions = versions_newest_first(scope)
    context = {
        "published": published,
        "scope": scope,
        "scopes": known_scopes(),
        "scopes_in_use": scopes_in_use(),
        "has_own": bool(scope) and published.scope == scope,
        "questions": questions_of(values_in_force(scope), scope),
        "versions": [
            {"version": version, "changes": _changes(before, version)}
            for version, before in zip_longest(versions, versions[1:])
        ],
        "compared": _compared(request, scope),
        "drafts": drafts_for(viewer_of(request)),
        "may_edit": may_publish_criteria(viewer_of(request)),
        "presets": [(name, *words) for name, words in PRESET_WORDS.items()],
    }
    return render(request, "criteria/current.html", context)


def download(request: HttpRequest) -> HttpResponse:
    """The published settings, or those of ``?version=``, as a file that can be published elsewhere."""
    number, scope = request.GET.get("version", ""), known_scope(request.GET.get("scope", ""))
    found = _numbered(number, scope) if number else criteria_in_force(scope)
    if found is None:
        raise Http404
    response = HttpResponse(json.dumps(values_of(found), indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="criteria-{found}.json"'
    return response


def address_of(version: CriteriaVersion) -> str:
    """Return the address of a version's page."""
    address = reverse("criteria:version", args=[version.number])
    return f"{address}?{urlencode({'scope': version.scope})}" if version.scope else address


def known_scope(name: str) -> str:
    """Return the name of a region as it is; the company, which has none, for anything else."""
    return name if name in known_scopes() else ""


def questions_of(values: dict[str, Any], scope: str) -> list[dict[str, Any]]:
    """Return settings in words by question; of a region only what it decides itself."""
    questions = [
        {
            "title": title,
            "lines": [_line(n, values[n]) for n in names if not scope or n in REGION_SETTINGS],
        }
        for title, names in QUESTIONS
    ]
    return [question for question in questions if question["lines"]]


def _line(name: str, value: Any) -> dict[str, str]:
    return {"label": str(SETTINGS[name]), "value": setting_text(value, name), "help": str(HELP[name])}


def _changes(before: CriteriaVersion | None, after: CriteriaVersion) -> list[dict[str, str]]:
    """What a version changed against the one before it; nothing for the first."""
    return changes_between(values_of(before), values_of(after)) if before else []


def _compared(request: HttpRequest, scope: str) -> dict[str, Any] | None:
    """Two versions side by side (``?a=1&b=3``), where both are named and known."""
    one, other = (_numbered(request.GET.get(key, ""), scope) for key in ("a", "b"))
    if one is None or other is None:
        return None
    return {"a": one, "b": other, "changes": changes_between(values_of(one), values_of(other))}


def _numbered(text: str, scope: str) -> CriteriaVersion | None:
    return version_numbered(int(text), scope) if text.isascii() and text.isdigit() and len(text) < 9 else None
