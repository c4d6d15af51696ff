"""The people of the demo company, all invented, and who answers for which customer."""

import zlib
from typing import NamedTuple

from ka_crm.people.models import Role

PASSWORD = "demo"
DOMAIN = "demo.example"


class Person(NamedTuple):
    """One user; only those with a login may log in."""

    name: str
    role: Role
    territory: str = ""
    login: str = ""

    @property
    def email(self) -> str:
        return f"{self.login or self.name.lower().replace(' ', '.')}@{DOMAIN}"


CAST = (
    Person("Dana Whitfield", Role.KAM, "Des Moines", "kam"),
    Person("Ruth Alvarez", Role.SUPERVISOR, "Central Iowa", "supervisor"),
    Person("Helen Marsh", Role.DIRECTOR, "", "director"),
    Person("Grace Holloway", Role.FINANCE, "", "finance"),
    Person("Alan Pruitt", Role.ADMIN, "", "admin"),
    Person("Jon Mercer", Role.KAM, "Des Moines"),
    Person("Joel Tran", Role.KAM, "Des Moines"),
    Person("Mara Lindqvist", Role.KAM, "Des Moines"),
    Person("Priya Anand", Role.KAM, "Ames–Fort Dodge"),
    Person("Lena Serrano", Role.KAM, "Cedar Rapids–Iowa City"),
    Person("Sam Okafor", Role.KAM, "Cedar Rapids–Iowa City"),
    Person("Ben Carver", Role.KAM, "Quad Cities"),
    Person("Marcus Bell", Role.KAM, "Waterloo–Mason City"),
    Person("Elena Ruiz", Role.KAM, "Dubuque–Northeast"),
    Person("Nina Kovacs", Role.KAM, "Ottumwa–Southeast"),
    Person("Tess Halloran", Role.KAM, "Sioux City–Northwest"),
    Person("Owen Strand", Role.KAM, "Council Bluffs–Southwest"),
    Person("Karl Brandt", Role.SUPERVISOR, "Eastern Iowa"),
    Person("Iris Novak", Role.SUPERVISOR, "Western Iowa"),
    Person("Will Jensen", Role.REP, "Central Iowa"),
    Person("Amy Castillo", Role.REP, "Central Iowa"),
    Person("Peter Lund", Role.REP, "Eastern Iowa"),
    Person("Rosa Delgado", Role.REP, "Eastern Iowa"),
    Person("Nick Foster", Role.REP, "Western Iowa"),
)
LOGINS = tuple(person for person in CAST if person.login)

#: Accounts given to one person by hand, chains above all; the rest goes by territory.
GIVEN = {
    "Dana Whitfield": (
        "HY-VEE",
        "SAMS-CLUB",
        "FAREWAY",
        "WORLD-LIQUOR-TOBACCO",
        "RAYS-SUPERMARKET",
        "BOOTLEGGING-BARZINIS",
        "BEER-THIRTY-DENISON",
        "SYCAMORE-CONVENIENCE",
        "I-80-LIQUOR",
        "SAHOTA-FOOD-MART",
        "LOGAN-AVE-CONVENIENCE-STORE",
        "SOUTHSIDE-LIQUOR-TOBACCO",
    ),
    "Jon Mercer": ("WALMART", "TARGET", "COSTCO", "PRIME-MART", "WALGREENS", "CVS"),
    "Mara Lindqvist": ("CENTRAL-CITY", "CASEYS", "KUM-GO"),
    "Joel Tran": (
        "WALL-TO-WALL-WINE-SPIRITS",
        "TEQUILAS-LIQUOR-STORE",
        "SUPER-QUICK",
    ),
    "Lena Serrano": ("BENZ-DISTRIBUTING", "UNIVERSITY-LIQUORS", "CYCLONE-LIQUORS", "7-RAYOS-LIQUOR-STORE"),
    "Priya Anand": ("MARSHALL-BEER-WINE-SPIRITS", "BEER-THIRTY-STORM-LAKE"),
}
_GIVEN = {code: name for name, codes in GIVEN.items() for code in codes}
#: Who shares the other accounts of a territory.
BY_TERRITORY = {
    "Des Moines": ("Dana Whitfield", "Jon Mercer", "Joel Tran", "Mara Lindqvist"),
    "Ames–Fort Dodge": ("Priya Anand", "Dana Whitfield", "Priya Anand", "Priya Anand"),
    "Cedar Rapids–Iowa City": ("Lena Serrano", "Sam Okafor"),
    "Quad Cities": ("Ben Carver",),
    "Waterloo–Mason City": ("Marcus Bell",),
    "Dubuque–Northeast": ("Elena Ruiz",),
    "Ottumwa–Southeast": ("Nina Kovacs",),
    "Sioux City–Northwest": ("Tess Halloran",),
    "Council Bluffs–Southwest": ("Owen Strand",),
}
#: Whose accounts the person had before 2022-04-01 (so that the history of ownership has something in it).
TAKEN_OVER = {"Sam Okafor": "Lena Serrano"}


def pick(key: str, count: int) -> int:
    """Return a number below ``count`` that is always the same for the same key."""
    return zlib.crc32(key.encode()) % count


def kam_of(customer_code: str, territory: str) -> str:
    """Return the name of the key account manager of a customer.

    >>> kam_of("HY-VEE", "Des Moines")
    'Dana Whitfield'
    """
    given = _GIVEN.get(customer_code)
    if given:
        return given
    names = BY_TERRITORY[territory]
    return names[pick(customer_code, len(names))]
