"""Which customers and which people are probably stored twice, and why one thinks so.

A pair is looked at only where both share a key (``blocking_keys``) or stand beside each other in the order
of their names; so two hundred thousand records need a few comparisons each instead of all with all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from accounts.rules.likeness import words_alike
from accounts.rules.names import (
    is_chinese,
    mail_key,
    numbers_of,
    phone_key,
    website_key,
    words_of,
)

#: From this score on a pair is proposed.
PROPOSED = 0.86
#: Names alone have to be this much alike.
NAMES_ALONE = 0.93
#: A shared website, mail address or phone starts here; how alike the names are fills the rest up to 1.
_SHARED = {"website": 0.78, "mail": 0.8, "phone": 0.78}
#: Names less alike than this are strangers to each other: any two words reach about 0.5.
STRANGERS = 0.6
#: The same name and nothing else: two people may be called alike.
SAME_PERSON_NAME = 0.95
#: Keys that more records share than this say nothing ("Trading"); such groups are left out.
LARGEST_GROUP = 40
#: In the order of names each record is compared with so many that follow.
NEIGHBOURS = 4


@dataclass(frozen=True)
class Candidate:
    """What is compared of a customer (name, website) or a person (name, mail, phone, customer)."""

    pk: int
    name: str
    website: str = ""
    phone: str = ""
    mail: str = ""
    owner: int | None = None  # the customer of a person; None for customers

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the name, as they are compared."""
        return words_of(self.name)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The numbers within the name."""
        return numbers_of(self.name)

    @cached_property
    def facts(self) -> dict[str, str]:
        """What may be the same besides the name: website, mail and phone, as far as known."""
        found = {
            "website": website_key(self.website),
            "mail": mail_key(self.mail),
            "phone": phone_key(self.phone),
        }
        return {kind: value for kind, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two are taken for one: ``website``, ``mail``, ``phone``, ``name``, ``name_alike`` (with value)."""

    kind: str
    value: float | None = None

    def as_json(self) -> dict[str, object]:
        """Return the reason as it is stored."""
        return {"kind": self.kind} if self.value is None else {"kind": self.kind, "value": self.value}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How surely two records are one, 0 to 1, and why."""

    score: float
    reasons: tuple[Reason, ...] = ()

    @property
    def is_proposed(self) -> bool:
        """Whether people are asked about it."""
        return self.score >= PROPOSED


_NOTHING = Likeness(0.0)


def likeness(one: Candidate, other: Candidate) -> Likeness:
    """Return how surely two records are one. Symmetric; a record is never its own duplicate."""
    if one.pk == other.pk:
        return _NOTHING
    if one.numbers != other.numbers:
        return _NOTHING
    shared = [kind for kind, value in one.facts.items() if other.facts.get(kind) == value]
    if not shared and one.owner != other.owner:
        return _NOTHING
    alike = words_alike(one.words, other.words, least=0.0 if shared else NAMES_ALONE)
    name = [Reason("name")] if alike == 1 else [Reason("name_alike", round(alike, 2))]
    if shared:
        base = max(_SHARED[kind] for kind in shared)
        reasons = [*(Reason(kind) for kind in shared), *(name if alike >= 0.75 else [])]
        known_by_name = max(alike - STRANGERS, 0.0) / (1 - STRANGERS)
        return Likeness(round(base + (1 - base) * known_by_name, 4), tuple(reasons))
    if alike < NAMES_ALONE:
        return _NOTHING
    most = 1.0 if one.owner is None else SAME_PERSON_NAME
    return Likeness(round(alike * most, 4), tuple(name))


def blocking_keys(one: Candidate) -> set[str]:
    """Return the keys under which a record may meet its duplicates."""
    words = one.words
    keys = {f"n:{''.join(words)}", *(f"{kind}:{value}" for kind, value in one.facts.items())}
    if one.owner is None:
        keys |= {f"w:{word}" for word in words if len(word) >= 4 and not word.isdigit()}
        whole = "".join(words)
        if is_chinese(whole):
            keys |= {f"c:{whole[at : at + 2]}" for at in range(len(whole) - 1)}
    else:
        keys |= {f"o:{one.owner}"}
    return {key for key in keys if len(key) > 2}


def candidate_pairs(records: Iterable[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    """Yield the pairs worth comparing, each once, the smaller id first; about linear in the records."""
    known = {one.pk: one for one in records}
    groups: dict[str, list[int]] = defaultdict(list)
    for one in known.values():
        for key in blocking_keys(one):
            if len(groups[key]) <= LARGEST_GROUP:
                groups[key].append(one.pk)
    seen: set[tuple[int, int]] = set()
    for pair in _met(groups, known):
        if pair not in seen:
            seen.add(pair)
            yield known[pair[0]], known[pair[1]]


def duplicates(records: Iterable[Candidate]) -> Iterator[tuple[int, int, Likeness]]:
    """Yield what is proposed: (smaller id, larger id, likeness)."""
    for one, other in candidate_pairs(records):
        found = likeness(one, other)
        if found.is_proposed:
            yield one.pk, other.pk, found


def _met(groups: dict[str, list[int]], known: dict[int, Candidate]) -> Iterator[tuple[int, int]]:
    for members in groups.values():
        if len(members) > LARGEST_GROUP:
            continue
        for at, one in enumerate(members):
            for other in members[at + 1 :]:
                yield _ordered(one, other)
    for ordered in (_by_name(known, reverse=False), _by_name(known, reverse=True)):
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 : at + 1 + NEIGHBOURS]:
                yield _ordered(one, other)


def _by_name(known: dict[int, Candidate], *, reverse: bool) -> list[int]:
    """Ids by customer and name, read forwards or backwards: a wrong first letter is found from behind."""

    def key(pk: int) -> tuple[int, str, int]:
        one = known[pk]
        name = "".join(one.words)
        return one.owner or 0, name[::-1] if reverse else name, pk

    return sorted(known, key=key)


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
