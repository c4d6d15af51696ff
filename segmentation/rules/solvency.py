"""How many credit days the solvency of an account allows at most. Pure, own choice."""

#: Credit days that an assessment of solvency allows; what is not here allows any.
_BY_ASSESSMENT = {"no": 0, "partly": 30}


def allowed_days(assessment: str = "", *, is_long_overdue: bool = False) -> int | None:
    """Return the most credit days, ``None`` where nothing speaks against any.

    Args:
        assessment: ``unknown`` or empty, ``no``, ``partly``, ``yes``; unknown sets no limit.
        is_long_overdue: an invoice is more than 60 days late; nothing more is given on credit.
    """
    days = _BY_ASSESSMENT.get(assessment)
    return 0 if is_long_overdue else days
