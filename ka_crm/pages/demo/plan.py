"""What the demo company consists of: customers, stores and visits, decided from the public files alone."""

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from ka_crm.lib.periods import Window
from ka_crm.pages.demo.chains import (
    chain_of,
    code_from,
    independent_key,
    short_store_name,
    without_number,
)
from ka_crm.pages.demo.geography import territory_of
from ka_crm.pages.demo.names import city_text, format_of, name_parts, title_text
from ka_crm.pages.demo.people import kam_of
from ka_crm.pages.demo.source import DemoSource, store_sums
from ka_crm.pages.demo.visits import VisitDay, choose_also_visited, choose_visits_only, visit_days

#: The day that the demo company lives in; the window before it is full of data.
DEMO_DAY = dt.date(2022, 11, 1)
EARLIER_DAY = dt.date(2022, 8, 1)
WINDOW = Window(DEMO_DAY, 12)
MODERN, TRADITIONAL = "Modern retail", "Traditional trade"
_SMALL_GROUP = 8
#: Telling names that keep their full counts.
_KEPT = {
    "1ST-STOP-BEVERAGE-SHOP",
    "ANOTHER-ROUND",
    "BEER-THIRTY-DENISON",
    "BEER-THIRTY-STORM-LAKE",
    "BENZ-DISTRIBUTING",
    "BOOTLEGGING-BARZINIS",
    "CYCLONE-LIQUORS",
    "I-80-LIQUOR",
    "LOT-A-SPIRITS",
    "MARSHALL-BEER-WINE-SPIRITS",
    "RAYS-SUPERMARKET",
    "SYCAMORE-CONVENIENCE",
    "TEQUILAS-LIQUOR-STORE",
    "UNIVERSITY-LIQUORS",
    "WALL-TO-WALL-WINE-SPIRITS",
    "WILKIE-LIQUORS",
}


@dataclass(frozen=True)
class DemoPlan:
    """``customers`` by code: name, imported_name, channel, format, territory, kam · ``stores`` by code:
    name, imported_name, customer, format, territory, city, address, latitude, longitude, and the sums of
    the window · ``totals`` by store and month (index), without the stores that have visits only.
    """

    customers: pd.DataFrame
    stores: pd.DataFrame
    totals: pd.DataFrame
    nearly_measured: list[str]
    visits_only: list[str]
    visit_days: list[VisitDay]


def plan_demo(source: DemoSource) -> DemoPlan:
    """Decide everything; the same files give the same plan."""
    stores = _stores(source)
    customers = _customers(stores)
    stores["may_lack_totals"] = _may_lack_totals(stores, customers)
    nearly, rest = choose_visits_only(stores)
    lacking = {*nearly, *rest}
    also = choose_also_visited(stores, lacking)
    return DemoPlan(
        customers=customers,
        stores=stores,
        totals=store_sums(source.lines[~source.lines["store"].isin(lacking)], ["store", "month"]),
        nearly_measured=nearly,
        visits_only=sorted(lacking),
        visit_days=list(visit_days(stores, nearly, rest + also)),
    )


def _stores(source: DemoSource) -> pd.DataFrame:
    stores = source.stores.copy()
    printed = list(zip(stores["name"], stores["city"], strict=True))
    stores["territory"] = territory_of(stores)
    stores["imported_name"] = stores["name"]
    stores["printed_city"] = stores["city"]
    stores["city"] = [city_text(city) for _name, city in printed]
    stores["address"] = [title_text(address) for address in stores["address"]]
    stores["name"] = [short_store_name(name, city, city_text(city)) for name, city in printed]
    stores["format"] = [format_of(name) for name, _city in printed]
    sums = source.window_sums(WINDOW.first_index, WINDOW.first_index + WINDOW.months - 1)
    stores = stores.join(sums)
    columns = ["amount", "own_amount", "units", "own_units", "months"]
    stores[columns] = stores[columns].fillna(0).astype("int64")
    stores["customer"] = _customer_codes(stores)
    return stores


def _customer_codes(stores: pd.DataFrame) -> pd.Series:
    """Return the customer code per store; two independents of one name in two cities get their city."""
    keys = []
    for name, city in zip(stores["imported_name"], stores["printed_city"], strict=True):
        chain = chain_of(name, city)
        keys.append((chain.name, "") if chain else independent_key(name, city))
    codes = pd.Series([code_from(name) for name, _city in keys], index=stores.index)
    cities = pd.Series([city for _name, city in keys], index=stores.index)
    ambiguous = cities.groupby(codes).transform("nunique") > 1
    with_city = ambiguous & (cities != "")
    codes[with_city] = [
        code_from(f"{code} {city}") for code, city in zip(codes[with_city], cities[with_city], strict=True)
    ]
    return codes


def _customers(stores: pd.DataFrame) -> pd.DataFrame:
    ordered = stores.sort_values("amount", ascending=False, kind="stable")
    rows = {}
    for code, group in ordered.groupby("customer", sort=True):
        first = group.iloc[0]
        chain = chain_of(first["imported_name"], first["printed_city"])
        if chain:
            name, printed = chain.name, chain.name.upper()
        else:
            plain = title_text(name_parts(first["imported_name"], first["printed_city"])[0])
            plain = without_number(plain) if len(group) > 1 else plain
            has_namesake = str(code) == code_from(f"{_plain_code(first)} {first['printed_city']}")
            name = f"{plain}, {first['city']}" if has_namesake else plain
            printed = first["imported_name"]
        territory = _largest(group, "territory")
        rows[code] = {
            "name": name,
            "imported_name": printed,
            "channel": MODERN if chain and chain.is_modern else TRADITIONAL,
            "format": _largest(group, "format"),
            "territory": territory,
            "kam": kam_of(str(code), territory),
            "stores": len(group),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _plain_code(store: pd.Series) -> str:
    return code_from(independent_key(store["imported_name"], store["printed_city"])[0])


def _largest(group: pd.DataFrame, column: str) -> str:
    """Return the value of ``column`` under which most is bought; without purchases the commonest."""
    sums = group.groupby(column)["amount"].sum()
    return str(sums.idxmax() if sums.max() > 0 else group[column].mode().iloc[0])


def _may_lack_totals(stores: pd.DataFrame, customers: pd.DataFrame) -> pd.Series:
    customer = customers.loc[stores["customer"]].set_index(stores.index)
    small = (customer["channel"] == TRADITIONAL) & (customer["stores"] <= _SMALL_GROUP)
    is_single_or_minor = (customer["stores"] == 1) | (stores["amount"] < 200_000_000)
    return small & is_single_or_minor & ~stores["customer"].isin(_KEPT)
