"""What is probably stored twice, and what was made one, over HTTP."""

from typing import Any, ClassVar

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Contact, Customer, DuplicateProposal, RecordMerge
from accounts.operations.merging import merge_contacts, merge_customers
from accounts.operations.telling_apart import say_two
from accounts.operations.unmerging import undo_merge
from accounts.permissions import may_edit_accounts
from accounts.queries.duplicates import pair_of, proposals_for
from accounts.queries.merges import CONTACT, CUSTOMER, MODELS, merges_seen_by
from accounts.rules.merge_fields import CHOICES
from ka_crm.people.models import User
from ka_crm.records.api.mixins import IdempotentCreateMixin, answer_once
from ka_crm.records.api.views import Endpoint

TYPES = {"customer": CUSTOMER, "contact": CONTACT}
NAMES = {record_type: name for name, record_type in TYPES.items()}
_TYPE_CHOICES = [(name, name) for name in TYPES]


class TypeFilters(FilterSet):
    type = django_filters.ChoiceFilter(choices=_TYPE_CHOICES, method="of_type")

    def of_type(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(record_type=TYPES[value])


class ReasonSerializer(serializers.Serializer[Any]):
    """Why two are taken for one."""

    reason = serializers.ChoiceField(
        source="kind", choices=["website", "mail", "phone", "name", "name_alike"]
    )
    value = serializers.FloatField(required=False, help_text="How alike the names are, 0 to 1.")


class DuplicateSerializer(serializers.ModelSerializer[DuplicateProposal]):
    """Two records that are probably one; ``low`` and ``high`` are codes of customers or ids of contacts."""

    type = serializers.SerializerMethodField()
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()
    reasons = ReasonSerializer(many=True, read_only=True)

    class Meta:
        model = DuplicateProposal
        fields = ("id", "type", "low", "high", "score", "reasons")

    @extend_schema_field(serializers.ChoiceField(choices=_TYPE_CHOICES))
    def get_type(self, row: DuplicateProposal) -> str:
        return NAMES[row.record_type]

    def get_low(self, row: DuplicateProposal) -> str:
        return _told(row, "low")

    def get_high(self, row: DuplicateProposal) -> str:
        return _told(row, "high")


class MergeSerializer(serializers.ModelSerializer[RecordMerge]):
    """A merge: ``merged`` went into ``kept``; both are codes of customers or ids of contacts, as text."""

    type = serializers.ChoiceField(choices=_TYPE_CHOICES)
    kept = serializers.CharField(max_length=60)
    merged = serializers.CharField(max_length=60)
    choices = serializers.DictField(
        child=serializers.ChoiceField(choices=[(choice, choice) for choice in CHOICES]),
        required=False,
        write_only=True,
        help_text="By field, whose value counts; what is not named keeps what says something.",
    )

    class Meta:
        model = RecordMerge
        fields = ("id", "type", "kept", "merged", "choices", "moved", "at", "undone_at")
        read_only_fields = ("id", "moved", "at", "undone_at")

    def to_representation(self, row: RecordMerge) -> dict[str, Any]:
        at = serializers.DateTimeField().to_representation
        return {
            "id": row.pk,
            "type": NAMES[row.record_type],
            "kept": _told(row, "kept"),
            "merged": _told(row, "merged"),
            "moved": [{name: step[name] for name in ("model", "field", "rows")} for step in row.moved],
            "at": at(row.at),
            "undone_at": at(row.undone_at) if row.undone_at else None,
        }

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        viewer: User = self.context["request"].user
        found = {name: _record(viewer, values["type"], values[name]) for name in ("kept", "merged")}
        missing = {name: ["There is no such record."] for name, record in found.items() if record is None}
        if missing:
            raise serializers.ValidationError(missing)
        return {**values, **found}


class DuplicateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Endpoint):
    """Pairs that are probably one and of which the caller sees both, the surest first."""

    queryset = DuplicateProposal.objects.all()
    serializer_class = DuplicateSerializer
    filterset_class = TypeFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    http_method_names = ["get", "post", "head", "options"]
    ordering_fields: ClassVar[list[str]] = ["score"]
    ordering = "-score"

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def get_queryset(self) -> "QuerySet[Any]":
        if getattr(self, "swagger_fake_view", False):
            return DuplicateProposal.objects.none()
        viewer: User = self.request.user  # type: ignore[assignment]
        return _with_codes(proposals_for(viewer, CUSTOMER) | proposals_for(viewer, CONTACT), "low", "high")

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Say that the two are not the same; the pair is not proposed again."""
        row = self.get_object()
        pair = pair_of(request.user, row.record_type, row.low_id, row.high_id)  # type: ignore[arg-type]
        if pair is not None:
            say_two(by=request.user, one=pair[0], other=pair[1])  # type: ignore[arg-type]
        return Response(status=204)


class MergeViewSet(
    IdempotentCreateMixin,
    mixins.CreateModelMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    Endpoint,
):
    """Customers, or people of one customer, that were made one. Undo brings everything back."""

    queryset = RecordMerge.objects.all()
    serializer_class = MergeSerializer
    filterset_class = TypeFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    http_method_names = ["get", "post", "head", "options"]
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True, "undo": False}
    ordering_fields: ClassVar[list[str]] = ["at"]
    ordering = "-at"

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def get_queryset(self) -> "QuerySet[Any]":
        if getattr(self, "swagger_fake_view", False):
            return RecordMerge.objects.none()
        return _with_codes(merges_seen_by(self.request.user), "kept", "merged")  # type: ignore[arg-type]

    def perform_create(self, serializer: Any) -> None:
        values = serializer.validated_data
        act = merge_customers if values["type"] == "customer" else merge_contacts
        serializer.instance = act(
            by=self.request.user,  # type: ignore[arg-type]
            kept=values["kept"],
            merged=values["merged"],
            choices=values.get("choices"),
        )

    @extend_schema(request=None, responses=MergeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Make the one two again."""

        def work() -> Response:
            merge = undo_merge(by=request.user, merge=self.get_object())  # type: ignore[arg-type]
            return Response(self.get_serializer(merge).data)

        return answer_once(request, work, is_required=False)


def _with_codes(rows: "QuerySet[Any]", *names: str) -> "QuerySet[Any]":
    codes = {
        f"{name}_code": Subquery(Customer.objects.filter(pk=OuterRef(f"{name}_id")).values("code")[:1])
        for name in names
    }
    return rows.annotate(**codes)


def _told(row: DuplicateProposal | RecordMerge, name: str) -> str:
    """The code of a customer, the id of a contact."""
    pk = getattr(row, f"{name}_id")
    if row.record_type == CONTACT:
        return str(pk)
    if hasattr(row, f"{name}_code"):
        return str(getattr(row, f"{name}_code") or "")
    return str(Customer.objects.filter(pk=pk).values_list("code", flat=True).first() or "")


def _record(viewer: User, name: str, value: str) -> Customer | Contact | None:
    rows: QuerySet[Any] = MODELS[TYPES[name]]._default_manager.visible_to(viewer)  # type: ignore[attr-defined]
    if name == "customer":
        found: Customer | None = rows.filter(code=value).first() if value.isprintable() else None
        return found
    is_number = value.isascii() and value.isdigit() and len(value) < 19
    return rows.select_related("customer").filter(pk=int(value)).first() if is_number else None


#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = (("duplicates", DuplicateViewSet), ("merges", MergeViewSet))
