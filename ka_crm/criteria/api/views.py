"""KA criteria over HTTP: every version that was ever published, and publishing the next one."""

from typing import Any, ClassVar

import django_filters
from django.http import Http404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ka_crm.criteria.api.serializers import CriteriaSerializer, DraftSerializer, checked
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.models.version import OPEN_STATES
from ka_crm.criteria.operations import ApproverNeeded, publish_at_once, send_for_approval
from ka_crm.criteria.permissions import may_publish_criteria
from ka_crm.criteria.queries import published_criteria
from ka_crm.people.models import User
from ka_crm.records.api.mixins import answer_once
from ka_crm.records.api.views import ReadOnlyEndpoint


class CriteriaFilters(FilterSet):
    scope = django_filters.CharFilter(method="everything", help_text="A region; left out: the company.")

    class Meta:
        model = CriteriaVersion
        fields: list[str] = []

    def everything(self, rows: Any, name: str, value: str) -> Any:
        return rows  # the view has chosen already: a number alone does not name a version


class PublishSerializer(CriteriaSerializer):
    """The next version: its settings, the reason, the first day (today or later), a region, who approved."""

    scope = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="A region; left out: the company."
    )

    approver = serializers.EmailField(  # type: ignore[assignment]
        required=False, help_text="Mail address of whoever approved it elsewhere; administrators state it."
    )

    class Meta(CriteriaSerializer.Meta):
        read_only_fields = ("number", "state", "effective_to", "published_at")


@extend_schema_view(
    create=extend_schema(
        request=PublishSerializer,
        responses={201: CriteriaSerializer, 202: DraftSerializer},
        description=(
            "Publish the next version. 201: it is in force, because nobody else could approve it, or because "
            "an administrator named the `approver`. 202: it is a draft that waits for somebody else to "
            "approve it (`criteria/drafts/<id>/publish/`)."
        ),
    )
)
class CriteriaViewSet(ReadOnlyEndpoint):
    """Versions of the KA criteria, the newest first. Everybody may know by what accounts are judged."""

    http_method_names = ["get", "post", "head", "options"]
    queryset = CriteriaVersion.objects.exclude(state__in=OPEN_STATES).select_related("author", "approver")
    filterset_class = CriteriaFilters
    serializer_class = CriteriaSerializer
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}
    ordering_fields: ClassVar[list[str]] = ["number"]
    ordering = "-number"

    def get_queryset(self) -> Any:
        scope = (
            "" if getattr(self, "swagger_fake_view", False) else self.request.query_params.get("scope", "")
        )
        return super().get_queryset().filter(scope=scope)

    def may_write(self, user: User) -> bool:
        return may_publish_criteria(user)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return answer_once(request, lambda: self._publish(request))

    def _publish(self, request: Request) -> Response:
        """The published version, or the draft that waits for somebody else's approval."""
        asked = PublishSerializer(data=request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        wanted = {
            "values": values["settings"],
            "reason": values["reason"],
            "effective_from": values.get("effective_from"),
            "scope": values.get("scope", ""),
            "by": request.user,
        }
        try:
            made = checked(lambda: publish_at_once(**wanted, approver=_approver(values.get("approver"))))
        except ApproverNeeded:
            draft = checked(lambda: send_for_approval(**wanted))
            where = request.build_absolute_uri(f"{request.path}drafts/{draft.pk}/")
            data = DraftSerializer(draft, context=self.get_serializer_context()).data
            return Response(data, status=202, headers={"Location": where})
        where = request.build_absolute_uri(f"{request.path}{made.number}/")
        return Response(self.get_serializer(made).data, status=201, headers={"Location": where})

    @extend_schema(responses=CriteriaSerializer)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def current(self, request: Request) -> Response:
        """The version published now."""
        version = published_criteria()
        if version is None:
            raise Http404
        return Response(self.get_serializer(version).data)


def _approver(mail: str | None) -> User | None:
    """Whoever has the address; nobody is refused like somebody who may not approve."""
    if mail is None:
        return None
    found = User.objects.filter(email__iexact=mail).first()
    if found is None:
        raise serializers.ValidationError({"approver": ["Another active director or administrator."]})
    return found
