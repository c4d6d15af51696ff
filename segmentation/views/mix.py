"""``/segmentation/mix/``: what key accounts bring against the usual band; sales over channels and time."""

import math
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Region
from ka_crm.lib import shown
from ka_crm.people.models import User
from segmentation.models import SegmentationRun
from segmentation.queries import previous_run, stamp_of
from segmentation.queries.channels import (
    ChannelSum,
    KeyPart,
    channel_months,
    channel_sums,
    key_account_part,
)
from segmentation.queries.groups import NOBODY
from segmentation.queries.overview import sorted_amounts
from segmentation.queries.results import customer_results
from segmentation.rules.concentration import (
    ABOVE,
    BELOW,
    USUAL_BAND,
    Concentration,
    band_place,
    concentration,
    curve_points,
)
from segmentation.views import wording
from segmentation.views.comparison_parts import list_url
from segmentation.views.shared import viewer_of, with_run

#: Channels that a picture tells apart; the others stand together.
MOST_DRAWN = 5
#: Months that the picture reaches back.
MONTHS = 24
_KEPT = 600  # seconds: sums of all sales lines of two years
_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 620.0, 300.0, 46.0, 12.0, 20.0, 34.0


@require_GET
@with_run
def mix(request: HttpRequest, run: SegmentationRun) -> HttpResponse:
    """Show the concentration with its band, and the channels; ``region`` narrows the channels."""
    viewer = viewer_of(request)
    rows = customer_results(run, viewer)
    own, total = sorted_amounts(rows, "customers")
    line = float((run.settings.get("abc_thresholds") or [0.8])[0])
    curve, key = concentration(own, line), key_account_part(rows)
    regions = list(
        Region.objects.filter(customer__in=rows.values("customer")).distinct().values_list("pk", "name")
    )
    region = request.GET.get("region", "")
    region = region if region in {str(pk) for pk, _name in regions} else ""
    before = previous_run(run)
    context: dict[str, Any] = {
        "run": run,
        "before": before,
        "run_line": wording.run_line(run),
        "band": band_context(key),
        "curve": curve,
        "line": line,
        "picture": _curve_picture(curve, concentration(total, line), key) if curve else None,
        "regions": [{"key": str(pk), "name": name} for pk, name in regions],
        "region": region,
        "own_url": list_url("customers", sort="ours"),
    }
    context |= _channels(run, before, viewer, region)
    return render(request, "segmentation/mix.html", context)


def band_context(key: KeyPart) -> dict[str, Any]:
    """Return what ``segmentation/_concentration_band.html`` says: the part, its place, what it means."""
    part = key.part
    low, high = USUAL_BAND
    found: dict[str, Any] = {
        "count": key.count,
        "part": part,
        "registered": key.registered,
        "low": low,
        "high": high,
        "place": "",
        "text": "",
    }
    if part is None or not key.count:
        return found
    place = band_place(part)
    texts = {
        BELOW: _("Below it: the list is short, or it misses those that buy. Look at who is missed."),
        ABOVE: _("Above it: most of our sales hang on these accounts, and the loss of one is felt."),
    }
    return {
        **found,
        "place": place,
        "text": texts.get(place, _("Within it: few enough to know, not too few.")),
    }


