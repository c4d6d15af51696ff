"""The words by which customers and stores are sorted, and the territories, over HTTP."""

from typing import Any, ClassVar

from django.db import transaction
from rest_framework import mixins

from accounts.api.serializers import (
    ChannelSerializer,
    FormatSerializer,
    RegionSerializer,
    TerritorySerializer,
)
from accounts.models import Channel, Format, Region
from accounts.operations import create_term, delete_term, rename_term
from accounts.permissions import may_edit_terms
from ka_crm.people.models import Role, Territory, User
from ka_crm.people.operations import add_territory, delete_territory, move_territory, rename_territory
from ka_crm.people.operations.territories import TerritoryInUse
from ka_crm.records.api.mixins import IdempotentCreateMixin
from ka_crm.records.api.problems import Problem
from ka_crm.records.api.views import Endpoint


class WordEndpoint(
    IdempotentCreateMixin,
    mixins.CreateModelMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    Endpoint,
):
    """Short lists of names that everybody reads. They carry no version: a name is all there is."""

    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    idempotent_actions: ClassVar[dict[str, bool]] = {"create": True}
    ordering_fields: ClassVar[list[str]] = ["name"]
    ordering = "name"


class TermEndpoint(WordEndpoint):
    """Words that administrators and directors edit; only unused ones can be deleted."""

    def may_write(self, user: User) -> bool:
        return may_edit_terms(user)

    def perform_create(self, serializer: Any) -> None:
        name = serializer.validated_data["name"]
        serializer.instance = create_term(by=self.request.user, kind=serializer.Meta.model, name=name)  # type: ignore[arg-type]

    def perform_update(self, serializer: Any) -> None:
        name = serializer.validated_data.get("name", serializer.instance.name)
        serializer.instance = rename_term(by=self.request.user, term=serializer.instance, name=name)  # type: ignore[arg-type]

    def perform_destroy(self, instance: Any) -> None:
        delete_term(by=self.request.user, term=instance)  # type: ignore[arg-type]


class ChannelViewSet(TermEndpoint):
    """Modern retail, wholesale, online …"""

    queryset = Channel.objects.all()
    serializer_class = ChannelSerializer


class FormatViewSet(TermEndpoint):
    """Hypermarket, convenience store …"""

    queryset = Format.objects.all()
    serializer_class = FormatSerializer


class RegionViewSet(TermEndpoint):
    """Parts of the market with a market share of their own."""

    queryset = Region.objects.all()
    serializer_class = RegionSerializer


class TerritoryViewSet(WordEndpoint):
    """The tree of territories; administrators change it."""

    queryset = Territory.objects.select_related("parent")
    serializer_class = TerritorySerializer

    def may_write(self, user: User) -> bool:
        return user.role == Role.ADMIN

    def perform_create(self, serializer: Any) -> None:
        serializer.instance = add_territory(by=self.request.user, **serializer.validated_data)  # type: ignore[arg-type]

    def perform_update(self, serializer: Any) -> None:
        values, by = serializer.validated_data, self.request.user
        with transaction.atomic():
            if "name" in values:
                rename_territory(by=by, territory=serializer.instance, name=values["name"])  # type: ignore[arg-type]
            if "parent" in values:
                move_territory(by=by, territory=serializer.instance, parent=values["parent"])  # type: ignore[arg-type]
        serializer.instance = self.get_queryset().get(pk=serializer.instance.pk)

    def perform_destroy(self, instance: Territory) -> None:
        try:
            delete_territory(by=self.request.user, territory=instance)  # type: ignore[arg-type]
        except TerritoryInUse as error:
            raise Problem(409, "Something still belongs to this territory.") from error
