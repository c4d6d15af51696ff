"""The numbers behind the map of stores: ``/api/v1/dashboards/store-map/``, with the filters of the list."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.lib.listing.page import matching
from ka_crm.lib.listing.state import read_state
from ka_crm.pages.lists.store_map import store_map
from ka_crm.pages.lists.stores import HIDDEN, chosen_category, store_listing, store_rows
from segmentation.api.dashboards import Dashboard
from segmentation.queries import current_run


class StoreMapDashboard(Dashboard):
    """All stores of the caller in columns: where they are and how they stand in one category."""

    @extend_schema(
        parameters=[OpenApiParameter("category", str), OpenApiParameter("q", str)],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        run, viewer = current_run(), self.viewer()
        _categories, category = chosen_category(run, request.query_params.get("category", ""))
        state = read_state(store_listing(viewer), request.query_params)
        rows = store_rows(viewer, run, category.pk if category else None)
        meta: dict[str, Any] = {
            "run": run.pk if run else None,
            "as_of": str(run.as_of) if run else None,
            "category": category.code if category else None,
        }
        return Response({"meta": meta, **store_map(matching(rows, state, HIDDEN))})
