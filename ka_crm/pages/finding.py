"""Search over everything a viewer may see: customers, stores, people at customers, products.

Letters are found with and without their accents, and every word of the question must occur. The expression
is the same on SQLite and PostgreSQL, so no extension is needed.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import Contact, Customer, Store
from ka_crm.people.models import User
from purchases.models import Product

LONGEST_QUESTION = 80
_MOST_WORDS = 6
_OF_PEOPLE = ("name", "title", "phone", "email")
_VARIANTS = {
    "a": "aàáâãäåāăą", "c": "cçćĉċč", "d": "dďđð", "e": "eèéêëēĕėęě", "g": "gĝğġģ", "h": "hĥħ",
    "i": "iìíîïĩīĭįı", "j": "jĵ", "k": "kķ", "l": "lĺļľł", "n": "nñńņň", "o": "oòóôõöøōŏő", "r": "rŕŗř",
    "s": "sśŝşšș", "t": "tţťŧț", "u": "uùúûüũūŭůűų", "w": "wŵ", "y": "yýÿŷ", "z": "zźżž",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What a question found, at most ``limit`` of each kind; ``more`` says whether any kind has more."""

    question: str
    customers: list[Customer]
    stores: list[Store]
    people: list[Contact]
    products: list[Product]
    more: bool

    @property
    def count(self) -> int:
        return len(self.customers) + len(self.stores) + len(self.people) + len(self.products)


def cleaned(question: str) -> str:
    """Return a question as it is searched: one line, no control characters, not too long."""
    plain = "".join(letter if letter.isprintable() else " " for letter in question)
    return " ".join(plain.split())[:LONGEST_QUESTION]


def find_records(viewer: User, question: str, limit: int) -> Found:
    """Return the records whose name or code holds every word of the question; four queries.

    People are found by name, title, mail address and phone number.
    """
    question = cleaned(question)
    if not question:
        return Found("", [], [], [], [], False)
    customers = _found(Customer.objects.visible_to(viewer).select_related("kam"), question, limit)
    stores = _found(Store.objects.visible_to(viewer).select_related("customer"), question, limit)
    products = _found(Product.objects.select_related("category"), question, limit)
    people = _found(
        Contact.objects.visible_to(viewer).select_related("customer"), question, limit, _OF_PEOPLE
    )
    more = any(len(found) > limit for found in (customers, stores, people, products))
    return Found(question, customers[:limit], stores[:limit], people[:limit], products[:limit], more)


def pattern_of(word: str) -> str:
    """Return the expression that finds a word with or without accents.

    >>> pattern_of("Ço-op")[:3], pattern_of("茅台")
    ('[cç', '茅台')
    """
    letters = []
    for letter in unicodedata.normalize("NFKC", word.lower()):
        base = unicodedata.normalize("NFKD", letter)[0]
        variants = _VARIANTS.get(base if base in _VARIANTS else letter)
        letters.append(f"[{variants}{variants.upper()}]" if variants else re.escape(letter))
    return "".join(letters)


def _found(
    rows: QuerySet[Any], question: str, limit: int, fields: tuple[str, ...] = ("name", "code")
) -> list[Any]:
    """Rows with every word in one of ``fields``; first whose name begins so, or whose last field is it."""
    for word in question.split()[:_MOST_WORDS]:
        pattern = pattern_of(word)
        rows = rows.filter(reduce(or_, (Q(**{f"{field}__iregex": pattern}) for field in fields)))
    first = When(Q(name__istartswith=question) | Q(**{f"{fields[-1]}__iexact": question}), then=Value(0))
    ranked = rows.filter(archived_at__isnull=True).annotate(
        place=Case(first, default=Value(1), output_field=IntegerField())
    )
    return list(ranked.order_by("place", "name", "pk")[: limit + 1])
