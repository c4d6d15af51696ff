"""The plan of the year, the team, the value case and service."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.dossier_records import RecordKind
from accounts.forms import plans as forms
from accounts.models import (
    AccountPlan,
    MirroredFunction,
    PlanAction,
    PlanGoal,
    PlanItem,
    ResourceRequest,
    ServiceCase,
    TeamMember,
    ValueCase,
)
from accounts.operations.plan_parts import add_part, bring_back_part, change_part, remove_part
from accounts.operations.plans import change_plan, start_plan
from accounts.operations.requests import ask_for, change_request
from accounts.operations.service import begin_case, change_case
from accounts.operations.team import add_member, change_member

_PART: dict[str, Any] = {
    "create": add_part,
    "change": change_part,
    "remove": remove_part,
    "restore": bring_back_part,
}

KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "plan", AccountPlan, forms.PlanForm, "plan", _("Start a plan"), create=start_plan, change=change_plan
    ),
    RecordKind("goal", PlanGoal, forms.GoalForm, "plan", _("New goal"), **_PART),
    RecordKind("action", PlanAction, forms.ActionForm, "plan", _("New action"), **_PART),
    RecordKind("item", PlanItem, forms.ItemForm, "plan", _("New service or entitlement"), **_PART),
    RecordKind(
        "member",
        TeamMember,
        forms.MemberForm,
        "team",
        _("Add to the team"),
        create=add_member,
        change=change_member,
    ),
    RecordKind(
        "request",
        ResourceRequest,
        forms.RequestForm,
        "team",
        _("Ask for help"),
        create=ask_for,
        change=change_request,
    ),
    RecordKind("mirror", MirroredFunction, forms.MirrorForm, "team", _("New mirrored function")),
    RecordKind("value-case", ValueCase, forms.ValueCaseForm, "plan", _("What it brings them")),
    RecordKind(
        "service-case",
        ServiceCase,
        forms.ServiceCaseForm,
        "plan",
        _("They asked for something"),
        create=begin_case,
        change=change_case,
    ),
)
