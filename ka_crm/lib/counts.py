"""Many counts in one query."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery


class _Counted(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def counts_in_one(anchor: QuerySet[Any], wanted: Mapping[str, Sequence[QuerySet[Any]]]) -> dict[str, int]:
    """Return the number of rows of several querysets; one query, hung on the one row of ``anchor``.

    The querysets of one name are added up.
    """
    columns = {
        f"{name}_{number}": _Counted(rows.order_by().values("pk"))
        for name, several in wanted.items()
        for number, rows in enumerate(several)
    }
    if not columns:
        return {}
    row = anchor.order_by().values(**columns).first() or {}
    return {
        name: sum(row.get(f"{name}_{number}") or 0 for number in range(len(several)))
        for name, several in wanted.items()
    }
