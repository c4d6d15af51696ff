"""When the next contact with a customer, or with one person there, is due."""

import datetime as dt


def contact_due_on(last_on: dt.date | None, every_days: int, begun_on: dt.date) -> dt.date:
    """Return the day by which the next contact is due: the last one plus the agreed days.

    Without any contact so far it is due on the day from which the rhythm holds. Calendar days.

    >>> contact_due_on(dt.date(2022, 10, 1), 30, dt.date(2022, 1, 1))
    datetime.date(2022, 10, 31)
    """
    if last_on is None:
        return begun_on
    return last_on + dt.timedelta(days=every_days)


def days_overdue(due_on: dt.date, today: dt.date) -> int:
    """Return for how many days a contact is overdue; 0 up to and on the due day."""
    return max((today - due_on).days, 0)
