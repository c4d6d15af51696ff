"""Shapes of people, decision chains and what a chain says."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.fields import CustomerCode
from accounts.models import ChainRole, Contact, DecisionChain, DecisionRole
from accounts.queries import people_who_may_own
from ka_crm.records.api.fields import RelatedByCode, VersionField, set_once

_STAMPS = ("archived_at", "created_at", "updated_at")


class EntryNumber(serializers.PrimaryKeyRelatedField):
    """Another entry of a dossier by its number, if the caller may see it."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        rows: Any = super().get_queryset()
        return rows.visible_to(request.user).kept() if request is not None else rows


class ChainRoleSerializer(serializers.ModelSerializer[ChainRole]):
    """What a person does in one decision chain."""

    chain = EntryNumber(queryset=DecisionChain.objects.all(), help_text="Number of the decision chain.")
    role = serializers.ChoiceField(choices=DecisionRole.choices)

    class Meta:
        model = ChainRole
        fields = ("chain", "role")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Want both, also inside of a PATCH."""
        missing = {name: _("This field is required.") for name in self.Meta.fields if name not in attrs}
        if missing:
            raise serializers.ValidationError(missing)
        return attrs


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """A person at a customer; work-related data only."""

    customer_code = CustomerCode()
    reports_to = EntryNumber(
        queryset=Contact.objects.all(), allow_null=True, required=False, help_text="Number of their boss."
    )
    introduced_by = EntryNumber(
        queryset=Contact.objects.all(), allow_null=True, required=False, help_text="Who can introduce us."
    )
    covered_by_email = RelatedByCode(
        "email",
        source="covered_by",
        queryset=people_who_may_own(),
        allow_null=True,
        required=False,
        help_text="Mail address of who of us talks to them.",
    )
    roles = ChainRoleSerializer(
        many=True,
        source="chain_roles",
        required=False,
        help_text="All roles in all chains; sent, they take the place of those that are there.",
    )
    version = VersionField()

    class Meta:
        model = Contact
        fields = (
            "id", "customer_code", "name", "title", "department", "reports_to", "introduced_by", "phone",
            "email", "preferred_channel", "language", "consent", "consent_on", "influence", "attitude",
            "covered_by_email", "notes", "roles", *_STAMPS, "version",
        )  # fmt: skip
        read_only_fields = _STAMPS

    def validate_customer_code(self, customer: Any) -> Any:
        return set_once(self, "customer", customer)


class DecisionChainSerializer(serializers.ModelSerializer[DecisionChain]):
    """One kind of purchase that somebody decides."""

    customer_code = CustomerCode()
    version = VersionField()

    class Meta:
        model = DecisionChain
        fields = ("id", "customer_code", "name", "note", *_STAMPS, "version")
        read_only_fields = _STAMPS

    def validate_customer_code(self, customer: Any) -> Any:
        return set_once(self, "customer", customer)


class StepSerializer(serializers.Serializer[Any]):
    """One thing to do next."""

    key = serializers.CharField()
    person = serializers.IntegerField(allow_null=True)
    to = serializers.IntegerField(allow_null=True)
    days = serializers.IntegerField(allow_null=True)


class ReadingSerializer(serializers.Serializer[Any]):
    """What a decision chain says today."""

    people = serializers.IntegerField(
        help_text="Who is counted: everybody with a role, or all while none has."
    )
    met = serializers.IntegerField(help_text="Talked to in the last 90 days.")
    decider_met = serializers.BooleanField(allow_null=True)
    coverage = serializers.FloatField(help_text="By influence, 0 to 1, before the cap.")
    coverage_shown = serializers.FloatField(help_text="At most 0.6 unless decider and approver are named.")
    support = serializers.FloatField(allow_null=True, help_text="-1 to 1.")
    effective_contacts = serializers.FloatField()
    top_share = serializers.FloatField(allow_null=True)
    single_thread_risk = serializers.CharField()
    missing_roles = serializers.ListField(child=serializers.CharField())
    insiders = serializers.ListField(child=serializers.IntegerField())
    next_steps = StepSerializer(many=True)
