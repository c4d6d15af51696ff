"""What a row of orders and deliveries may state."""

from ka_crm.imports.rules.fields import Field, FieldType
from purchases.importers.columns import customer_column, product_column, store_column

#: What says that a line was cancelled.
YES = ("yes", "true", "1", "y", "是")
_NO = ("no", "false", "0", "n", "否")

DELIVERY_FIELDS: tuple[Field, ...] = (
    customer_column(),
    store_column(),
    Field(
        "order_no",
        FieldType.DOCUMENT,
        "Order no.",
        required=True,
        example="ORD-7001",
        synonyms=("order", "order id", "order number", "sales order", "订单号", "订单编号"),
    ),
    Field(
        "line_no",
        FieldType.DOCUMENT,
        "Line no.",
        required=True,
        longest=30,
        example="10",
        synonyms=("line", "line number", "position", "item no", "行号"),
    ),
    product_column(required=False),
    Field(
        "ordered_units",
        FieldType.UNITS,
        "Ordered units",
        required=True,
        example="24",
        synonyms=("ordered", "order quantity", "quantity", "qty", "订购数量", "订单数量", "数量"),
    ),
    Field(
        "requested_on",
        FieldType.DATE,
        "Requested for",
        required=True,
        example="2022-10-10",
        may_be_future=True,
        synonyms=("requested", "requested date", "requested delivery date", "wanted on", "要求交货日期"),
    ),
    Field(
        "confirmed_on",
        FieldType.DATE,
        "Confirmed for",
        example="2022-10-11",
        may_be_future=True,
        synonyms=("confirmed", "confirmed date", "promised on", "promised date", "确认交货日期"),
    ),
    Field(
        "delivered_on",
        FieldType.DATE,
        "Delivered on",
        example="2022-10-11",
        synonyms=("delivered", "delivery date", "actual date", "goods issue", "交货日期", "送货日期"),
    ),
    Field(
        "delivered_units",
        FieldType.UNITS,
        "Delivered units",
        example="24",
        synonyms=("delivered quantity", "delivery quantity", "shipped", "交货数量", "送货数量"),
    ),
    Field(
        "delivery_mode",
        FieldType.TEXT,
        "Delivery mode",
        longest=60,
        example="own fleet",
        synonyms=("mode", "carrier", "shipping", "配送方式", "送货方式"),
    ),
    Field(
        "cancelled",
        FieldType.CHOICE,
        "Cancelled by the customer",
        choices=(*YES, *_NO),
        example="no",
        synonyms=("canceled", "cancelled by customer", "已取消", "取消"),
    ),
)