def _curve_picture(own: Concentration, total: Concentration | None, key: KeyPart) -> dict[str, Any]:
    """The curve over a log rank axis in units of the drawing, the band, and two labelled points."""
    last = max(len(own.parts), len(total.parts) if total else 0, 10)
    decades = math.ceil(math.log10(last))

    def x(rank: float) -> float:
        return round(_LEFT + math.log10(rank) / decades * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(part: float) -> float:
        return round(_TOP + (1 - part) * (_HEIGHT - _TOP - _BOTTOM), 1)

    def path(parts: list[float]) -> str:
        return "M" + "L".join(f"{x(rank)} {y(part)}" for rank, part in curve_points(parts))

    low, high = USUAL_BAND
    picture: dict[str, Any] = {
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _WIDTH - _RIGHT,
        "bottom": _HEIGHT - _BOTTOM,
        "axis_y": _HEIGHT - 4,
        "tick_y": _HEIGHT - _BOTTOM + 15,
        "own": path(own.parts),
        "total": path(total.parts) if total else "",
        "band": {
            "y": y(high),
            "height": round(y(low) - y(high), 1),
            "width": _WIDTH - _LEFT - _RIGHT,
        },
        "lines": [{"y": y(part), "text": shown.percent_text(part, 0)} for part in (0, 0.2, 0.4, 0.6, 0.8, 1)],
        "ticks": [{"x": x(10**power), "text": shown.number_text(10**power)} for power in range(decades + 1)],
        "first": {"x": x(1), "y": y(own.first), "text": shown.percent_text(own.first, 0)},
    }
    if key.count and key.part is not None:
        at = x(min(max(key.count, 1), 10**decades))
        picture["key"] = {"x": at, "y": y(key.part), "on_left": at > _WIDTH * 0.72}
    return picture


def _channels(
    run: SegmentationRun, before: SegmentationRun | None, viewer: User, region: str
) -> dict[str, Any]:
    now = channel_sums(run, viewer, region)
    was = {item.key: item for item in channel_sums(before, viewer, region)} if before else {}
    own, total = sum(item.own_amount for item in now), sum(item.total_amount for item in now)
    own_was, total_was = (
        sum(getattr(item, name) for item in was.values()) for name in ("own_amount", "total_amount")
    )
    lines = []
    for item in now:
        earlier = was.get(item.key)
        own_part, total_part = _part(item.own_amount, own), _part(item.total_amount, total)
        lines.append(
            {
                "name": item.name or _("No channel"),
                "is_named": bool(item.name),
                "accounts": item.accounts,
                "own_amount": item.own_amount,
                "total_amount": item.total_amount,
                "own_part": own_part,
                "total_part": total_part,
                "own_moved": _moved(own_part, _part(earlier.own_amount, own_was) if earlier else None),
                "total_moved": _moved(
                    total_part, _part(earlier.total_amount, total_was) if earlier else None
                ),
                "url": list_url("customers", channel=str(item.key or NOBODY), region=region),
            }
        )
    return {
        "channels": lines,
        "channel_total": {"own": own, "total": total, "accounts": sum(item.accounts for item in now)},
        "channel_sentence": _sentence(lines),
        "months": _months(run, viewer, region, now),
    }


def _sentence(lines: list[dict[str, Any]]) -> str:
    """The one sentence of the channels: where we are weaker than what is bought, or what moved most."""
    known = [line for line in lines if line["own_part"] is not None and line["total_part"] is not None]
    if len(known) < 2:
        return ""
    weakest = min(known, key=lambda line: line["own_part"] - line["total_part"])
    if weakest["total_part"] - weakest["own_part"] < 0.005:
        return _("Our sales spread over the channels as purchases do.")
    return _("%(name)s makes %(total)s of all they buy, but %(own)s of our sales.") % {
        "name": weakest["name"],
        "total": shown.percent_text(weakest["total_part"], 0),
        "own": shown.percent_text(weakest["own_part"], 0),
    }


def _months(run: SegmentationRun, viewer: User, region: str, now: list[ChannelSum]) -> dict[str, Any] | None:
    """Our sales by month, stacked by channel as parts of the month; None where there are no sales."""
    key = f"channels:{stamp_of(run)}:{viewer.pk}:{viewer.version}:{region}"
    kept = cache.get(key)
    if kept is None:
        kept = channel_months(run, viewer, region, MONTHS)
        cache.set(key, kept, _KEPT)
    starts, sums = kept
    if not starts:
        return None
    order = [item.key for item in now] + sorted(
        (key for key in sums if key not in {i.key for i in now}), key=str
    )
    drawn = [key for key in order if key in sums]
    names = {item.key: item.name or _("No channel") for item in now}
    head, tail = drawn[:MOST_DRAWN], drawn[MOST_DRAWN:]
    series = [(names.get(key, _("No channel")), sums[key]) for key in head]
    if tail:
        series.append((_("Others"), [sum(sums[key][index] for key in tail) for index in range(len(starts))]))
    width = 100 / len(starts)
    columns = []
    for index, start in enumerate(starts):
        positive = [max(values[index], 0) for _name, values in series]
        whole, at, parts = sum(positive), 0.0, []
        for number, amount in enumerate(positive):
            part = amount / whole if whole else 0.0
            parts.append(
                {
                    "tone": number + 1,
                    "y": round((1 - at - part) * 100, 2),
                    "height": round(part * 100, 2),
                    "part": part if whole else None,
                }
            )
            at += part
        columns.append(
            {
                "x": round(index * width, 3),
                "width": round(width * 0.82, 3),
                "month": date_format(start, "M Y"),
                "amount": sum(values[index] for _name, values in series),
                "parts": parts,
            }
        )
    return {
        "columns": columns,
        "series": [{"name": name, "tone": number + 1} for number, (name, _values) in enumerate(series)],
        "first": columns[0]["month"],
        "last": columns[-1]["month"],
    }  # fmt: skip


def _part(amount: int, whole: int) -> float | None:
    return amount / whole if whole > 0 else None


def _moved(now: float | None, was: float | None) -> str:
    """The change of a part in points: "+1.2"; empty where it cannot be told."""
    if now is None or was is None:
        return ""
    points = round((now - was) * 100, 1)
    return "0.0" if not points else ("+" if points > 0 else "") + shown.number_text(points, 1)
