"""``/segmentation/sufficiency/``: how well we know what accounts buy, by territory, and where to go first."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ka_crm.people.models import User
from segmentation.models import SegmentationRun
from segmentation.queries.asking import accounts_to_ask, stores_to_ask
from segmentation.queries.groups import NOBODY
from segmentation.queries.sufficiency import known_by_territory
from segmentation.rules.sufficiency import LEAST_MEASURED, LEAST_STORES, MOST_UNKNOWN, Known, thinness
from segmentation.views import wording
from segmentation.views.comparison_parts import list_url
from segmentation.views.shared import viewer_of, with_run
from segmentation.views.sufficiency_words import advice, sentence, thin_texts

#: Stores to visit first that the page names; the tab "Ask these stores first" has more.
VISIT_FIRST = 12


@require_GET
@with_run
def sufficiency(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Show what is measured, estimated and unknown; ``territory`` narrows whom to visit first."""
    viewer = viewer_of(request)
    territories = known_by_territory(run, viewer)
    whole = Known()
    for _pk, _name, known in territories:
        whole = whole.plus(known)
    chosen = _chosen(request, territories)
    return render(
        request,
        "segmentation/sufficiency.html",
        {
            "run": run,
            "run_line": wording.run_line(run),
            "whole": whole,
            "sentence": sentence(whole),
            "thin_texts": thin_texts(whole, thinness(whole)),
            "rules": {"measured": LEAST_MEASURED, "unknown": MOST_UNKNOWN, "stores": LEAST_STORES},
            "parts": _parts(whole, {}),
            "lines": [_line(pk, name, known, chosen) for pk, name, known in territories],
            "chosen": chosen,
            **_visit_first(run, viewer, chosen),
        },
    )


def _chosen(request: HttpRequest, territories: list[tuple[int | None, str, Known]]) -> dict[str, Any] | None:
    """The territory an address names; one where the viewer has nothing is not there."""
    text = request.GET.get("territory", "")
    if not text:
        return None
    for pk, name, known in territories:
        if text == str(pk or NOBODY):
            return {"pk": pk, "key": text, "name": name or _("No territory"), "known": known}
    raise Http404


def _line(pk: int | None, name: str, known: Known, chosen: dict[str, Any] | None) -> dict[str, Any]:
    key = str(pk or NOBODY)
    filters = {"territory_only": key}
    return {
        "name": name or _("No territory"),
        "is_named": bool(name),
        "known": known,
        "is_thin": bool(thinness(known)),
        "texts": thin_texts(known, thinness(known)),
        "parts": _parts(known, filters),
        "advice": advice(known),
        "accounts_url": list_url("customers", **filters),
        "unknown_url": list_url("customers", evidence="unknown", **filters) if known.unknown_accounts else "",
        "url": f"{reverse('segmentation:sufficiency')}?territory={key}#visit-first",
        "active": chosen is not None and chosen["key"] == key,
    }


def _parts(known: Known, filters: dict[str, str]) -> list[dict[str, Any]]:
    """The three parts of what is known to be bought, from left to right, each with its list."""
    found, at = [], 0.0
    for key, amount, label in (
        ("measured", known.measured, _("counted")),
        ("early", known.early, _("counted too rarely")),
        ("estimated", known.estimated, _("estimated")),
    ):
        part = amount / known.total if known.total else 0.0
        found.append(
            {
                "key": key,
                "label": label,
                "amount": amount,
                "part": part,
                "at": at,
                "url": list_url("customers", evidence=key, **filters) if amount else "",
            }
        )
        at += part
    return found


def _visit_first(run: SegmentationRun, viewer: User, chosen: dict[str, Any] | None) -> dict[str, Any]:
    place = None if chosen is None else chosen["pk"] or 0
    stores = stores_to_ask(run, viewer, VISIT_FIRST, territory=place)
    for row in stores:
        row["reason_texts"] = wording.reason_texts(row["reasons"])
    accounts = [] if stores or chosen else accounts_to_ask(run, viewer, VISIT_FIRST)
    return {"ask_stores": stores, "ask_accounts": accounts}
