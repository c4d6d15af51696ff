"""Customers and stores as other rooms' records name them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Store
from accounts.queries import find_customer
from ka_crm.records.api.fields import RelatedByCode


class CustomerCode(RelatedByCode):
    """A customer by code, if the caller may see it."""

    default_error_messages = {"does_not_exist": _("There is no such customer.")}

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Customer.objects.all())
        kwargs.setdefault("source", "customer")
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Read a code; that of a customer made one with another means the one that stands for it."""
        request = self.context.get("request")
        if request is not None and isinstance(data, str) and data.isprintable():
            found = find_customer(request.user, data.strip())
            if found is not None:
                return found
        return super().to_internal_value(data)


class StoreCode(RelatedByCode):
    """A store by code, if the caller may see it."""

    default_error_messages = {"does_not_exist": _("There is no such store.")}

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("read_only"):
            kwargs.setdefault("queryset", Store.objects.all())
        kwargs.setdefault("source", "store")
        super().__init__(**kwargs)
