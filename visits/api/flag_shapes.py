"""Shapes of flags, inspections and measures."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.fields import CustomerCode, StoreCode
from ka_crm.people.models import User
from ka_crm.records.api.fields import RelatedByCode, ScaledField, VersionField
from visits.api.serializers import CategoryCode
from visits.models import CheckPart, Finding, Flag, FlagEffect, FlagOutcome, FlagState, Inspection, Measure
from visits.operations.inspections import PARTS
from visits.queries.flags import flags_seen_by


class PersonEmail(RelatedByCode):
    """A person by mail address; whether they see the store is checked by the operation."""

    default_error_messages = {"does_not_exist": _("There is no such person.")}

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", User.objects.filter(is_active=True))
        super().__init__("email", **kwargs)


class FlagEffectSerializer(serializers.ModelSerializer[FlagEffect]):
    """Share before and after the measures against stores without a flag; fractions."""

    class Meta:
        model = FlagEffect
        fields = (
            "since_on", "basis", "visits_since", "visits_before", "visits_after", "before_share",
            "before_low", "before_high", "after_share", "after_low", "after_high", "control_stores",
            "control_before_share", "control_after_share", "effect", "low", "high",
        )  # fmt: skip
        read_only_fields = fields


class FlagSerializer(serializers.ModelSerializer[Flag]):
    """A flag with its state, and the gap to market share now (``gap_amount``, a month)."""

    store_code = StoreCode(read_only=True)
    customer_code = CustomerCode(read_only=True, source="store.customer")
    category_code = CategoryCode(read_only=True)
    supervisor_email = PersonEmail(source="supervisor", read_only=True)
    opening_gap_amount = ScaledField(read_only=True)
    gap_amount = ScaledField(source="gap", read_only=True)
    effect = FlagEffectSerializer(read_only=True)
    version = VersionField(read_only=True)

    class Meta:
        model = Flag
        fields = (
            "id", "store_code", "customer_code", "category_code", "state", "opened_on", "moved_on",
            "closed_on", "outcome", "outcome_text", "supervisor_email", "opening_share", "opening_low",
            "opening_high", "opening_market_share", "opening_gap_amount", "gap_amount", "effect",
            "updated_at", "version",
        )  # fmt: skip
        read_only_fields = fields


class FlagStepSerializer(serializers.Serializer[Any]):
    """Every step names the version of the flag that it starts from."""

    version = serializers.IntegerField(min_value=1)


class FlagAssignSerializer(FlagStepSerializer):
    supervisor_email = PersonEmail(source="supervisor", allow_null=True)


class FlagInspectSerializer(FlagStepSerializer):
    inspector_email = PersonEmail(source="inspector")
    planned_on = serializers.DateField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")


class FlagMoveSerializer(FlagStepSerializer):
    to = serializers.ChoiceField(
        choices=[state for state in FlagState.choices if state[0] != FlagState.CLOSED]
    )


class FlagCloseSerializer(FlagStepSerializer):
    outcome = serializers.ChoiceField(choices=FlagOutcome.choices)
    text = serializers.CharField(required=False, allow_blank=True, max_length=4000, default="")


class FlagRoundLineSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(min_value=1)
    version = serializers.IntegerField(min_value=1)


class FlagRoundSerializer(serializers.Serializer[Any]):
    """One round of inspections for many flags, planned all or none."""

    flags = FlagRoundLineSerializer(many=True, allow_empty=False)
    inspector_email = PersonEmail(source="inspector")
    planned_on = serializers.DateField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")


class FlagRoundPlannedSerializer(serializers.Serializer[Any]):
    planned = serializers.IntegerField()


FINDING_PARTS = [(str(part), CheckPart(part).label) for part in PARTS]


class FindingSerializer(serializers.ModelSerializer[Finding]):
    """What was found in one part; not in order needs a word."""

    part = serializers.ChoiceField(choices=FINDING_PARTS)

    class Meta:
        model = Finding
        fields = ("part", "is_ok", "text")


class InspectionSerializer(serializers.ModelSerializer[Inspection]):
    """An inspection: planned with a flag's ``inspect``; what was found is sent by PATCH."""

    flag = serializers.IntegerField(source="flag_id", read_only=True)
    store_code = StoreCode(read_only=True, source="flag.store")
    inspector_email = PersonEmail(source="by", read_only=True)
    findings = FindingSerializer(many=True, allow_empty=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    version = VersionField()

    class Meta:
        model = Inspection
        fields = (
            "id", "flag", "store_code", "inspector_email", "planned_on", "done_on", "findings", "note",
            "version",
        )  # fmt: skip
        read_only_fields = ("id", "planned_on", "done_on")


class FlagNumber(serializers.PrimaryKeyRelatedField):  # type: ignore[type-arg]
    """A flag by its number, if the caller sees its store."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        return flags_seen_by(request.user) if request is not None else Flag.objects.none()


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    """What is done about a flag, by whom, until when; ``done`` and DELETE (cancels) end it."""

    flag = FlagNumber()
    store_code = StoreCode(read_only=True, source="flag.store")
    owner_email = PersonEmail(source="owner")
    version = VersionField()

    class Meta:
        model = Measure
        fields = (
            "id", "flag", "store_code", "kind", "text", "owner_email", "due_on", "cost", "done_on",
            "done_note", "cancelled_at", "reminded_on", "version",
        )  # fmt: skip
        read_only_fields = ("id", "done_on", "done_note", "cancelled_at", "reminded_on")

    def validate_flag(self, flag: Flag) -> Flag:
        if self.instance is not None and self.instance.flag_id != flag.pk:
            raise serializers.ValidationError(_("It cannot be changed later."))
        return flag


class MeasureDoneSerializer(FlagStepSerializer):
    done_on = serializers.DateField(required=False)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")
