"""From codes to customers and stores, making missing ones where the mapping says so."""

from accounts.models import Customer, Store
from accounts.queries.merges import kept_codes
from ka_crm.imports.changes import remember_created
from ka_crm.imports.importer import Context
from ka_crm.imports.master import Values, fill_stamps
from ka_crm.imports.models import ImportBatch
from ka_crm.lib.bulk import load_rows
from ka_crm.people.models import User


class AccountLookup:
    """Codes of customers and stores, loaded once. A code that the person may not see is unknown.

    New records get negative numbers until ``make`` has stored them; ``real`` translates.
    """

    def __init__(self, context: Context) -> None:
        self._viewer: User | None = context.viewer
        self.makes_customers = context.makes("customers")
        self.makes_stores = context.makes("stores")
        customers, stores = Customer.objects.all(), Store.objects.all()
        self._hidden_customers: set[str] = set()
        self._hidden_stores: set[str] = set()
        if context.viewer is not None and not context.is_everywhere:
            customers, stores = customers.visible_to(context.viewer), stores.visible_to(context.viewer)
            self._hidden_customers = set(Customer.objects.values_list("code", flat=True))
            self._hidden_stores = set(Store.objects.values_list("code", flat=True))
        self.customers: dict[str, int] = dict(customers.order_by().values_list("code", "pk"))
        self._follow_merges()
        rows = stores.order_by().values_list("code", "pk", "customer_id")
        self.stores: dict[str, tuple[int, int]] = {code: (pk, owner) for code, pk, owner in rows.iterator()}
        self._new_customers: dict[str, str] = {}
        self._new_stores: dict[str, tuple[str, str]] = {}
        self._real_customers: dict[int, int] = {}
        self._real_stores: dict[int, int] = {}

    def _follow_merges(self) -> None:
        """The code of a customer that was made one with another means that one, if it can be seen."""
        seen = set(self.customers.values())
        for code, kept in kept_codes().items():
            if kept in seen:
                self.customers[code] = kept
            else:
                self.customers.pop(code, None)

    def may_make_customer(self, code: str) -> bool:
        """Whether an unknown customer code can be used all the same."""
        return self.makes_customers and code not in self._hidden_customers

    def may_make_store(self, code: str) -> bool:
        """Whether an unknown store code can be used all the same."""
        return self.makes_stores and code not in self._hidden_stores

    def customer(self, code: str, name: str | None = None) -> int:
        """Return the customer's number, made if unknown; ask ``may_make_customer`` first."""
        found = self.customers.get(code)
        if found is None:
            found = self.customers[code] = -1 - len(self._new_customers)
            self._new_customers[code] = name or ""
        elif found < 0 and name and not self._new_customers[code]:
            self._new_customers[code] = name
        return found

    def store(self, code: str, customer_code: str | None = None, name: str | None = None) -> tuple[int, int]:
        """Return (store, its customer), made if unknown; a store without a customer gets one of its own
        code. Ask ``may_make_store`` first."""
        found = self.stores.get(code)
        if found is None:
            owner = self.customer(customer_code or code, None if customer_code else name)
            found = self.stores[code] = (-1 - len(self._new_stores), owner)
            self._new_stores[code] = (name or "", customer_code or code)
        elif found[0] < 0 and name and not self._new_stores[code][0]:
            self._new_stores[code] = (name, self._new_stores[code][1])
        return found

    def made(self) -> dict[str, int]:
        """Return how many customers and stores arise on the way."""
        return {"customers": len(self._new_customers), "stores": len(self._new_stores)}

    def real_customer(self, number: int) -> int:
        """Return the id behind a number given out before ``make``."""
        return self._real_customers[number] if number < 0 else number

    def real_store(self, number: int) -> int:
        """Return the id behind a number given out before ``make``."""
        return self._real_stores[number] if number < 0 else number

    def make(self, batch: ImportBatch) -> None:
        """Store what is new; afterwards all lookups give real ids."""
        territory = self._viewer.territory_id if self._viewer is not None else None
        rows: list[Values] = [
            {"code": code, "name": name or code, "imported_name": name, "territory_id": territory}
            for code, name in self._new_customers.items()
        ]
        ids = _insert(batch, Customer, rows)
        for code in self._new_customers:
            self._real_customers[self.customers[code]] = ids[code]
            self.customers[code] = ids[code]
        rows = [
            {
                "code": code,
                "name": name or code,
                "imported_name": name,
                "customer_id": self.customers[owner],
                "territory_id": territory,
            }
            for code, (name, owner) in self._new_stores.items()
        ]
        ids = _insert(batch, Store, rows)
        for code, (_, owner) in self._new_stores.items():
            self._real_stores[self.stores[code][0]] = ids[code]
            self.stores[code] = (ids[code], self.customers[owner])
        self._new_customers, self._new_stores = {}, {}


def _insert(batch: ImportBatch, model: type[Customer] | type[Store], rows: list[Values]) -> dict[str, int]:
    if not rows:
        return {}
    fill_stamps(model, rows)
    names = list(rows[0])
    newest = model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    load_rows(model, names, ([row[name] for name in names] for row in rows))
    ids = dict(model._base_manager.filter(pk__gt=newest).values_list("code", "pk"))
    remember_created(batch, model, ids.values())
    return ids
