"""Shapes of the register and the selection over HTTP. Amounts are decimal texts in the company's currency."""

from typing import Any

from rest_framework import serializers

from accounts.api.fields import CustomerCode
from ka_crm.records.api.fields import ScaledField
from segmentation.models import (
    KeyAccountTerm,
    Nomination,
    NominationKind,
    Proposal,
    SelectionRound,
    Verdict,
    Veto,
    VetoKind,
)


def _name() -> Any:
    return serializers.SlugRelatedField[Any](slug_field="name", read_only=True, allow_null=True)


class TermSerializer(serializers.ModelSerializer[KeyAccountTerm]):
    """One term of the register: from a day until before another (null: not ended)."""

    customer_code = serializers.CharField(source="customer.code", read_only=True)
    decided_by, ended_by = _name(), _name()
    criteria = serializers.SlugRelatedField[Any](slug_field="number", read_only=True, allow_null=True)

    class Meta:
        model = KeyAccountTerm
        fields = (
            "id", "customer_code", "from_on", "to_on", "since_on", "tenure_until", "types", "score", "how",
            "reason", "end_reason", "decided_by", "ended_by", "round", "criteria",
        )  # fmt: skip


class RoundSerializer(serializers.ModelSerializer[SelectionRound]):
    """One selection; ``version`` names what was read."""

    criteria = serializers.SlugRelatedField[Any](slug_field="number", read_only=True, allow_null=True)
    opened_by, proposed_by, closed_by = _name(), _name(), _name()

    class Meta:
        model = SelectionRound
        fields = (
            "id", "scope", "state", "effective_on", "note", "run", "criteria", "opened_by", "opened_on",
            "proposed_by", "proposed_on", "closed_by", "closed_on", "close_reason", "version",
        )  # fmt: skip
        read_only_fields = (
            "state", "run", "opened_on", "proposed_on", "closed_on", "close_reason", "version",
        )  # fmt: skip
        validators: tuple[Any, ...] = ()


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    """What a round says about one account: the move, the gates failed, everything behind it."""

    customer_code = serializers.CharField(source="customer.code", read_only=True)
    potential = ScaledField(read_only=True, allow_null=True)
    own_sales = ScaledField(read_only=True, allow_null=True)
    decided_by = _name()

    class Meta:
        model = Proposal
        fields = (
            "id", "round", "customer_code", "move", "score", "rank", "types", "failed", "decision",
            "left_out", "is_provisional", "is_rising", "quadrant", "potential", "own_sales", "explanation",
            "verdict", "verdict_reason", "decided_by", "decided_on", "version",
        )  # fmt: skip
        read_only_fields = fields


class NominationSerializer(serializers.ModelSerializer[Nomination]):
    """An account put forward with evidence and an end."""

    customer_code = CustomerCode(help_text="Code of the customer.")
    kind = serializers.ChoiceField(choices=NominationKind.choices)
    nominated_by, decided_by = _name(), _name()

    class Meta:
        model = Nomination
        fields = (
            "id", "customer_code", "kind", "evidence", "amount", "expires_on", "state", "nominated_by",
            "nominated_on", "decided_by", "decided_on", "decision_reason", "version",
        )  # fmt: skip
        read_only_fields = ("state", "nominated_on", "decided_on", "decision_reason", "version")
        validators: tuple[Any, ...] = ()


class VetoSerializer(serializers.ModelSerializer[Veto]):
    """A customer that must not be a key account."""

    customer_code = CustomerCode(help_text="Code of the customer.")
    kind = serializers.ChoiceField(choices=VetoKind.choices)
    by, lifted_by = _name(), _name()

    class Meta:
        model = Veto
        fields = (
            "id", "customer_code", "kind", "evidence", "from_on", "by", "lifted_on", "lifted_by",
            "lift_reason",
        )  # fmt: skip
        read_only_fields = ("from_on", "lifted_on", "lift_reason")
        validators: tuple[Any, ...] = ()


class SelectionStepSerializer(serializers.Serializer[Any]):
    """The version that was read, and where the step asks for it the reason."""

    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)


class DecisionSerializer(SelectionStepSerializer):
    """A verdict on a proposal; a rejection gives its reason."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=2000)


class AcceptManySerializer(serializers.Serializer[Any]):
    """Ids of proposals to accept; without any, all that are still to decide."""

    proposals = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62), required=False, max_length=1000
    )


class AcceptedSerializer(serializers.Serializer[Any]):
    """How many proposals were accepted."""

    accepted = serializers.IntegerField()
