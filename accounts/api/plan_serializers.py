"""Shapes of plans with their parts, of the team, requests, value and service."""

from typing import Any

from rest_framework import serializers

from accounts.api.entries import STAMPS, EntrySerializer, RelatedById, person
from accounts.models import (
    AccountPlan,
    Contact,
    MirroredFunction,
    PlanAction,
    PlanGoal,
    PlanItem,
    RequestAnswer,
    ResourceRequest,
    ServiceCase,
    ServiceStandard,
    ServiceTier,
    TeamMember,
    ValueCase,
)
from accounts.queries.value import shown_case
from ka_crm.records.api.fields import VersionField, set_once


def contact_field() -> RelatedById:
    """Return the field of a person of the customer."""
    return RelatedById(queryset=Contact.objects.all(), required=False, allow_null=True)


class PartSerializer(EntrySerializer):
    """A part of a plan; the plan says whose dossier it is."""

    customer_code = serializers.CharField(source="customer.code", read_only=True)  # type: ignore[assignment]
    plan = RelatedById(
        queryset=AccountPlan.objects.all(), help_text="Id of the plan; it cannot be changed later."
    )

    def validate_plan(self, plan: Any) -> Any:
        return set_once(self, "plan", plan)


class GoalSerializer(PartSerializer):
    class Meta:
        model = PlanGoal
        fields = (
            "id", "plan", "customer_code", "text", "measure", "start_value", "target_value", "present_value",
            "due_on", *STAMPS, "version",
        )  # fmt: skip
        read_only_fields = STAMPS


class ActionSerializer(PartSerializer):
    goal = RelatedById(queryset=PlanGoal.objects.all(), required=False, allow_null=True)
    owner_email = person("owner")

    class Meta:
        model = PlanAction
        fields = (
            "id", "plan", "customer_code", "goal", "text", "owner_email", "due_on", "done_on", "steps_all",
            "steps_done", *STAMPS, "version",
        )  # fmt: skip
        read_only_fields = STAMPS


class ItemSerializer(PartSerializer):
    class Meta:
        model = PlanItem
        fields = ("id", "plan", "customer_code", "kind", "text", "detail", *STAMPS, "version")
        read_only_fields = STAMPS


class PlanSerializer(EntrySerializer):
    """A plan; its parts are read here and written through goals, actions and plan-items."""

    service = serializers.DictField(
        required=False,
        help_text="What differs from the proposal: meetings, store_visits, sponsor, review, credit_days, "
        "delivery_priority. It needs service_reason.",
    )
    goals = GoalSerializer(many=True, read_only=True)
    actions = ActionSerializer(many=True, read_only=True)
    items = ItemSerializer(many=True, read_only=True)

    class Meta:
        model = AccountPlan
        fields = (
            "id", "customer_code", "year", "state", "needs", "pain_points", "strategy", "communication",
            "service", "service_reason", "evaluation", "evaluation_score", "goals", "actions", "items",
            *STAMPS, "version",
        )  # fmt: skip
        read_only_fields = ("state", "evaluation", "evaluation_score", *STAMPS)

    def validate_year(self, year: int) -> int:
        return int(set_once(self, "year", year))


class CloseSerializer(serializers.Serializer[Any]):
    """Closing a plan."""

    version = serializers.IntegerField()
    evaluation = serializers.CharField(max_length=20_000)
    evaluation_score = serializers.IntegerField(min_value=1, max_value=5)


class StepSerializer(serializers.Serializer[Any]):
    """An act on the version that was read."""

    version = serializers.IntegerField()


class MemberSerializer(EntrySerializer):
    user_email = person("user", required=True)

    class Meta:
        model = TeamMember
        fields = (
            "id", "customer_code", "user_email", "function", "is_sponsor", "duty", *STAMPS, "version",
        )  # fmt: skip
        read_only_fields = STAMPS


class RequestSerializer(EntrySerializer):
    """What was asked of a department; answered by the action ``answer``."""

    asked_of_email = person("asked_of")

    class Meta:
        model = ResourceRequest
        fields = (
            "id", "customer_code", "text", "function", "asked_of_email", "asked_on", "needed_by", "answer",
            "answered_on", "answer_text", *STAMPS, "version",
        )  # fmt: skip
        read_only_fields = ("answer", "answered_on", "answer_text", *STAMPS)
        extra_kwargs = {"asked_on": {"required": False, "help_text": "Today if left out."}}


class AnswerSerializer(serializers.Serializer[Any]):
    """An answer to a request."""

    version = serializers.IntegerField()
    answer = serializers.ChoiceField(
        choices=[choice for choice in RequestAnswer.choices if choice[0] != RequestAnswer.OPEN]
    )
    answer_text = serializers.CharField(
        required=False, allow_blank=True, max_length=20_000, help_text="Needed where it is refused."
    )


class MirrorSerializer(EntrySerializer):
    user_email = person("user")
    contact = contact_field()

    class Meta:
        model = MirroredFunction
        fields = (
            "id", "customer_code", "function", "user_email", "their_function", "contact", *STAMPS, "version",
        )  # fmt: skip
        read_only_fields = STAMPS


class ValueCaseSerializer(EntrySerializer):
    gain = serializers.SerializerMethodField(help_text="What they gain in a year, as far as it is known.")

    class Meta:
        model = ValueCase
        fields = (
            "id", "customer_code", "year", "their_turnover", "their_margin_share", "category_margin_share",
            "savings", "savings_text", "problems", "joint_plan", "gain", *STAMPS, "version",
        )  # fmt: skip
        read_only_fields = STAMPS

    def get_gain(self, case: ValueCase) -> str | None:
        total = shown_case(case).gain.total
        return None if total is None else str(total)


class ServiceCaseSerializer(EntrySerializer):
    contact = contact_field()
    tier = serializers.ChoiceField(
        choices=ServiceTier.choices,
        required=False,
        write_only=True,
        help_text="On creating: whose standard is promised; standard if left out.",
    )

    class Meta:
        model = ServiceCase
        fields = (
            "id", "customer_code", "step", "tier", "subject", "contact", "began_at", "done_at",
            "promised_hours", *STAMPS, "version",
        )  # fmt: skip
        read_only_fields = ("promised_hours", *STAMPS)
        extra_kwargs = {"began_at": {"required": False, "help_text": "Now if left out."}}

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None and "tier" in values:
            raise serializers.ValidationError({"tier": ["It is stated on creating only."]})
        return values


class StandardSerializer(serializers.ModelSerializer[ServiceStandard]):
    version = VersionField()

    class Meta:
        model = ServiceStandard
        fields = ("id", "tier", "step", "promised_hours", "note", "version")
        read_only_fields = ("tier", "step")
