"""Columns that files of many kinds have."""

from ka_crm.imports.rules.fields import Field, FieldType


def customer_column(*, required: bool = True) -> Field:
    """Return the column of the customer's code."""
    return Field(
        "customer_code",
        FieldType.CODE,
        "Customer code",
        required=required,
        example="C-1001",
        synonyms=(
            "customer",
            "customer_id",
            "customer no",
            "customer number",
            "account",
            "account code",
            "debtor",
            "客户编码",
            "客户代码",
            "客户",
        ),
    )


def store_column() -> Field:
    """Return the column of the store's code."""
    return Field(
        "store_code",
        FieldType.CODE,
        "Store code",
        example="",
        synonyms=("store", "store id", "store no", "outlet", "ship to", "门店编码", "门店"),
    )


def product_column(*, required: bool = True) -> Field:
    """Return the column of the product's code."""
    return Field(
        "product_code",
        FieldType.CODE,
        "Product code",
        required=required,
        example="P-3001",
        synonyms=(
            "product",
            "product_id",
            "sku",
            "item",
            "item number",
            "article",
            "stock code",
            "产品编码",
            "商品编码",
            "产品",
        ),
    )


def month_column(*, may_be_future: bool = False) -> Field:
    """Return the column of the month."""
    return Field(
        "month",
        FieldType.MONTH,
        "Month",
        required=True,
        example="2022-10",
        may_be_future=may_be_future,
        synonyms=("period", "date", "月份", "期间"),
    )
