"""Store names in normal case: what a person would write instead of what the register printed."""

import re

CITY_FIXES = {
    "ARNOLD'S PARK": "Arnolds Park",
    "CLEARLAKE": "Clear Lake",
    "DEWITT": "DeWitt",
    "LECLAIRE": "Le Claire",
    "MT PLEASANT": "Mount Pleasant",
    "SAINT ANSGAR": "St. Ansgar",
    "ST ANSGAR": "St. Ansgar",
    "ST CHARLES": "St. Charles",
    "ST LUCAS": "St. Lucas",
}
#: How the register shortens cities inside store names.
_CITY_SHORT = {
    "WDM": "WEST DES MOINES",
    "W DES MOINES": "WEST DES MOINES",
    "DSM": "DES MOINES",
    "WEST DSM": "WEST DES MOINES",
    "DM": "DES MOINES",
    "LEMARS": "LE MARS",
    "OSCELOA": "OSCEOLA",
    "MERLE HAY": "DES MOINES",
}
_MINOR = {"of", "on", "the", "in", "to", "for", "at", "y"}
_SPECIAL = {
    "BUCKY'S": "Bucky's",
    "DASHMART": "DashMart",
    "DEWITT": "DeWitt",
    "DT'S": "DT's",
    "FOODMART": "Food Mart",
    "FOODLAND": "Food Land",
    "GOPUFF": "GoPuff",
    "HONK'N": "Honk'n",
    "HY-VEE": "Hy-Vee",
    "MCDERMOTT": "McDermott",
    "MCNALLY'S": "McNally's",
    "MINIMART": "Mini Mart",
    "MINI-MART": "Mini Mart",
    "PRIMESTAR": "Prime Star",
    "RAYSMARKET": "Rays Market",
    "SUPERQUICK": "Super Quick",
    "WAL-MART": "Walmart",
}
_CAPITALS = set(
    "BDI BP CB DSM DT EZ FCA GD GM IB IGA II III IV JJ JK JMC KC MK MLK MMDG MOD PG SA US USA WDM XO "
    "NE NW SE SW CVS BBQ TJ JD J D".split()
)
_ORDINARY = {"DR", "FT", "MR", "MRS", "MT", "RD", "ST", "STR", "BLVD", "PKWY", "HWY", "LN", "CT", "PL"}
_COMPANY_FORM = re.compile(
    r"[\s,.]+(LLC|L\.L\.C|INC|INCORPORATED|CORP|CORPORATION|LTD)\.?,?(?=\s*(/|-|$))", re.IGNORECASE
)


def title_word(word: str) -> str:
    """Return one word of a printed name in normal case.

    >>> [title_word(word) for word in ("HY-VEE", "CASEY'S", "GD", "10TH", "T-2041", "#3", "LOT-A-SPIRITS")]
    ['Hy-Vee', "Casey's", 'GD', '10th', 'T-2041', '#3', 'Lot-A-Spirits']
    """
    bare = word.strip(".,()")
    if bare in _SPECIAL:
        return word.replace(bare, _SPECIAL[bare])
    if bare in _CAPITALS or re.fullmatch(r"[A-Z]{1,2}-?\d.*|[A-Z]&[A-Z]", bare):
        return word
    if re.fullmatch(r"\d+(ST|ND|RD|TH)", bare):
        return word.lower()
    if len(bare) <= 3 and bare.isalpha() and not re.search("[AEIOUY]", bare) and bare not in _ORDINARY:
        return word
    if re.fullmatch(r"[A-Z]{2}'S", bare) and not re.search("[AEIOU]", bare[:2]) or bare == "AJ'S":
        return word[:-1] + "s"
    return "-".join(_capitalised(part) for part in word.split("-"))


def _capitalised(part: str) -> str:
    letters = re.search(r"[A-Za-z]", part)
    if letters is None:
        return part
    at = letters.start()
    return part[:at] + part[at].upper() + part[at + 1 :].lower()


def title_text(text: str) -> str:
    """Return a printed text in normal case; AND becomes "&", small words stay small inside.

    >>> title_text("HILLSTREET NEWS AND TOBACCO"), title_text("LIQUOR ON THE CORNER")
    ('Hillstreet News & Tobacco', 'Liquor on the Corner')
    """
    words = ["&" if word == "AND" else title_word(word) for word in text.split()]
    return " ".join(
        word.lower() if index and word.lower() in _MINOR else word for index, word in enumerate(words)
    )


def city_text(city: str) -> str:
    """Return a city in normal case and in its one spelling.

    >>> city_text("CLEARLAKE"), city_text("LE MARS")
    ('Clear Lake', 'Le Mars')
    """
    return CITY_FIXES.get(city) or title_text(city)


