"""Who has the shelf, from the register: what each supplier sold in the stores of the full dossiers.

Real, nothing is generated: the supplier of an item is its vendor on the price list of November 2022.
"""

from collections.abc import Collection

from accounts.models import Competitor
from ka_crm.lib.bulk import load_rows
from ka_crm.lib.periods import month_start
from ka_crm.pages.demo.facts import Keys
from ka_crm.pages.demo.plan import DemoPlan
from ka_crm.pages.demo.source import OUR_VENDOR, DemoSource
from visits.models import BrandCount
from visits.models.brand_count import BrandPeriod

#: The six largest besides us, by their vendor name in the file.
SUPPLIERS = {
    "DIAGEO AMERICAS": "Diageo",
    "PROXIMO": "Proximo",
    "JIM BEAM BRANDS": "Beam",
    "MAST-JAGERMEISTER US, INC": "Mast-Jägermeister",
    "SAZERAC COMPANY  INC": "Sazerac",
    "PERNOD RICARD USA": "Pernod Ricard",
}
OTHERS = "Other suppliers"
_OURS = "Bacardi"


def load_competitors() -> dict[str, Competitor]:
    """Create the competitors of the file; returned by name."""
    note = "Supplier in the public file. What dossiers of the demo company say about it is made up."
    names = [*SUPPLIERS.values(), OTHERS]
    made = Competitor.objects.bulk_create([Competitor(name=name, note=note) for name in names])
    return {competitor.name: competitor for competitor in made}


def load_brand_counts(
    source: DemoSource,
    plan: DemoPlan,
    keys: Keys,
    *,
    customers: Collection[str],
    competitors: dict[str, Competitor],
) -> int:
    """Load sums by store, supplier and month for the stores of ``customers`` that have full counts."""
    of_them = plan.stores.index[plan.stores["customer"].isin(customers)]
    stores = set(of_them) - set(plan.visits_only)
    lines = source.lines[source.lines["store"].isin(stores)]
    supplier = lines["vendor"].map({**SUPPLIERS, OUR_VENDOR: _OURS}).fillna(OTHERS)
    groups = lines.assign(supplier=supplier).groupby(["store", "month", "supplier"], sort=True)
    sums = groups[["amount", "units"]].sum().reset_index()
    key_of = {name: competitor.pk for name, competitor in competitors.items()}
    return load_rows(
        BrandCount,
        ["store_id", "category_id", "competitor_id", "brand", "period", "on", "units", "amount"]
        + ["observation_id", "is_generated", "is_live"],
        (
            (keys.store[row.store], keys.category, key_of.get(row.supplier), "", BrandPeriod.MONTH.value)
            + (month_start(row.month), row.units, row.amount, None, False, True)
            for row in sums.itertuples(index=False)
        ),
    )
