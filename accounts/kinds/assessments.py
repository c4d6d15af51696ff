"""Need, solvency, decision power, and criteria of the company's own, each with evidence."""

from django.utils.translation import gettext_lazy as _

from accounts.dossier_records import RecordKind
from accounts.forms.assessments import AssessmentForm
from accounts.models import Assessment
from accounts.operations.assessments import add_assessment, change_assessment

KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "assessment",
        Assessment,
        AssessmentForm,
        "plan",
        _("New assessment"),
        create=add_assessment,
        change=change_assessment,
    ),
)
