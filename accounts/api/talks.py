"""Part 2: talks, promises, contracts, tenders and offers; over HTTP."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.talk_filters import (
    BidFilters,
    CadenceFilters,
    CommitmentFilters,
    ContractFilters,
    InteractionFilters,
)
from accounts.api.talk_lines import line_errors, refused, shape_errors, talks
from accounts.api.talk_serializers import (
    BidSerializer,
    CadenceSerializer,
    CommitmentSerializer,
    ContractSerializer,
    InteractionSerializer,
    KeptTalksSerializer,
    TalksSerializer,
)
from accounts.models import (
    Bid,
    Cadence,
    Commitment,
    Contract,
    DossierEntry,
    Interaction,
    Source,
)
from accounts.operations.agreements import (
    change_bid,
    change_cadence,
    change_contract,
    make_bid,
    make_contract,
    set_cadence,
)
from accounts.operations.entries import bring_back_entry, remove_entry
from accounts.operations.many_talks import TalksRefused, log_interactions
from accounts.operations.promises import change_promise, make_promise
from accounts.operations.talks import change_interaction, log_interaction
from accounts.permissions import may_edit_accounts
from ka_crm.imports.api.lines import bulk_body
from ka_crm.people.models import User
from ka_crm.records.api.mixins import VisibleQuerysetMixin, answer_once
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import RecordEndpoint, changes_in


class EntryEndpoint(VisibleQuerysetMixin, RecordEndpoint):
    """Entries of the dossiers that the caller may see. DELETE takes one out; ``restore`` brings it back."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    ordering_fields: ClassVar[list[str]] = ["id", "updated_at"]
    ordering = "-id"

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def archive_by(self, by: User, record: DossierEntry) -> None:
        remove_entry(by=by, entry=record)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring back what was taken out."""
        bring_back_entry(by=request.user, entry=self.get_object())  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)


@extend_schema_view(
    create=extend_schema(
        responses={
            201: InteractionSerializer,
            200: OpenApiResponse(InteractionSerializer, description="This contact was kept before."),
        }
    )
)
class InteractionViewSet(EntryEndpoint):
    """Contacts with customers, held and planned, newest first."""

    queryset = Interaction.objects.select_related("customer", "owner").prefetch_related(
        "contacts", "participants"
    )
    serializer_class = InteractionSerializer
    filterset_class = InteractionFilters
    ordering_fields: ClassVar[list[str]] = ["id", "on", "updated_at"]
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True, "bulk": False}

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keep one contact; the same ``client_uuid`` again changes nothing."""
        return answer_once(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = {name: value for name, value in serializer.validated_data.items() if name != "version"}
        kept = log_interaction(
            by=request.user,  # type: ignore[arg-type]
            customer=values.pop("customer"),
            contacts=values.pop("contacts", ()),
            informants=values.pop("informant_ids", ()),
            client_uuid=values.pop("client_uuid"),
            source=Source.API,
            values=values,
        )
        code = status.HTTP_201_CREATED if kept.is_new else status.HTTP_200_OK
        data = self.get_serializer(kept.interaction).data
        return Response(data, status=code, headers=self.get_success_headers(data))

    def perform_update(self, serializer: Any) -> None:
        record, values = serializer.instance, dict(serializer.validated_data)
        people = {}
        if "contacts" in values:
            people["contacts"] = values.pop("contacts")
        if "informant_ids" in values:
            people["informants"] = values.pop("informant_ids")
        change_interaction(
            by=self.request.user,  # type: ignore[arg-type]
            interaction=record,
            version=self.expected_version,
            changes={**changes_in(record, values), **people},
        )
        serializer.instance = self.get_queryset().get(pk=record.pk)

    @extend_schema(
        request=TalksSerializer,
        responses={
            201: KeptTalksSerializer,
            200: OpenApiResponse(KeptTalksSerializer, description="All were kept before."),
        },
    )
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def bulk(self, request: Request) -> Response:
        """Keep up to 1,000 contacts, all or none."""
        return answer_once(request, lambda: self._bulk(request), is_required=False)

    def _bulk(self, request: Request) -> Response:
        asked = TalksSerializer(data=bulk_body(request.data), context=self.get_serializer_context())
        if not asked.is_valid():
            errors = shape_errors(asked.errors)
            raise Problem(400, "Some contacts have the wrong shape; nothing was stored.", errors=errors)
        lines = talks(request.user, asked.validated_data["lines"])  # type: ignore[arg-type]
        try:
            kept = log_interactions(by=request.user, talks=lines)  # type: ignore[arg-type]
        except TalksRefused as refusal:
            errors = [line for index, error in refusal.errors for line in line_errors(index + 1, error)]
            raise refused(errors) from refusal
        created = sum(item.is_new for item in kept)
        body = {
            "rows": len(kept),
            "created": created,
            "unchanged": len(kept) - created,
            "interactions": [item.interaction.pk for item in kept],
        }
        return Response(body, status=status.HTTP_201_CREATED if created else status.HTTP_200_OK)


class CommitmentViewSet(EntryEndpoint):
    """Promises, ours and theirs. Moving ``due_on`` needs a ``reason``."""

    queryset = Commitment.objects.select_related("customer", "owner", "contact")
    serializer_class = CommitmentSerializer
    filterset_class = CommitmentFilters
    ordering_fields: ClassVar[list[str]] = ["id", "due_on", "updated_at"]

    def create_by(self, by: User, values: dict[str, Any]) -> Commitment:
        values.pop("reason", None)
        return make_promise(by=by, customer=values.pop("customer"), values=values)

    def perform_update(self, serializer: Any) -> None:
        values = dict(serializer.validated_data)
        reason = values.pop("reason", "")
        serializer.instance = change_promise(
            by=self.request.user,  # type: ignore[arg-type]
            commitment=serializer.instance,
            version=self.expected_version,
            changes=changes_in(serializer.instance, values),
            reason=reason,
        )


class ContractViewSet(EntryEndpoint):
    """Contracts and agreed terms."""

    queryset = Contract.objects.select_related("customer")
    serializer_class = ContractSerializer
    filterset_class = ContractFilters

    def create_by(self, by: User, values: dict[str, Any]) -> Contract:
        return make_contract(by=by, customer=values.pop("customer"), values=values)

    def change_by(self, by: User, record: Contract, version: int, changes: dict[str, Any]) -> Contract:
        return change_contract(by=by, contract=record, version=version, changes=changes)


class BidViewSet(EntryEndpoint):
    """Tenders and offers, with the reasons why they were won or lost."""

    queryset = Bid.objects.select_related("customer", "competitor")
    serializer_class = BidSerializer
    filterset_class = BidFilters
    ordering_fields: ClassVar[list[str]] = ["id", "submitted_on", "updated_at"]

    def create_by(self, by: User, values: dict[str, Any]) -> Bid:
        return make_bid(by=by, customer=values.pop("customer"), values=values)

    def change_by(self, by: User, record: Bid, version: int, changes: dict[str, Any]) -> Bid:
        return change_bid(by=by, bid=record, version=version, changes=changes)


class CadenceViewSet(EntryEndpoint):
    """How often customers, or people there, are to be contacted."""

    queryset = Cadence.objects.select_related("customer", "owner", "contact")
    serializer_class = CadenceSerializer
    filterset_class = CadenceFilters

    def create_by(self, by: User, values: dict[str, Any]) -> Cadence:
        return set_cadence(by=by, customer=values.pop("customer"), values=values)

    def change_by(self, by: User, record: Cadence, version: int, changes: dict[str, Any]) -> Cadence:
        return change_cadence(by=by, cadence=record, version=version, changes=changes)


#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = (
    ("interactions", InteractionViewSet),
    ("commitments", CommitmentViewSet),
    ("contracts", ContractViewSet),
    ("bids", BidViewSet),
    ("cadences", CadenceViewSet),
)
