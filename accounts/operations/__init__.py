"""Every write of customers, stores and the words by which they are sorted."""

from accounts.operations.customers import (
    archive_customer,
    change_customer,
    create_customer,
    hand_over_customer,
    restore_customer,
)
from accounts.operations.stores import archive_store, change_store, create_store, restore_store
from accounts.operations.terms import create_term, delete_term, rename_term

__all__ = [
    "archive_customer",
    "archive_store",
    "change_customer",
    "change_store",
    "create_customer",
    "create_store",
    "create_term",
    "delete_term",
    "hand_over_customer",
    "rename_term",
    "restore_customer",
    "restore_store",
]
