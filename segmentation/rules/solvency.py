"""What solvency says: by the ledger, and how many credit days it allows (own choice)."""

from dataclasses import dataclass

#: Credit days that an assessment of solvency allows; what is not here allows any.
_BY_ASSESSMENT = {"no": 0, "partly": 30}
#: Part of what is owed that may be overdue for more than 60 days.
LATE_PART = 0.10


@dataclass(frozen=True)
class LedgerView:
    """Whether the ledger speaks for solvency; ``None``: it says nothing.

    ``late_part``: overdue for more than 60 days / all that is owed, 0–1. Amounts in ten-thousandths.
    """

    passes: bool | None
    late_part: float | None
    owed: int
    limit: int | None

    @property
    def is_over_limit(self) -> bool:
        """Whether more is owed than the credit limit allows."""
        return self.limit is not None and self.owed > self.limit

    @property
    def is_late(self) -> bool:
        """Whether too much of it is overdue for more than 60 days."""
        return self.late_part is not None and self.late_part > LATE_PART


def ledger_view(*, owed: int | None, long_overdue: int, limit: int | None) -> LedgerView:
    """Return what is owed, late and allowed as one view; ``owed`` ``None``: no ledger is kept.

    >>> ledger_view(owed=1000, long_overdue=100, limit=1000).passes
    True
    >>> ledger_view(owed=1000, long_overdue=101, limit=None).passes
    False
    """
    if owed is None:
        return LedgerView(None, None, 0, limit)
    part = max(long_overdue, 0) / owed if owed > 0 else 0.0
    view = LedgerView(None, part, owed, limit)
    return LedgerView(not (view.is_late or view.is_over_limit), part, owed, limit)


def allowed_days(assessment: str = "", *, is_long_overdue: bool = False) -> int | None:
    """Return the most credit days, ``None`` where nothing speaks against any.

    Args:
        assessment: ``unknown`` or empty, ``no``, ``partly``, ``yes``; unknown sets no limit.
        is_long_overdue: an invoice is more than 60 days late; nothing more is given on credit.
    """
    days = _BY_ASSESSMENT.get(assessment)
    return 0 if is_long_overdue else days
