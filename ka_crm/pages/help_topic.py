"""One entry of the help page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One number: what it means in plain words, its formula, an example, where the method comes from."""

    key: str
    title: str
    text: str
    formula: str = ""
    example: str = ""
    source: str = ""
