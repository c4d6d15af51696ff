"""Service standards over HTTP."""

from typing import Any, ClassVar

from accounts.api.plan_serializers import StandardSerializer
from accounts.models import ServiceStandard
from accounts.operations.service import StandardChange, set_standards
from accounts.permissions import may_edit_accounts, may_edit_standards
from ka_crm.people.models import User
from ka_crm.records.api.views import RecordEndpoint


class StandardViewSet(RecordEndpoint):
    """How many hours each step may take for each tier; administrators change them."""

    http_method_names = ["get", "put", "patch", "head", "options"]
    queryset = ServiceStandard.objects.all()
    serializer_class = StandardSerializer
    lookup_field = "pk"
    lookup_value_regex = "[0-9]+"
    ordering_fields: ClassVar[list[str]] = ["id", "tier"]
    ordering = "id"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows if may_edit_accounts(self.request.user) else rows.none()  # type: ignore[arg-type]

    def may_write(self, user: User) -> bool:
        return may_edit_standards(user)

    def change_by(self, by: User, record: Any, version: int, changes: dict[str, Any]) -> Any:
        change = StandardChange(
            tier=record.tier,
            step=record.step,
            version=version,
            promised_hours=changes.get("promised_hours", record.promised_hours),
            note=changes.get("note", record.note),
        )
        set_standards(by=by, changes=[change])
        return self.get_queryset().get(pk=record.pk)
