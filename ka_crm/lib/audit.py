"""Where the rooms below ``records`` hand in their audit rows.

Users and territories change too, but their room may not know ``records``. So ``records`` says once, at
start, who writes the rows, and a change without a writer fails loudly instead of leaving no row.
"""

from typing import Any, Protocol

from django.db import models


class ChangeWriter(Protocol):
    """What writes one audit row inside the transaction of the change."""

    def __call__(
        self,
        *,
        by: Any,
        action: str,
        record: models.Model,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        reason: str = "",
    ) -> object: ...


_writers: list[ChangeWriter] = []


def use_writer(writer: ChangeWriter) -> None:
    """Name the one function that writes audit rows; the last one named counts."""
    _writers[:] = [writer]


def write_change(
    *,
    by: Any,
    action: str,
    record: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write the one audit row of a change. Raises ``RuntimeError`` where nobody writes them."""
    if not _writers:
        raise RuntimeError("No writer of audit rows: is ka_crm.records installed?")
    _writers[0](by=by, action=action, record=record, before=before, after=after, reason=reason)
