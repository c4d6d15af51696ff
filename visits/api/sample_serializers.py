"""Shapes of samples: rounds, their visits, deviations, and the numbers that may judge."""

from typing import Any

from rest_framework import serializers

from accounts.api.fields import StoreCode
from ka_crm.people.models import Role, User
from ka_crm.records.api.fields import ScaledField, VersionField
from visits.api.flag_shapes import PersonEmail
from visits.models import SampleKind, SampleRound, VisitTask
from visits.rules.sampling import MOST_PER_PERSON


class SampleSerializer(serializers.ModelSerializer[SampleRound]):
    """A round: who drew, who goes, how it was drawn, and how far it is, over the stores that you see."""

    drawn_by_email = PersonEmail(source="drawn_by", read_only=True)
    visitor_email = PersonEmail(source="visitor", read_only=True)
    per_person = serializers.SerializerMethodField()
    by_size = serializers.SerializerMethodField()
    stores = serializers.IntegerField(read_only=True)
    done = serializers.IntegerField(read_only=True)
    left_out = serializers.IntegerField(read_only=True)
    open = serializers.IntegerField(read_only=True)
    version = VersionField(read_only=True)

    class Meta:
        model = SampleRound
        fields = (
            "id", "kind", "drawn_by_email", "visitor_email", "drawn_on", "first_on", "last_on", "seed",
            "per_person", "by_size", "stores", "done", "left_out", "open", "cancelled_at", "cancel_reason",
            "version",
        )  # fmt: skip
        read_only_fields = fields

    def get_per_person(self, sample: SampleRound) -> int:
        return int(sample.parameters.get("per_person", 0))

    def get_by_size(self, sample: SampleRound) -> bool:
        return bool(sample.parameters.get("by_size", False))


class DrawSerializer(serializers.Serializer[Any]):
    """Of whom stores are drawn, how many of each, who goes, when. Nobody chooses the seed."""

    kind = serializers.ChoiceField(choices=SampleKind.choices, default=SampleKind.CONTROL)
    kam_emails = serializers.ListField(
        child=PersonEmail(queryset=User.objects.filter(is_active=True, role=Role.KAM)),
        source="kams",
        allow_empty=False,
        max_length=200,
    )
    visitor_email = PersonEmail(source="visitor", help_text="Not one of those who are judged.")
    per_person = serializers.IntegerField(min_value=1, max_value=MOST_PER_PERSON)
    by_size = serializers.BooleanField(default=False, help_text="Draw large stores more often.")
    first_on = serializers.DateField()
    last_on = serializers.DateField()


class CancelSampleSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=200)


class SampleVisitSerializer(serializers.ModelSerializer[VisitTask]):
    """One store of a round."""

    store_code = StoreCode(read_only=True, source="store")
    kam_email = PersonEmail(source="store.customer.kam", read_only=True)
    visit = serializers.UUIDField(source="visit.client_uuid", default=None, allow_null=True, read_only=True)

    class Meta:
        model = VisitTask
        fields = ("id", "store_code", "kam_email", "on", "state", "skip_reason", "visit")
        read_only_fields = fields


class DifferenceSerializer(serializers.Serializer[Any]):
    """``verdict`` is ``over`` or ``under`` only where the 95 % interval leaves out "no difference"."""

    visits = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    verdict = serializers.CharField(allow_blank=True)


class JudgedSerializer(serializers.Serializer[Any]):
    """All brands and ours from numbers that a person did not type in, in pieces; 0 where there are none."""

    full_total = ScaledField()
    full_own = ScaledField()
    sample_total = ScaledField()
    sample_own = ScaledField()


class PersonDeviationSerializer(serializers.Serializer[Any]):
    """A person's counts against the control's: ``total`` a ratio (1: the same), ``share`` a difference of
    fractions (0: the same), over the last twelve months. ``numbers``: of account managers, the only ones
    that may judge."""

    person_email = serializers.EmailField()
    pairs = serializers.IntegerField()
    visits = serializers.IntegerField()
    total = DifferenceSerializer()
    share = DifferenceSerializer()
    numbers = JudgedSerializer(allow_null=True)
