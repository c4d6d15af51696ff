"""The numbers behind the charts: ``/api/v1/dashboards/<name>/``. Everybody gets only what they may see."""

from typing import Any, cast

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ka_crm.people.models import User
from segmentation import access
from segmentation.api import pictures
from segmentation.models import SegmentationRun
from segmentation.queries import complete_runs, current_run, previous_run
from segmentation.queries.asking import stores_to_ask
from segmentation.queries.below import below_by_chain, below_sums, named_below
from segmentation.queries.home import SIZE, crossing_lists, high_classes_of, telling_names
from segmentation.queries.lists import coverage, potential_list, sales_list
from segmentation.queries.moves import CELL, QUADRANT, flows_between, labels_of, moved_rows
from segmentation.queries.overview import headline, nine_box, quadrant_sums, sorted_amounts
from segmentation.queries.results import (
    Level,
    ResultFilter,
    customer_results,
    level_of,
    named_rows,
    results_of,
    store_results,
)
from segmentation.queries.why_moved import with_causes
from segmentation.rules.concentration import concentration

#: Dots that a scatter draws at most, the largest buyers first.
MOST_DOTS = 20_000
LEVEL = OpenApiParameter("level", str, enum=["customers", "stores"], default="customers")
_RUNS = [OpenApiParameter("from", int), OpenApiParameter("to", int)]
_BY = OpenApiParameter("by", str, enum=[QUADRANT, CELL], default=QUADRANT)


class ReadsResults(BasePermission):
    """Account managers, supervisors, directors and administrators."""

    message = "Results are for those who look after accounts."

    def has_permission(self, request: Request, view: Any) -> bool:
        return access.reads_results(cast(User, request.user))


class Dashboard(APIView):
    """One picture of the current run, for the caller's accounts."""

    permission_classes = [IsAuthenticated, ReadsResults]

    def run(self) -> SegmentationRun:
        run = current_run()
        if run is None:
            raise NotFound("Nothing has been computed yet.")
        return run

    def viewer(self) -> User:
        return cast(User, self.request.user)

    def level(self, request: Request) -> Level:
        return level_of(request.query_params.get("level"))


