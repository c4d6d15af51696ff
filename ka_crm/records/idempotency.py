"""The same request sent twice creates once.

A request first claims its key: one INSERT under a unique constraint, committed before the work begins, so
of any number of parallel requests one goes on. The work and the stored answer are one transaction: a
process that dies leaves neither, and its claim may be taken over after ``ABANDONED``.
"""

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction

from ka_crm.lib import clock
from ka_crm.people.models import User
from ka_crm.records.models import IdempotencyKey

#: A claim without an answer for this long belongs to a process that died.
ABANDONED = dt.timedelta(minutes=15)
#: Answers are kept this long.
KEPT = dt.timedelta(days=7)
MAX_KEY_LENGTH = 200


class Claimed(Enum):
    """What became of a claim."""

    MINE = "mine"  # go on and do the work
    IN_FLIGHT = "in_flight"  # somebody is doing it now
    OTHER_BODY = "other_body"  # the key was used for something else
    ANSWERED = "answered"  # done before: here is the answer


@dataclass(frozen=True)
class Claim:
    """The state of a claim and the row that holds the key."""

    state: Claimed
    row: IdempotencyKey


def claim_key(*, by: User, key: str, endpoint: str, body_digest: str) -> Claim:
    """Claim ``key`` for one request of a user; call it outside of the transaction that does the work."""
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                user=by, key=key, endpoint=endpoint[:200], body_digest=body_digest
            )
        return Claim(Claimed.MINE, row)
    except IntegrityError:
        found = IdempotencyKey.objects.filter(user=by, key=key).first()
    if found is None:  # released between the two statements
        return claim_key(by=by, key=key, endpoint=endpoint, body_digest=body_digest)
    if found.endpoint != endpoint[:200] or found.body_digest != body_digest:
        return Claim(Claimed.OTHER_BODY, found)
    if found.status:
        return Claim(Claimed.ANSWERED, found)
    if _taken_over(found):
        return Claim(Claimed.MINE, found)
    return Claim(Claimed.IN_FLIGHT, found)


def store_answer(*, claim: Claim, status: int, answer: dict[str, Any]) -> None:
    """Keep the answer; call it inside the transaction that did the work."""
    IdempotencyKey.objects.filter(pk=claim.row.pk).update(status=status, answer=answer)


def release_key(*, claim: Claim) -> None:
    """Give the key back: the work failed and left nothing, so the request may be sent again."""
    IdempotencyKey.objects.filter(pk=claim.row.pk, status=0).delete()


def forget_old_keys() -> int:
    """Delete answers older than a week and return how many; for the nightly schedule."""
    deleted, _kinds = IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    return deleted


def _taken_over(row: IdempotencyKey) -> bool:
    now = clock.now()
    if row.created_at > now - ABANDONED:
        return False
    mine = IdempotencyKey.objects.filter(pk=row.pk, status=0, created_at=row.created_at)
    return bool(mine.update(created_at=now))
