"""Which customer a store belongs to, read from its printed name.

Chains are recognised by name. Independents are one customer where the same name stands in the same city
(a renewed licence, a second shop); across cities only where the name is one of the known small groups, so
that two unrelated "Quick Stop" never become one.
"""

import re
from typing import NamedTuple

from ka_crm.pages.demo.names import name_parts, title_text


class Chain(NamedTuple):
    """A customer of several stores: how its names are printed, and how it and its stores are written."""

    name: str
    pattern: str  # at the start of the printed name
    drop: str = ""  # words of the printed name that its short store names leave out
    is_modern: bool = False
    cities: tuple[str, ...] = ()  # only there; empty: everywhere


CHAINS = (
    Chain("Hy-Vee", r"HY-VEE", r"\bFOOD STORE\b|\bFOODSTORE\b", True),
    Chain("Casey's", r"CASEY'?S", r"\bGENERAL STORE\b", True),
    Chain("Kum & Go", r"KUM & GO|KUM AND GO", "", True),
    Chain("Fareway", r"FAREWAY", r"\bSTORES?\b,?( INC\.?)?", True),
    Chain("Walmart", r"WAL-?MART", "", True),
    Chain("Sam's Club", r"SAM'S CLUB", "", True),
    Chain("Costco", r"COSTCO", r"\bWHOLESALE\b", True),
    Chain("Target", r"(SUPER )?TARGET", r"\bSTORE\b", True),
    Chain("Walgreens", r"WALGREENS?", "", True),
    Chain("CVS", r"CVS", r"\bPHARMACY\b", True),
    Chain("Kwik Star", r"KWIK ST?AR|KWIK SPIRITS", "", True),
    Chain("Kwik Shop", r"KWIK SHOP", "", True),
    Chain("Yesway", r"YESWAY", r"\bSTORE\b", True),
    Chain("Circle K", r"CIRCLE K", "", True),
    Chain("Price Chopper", r"PRICE CHOPPER", "", True),
    Chain("Cash Saver", r"CASH SAVER", "", True),
    Chain("GoPuff", r"GOPUFF", "", True),
    Chain("Hartig Drug", r"HARTIG DRUG", r"\b(COMPANY|CO|STORE)\b", True),
    Chain("Central City", r"CENTRAL CITY (2|LIQUOR)", "", False, ("DES MOINES",)),
    Chain("Smokin' Joe's", r"SMOKIN'? JOE'?S", r"\bTOBACCO (AND|&) LIQUOR OUTLET\b"),
    Chain("Tobacco Outlet Plus", r"TOBACCO OUTLET PLUS"),
    Chain("Tobacco Hut", r"TOBACCO HUT"),
    Chain("World Liquor & Tobacco", r"WORLD LIQUOR"),
    Chain("Super Quick", r"SUPER ?QUICK (/|2|LIQUOR|MART)", "", False,
          ("DES MOINES", "WEST DES MOINES", "WINDSOR HEIGHTS")),
    Chain("Prime Mart", r"PRIME MART", "", False, ("WATERLOO", "CEDAR FALLS")),
    Chain("New Star", r"NEW STARR?\b"),
    Chain("Brew Oil", r"BREW OIL"),
    Chain("Brothers Market", r"BROTHER'?S MARKET"),
    Chain("Hometown Foods", r"HOMETOWN FOODS"),
    Chain("Kimmes Country Store", r"KIMMES"),
    Chain("Moe's Mart", r"MOES MART"),
    Chain("The Depot", r"THE DEPOT|DEPOT NORWAY"),
    Chain("BP to Go", r"BP TO GO"),
    Chain("Jeff's Market", r"JEFF'S MARKET"),
    Chain("Randy's Neighborhood Market", r"RANDY'S NEIGHBORHOOD MARKET"),
    Chain("Jet Stop", r"JET STOP"),
    Chain("Gasland", r"GASLAND"),
    Chain("Quillin's", r"QUILLINS"),
    Chain("Freeman Foods", r"FREEMAN FOODS"),
    Chain("Waspy's Truck Stop", r"WASPY'S"),
    Chain("Fast Break", r"(FORT MADISON|IOWA CITY|MEDIAPOLIS|MT\. PLEASANT|STEWART ROAD|WESTLAND) FAST BRE"),
    Chain("Kwik Stop", r"KWIK STOP", "", False, ("DUBUQUE", "PEOSTA")),
    Chain("Pronto Market", r"(ELKADER )?PRONTO MARKET"),
    Chain("Food Land", r"FOOD ?LAND SUPER MARKETS"),
    Chain("J & C Grocery", r"J & C GROCERY"),
    Chain("Cornerstone Apothecary", r"CORNERSTONE APOTHECARY"),
    Chain("AJ's Liquor", r"AJ'S LIQUOR", "", False, ("AMES",)),
    Chain("Dyno's", r"DYNO'S"),
    Chain("Bucky's Express", r"BUCKY'S EXPRESS"),
    Chain("Smoker's Genie", r"SMOKER'S GENIE"),
    Chain("The Music Station", r"THE MUSIC STATION"),
    Chain("Taylor Quik Pik", r"TAYLOR QUIK PIK"),
    Chain("Indy 66", r"INDY 66"),
    Chain("Jiffy Express", r"JIFFY (EXPRESS|#)"),
    Chain("GM Food Mart", r"GM FOOD MART", "", False, ("MUSCATINE",)),
    Chain("One Stop Shop", r"ONE STOP SHOP"),
    Chain("H & A Mini Mart", r"H (&|AND) A MINI MART", r"/BP"),
    Chain("The Station", r"THE STATION"),
    Chain("Happy's Wholesale", r"HAPPY'S WINE & SPIRITS WHOLESALE"),
    Chain("XO Food & Liquor", r"XO FOOD"),
    Chain("Hometown Wine & Spirits", r"HOME ?TOWN WINE"),
    Chain("Prime Star", r"PRIME ?STAR", "", False, ("MARENGO",)),
    Chain("Pump 'n Pak", r"PUMP N PA(CK|K)", "", False, ("ROCK VALLEY",)),
    Chain("Wine & Spirits Shoppe of Algona", r"WINE (&|AND) SPIRITS SHOPPE OF", r"\bOF( ALGONA)?$"),
    Chain("Colfax Travel Center", r"COLFAX.TRAVEL CENTER"),
    Chain("Fort Madison Tobacco & Liquor Outlet Plus", r"FORT MADISON (LIQUOR|TOBACCO)"),
)  # fmt: skip
_COMPILED = [(chain, re.compile(rf"(?:{chain.pattern})", re.IGNORECASE)) for chain in CHAINS]
_NUMBER_AT_END = re.compile(r"\s*(#\s*\d+|\b(\d+|II|III|IV)\b)\s*$")


