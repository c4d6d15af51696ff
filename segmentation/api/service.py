"""Load and service strategies over HTTP: what the pages show, for the caller's team."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from segmentation.api import pictures
from segmentation.api.dashboards import Dashboard, ReadsResults
from segmentation.queries.load import KamLoad, kam_loads, without_kam
from segmentation.queries.strategy import strategies_of, strategy_versions, version_in_force
from segmentation.rules.load import NORM, WORKABLE
from segmentation.rules.strategy_set import DEFAULT_SET, changed_keys


class LoadDashboard(Dashboard):
    """Weighted load, meetings and hours of every account manager of the caller's team."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run, viewer = self.run(), self.viewer()
        return Response(
            {
                "meta": pictures.meta(run),
                "norm": NORM,
                "workable": list(WORKABLE),
                "without_account_manager": len(without_kam(run, viewer)),
                "rows": [_load(row) for row in kam_loads(run, viewer)],
            }
        )


def _load(row: KamLoad) -> dict[str, Any]:
    return {
        "account_manager": row.kam.name,
        "id": row.kam.pk,
        "territory": row.kam.territory.name if row.kam.territory else None,
        "key_accounts": row.load.count,
        "by_quadrant": row.load.by_quadrant,
        "load": row.load.load,
        "utilisation": row.load.utilisation,
        "band": row.load.band,
        "accounts": row.accounts,
        "meetings_a_month": row.meetings,
        "hours_needed": row.hours,
        "hours_available": row.available,
        "fits": row.fits,
        "gap": pictures.in_currency(row.key_gap_amount),
    }


class StrategyVersionSerializer(serializers.Serializer[Any]):
    """One version of the strategies; ``values`` are flat, such as ``AX.meetings``."""

    number = serializers.IntegerField()
    effective_from = serializers.DateField()
    reason = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    changes = serializers.DictField(child=serializers.ListField())


class StrategiesSerializer(serializers.Serializer[Any]):
    """The strategies that hold on a day, and their versions, the newest first."""

    version = serializers.IntegerField(allow_null=True, help_text="null: the product's defaults hold.")
    effective_from = serializers.DateField(allow_null=True)
    values = serializers.DictField(child=serializers.JSONField())
    versions = StrategyVersionSerializer(many=True)


class StrategiesView(APIView):
    """The service of every nine-box cell and quadrant; administrators change it on the page."""

    permission_classes = [IsAuthenticated, ReadsResults]

    @extend_schema(
        parameters=[OpenApiParameter("on", OpenApiTypes.DATE, description="Day; today if left out.")],
        responses=StrategiesSerializer,
    )
    def get(self, request: Request) -> Response:
        day = serializers.DateField(required=False, allow_null=True).run_validation(
            request.query_params.get("on") or None
        )
        in_force = version_in_force(day)
        versions = strategy_versions()
        before = [strategies_of(version) for version in versions[1:]] + [DEFAULT_SET]
        return Response(
            {
                "version": in_force.number if in_force else None,
                "effective_from": in_force.effective_from.isoformat() if in_force else None,
                "values": strategies_of(in_force).as_values(),
                "versions": [
                    {
                        "number": version.number,
                        "effective_from": version.effective_from.isoformat(),
                        "reason": version.reason,
                        "author": version.author.name if version.author else None,
                        "changes": {
                            key: list(pair) for key, pair in changed_keys(old, strategies_of(version)).items()
                        },
                    }
                    for version, old in zip(versions, before, strict=False)
                ],
            }
        )
