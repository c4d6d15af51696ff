"""Names of people at customers: all made up, none of them used twice, none the name of a user."""

from collections.abc import Collection, Iterator
from random import Random

from ka_crm.pages.demo.visits import SEED

_FIRST = (
    "Adele", "Alma", "Anton", "Arlene", "Benedict", "Bianca", "Calvin", "Carla", "Celia", "Clement",
    "Cora", "Curtis", "Delia", "Desmond", "Doris", "Dwight", "Edith", "Edwin", "Esther", "Fiona",
    "Frances", "Gideon", "Gloria", "Harold", "Hazel", "Hugo", "Ingrid", "Ivan", "Janice", "Jerome",
    "Judith", "Kenji", "Leon", "Lorna", "Lucia", "Malik", "Marta", "Milton", "Nadia", "Nolan",
    "Odette", "Oscar", "Petra", "Quentin", "Ramona", "Roland", "Sabine", "Silas", "Thelma", "Tobias",
    "Ursula", "Vernon", "Wanda", "Winston", "Yvonne",
)  # fmt: skip
_LAST = (
    "Abbott", "Aldana", "Amundsen", "Ashby", "Baptiste", "Barlow", "Bergstrom", "Birch", "Bouchard",
    "Calloway", "Chowdhury", "Colby", "Corrigan", "Dalca", "Dempsey", "Dietz", "Dorsey", "Eckhart",
    "Ellery", "Farrow", "Fenwick", "Garrity", "Gupta", "Haldane", "Hargrove", "Hinckley", "Ibarra",
    "Jankowski", "Kessler", "Kimura", "Lachance", "Langley", "Lovelace", "Macklin", "Madsen", "Mbeki",
    "Medrano", "Nakagawa", "Newcomb", "Odhiambo", "Ostrander", "Pacheco", "Pemberton", "Quigley",
    "Rasmussen", "Redfern", "Rosario", "Saltzman", "Schroeder", "Sinclair", "Stanhope", "Thackeray",
    "Tolliver", "Udall", "Vandermeer", "Villanueva", "Wexler", "Whitlock", "Yarrow", "Zielinski",
)  # fmt: skip


def made_up_names(taken: Collection[str]) -> Iterator[str]:
    """Yield names in an order that is always the same, without those in ``taken``.

    Colleagues have different first names: none comes again before all others did.

    >>> names = made_up_names(())
    >>> first = next(names)
    >>> first == next(made_up_names(())), first == next(names)
    (True, False)
    """
    random = Random(SEED)
    first = random.sample(range(len(_FIRST)), len(_FIRST))
    last = random.sample(_LAST, len(_LAST))
    for shift in range(len(last)):
        for place in first:
            name = f"{_FIRST[place]} {last[(place + shift) % len(last)]}"
            if name not in taken:
                yield name
