"""Every write of products, categories and facts of the dossier by hand."""

from purchases.operations.account_costs import (
    archive_account_cost,
    change_account_cost,
    create_account_cost,
    restore_account_cost,
)
from purchases.operations.order_lines import (
    archive_order_line,
    change_order_line,
    create_order_line,
    restore_order_line,
)
from purchases.operations.price_terms import (
    archive_price_term,
    change_price_term,
    create_price_term,
    restore_price_term,
)
from purchases.operations.products import (
    archive_product,
    change_category,
    change_product,
    create_category,
    create_product,
    delete_category,
    restore_product,
)
from purchases.operations.receivables import (
    archive_receivable,
    change_receivable,
    create_receivable,
    restore_receivable,
)
from purchases.operations.targets import (
    archive_target,
    change_target,
    create_target,
    restore_target,
)

__all__ = [
    "archive_account_cost",
    "archive_order_line",
    "archive_price_term",
    "archive_product",
    "archive_receivable",
    "archive_target",
    "change_account_cost",
    "change_category",
    "change_order_line",
    "change_price_term",
    "change_product",
    "change_receivable",
    "change_target",
    "create_account_cost",
    "create_category",
    "create_order_line",
    "create_price_term",
    "create_product",
    "create_receivable",
    "create_target",
    "delete_category",
    "restore_account_cost",
    "restore_order_line",
    "restore_price_term",
    "restore_product",
    "restore_receivable",
    "restore_target",
]
