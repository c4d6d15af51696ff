"""Breakdowns behind the pages: the comparison by group, what is known by territory, channels of a run."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from segmentation.api import pictures
from segmentation.api.dashboards import LEVEL, Dashboard
from segmentation.queries import previous_run
from segmentation.queries.channels import ChannelSum, channel_sums, key_account_part
from segmentation.queries.groups import DIMENSIONS, KAM, NOBODY
from segmentation.queries.lists import coverage, coverage_by
from segmentation.queries.results import customer_results, results_of
from segmentation.queries.sufficiency import known_by_territory
from segmentation.rules.concentration import USUAL_BAND, band_place
from segmentation.rules.coverage import Coverage
from segmentation.rules.sufficiency import Known, thinness

_BY = OpenApiParameter("by", str, enum=list(DIMENSIONS), default=KAM)
_REGION = OpenApiParameter("region", str, description="Id of a region, or none; empty for all.")


class ComparisonPartsDashboard(Dashboard):
    """Kept, missed and misfiled by account manager, territory, region or chain; the parts add up to all."""

    @extend_schema(parameters=[LEVEL, _BY], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run, level = self.run(), self.level(request)
        by = request.query_params.get("by") or KAM
        if by not in DIMENSIONS:
            raise ValidationError({"by": [f"One of {', '.join(DIMENSIONS)}."]})
        rows = results_of(level, run, self.viewer())
        parts = [
            {"key": part.key, "name": part.name, **_coverage(part.sums)}
            for part in coverage_by(rows, level, by)
        ]
        return Response(
            {"meta": pictures.meta(run, level=level, by=by), "parts": parts, "all": _coverage(coverage(rows))}
        )


class SufficiencyDashboard(Dashboard):
    """How much of what accounts buy is counted, counted too rarely, estimated or unknown, by territory."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run = self.run()
        whole, territories = Known(), []
        for pk, name, known in known_by_territory(run, self.viewer()):
            whole = whole.plus(known)
            territories.append({"territory": pk, "name": name, **_known(known)})
        return Response({"meta": pictures.meta(run), "all": _known(whole), "territories": territories})


class ChannelsDashboard(Dashboard):
    """What key accounts bring against the usual band; our sales and all they buy by channel."""

    @extend_schema(parameters=[_REGION], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run, viewer = self.run(), self.viewer()
        region = request.query_params.get("region", "")
        if region and not (region == NOBODY or (region.isdecimal() and len(region) < 19)):
            raise ValidationError({"region": ["Id of a region, or none."]})
        before = previous_run(run)
        key = key_account_part(customer_results(run, viewer))
        return Response(
            {
                "meta": pictures.meta(run, before_run=before.pk if before else None),
                "key_accounts": {
                    "count": key.count,
                    "part": key.part,
                    "usual": list(USUAL_BAND),
                    "place": band_place(key.part) if key.part is not None and key.count else None,
                },
                "channels": [_channel(item) for item in channel_sums(run, viewer, region)],
                "before": [_channel(item) for item in channel_sums(before, viewer, region)] if before else [],
            }
        )


def _coverage(sums: Coverage) -> dict[str, Any]:
    return {
        "count": sums.all_count,
        "kept": sums.kept,
        "missed": sums.missed,
        "missed_by_quadrant": sums.missed_by_quadrant,
        "misfiled": sums.misfiled,
        "misfiled_by_quadrant": sums.misfiled_by_quadrant,
        "total": pictures.in_currency(sums.all_amount),
        "covered_by_both": sums.both_part,
        "covered_by_sales_list": sums.old_part,
        "covered_by_potential_list": sums.new_part,
        "gap_missed": pictures.in_currency(sums.gap_missed_amount),
    }


def _known(known: Known) -> dict[str, Any]:
    return {
        "accounts": known.accounts,
        "unknown_accounts": known.unknown_accounts,
        "counted": pictures.in_currency(known.measured),
        "counted_too_rarely": pictures.in_currency(known.early),
        "estimated": pictures.in_currency(known.estimated),
        "our_sales_to_unknown": pictures.in_currency(known.unknown_own),
        "stores": known.stores,
        "counted_stores": known.counted_stores,
        "thin": list(thinness(known)),
    }


def _channel(item: ChannelSum) -> dict[str, Any]:
    return {
        "channel": item.key,
        "name": item.name,
        "accounts": item.accounts,
        "own": pictures.in_currency(item.own_amount),
        "total": pictures.in_currency(item.total_amount),
    }
