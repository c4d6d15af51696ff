"""Every write of products and categories by hand."""

from purchases.operations.products import (
    archive_product,
    change_category,
    change_product,
    create_category,
    create_product,
    delete_category,
    restore_product,
)

__all__ = [
    "archive_product",
    "change_category",
    "change_product",
    "create_category",
    "create_product",
    "delete_category",
    "restore_product",
]
