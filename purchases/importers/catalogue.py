"""From codes to categories and products, making missing ones."""

from ka_crm.imports.changes import remember_created
from ka_crm.imports.importer import Context
from ka_crm.imports.master import Values, fill_stamps
from ka_crm.imports.models import ImportBatch
from ka_crm.lib.bulk import load_rows
from ka_crm.lib.money import to_scaled
from purchases.models import Category, Product


class Categories:
    """Category codes; an unknown one always arises from its name.

    New categories get negative numbers until ``make`` has stored them; ``real`` translates.
    """

    def __init__(self) -> None:
        self._ids: dict[str, int] = dict(Category.objects.order_by().values_list("code", "pk"))
        self._new: list[str] = []
        self._real: dict[int, int] = {}

    def number(self, code: str) -> int:
        """Return the category's number, made if unknown."""
        found = self._ids.get(code)
        if found is None:
            found = self._ids[code] = -1 - len(self._new)
            self._new.append(code)
        return found

    def real(self, number: int | None) -> int | None:
        """Return the id behind a number given out before ``make``."""
        return self._real[number] if number is not None and number < 0 else number

    def made(self) -> int:
        """Return how many are new."""
        return len(self._new)

    def make(self, batch: ImportBatch) -> None:
        """Store what is new."""
        for code in self._new:
            record = Category.objects.create(code=code, name=code)
            self._real[self._ids[code]] = record.pk
            self._ids[code] = record.pk
        remember_created(batch, Category, self._real.values())
        self._new = []


class Catalogue:
    """Products by code with their category and cost (ten-thousandths), loaded once."""

    def __init__(self, context: Context) -> None:
        self.categories = Categories()
        self.makes_products = context.makes("products")
        rows = Product.objects.order_by().values_list("code", "pk", "category_id", "unit_cost")
        #: code → (product, category or None, unit cost or None)
        self.products: dict[str, tuple[int, int | None, int | None]] = {
            code: (pk, category, None if cost is None else to_scaled(cost))
            for code, pk, category, cost in rows.iterator()
        }
        self._new: dict[str, tuple[str, int | None]] = {}
        self._real: dict[int, int] = {}

    def product(
        self, code: str, category: int | None, name: str | None
    ) -> tuple[int, int | None, int | None]:
        """Return a product, made if unknown."""
        found = self.products.get(code)
        if found is None:
            found = self.products[code] = (-1 - len(self._new), category, None)
            self._new[code] = (name or "", category)
        elif found[0] < 0 and name and not self._new[code][0]:
            self._new[code] = (name, self._new[code][1])
        return found

    def real_product(self, number: int | None) -> int | None:
        """Return the id behind a number given out before ``make``."""
        return self._real[number] if number is not None and number < 0 else number

    def made(self) -> dict[str, int]:
        """Return how many products and categories arise on the way."""
        return {"products": len(self._new), "categories": self.categories.made()}

    def make(self, batch: ImportBatch) -> None:
        """Store what is new; afterwards lookups give real ids."""
        self.categories.make(batch)
        if not self._new:
            return
        rows: list[Values] = [
            {"code": code, "name": name or code, "category_id": self.categories.real(category)}
            for code, (name, category) in self._new.items()
        ]
        fill_stamps(Product, rows)
        names = list(rows[0])
        newest = Product.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        load_rows(Product, names, ([row[name] for name in names] for row in rows))
        made = Product.objects.filter(pk__gt=newest).values_list("code", "pk", "category_id")
        for code, pk, category in made:
            self._real[self.products[code][0]] = pk
            self.products[code] = (pk, category, None)
        remember_created(batch, Product, self._real.values())
        self._new = {}
