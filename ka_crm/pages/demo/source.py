"""The public files behind the demo company, as tables."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ka_crm.lib.money import SCALE

FOLDER = Path(__file__).parent / "data"
SALES_FILE = FOLDER / "sales_tequila_2021-01_2022-10.csv.gz"
STORES_FILE = FOLDER / "stores.csv.gz"
PRODUCTS_FILE = FOLDER / "products_tequila.csv.gz"
#: The supplier that plays "us": the vendor of an item on the price list of November 2022.
OUR_VENDOR = "BACARDI USA INC"


@dataclass(frozen=True)
class DemoSource:
    """Three tables; amounts and units in whole ten-thousandths.

    ``lines``: document, date, month (index), store, item, units, amount, vendor,
    is_ours · ``stores``: one row per
    store that bought, by code: name, address, city, zip, latitude, longitude · ``products``: ours, by code:
    name, volume, price.
    """

    lines: pd.DataFrame
    stores: pd.DataFrame
    products: pd.DataFrame

    def window_sums(self, first_month: int, last_month: int) -> pd.DataFrame:
        """Return per store the sums over some months: amount, own_amount, units, own_units, months."""
        return store_sums(self.lines[self.lines["month"].between(first_month, last_month)], ["store"])


def read_source() -> DemoSource:
    """Read the three files that come with the product."""
    products = pd.read_csv(PRODUCTS_FILE, dtype=str, keep_default_na=False)
    ours = products[products["Vendor Name"] == OUR_VENDOR]
    lines = _read_lines(products.set_index("Item Number")["Vendor Name"])
    stores = pd.read_csv(STORES_FILE, dtype=str, keep_default_na=False).rename(columns=str.lower)
    stores = stores.rename(columns={"store": "code", "zip code": "zip"}).set_index("code")
    for column in ("latitude", "longitude"):
        stores[column] = pd.to_numeric(stores[column], errors="coerce")
    columns = ["name", "address", "city", "zip", "latitude", "longitude"]
    return DemoSource(lines, stores.loc[lines["store"].unique(), columns], _our_products(ours))


def _read_lines(vendors: pd.Series) -> pd.DataFrame:
    raw = pd.read_csv(SALES_FILE, dtype={"Invoice/Item Number": str, "Store Number": str, "Item Number": str})
    dates = pd.to_datetime(raw["Date"])
    vendor = raw["Item Number"].map(vendors)
    return pd.DataFrame(
        {
            "document": raw["Invoice/Item Number"],
            "date": dates.dt.date,
            "month": dates.dt.year * 12 + dates.dt.month - 1,
            "store": raw["Store Number"],
            "item": raw["Item Number"],
            "units": raw["Bottles Sold"].astype("int64") * SCALE,
            "amount": (raw["Sale (Dollars)"] * 100).round().astype("int64") * (SCALE // 100),
            "vendor": vendor,
            "is_ours": vendor == OUR_VENDOR,
        }
    )


def _our_products(ours: pd.DataFrame) -> pd.DataFrame:
    table = ours.rename(
        columns={
            "Item Number": "code",
            "Item Description": "name",
            "Bottle Volume (ml)": "volume",
            "State Bottle Retail": "price",
        }
    )
    return table.set_index("code")[["name", "volume", "price"]].sort_index()


def store_sums(lines: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return sums of all and of our lines by ``keys``, with the number of months that have lines."""
    frame = lines[[*dict.fromkeys([*keys, "month"])]].assign(
        amount=lines["amount"],
        own_amount=lines["amount"].where(lines["is_ours"], 0),
        units=lines["units"],
        own_units=lines["units"].where(lines["is_ours"], 0),
    )
    groups = frame.groupby(keys, sort=True)
    sums = groups[["amount", "own_amount", "units", "own_units"]].sum()
    if "month" not in keys:
        sums["months"] = groups["month"].nunique()
    return sums
