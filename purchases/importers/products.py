"""Importing products."""

from collections.abc import Hashable
from decimal import Decimal
from typing import ClassVar

from ka_crm.imports.importer import Context
from ka_crm.imports.master import MasterImporter, Pending, Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.lib.money import from_scaled
from purchases.importers.catalogue import Categories
from purchases.models import Product

_MOST = Decimal(10) ** 10


class ProductImporter(MasterImporter):
    """Products by code; categories arise from their names."""

    kind: ClassVar[str] = "products"
    label: ClassVar[str] = "Products"
    model = Product
    prepares_in_steps: ClassVar[bool] = True
    compared: ClassVar[tuple[str, ...]] = ("name", "category_id", "brand", "list_price", "unit_cost")
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "code",
            FieldType.CODE,
            "Product code",
            required=True,
            example="P-3001",
            synonyms=(
                "product_code",
                "product_id",
                "product",
                "sku",
                "item",
                "item number",
                "article",
                "stock code",
                "id",
                "产品编码",
            ),
        ),
        Field(
            "name",
            FieldType.TEXT,
            "Name",
            required=True,
            longest=200,
            example="Agave Blanco 0.7 l",
            synonyms=("product_name", "description", "item description", "产品名称", "名称"),
        ),
        Field(
            "category_code",
            FieldType.CODE,
            "Category",
            required=True,
            example="TEQUILA",
            synonyms=("category", "category_id", "category name", "product group", "品类"),
        ),
        Field(
            "brand", FieldType.TEXT, "Brand", example="Casa Azul", synonyms=("vendor", "vendor name", "品牌")
        ),
        Field(
            "list_price", FieldType.AMOUNT, "List price", example="24.90", synonyms=("price", "unit_price")
        ),
        Field(
            "unit_cost",
            FieldType.AMOUNT,
            "Cost per unit",
            example="14.20",
            synonyms=("cost", "unit cost price"),
        ),
    )
    defaults: ClassVar[Values] = {"brand": ""}

    def __init__(self, context: Context) -> None:
        self._categories = Categories()
        super().__init__(context)

    def existing(self) -> dict[Hashable, Values]:
        rows = Product.objects.order_by().values("id", "code", *self.compared)
        return {row.pop("code"): row for row in rows.iterator(chunk_size=5000)}

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        values: Values = {"name": record["name"]}
        if "brand" in record:
            values["brand"] = record["brand"]
        for name in ("list_price", "unit_cost"):
            if name not in record:
                continue
            values[name] = from_scaled(record[name])
            if record[name] < 0:
                self.context.plan.reject(line, name, reasons.NEGATIVE)
            elif values[name] >= _MOST:
                self.context.plan.reject(line, name, reasons.TOO_LARGE)
        if not line.problems:
            number = self._categories.number(record["category_code"])
            values["category_id"] = number if number > 0 else Pending("category", str(number))
        return record["code"], values

    def made(self) -> dict[str, int]:
        return {"categories": self._categories.made()}

    def resolve_pending(self, batch: ImportBatch) -> None:
        self._categories.make(batch)

    def resolved(self, values: Values) -> Values:
        category = values.get("category_id")
        if isinstance(category, Pending):
            return {**values, "category_id": self._categories.real(int(category.key))}
        return values

    def columns_of(self, key: Hashable, values: Values) -> Values:
        return {"code": key, **values}