def without_company_form(name: str) -> str:
    """Return a name without LLC, INC. and the like at the end of a part."""
    return _COMPANY_FORM.sub("", name).strip(" ,.")


def name_parts(name: str, city: str) -> list[str]:
    """Cut a printed store name at its slashes and leave the city out of all but the first part.

    >>> name_parts("HY-VEE #3 / BDI / DES MOINES", "DES MOINES")
    ['HY-VEE #3', 'BDI']
    >>> name_parts("SUPER QUICK / SE 30 DM", "DES MOINES")
    ['SUPER QUICK', 'SE 30']
    """
    spaced = re.sub(r"\s+", " ", without_company_form(re.sub(r"\s+", " ", name)))
    spaced = re.sub(r"# (?=\d)", "#", spaced)
    first, *rest = [part.strip(" ,-#") for part in spaced.split("/")]
    first = _without_trailing_city(first, city)
    rest = [_without_city(part, city) for part in rest]
    return [part for part in [without_company_form(first), *rest] if part]


def _is_city(text: str, city: str) -> bool:
    written = text.upper().strip(" .,-")
    written = _CITY_SHORT.get(written, written)
    written = re.sub(r"^FT\b", "FORT", re.sub(r"^MT\b", "MOUNT", re.sub(r"^ST\b\.?", "SAINT", written)))
    full = re.sub(r"^MT\b", "MOUNT", re.sub(r"^ST\b", "SAINT", city))
    squeezed, whole = written.replace(" ", ""), full.replace(" ", "")
    return squeezed == whole or (len(squeezed) >= 4 and squeezed != "WEST" and whole.startswith(squeezed))


def _without_city(part: str, city: str) -> str:
    words = part.split()
    for count in range(len(words), 0, -1):
        if _is_city(" ".join(words[-count:]), city):
            return " ".join(words[:-count]).strip(" ,-")
    return part


def _without_trailing_city(first: str, city: str) -> str:
    """Leave ``- CITY`` out of the first part, but not a city that is part of the name."""
    head, dash, tail = first.rpartition("-")
    if dash and (head[-1:] == " " or tail[:1] == " ") and _is_city(tail, city):
        return head.strip(" ,-")
    return first


_FORMATS = (
    ("Warehouse club", r"SAM'S CLUB|COSTCO"),
    ("General merchandise", r"WAL-?MART|TARGET|DOLLAR STORE|FARM AND HOME"),
    ("Drug store", r"WALGREENS|CVS|DRUG|PHARMACY|APOTHECARY|OSCO"),
    (
        "Convenience store",
        r"CASEY'S|KUM & GO|KWIK|YESWAY|CIRCLE K|CIRCLE S|\bBP\b|FAST (AND|&) FRESH|CONOCO|SHELL\b|SINCLAIR|"
        r"PHILLIPS|GAS\b|FUEL|OIL\b|TRUCK ?STOP|TRAVEL|C-STORE|PETRO|PUMP|EXPRESS|FAST BREAK|GASLAND|JIFFY",
    ),
    (
        "Liquor store",
        r"LIQUOR|SPIRIT|WINE|BEVERAGE|BOOZE|TOBACCO|SMOK|BEER|BOTTLE|CORK|BREW|VAPE|CELLAR|CENTRAL CITY|"
        r"ANOTHER ROUND|SHOPPE|DISTRIBUTING",
    ),
    (
        "Supermarket",
        r"HY-VEE|FAREWAY|FOOD|GROCER|MARKET|SUPER VALU|PRICE CHOPPER|CASH SAVER|SAVE MORE|JUBILEE|"
        r"PAYLESS|FAMILY FARE|SHOP N SAVE|JACK (&|N) JILL|IGA\b|CARNICERIA|THRIFTWAY",
    ),
    (
        "Convenience store",
        r"CONVENIENCE|MART\b|STOP|QUICK|QUIK|QWIK|MINI|CORNER|GENERAL STORE|COUNTRY STORE|SPEED|"
        r"DEPOT|PANTRY|STATION|JET |PRONTO|SNACK|EASYGO|HUT\b|66\b",
    ),
)


def format_of(name: str) -> str:
    """Guess what kind of store a printed name stands for; "Other" where it does not say.

    >>> [format_of(name) for name in ("HY-VEE WINE AND SPIRITS", "H & A MINI MART", "PRAIRIE MEADOWS")]
    ['Liquor store', 'Convenience store', 'Other']
    """
    for label, pattern in _FORMATS:
        if re.search(pattern, name):
            return label
    return "Other"
