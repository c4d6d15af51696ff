"""Shapes of talks, promises, contracts, tenders and offers, and rhythms of contact."""

import uuid
from typing import Any

from rest_framework import serializers

from accounts.api.fields import CustomerCode
from accounts.api.talk_fields import ContactId, OwnerEmail
from accounts.models import (
    Bid,
    Cadence,
    Commitment,
    Competitor,
    ContactChannel,
    Contract,
    Interaction,
    InteractionState,
    Purpose,
)
from ka_crm.records.api.fields import RelatedByCode, VersionField, set_once

#: Talks of one bulk request.
MOST_TALKS = 1_000
_STAMPS = ("archived_at", "created_at", "updated_at")


class OfCustomer(serializers.ModelSerializer[Any]):
    """An entry of a dossier: its customer is stated once."""

    customer_code = CustomerCode()
    version = VersionField()

    def validate_customer_code(self, customer: Any) -> Any:
        return set_once(self, "customer", customer)


class InteractionSerializer(OfCustomer):
    """A contact with a customer, held or planned."""

    client_uuid = serializers.UUIDField(
        default=uuid.uuid4, help_text="Your own number of this contact: sent twice, it is kept once."
    )
    owner_email = OwnerEmail()
    contacts = ContactId(many=True, required=False, help_text="Who took part.")
    informants = serializers.SerializerMethodField(help_text="Who of them gave us inside information.")
    informant_ids = ContactId(many=True, required=False, write_only=True)

    class Meta:
        model = Interaction
        fields = (
            "id", "customer_code", "client_uuid", "channel", "purpose", "state", "on", "at", "place",
            "subject", "text", "owner_email", "contacts", "informants", "informant_ids", "source", *_STAMPS,
            "version",
        )  # fmt: skip
        read_only_fields = ("id", "source", *_STAMPS)
        extra_kwargs = {"on": {"required": False}}

    def get_informants(self, interaction: Interaction) -> list[int]:
        return [row.contact_id for row in interaction.participants.all() if row.gave_information]

    def validate_client_uuid(self, number: uuid.UUID) -> uuid.UUID:
        return self.instance.client_uuid if self.instance else number


class TalkSerializer(serializers.Serializer[Any]):
    """One contact of a bulk request; codes are looked up for all of them together."""

    customer_code = serializers.CharField(max_length=60)
    client_uuid = serializers.UUIDField()
    channel = serializers.ChoiceField(choices=ContactChannel.choices)
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False)
    state = serializers.ChoiceField(choices=InteractionState.choices, required=False)
    on = serializers.DateField()
    at = serializers.TimeField(required=False, allow_null=True)
    place = serializers.CharField(max_length=120, required=False, allow_blank=True)
    subject = serializers.CharField(max_length=200)
    text = serializers.CharField(required=False, allow_blank=True)
    owner_email = serializers.EmailField(required=False)
    contacts = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=50
    )
    informant_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), required=False, max_length=50
    )


class TalksSerializer(serializers.Serializer[Any]):
    """Up to 1,000 contacts, kept all or none. The same ``client_uuid`` again changes nothing."""

    lines = serializers.ListField(child=TalkSerializer(), allow_empty=False, max_length=MOST_TALKS)


class KeptTalksSerializer(serializers.Serializer[Any]):
    """What became of the contacts."""

    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    interactions = serializers.ListField(
        child=serializers.IntegerField(), help_text="Their numbers, in the order of the lines."
    )


class CommitmentSerializer(OfCustomer):
    """A promise of ours or theirs, with its due day."""

    owner_email = OwnerEmail()
    contact = ContactId(required=False, allow_null=True)
    reason = serializers.CharField(
        write_only=True, required=False, allow_blank=True, max_length=300,
        help_text="Why the due day is moved, or why it ended so.",
    )  # fmt: skip

    class Meta:
        model = Commitment
        fields = (
            "id", "customer_code", "promiser", "text", "contact", "promised_on", "due_on", "state",
            "settled_on", "owner_email", "note", "reason", *_STAMPS, "version",
        )  # fmt: skip
        read_only_fields = ("id", *_STAMPS)
        extra_kwargs = {"promised_on": {"required": False}}
        validators: list[Any] = []


class ContractSerializer(OfCustomer):
    """A contract or agreed terms. No ``end_on``: until further notice."""

    class Meta:
        model = Contract
        fields = (
            "id", "customer_code", "title", "state", "start_on", "end_on", "notice_on", "payment_days",
            "credit_limit", "service_level_share", "terms", *_STAMPS, "version",
        )  # fmt: skip
        read_only_fields = ("id", *_STAMPS)
        validators: list[Any] = []


class BidSerializer(OfCustomer):
    """A tender or offer; won and lost have a reason."""

    competitor = RelatedByCode(
        "name", queryset=Competitor.objects.all(), allow_null=True, required=False,
        help_text="Name of the competitor who got it.",
    )  # fmt: skip

    class Meta:
        model = Bid
        fields = (
            "id", "customer_code", "kind", "title", "submitted_on", "decision_due_on", "amount", "result",
            "decided_on", "reason", "reason_text", "competitor", *_STAMPS, "version",
        )  # fmt: skip
        read_only_fields = ("id", *_STAMPS)
        validators: list[Any] = []


class CadenceSerializer(OfCustomer):
    """How often a customer, or one person there, is to be contacted."""

    owner_email = OwnerEmail()
    contact = ContactId(required=False, allow_null=True, help_text="No person: anybody there.")
    every_days = serializers.IntegerField(min_value=1, max_value=3650)

    class Meta:
        model = Cadence
        fields = (
            "id", "customer_code", "contact", "channel", "every_days", "owner_email", "topic", *_STAMPS,
            "version",
        )  # fmt: skip
        read_only_fields = ("id", *_STAMPS)
