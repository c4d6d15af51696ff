"""Visits over HTTP: the day's list with its forms, and what phones bring back, one by one or in bulk."""

import datetime as dt
from typing import Any, ClassVar

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.people.models import User
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import ReadOnlyEndpoint
from ka_crm.records.files import file_response
from ka_crm.records.queries import business_today
from purchases.models import Category
from visits.api.filters import VisitFilters
from visits.api.form_serializers import DaySerializer, StoreFormSerializer
from visits.api.photos import (
    PHOTO_NUMBER,
    VisitPhotoShownSerializer,
    photo_content,
    refuse_too_large,
)
from visits.api.receiving import receive
from visits.api.visit_serializers import (
    MOST_VISITS,
    ConfirmSerializer,
    KeptPhotoSerializer,
    KeptVisitSerializer,
    PhotoSerializer,
    SettledSerializer,
    StoredVisitSerializer,
    VisitSerializer,
)
from visits.models import Visit
from visits.operations import confirm_count, drop_count, keep_photo
from visits.permissions import may_count
from visits.queries.forms import store_forms
from visits.queries.visits import stops_of, stores_losing_most, stores_visited_by, visits_seen_by
from visits.wording import below_text, reason_text, status_text

_ON = OpenApiParameter("on", OpenApiTypes.DATE, description="A day; without it today, where you are.")
_MANY = OpenApiResponse(
    PolymorphicProxySerializer(
        component_name="KeptVisitOrVisits",
        serializers=[KeptVisitSerializer, KeptVisitSerializer(many=True)],
        resource_type_field_name=None,
        many=False,
    ),
    description="What became of it; of a list, what became of each, in its order.",
)


