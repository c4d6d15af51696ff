"""Forms: they translate and check, the operations write."""

from accounts.forms.customers import (
    CustomerForm,
    HandOverForm,
    ReasonForm,
    StoreForm,
    TermForm,
    checked_code,
)

__all__ = ["CustomerForm", "HandOverForm", "ReasonForm", "StoreForm", "TermForm", "checked_code"]