class HomeDashboard(Dashboard):
    """Ten by what they buy from us beside ten by what they buy at all, and the telling name."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run = self.run()
        rows = customer_results(run, self.viewer())
        names = telling_names(rows, high_classes_of(run))
        telling = names[0] if names else None
        anew = self.viewer().role not in access.SEE_ALL
        crossing = crossing_lists(rows, telling, ranked_anew=anew)
        return Response(pictures.slope(run, crossing, telling, headline(rows), SIZE))


class NineBoxDashboard(Dashboard):
    """Counts and money of every cell."""

    @extend_schema(parameters=[LEVEL], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run, level = self.run(), self.level(request)
        box = nine_box(results_of(level, run, self.viewer()), level)

        def plain(cell: Any) -> dict[str, Any]:
            return {
                "cell": cell.code,
                "count": cell.count,
                "own": pictures.in_currency(cell.own_amount),
                "total": pictures.in_currency(cell.total_amount),
                "attack": cell.attack,
                "own_part": cell.own_part,
                "total_part": cell.total_part,
            }

        cells = [plain(box.cells[row + column]) for row in box.rows for column in box.columns]
        return Response({"meta": pictures.meta(run), "cells": cells, "all": plain(box.all)})


class ConcentrationDashboard(Dashboard):
    """How few customers bring how much."""

    @extend_schema(parameters=[LEVEL], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run, level = self.run(), self.level(request)
        rows = results_of(level, run, self.viewer())
        own, total = sorted_amounts(rows, level)
        line = float((run.settings.get("abc_thresholds") or [0.8])[0])
        order = "-our_sales"
        largest = named_rows(rows, level).order_by(order).values_list("name", flat=True).first() or ""
        return Response(
            pictures.concentration_curve(
                run, concentration(own, line), concentration(total, line), largest, line, level
            )
        )


class ScatterDashboard(Dashboard):
    """What each buys at all against our share of it."""

    @extend_schema(parameters=[LEVEL], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run, level = self.run(), self.level(request)
        rows = results_of(level, run, self.viewer())
        shown = ResultFilter.from_query(request.query_params.dict()).applied(rows, level)
        dots = named_rows(shown.filter(potential__gt=0, share__isnull=False), level)
        is_small = request.query_params.get("small") == "1"
        list_url = f"{reverse('segmentation:overview')}?tab=list&level={level}"
        return Response(
            pictures.scatter(
                run,
                list(dots.order_by("-potential", "pk")[:MOST_DOTS]),
                headline(rows),
                quadrant_sums(rows, level),
                level,
                labels=12 if is_small else 18,
                list_url="" if is_small else list_url,
            )
        )


class ComparisonDashboard(Dashboard):
    """Both lists, what they cover, and who was missed or misfiled."""

    @extend_schema(parameters=[LEVEL], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run, level = self.run(), self.level(request)
        rows = results_of(level, run, self.viewer())
        sums = coverage(rows)

        def plain(row: dict[str, Any]) -> dict[str, Any]:
            return {
                "code": row["code"],
                "name": row["name"],
                "quadrant": row["quadrant"],
                "mark": row["list_mark"],
                "rank_own": row["rank_own"],
                "rank_total": row["rank_potential"],
                "own": pictures.in_currency(row["our_sales"]),
                "total": pictures.in_currency(row["potential"]),
                "share": row["share"],
                "url": pictures.row_url(row, level),
            }

        return Response(
            {
                "meta": pictures.meta(run, level=level),
                "kept": sums.kept,
                "missed": sums.missed,
                "misfiled": sums.misfiled,
                "covered_by_sales_list": sums.old_part,
                "covered_by_potential_list": sums.new_part,
                "gap_missed": pictures.in_currency(sums.gap_missed_amount),
                "by_sales": [plain(row) for row in sales_list(rows, level)],
                "by_potential": [plain(row) for row in potential_list(rows, level)],
            }
        )


class MovementDashboard(Dashboard):
    """Flows between the quadrants (or cells) of two runs, who moved, and what decided it."""

    @extend_schema(parameters=[LEVEL, *_RUNS, _BY], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        level = self.level(request)
        run = self._chosen(request, "to") or self.run()
        before = self._chosen(request, "from") or previous_run(run)
        if before is None:
            raise NotFound("There is no earlier run to compare with.")
        url = f"{reverse('segmentation:movement')}?from={before.pk}&to={run.pk}&level={level}"
        by = CELL if request.query_params.get("by") == CELL else QUADRANT
        url += f"&by={by}" if by == CELL else ""
        flows = flows_between(level, before, run, self.viewer(), by)
        picture = pictures.flow_picture(run, before, flows, url, labels_of(level, by))
        moved = moved_rows(level, before, run, self.viewer(), by=by)
        picture["rows"] = [
            {
                "code": row["code"],
                "name": row["name"],
                "from": row["before_label"],
                "to": row["label"],
                "causes": row["class_causes"] if by == CELL else row["causes"],
                "share_before": row["before_share"],
                "share": row["share"],
                "total": pictures.in_currency(row["potential"]),
            }
            for row in with_causes(level, before, run, moved)
        ]
        return Response(picture)

    def _chosen(self, request: Request, key: str) -> SegmentationRun | None:
        text = request.query_params.get(key, "")
        if not text:
            return None
        run = complete_runs().filter(pk=text).first() if text.isdecimal() and len(text) < 19 else None
        if run is None:
            raise NotFound("There is no such run.")
        return run


class FlagsDashboard(Dashboard):
    """Stores below market share, the largest gap first, and where it sits."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run = self.run()
        rows = ResultFilter.from_query(request.query_params.dict()).applied(
            store_results(run, self.viewer()), "stores"
        )
        sums = below_sums(rows)
        months = max(run.window_months, 1)
        return Response(
            {
                "meta": pictures.meta(run),
                "surely": sums.surely,
                "probably": sums.probably,
                "too_early": sums.too_early,
                "gap_a_month": pictures.in_currency(sums.gap_amount // months),
                "rows": [
                    {
                        "code": row["code"],
                        "name": row["name"],
                        "chain": row["chain"],
                        "category": row["category_code"],
                        "status": row["status"],
                        "share": row["share"],
                        "low": row["share_low"],
                        "high": row["share_high"],
                        "market_share": row["market_share"],
                        "gap_a_month": pictures.in_currency(row["gap_amount"] // months),
                        "url": pictures.row_url(row, "stores"),
                    }
                    for row in named_below(rows, 100)
                ],
                "chains": [
                    {**row, "gap": pictures.in_currency(row["gap"]), "largest": None}
                    for row in below_by_chain(rows)
                ],
            }
        )


class AskFirstDashboard(Dashboard):
    """Whom to ask first about the total they buy."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        run = self.run()
        rows = [
            {
                "code": row["code"],
                "name": row["name"],
                "chain": row["chain"],
                "own": pictures.in_currency(row["our_sales"]),
                "score": round(row["score"], 1),
                "reasons": row["reasons"],
                "url": reverse("stores:store", args=[row["code"]]),
            }
            for row in stores_to_ask(run, self.viewer())
        ]
        return Response({"meta": pictures.meta(run), "rows": rows})