class VisitViewSet(ReadOnlyEndpoint):
    """Visits in stores that the caller visits, newest first; representatives see their own."""

    http_method_names = ["get", "post", "head", "options"]
    serializer_class = StoredVisitSerializer
    filterset_class = VisitFilters
    lookup_field = "client_uuid"
    lookup_value_regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    ordering_fields: ClassVar[list[str]] = ["id", "on"]
    ordering = "-id"
    queryset = Visit.objects.none()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        rows = visits_seen_by(self.request.user)  # type: ignore[arg-type]
        return rows.select_related("store", "by").prefetch_related(
            "observations__category", "checks", "price_sightings__product", "lot_sightings", "photos"
        )

    def may_write(self, user: User) -> bool:
        return may_count(user)

    @extend_schema(
        request=PolymorphicProxySerializer(
            component_name="VisitOrVisits",
            serializers=[VisitSerializer, VisitSerializer(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={200: _MANY, 201: _MANY},
    )
    def create(self, request: Request) -> Response:
        """Keep one visit, or a list of up to 200, each for itself; ``client_uuid`` makes it exactly one.

        An unusual count is kept aside and asked about (``asks``). One visit answers with its own status,
        a list with 200 and the status of each.
        """
        body = request.data
        if isinstance(body, list):
            if not 1 <= len(body) <= MOST_VISITS:
                raise Problem(400, f"Send 1 to {MOST_VISITS} visits at once.")
            return Response(receive(_user(request), body))
        if not isinstance(body, dict):
            raise Problem(400, "Send a visit, or a list of visits.")
        outcome = receive(_user(request), [body])[0]
        if outcome["status"] >= 400:
            texts = [text for texts in outcome["problems"].values() for text in texts]
            raise Problem(outcome["status"], " ".join(texts)[:500], **_extra(outcome))
        return Response(outcome, status=outcome["status"])

    @extend_schema(parameters=[_ON], responses=DaySerializer)
    @action(detail=False, methods=["get"], pagination_class=None, filterset_class=None)
    def today(self, request: Request) -> Response:
        """The caller's visits of a day in their order, each with its form: all that a phone needs."""
        viewer, today = _user(request), business_today()
        on = _day(request.query_params.get("on", ""), today)
        stops = stops_of(viewer, viewer, on)
        forms = store_forms([stop.task.store for stop in stops], on)
        day = {
            "on": on,
            "today": today,
            "user": viewer.email,
            "stops": [
                {
                    "task": stop.task.pk,
                    "position": place,
                    "store": stop.task.store,
                    "reason": stop.task.reason,
                    "reason_text": reason_text(stop, viewer),
                    "status_text": status_text(stop.share),
                    "state": stop.task.state,
                    "kind": stop.task.kind,
                    "form": forms[stop.task.store_id],
                }
                for place, stop in enumerate(stops, start=1)
            ],
            "near": []
            if stops
            else [
                {"store": share.store, "reason_text": below_text(share, viewer)}
                for share in stores_losing_most(viewer)
            ],
        }
        return Response(DaySerializer(day).data)

    @extend_schema(
        parameters=[OpenApiParameter("store_code", str, OpenApiParameter.PATH, description="The store.")],
        responses=StoreFormSerializer,
    )
    @action(
        detail=False,
        methods=["get"],
        url_path="form/(?P<store_code>[^/]+)",
        pagination_class=None,
        filterset_class=None,
    )
    def form(self, request: Request, store_code: str) -> Response:
        """The form of one store that the caller visits."""
        rows = stores_visited_by(_user(request)).select_related("customer")
        store = rows.filter(code=store_code).first() if store_code.isprintable() else None
        if store is None:
            raise Http404
        return Response(StoreFormSerializer(store_forms([store], business_today())[store.pk]).data)

    @extend_schema(
        request={"multipart/form-data": PhotoSerializer},
        responses={201: KeptPhotoSerializer, 200: KeptPhotoSerializer},
    )
    @action(
        detail=True,
        methods=["post"],
        parser_classes=[MultiPartParser],
        pagination_class=None,
        filterset_class=None,
    )
    def photos(self, request: Request, client_uuid: str) -> Response:
        """Keep a photo of a visit; 404 until the visit itself has arrived."""
        refuse_too_large(request)
        visit = self.get_object()
        asked = PhotoSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        photo, is_new = keep_photo(
            by=_user(request),
            visit=visit,
            upload=values["file"],
            client_uuid=values["client_uuid"],
            part=values["part"],
        )
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(KeptPhotoSerializer(photo).data, status=code)

    @extend_schema(responses=VisitPhotoShownSerializer(many=True))
    @photos.mapping.get
    def list_photos(self, request: Request, client_uuid: str) -> Response:
        """The photos of a visit, the oldest first."""
        rows = self.get_object().photos.select_related("file")
        return Response(VisitPhotoShownSerializer(rows, many=True).data)

    @photo_content
    @action(detail=True, methods=["get"], url_path=PHOTO_NUMBER, pagination_class=None, filterset_class=None)
    def photo(self, request: Request, client_uuid: str, number: str) -> FileResponse:
        """The content of one photo."""
        rows = self.get_object().photos.select_related("file")
        return file_response(get_object_or_404(rows, pk=int(number)).file)

    @extend_schema(request=ConfirmSerializer, responses=SettledSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, client_uuid: str) -> Response:
        """Settle a count kept aside: it is right, because of ``reason``; or ``drop`` it."""
        visit = self.get_object()
        asked = ConfirmSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        category = Category.objects.filter(code=values["category"]).first()
        if category is None:
            raise Problem(400, "There is no such category.", errors={"category": ["There is no such one."]})
        if values["drop"]:
            count = drop_count(by=_user(request), visit=visit, category=category)
        else:
            count = confirm_count(by=_user(request), visit=visit, category=category, reason=values["reason"])
        return Response(
            SettledSerializer(
                {
                    "category": category.code,
                    "total": count.total_units,
                    "own": count.own_units,
                    "is_confirmed": count.is_confirmed,
                    "is_live": count.is_live,
                }
            ).data
        )


def _user(request: Request) -> User:
    return request.user  # type: ignore[return-value]


def _day(text: str, today: dt.date) -> dt.date:
    if not text:
        return today
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Problem(400, "Write the day as 2022-11-30.", errors={"on": ["Not a day."]}) from None


def _extra(outcome: dict[str, Any]) -> dict[str, Any]:
    return {key: outcome[key] for key in ("client_uuid", "problems")}