def chain_of(name: str, city: str) -> Chain | None:
    """Return the chain or known group of a printed store name; None for everybody else.

    >>> chain_of("HY-VEE WINE AND SPIRITS / WDM", "WEST DES MOINES").name
    'Hy-Vee'
    """
    for chain, pattern in _COMPILED:
        if pattern.match(name) and (not chain.cities or city in chain.cities):
            return chain
    return None


def independent_key(name: str, city: str) -> tuple[str, str]:
    """Return what is equal for two licences of one independent: its plain name and its city.

    >>> independent_key("RIVERSIDE LIQUOR 2 / DAVENPORT", "DAVENPORT")
    ('RIVERSIDE LIQUOR', 'DAVENPORT')
    """
    plain = re.sub(r"\bAND\b", "&", name_parts(name, city)[0].upper())
    return re.sub(r"[.,']|\s*-\s*$", "", without_number(plain)).strip(), city


def without_number(plain: str) -> str:
    """Return a name without the number of the shop at its end, if two words or more remain.

    >>> without_number("Station Mart #2"), without_number("Leo 1")
    ('Station Mart', 'Leo 1')
    """
    shorter = _NUMBER_AT_END.sub("", plain)
    return shorter if len(shorter.split()) > 1 else plain


def short_store_name(name: str, city: str, shown_city: str) -> str:
    """Return a readable name of a store; stores of chains carry their city.

    >>> short_store_name("HY-VEE #3 / BDI / DES MOINES", "DES MOINES", "Des Moines")
    'Hy-Vee #3 BDI, Des Moines'
    >>> short_store_name("CASEY'S GENERAL STORE #24 / BOONE", "BOONE", "Boone")
    "Casey's #24, Boone"
    >>> short_store_name("ANOTHER ROUND / DEWITT", "DEWITT", "DeWitt")
    'Another Round'
    """
    chain = chain_of(name, city)
    short = title_text(" ".join(_chain_words(name, city, chain) if chain else name_parts(name, city)))
    if chain is None or shown_city.lower() in short.lower():
        return short
    return f"{short}, {shown_city}"


def _chain_words(name: str, city: str, chain: Chain) -> list[str]:
    parts = name_parts(name, city)
    if chain.drop:
        parts = [re.sub(r"\s+", " ", re.sub(chain.drop, " ", part)).strip(" ,") for part in parts]
    return [part for part in parts if part]


def code_from(text: str) -> str:
    """Return a code for a name: capitals, digits and hyphens, at most 48 of them.

    >>> code_from("Casey's"), code_from("Wall to Wall Wine & Spirits")
    ('CASEYS', 'WALL-TO-WALL-WINE-SPIRITS')
    """
    plain = re.sub(r"[^A-Z0-9]+", "-", text.upper().replace("'", "").replace(".", "")).strip("-")
    return plain[:48].rstrip("-")
