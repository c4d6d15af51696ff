"""Writes of what is proposed as stored twice."""

from collections.abc import Callable, Iterable, Iterator

from django.db import transaction
from django.db.models import Q

from accounts.models import Contact, Customer, DuplicateProposal
from accounts.queries.duplicates import all_candidates, duplicates_of, family_pairs
from accounts.queries.merges import CUSTOMER
from accounts.rules.duplicates import Likeness, duplicates

Found = tuple[int, int, Likeness]
#: More than these, the surest ones, nobody looks through.
MOST_PROPOSED = 20_000
_PART = 1_000


def find_duplicates(*, record_type: str, found: Callable[[int], None] = lambda count: None) -> int:
    """Look for duplicates among all customers or contacts and replace the proposals; returns how many.

    ``found`` hears how many there are so far. The search only reads; the write is one short transaction.
    """
    family = family_pairs() if record_type == CUSTOMER else set()
    pairs: list[Found] = []
    for low, high, how in duplicates(all_candidates(record_type)):
        if (low, high) not in family:
            pairs.append((low, high, how))
            found(len(pairs))
    pairs.sort(key=lambda pair: (-pair[2].score, pair[0], pair[1]))
    with transaction.atomic():
        DuplicateProposal.objects.filter(record_type=record_type).delete()
        DuplicateProposal.objects.bulk_create(
            _proposals(record_type, pairs[:MOST_PROPOSED]), batch_size=_PART, ignore_conflicts=True
        )
    return min(len(pairs), MOST_PROPOSED)


def recheck(*, record: Customer | Contact) -> int:
    """Look for the duplicates of one record that was just written; returns how many there are."""
    record_type = record._meta.label_lower
    mine = Q(low_id=record.pk) | Q(high_id=record.pk)
    found = [
        (min(record.pk, pk), max(record.pk, pk), how)
        for pk, how in (duplicates_of(record) if record.archived_at is None else [])
    ]
    with transaction.atomic():
        DuplicateProposal.objects.filter(mine, record_type=record_type).delete()
        DuplicateProposal.objects.bulk_create(_proposals(record_type, found), ignore_conflicts=True)
    return len(found)


def _proposals(record_type: str, found: Iterable[Found]) -> Iterator[DuplicateProposal]:
    for low, high, how in found:
        yield DuplicateProposal(
            record_type=record_type,
            low_id=low,
            high_id=high,
            score=how.score,
            reasons=[reason.as_json() for reason in how.reasons],
        )
