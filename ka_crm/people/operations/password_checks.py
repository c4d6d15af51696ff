"""At most 15 tries of a password per user in 15 minutes, from wherever they come.

Counted in the database, insert first: of parallel tries never more than the limit are let through.
"""

import datetime as dt

from ka_crm.lib import clock
from ka_crm.people.models import PasswordCheck
from ka_crm.people.rules.secrets import mail_key

LIMIT = 15
WINDOW = dt.timedelta(minutes=15)


def take_password_check(*, email: str) -> int | None:
    """Count one try for ``email`` and return its id, or ``None`` when the tries are used up.

    A refused try is not counted, so that the account opens again 15 minutes after the tries that counted.
    """
    now = clock.now()
    PasswordCheck.objects.filter(at__lt=now - WINDOW).delete()
    mine = PasswordCheck.objects.create(key=mail_key(email), at=now)
    if PasswordCheck.objects.filter(key=mine.key, at__gte=now - WINDOW).count() > LIMIT:
        mine.delete()
        return None
    return mine.pk


def release_password_check(*, check_id: int) -> None:
    """Take a try out again: the password was right."""
    PasswordCheck.objects.filter(pk=check_id).delete()
