"""The criteria in force, in plain language, and how they came to be."""

import json
from itertools import zip_longest
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.queries import criteria_in_force, versions_newest_first
from ka_crm.criteria.wording import HELP, QUESTIONS, SETTINGS, setting_text
from ka_crm.records.operations import differences


def current(request: HttpRequest) -> HttpResponse:
    """Show the published settings by question, with the versions and what each changed."""
    published = criteria_in_force()
    versions = versions_newest_first()
    context = {
        "published": published,
        "questions": [
            {"title": title, "lines": [_line(name, published.settings[name]) for name in names]}
            for title, names in QUESTIONS
        ],
        "versions": [
            {"version": version, "changes": _changes(before, version)}
            for version, before in zip_longest(versions, versions[1:])
        ],
    }
    return render(request, "criteria/current.html", context)


def download(request: HttpRequest) -> HttpResponse:
    """The published settings as a file that can be published elsewhere."""
    published = criteria_in_force()
    response = HttpResponse(json.dumps(published.settings, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="criteria-{published}.json"'
    return response


def _line(name: str, value: Any) -> dict[str, str]:
    return {"label": str(SETTINGS[name]), "value": setting_text(value, name), "help": str(HELP[name])}


def _changes(before: CriteriaVersion | None, after: CriteriaVersion) -> list[dict[str, str]]:
    """What a version changed against the one before it; nothing for the first."""
    if before is None:
        return []
    was, now = differences(before.settings, after.settings)
    return [
        {
            "label": str(SETTINGS.get(name, name)),
            "was": setting_text(was[name], name),
            "now": setting_text(now[name], name),
        }
        for name in now
    ]
