"""Reads of what is probably stored twice."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Contact, Customer, DuplicateProposal, NotDuplicate
from accounts.queries.merges import CONTACT, CUSTOMER
from accounts.rules.duplicates import Candidate, Likeness, likeness
from accounts.rules.names import mail_key, phone_key, website_key, words_of
from accounts.visibility import customer_scope
from ka_crm.people.models import User

#: How many records one record is compared with at most when it is written.
MOST_COMPARED = 300
#: How many are shown on a form.
MOST_ASKED = 5
_CUSTOMER_COLUMNS = ("pk", "name", "website")
_CONTACT_COLUMNS = ("pk", "name", "phone", "email", "customer_id")


def proposals_for(viewer: User, record_type: str) -> "QuerySet[DuplicateProposal]":
    """Return the pairs of customers or contacts that are probably one and that ``viewer`` sees both of.

    The surest first; without those that somebody said are two.
    """
    seen = _live(record_type).filter(_scope(viewer, record_type)).order_by().values("pk")
    said_two = NotDuplicate.objects.filter(
        record_type=record_type, low_id=OuterRef("low_id"), high_id=OuterRef("high_id")
    )
    rows = DuplicateProposal.objects.filter(record_type=record_type, low_id__in=seen, high_id__in=seen)
    return rows.filter(~Exists(said_two)).order_by("-score", "pk")


def dismissed_for(viewer: User, record_type: str) -> "QuerySet[NotDuplicate]":
    """Return the pairs that somebody said are two, newest first, if ``viewer`` sees both."""
    seen = _live(record_type).filter(_scope(viewer, record_type)).order_by().values("pk")
    rows = NotDuplicate.objects.select_related("by").filter(
        record_type=record_type, low_id__in=seen, high_id__in=seen
    )
    return rows.order_by("-pk")


def pair_of(viewer: User, record_type: str, one: int, other: int) -> "tuple[Any, Any] | None":
    """Return two different records that ``viewer`` may see, archived or not, else ``None``."""
    rows: QuerySet[Any] = (
        _all(record_type)
        .filter(_scope(viewer, record_type))
        .select_related(*(("customer",) if record_type == CONTACT else ("kam", "parent", "territory")))
    )
    found = rows.in_bulk([one, other])
    return (found[one], found[other]) if len(found) == 2 else None


def pairs_in_full(rows: "list[Any]", record_type: str) -> list[tuple[Any, Any, Any]]:
    """Return (row, record of the smaller id, record of the larger) for rows that name pairs; two queries."""
    ids = {pk for row in rows for pk in (row.low_id, row.high_id)}
    related = ("customer", "customer__kam") if record_type == CONTACT else ("kam", "territory", "region")
    found = _all(record_type).select_related(*related).in_bulk(ids)
    return [
        (row, found[row.low_id], found[row.high_id])
        for row in rows
        if row.low_id in found and row.high_id in found
    ]


def all_candidates(record_type: str) -> Iterator[Candidate]:
    """Yield everything that can have a duplicate, as it is compared."""
    rows = _live(record_type).order_by("pk").values_list(*_columns(record_type))
    for row in rows.iterator(chunk_size=5_000):
        yield _candidate(record_type, row)


def family_pairs() -> set[tuple[int, int]]:
    """Return (smaller id, larger id) of customers of which one belongs to the other: they are two."""
    rows = Customer.objects.filter(parent__isnull=False).order_by().values_list("pk", "parent_id")
    return {(min(pair), max(pair)) for pair in rows}


def duplicates_of(record: Customer | Contact) -> list[tuple[int, Likeness]]:
    """Return what one record is probably the same as, the surest first; a fixed number of queries."""
    record_type = record._meta.label_lower
    one = candidate_of(record)
    rows = _live(record_type).exclude(pk=record.pk or 0).filter(_looks_alike(one))
    if isinstance(record, Customer):
        rows = rows.exclude(parent=record.pk or 0).exclude(pk=record.parent_id or 0)
    columns = rows.order_by().values_list(*_columns(record_type))[:MOST_COMPARED]
    found = [(row[0], likeness(one, _candidate(record_type, row))) for row in columns]
    return sorted(
        ((pk, how) for pk, how in found if how.is_proposed), key=lambda pair: (-pair[1].score, pair[0])
    )


def lookalikes(viewer: User, record: Customer | Contact) -> list[Any]:
    """Return the records that ``viewer`` sees and that a new one may be the same as, the surest first."""
    found = [pk for pk, _ in duplicates_of(record)]
    rows = _live(record._meta.label_lower).filter(_scope(viewer, record._meta.label_lower))
    known = rows.select_related(*(("customer",) if isinstance(record, Contact) else ())).in_bulk(found)
    return [known[pk] for pk in found if pk in known][:MOST_ASKED]


def candidate_of(record: Customer | Contact) -> Candidate:
    """Return what is compared of a record; one that is not stored yet has the number 0."""
    if isinstance(record, Customer):
        return Candidate(record.pk or 0, record.name, website=record.website)
    return Candidate(
        record.pk or 0, record.name, phone=record.phone, mail=record.email, owner=record.customer_id
    )


def _looks_alike(one: Candidate) -> Q:
    """What the database can tell: the same host or mail address, a part of the phone, the same first letters
    or longest word."""
    words = sorted(words_of(one.name), key=len, reverse=True)
    found = Q(name__iexact=one.name)
    if one.owner is not None:
        found |= Q(customer=one.owner)
        if mail_key(one.mail):
            found |= Q(email__iexact=one.mail)
        if phone_key(one.phone):
            found |= Q(phone__endswith=one.phone.strip()[-4:])
        return found
    if website_key(one.website):
        found |= Q(website__icontains=website_key(one.website))
    if words and len(words[0]) >= 2:
        found |= Q(name__icontains=words[0])
    if len(one.name.strip()) >= 4:
        found |= Q(name__istartswith=one.name.strip()[:4])
    return found


def _candidate(record_type: str, row: tuple[Any, ...]) -> Candidate:
    if record_type == CUSTOMER:
        return Candidate(row[0], row[1], website=row[2])
    return Candidate(row[0], row[1], phone=row[2], mail=row[3], owner=row[4])


def _columns(record_type: str) -> tuple[str, ...]:
    return _CUSTOMER_COLUMNS if record_type == CUSTOMER else _CONTACT_COLUMNS


def _all(record_type: str) -> "QuerySet[Any]":
    return Customer.objects.all() if record_type == CUSTOMER else Contact.objects.all()


def _live(record_type: str) -> "QuerySet[Any]":
    rows = _all(record_type).filter(archived_at__isnull=True)
    return rows if record_type == CUSTOMER else rows.filter(customer__archived_at__isnull=True)


def _scope(viewer: User, record_type: str) -> Q:
    return customer_scope(viewer) if record_type == CUSTOMER else customer_scope(viewer, "customer__")
