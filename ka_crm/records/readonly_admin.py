"""Django's own admin as a window: administrators look, but every write goes through the operations."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ka_crm.people.models import Role


class LookOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows records to administrators; nothing is written here, so no audit row is missed."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _is_administrator(request: HttpRequest) -> bool:
    return getattr(request.user, "role", None) == Role.ADMIN
