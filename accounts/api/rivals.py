"""Part 4: competitors, how far they are at a customer, and what they did; over HTTP."""

from typing import Any, ClassVar

import django_filters
from rest_framework import serializers

from accounts.api.entries import EntryEndpoint, EntryFilters, EntrySerializer, RelatedById, person
from accounts.kinds.rivals import KINDS
from accounts.models import Competitor, Contact, Rival, RivalMove
from accounts.operations.rivals import archive_competitor, change_competitor, create_competitor
from accounts.permissions import may_edit_accounts
from ka_crm.people.models import User
from ka_crm.records.api.fields import RelatedByCode, VersionField
from ka_crm.records.api.filters import ArchivedFilterSet
from ka_crm.records.api.views import RecordEndpoint

_KINDS = {kind.key: kind for kind in KINDS}


class CompetitorSerializer(serializers.ModelSerializer[Competitor]):
    """A rival of ours, known in the whole company."""

    version = VersionField()

    class Meta:
        model = Competitor
        fields = ("id", "name", "website", "note", "archived_at", "version")
        read_only_fields = ("archived_at",)
        extra_kwargs: ClassVar[dict[str, Any]] = {"name": {"validators": []}}


class CompetitorFilters(ArchivedFilterSet):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", help_text="Part of the name.")

    class Meta:
        model = Competitor
        fields: ClassVar[list[str]] = []


class CompetitorViewSet(RecordEndpoint):
    """Competitors of the whole company. Administrators and directors rename and archive (DELETE) them."""

    queryset = Competitor.objects.all()
    serializer_class = CompetitorSerializer
    filterset_class = CompetitorFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    ordering_fields: ClassVar[list[str]] = ["name", "id"]
    ordering = "name"

    def may_write(self, user: User) -> bool:
        return may_edit_accounts(user)

    def create_by(self, by: User, values: dict[str, Any]) -> Competitor:
        return create_competitor(by=by, **values)

    def change_by(self, by: User, record: Competitor, version: int, changes: dict[str, Any]) -> Competitor:
        return change_competitor(by=by, competitor=record, version=version, changes=changes)

    def archive_by(self, by: User, record: Competitor) -> None:
        archive_competitor(by=by, competitor=record)


def competitor_named() -> RelatedByCode:
    """Return the field of a competitor, named by its name; one that is archived is not there."""
    return RelatedByCode("name", queryset=Competitor.objects.filter(archived_at__isnull=True))


class RivalSerializer(EntrySerializer):
    """Where a competitor stands with a customer, and our pace with its reason."""

    competitor = competitor_named()

    class Meta(EntrySerializer.Meta):
        model = Rival
        fields = EntrySerializer.fields_with(
            "competitor", "stage", "holds", "contract_ends_on", "pace", "pace_reason"
        )


class RivalMoveSerializer(EntrySerializer):
    """One thing that a competitor did."""

    competitor = competitor_named()
    contact = RelatedById(
        queryset=Contact.objects.all(), allow_null=True, required=False, help_text="Id of whom they met."
    )
    owner_email = person("owner")

    class Meta(EntrySerializer.Meta):
        model = RivalMove
        fields = EntrySerializer.fields_with(
            "competitor", "on", "contact", "met_text", "said", "papers", "heard_from", "owner_email"
        )


class RivalFilters(EntryFilters):
    competitor = django_filters.CharFilter(field_name="competitor__name", lookup_expr="iexact")

    class Meta:
        model = Rival
        fields: ClassVar[list[str]] = []


class RivalMoveFilters(RivalFilters):
    on_from = django_filters.DateFilter(field_name="on", lookup_expr="gte")
    on_to = django_filters.DateFilter(field_name="on", lookup_expr="lte")

    class Meta:
        model = RivalMove
        fields: ClassVar[list[str]] = []


class RivalViewSet(EntryEndpoint):
    """Where competitors stand with the customers that the caller may see. DELETE archives."""

    queryset = Rival.objects.select_related("customer", "competitor")
    serializer_class = RivalSerializer
    filterset_class = RivalFilters
    kind = _KINDS["rival"]


class RivalMoveViewSet(EntryEndpoint):
    """What competitors did at the customers that the caller may see. DELETE archives."""

    queryset = RivalMove.objects.select_related("customer", "competitor", "contact", "owner")
    serializer_class = RivalMoveSerializer
    filterset_class = RivalMoveFilters
    kind = _KINDS["rival-move"]


#: Address and view set of every list.
ENDPOINTS: tuple[tuple[str, Any], ...] = (
    ("competitors", CompetitorViewSet),
    ("rivals", RivalViewSet),
    ("rival-moves", RivalMoveViewSet),
)
