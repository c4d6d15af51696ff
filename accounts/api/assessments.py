"""Assessments of need, solvency and decision power over HTTP."""

from typing import Any

import django_filters
from rest_framework import serializers

from accounts.api.entries import EntryEndpoint, EntryFilters, EntrySerializer
from accounts.kinds.assessments import KINDS
from accounts.models import Assessment, Finding
from accounts.rules.assessments import expires_on


class AssessmentSerializer(EntrySerializer):
    """What was found about one aspect (``need``, ``solvency``, ``decision_power``, ``own:<criterion>``)."""

    expires_on = serializers.SerializerMethodField(help_text="First day on which it is unknown again.")

    class Meta(EntrySerializer.Meta):
        model = Assessment
        fields = EntrySerializer.fields_with("aspect", "finding", "evidence", "assessed_on", "expires_on")

    def get_expires_on(self, record: Assessment) -> str:
        return expires_on(record.assessed_on).isoformat()


class AssessmentFilters(EntryFilters):
    aspect = django_filters.CharFilter()
    finding = django_filters.ChoiceFilter(choices=Finding.choices)


class AssessmentViewSet(EntryEndpoint):
    """Assessments of the accounts that the caller may see, with their evidence; the newest first."""

    queryset = Assessment.objects.select_related("customer")
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilters
    ordering_fields: Any = ["id", "updated_at", "assessed_on"]
    kind = KINDS[0]


ENDPOINTS = (("assessments", AssessmentViewSet),)
