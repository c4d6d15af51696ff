"""Errors of single cells and lines."""

from dataclasses import dataclass


class CellError(Exception):
    """The value of one cell is not taken; ``reason`` is one of ``rules.reasons``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line is rejected: our field, the file's column and value, the reason."""

    field: str
    column: str
    value: str
    reason: str
