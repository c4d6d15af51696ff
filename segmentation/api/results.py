"""Results of a run over HTTP: customers and stores."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins

from ka_crm.records.api.views import Endpoint
from segmentation.api.filters import CustomerResultFilters, StoreResultFilters
from segmentation.api.serializers import CustomerResultSerializer, StoreResultSerializer
from segmentation.models import CustomerResult, SegmentationRun, StoreResult
from segmentation.queries import complete_runs, current_run
from segmentation.queries.results import customer_results, store_results

_RUN = OpenApiParameter("run", int, description="Number of a run; without it the current one.")
_of_a_run = extend_schema_view(list=extend_schema(parameters=[_RUN]))


class OfARun(mixins.ListModelMixin, Endpoint):
    """Rows of one run; ``?run=`` names it."""

    http_method_names = ["get", "head", "options"]
    extra_parameters: ClassVar[tuple[str, ...]] = ("run",)

    def run(self) -> SegmentationRun:
        """Return the run that the address names, else the current one; 404 where there is none."""
        text = self.request.query_params.get("run", "")
        if not text:
            run = current_run()
        elif text.isascii() and text.isdigit() and len(text) < 19:
            run = complete_runs().filter(pk=text).first()
        else:
            run = None
        if run is None:
            raise Http404
        return run


@_of_a_run
class CustomerResultViewSet(OfARun):
    """Classes, potential, share and quadrant of the caller's customers; the best rank first."""

    queryset = CustomerResult.objects.none()
    serializer_class = CustomerResultSerializer
    filterset_class = CustomerResultFilters
    ordering_fields: ClassVar[list[str]] = [
        "rank", "rank_potential", "rank_own", "gap_amount", "potential", "net_sales", "share",
    ]  # fmt: skip
    ordering = "rank"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        rows = customer_results(self.run(), self.request.user)  # type: ignore[arg-type]
        return rows.select_related("customer__kam").defer("months")


@_of_a_run
class StoreResultViewSet(OfARun):
    """Potential, share and quadrant of the caller's stores, one row per category; the largest first."""

    queryset = StoreResult.objects.none()
    serializer_class = StoreResultSerializer
    filterset_class = StoreResultFilters
    ordering_fields: ClassVar[list[str]] = ["rank_potential", "rank_own", "gap_amount", "potential", "share"]
    ordering = "rank_potential"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        rows = store_results(self.run(), self.request.user)  # type: ignore[arg-type]
        return rows.select_related("store__customer", "category")
