"""``/api/v1/dashboards/delivery/``: on time in full, by line and order, mode, customer and month."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ka_crm.people.viewer import viewer_of
from purchases.rules.delivery import DeliveryRates, Rate
from visits.control_access import sees_control
from visits.delivery_period import asked_report

#: Customers in the answer, the worst first.
MOST = 200


class DeliveryDashboard(APIView):
    """On time in full for the caller's customers; every rate with its count."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        parameters=[
            OpenApiParameter("basis", str, enum=["requested", "confirmed"], default="requested"),
            OpenApiParameter("months", int, enum=[3, 6, 12], default=6),
            OpenApiParameter("mode", str),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        viewer = viewer_of(request)  # type: ignore[arg-type]
        if not sees_control(viewer):
            raise PermissionDenied
        asked, report = asked_report(viewer, request.query_params)
        return Response(
            {
                "basis": report.basis,
                "first": asked.first,
                "end": asked.end,
                "as_of": asked.as_of,
                "total": _rates(report.total),
                "by_mode": [{"mode": mode, **_rates(rates)} for mode, rates in report.by_mode.items()],
                "by_month": [{"month": month, **_rates(rates)} for month, rates in report.by_month.items()],
                "by_customer": [
                    {"customer_code": row.customer.code, "name": row.customer.name, **_rates(row.rates)}
                    for row in report.by_customer[:MOST]
                ],
            }
        )


def _rates(rates: DeliveryRates) -> dict[str, Any]:
    return {
        "line_otif": _rate(rates.line_otif),
        "order_otif": _rate(rates.order_otif),
        "on_time": _rate(rates.on_time),
        "in_full": _rate(rates.in_full),
        "fill": rates.fill,
        "left_out": rates.left_out,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {"hits": rate.hits, "of": rate.of, "share": rate.share}
