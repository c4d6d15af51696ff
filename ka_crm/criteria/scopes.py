"""Parts of the company that may have criteria of their own; higher rooms name them."""

from collections.abc import Callable, Iterable

_SOURCES: list[Callable[[], Iterable[str]]] = []


def register_scopes(names: Callable[[], Iterable[str]]) -> None:
    """Register who knows the names of parts of the company, such as its regions."""
    _SOURCES.append(names)


def known_scopes() -> list[str]:
    """Return the names of all parts of the company that may have criteria of their own, sorted."""
    return sorted({name for source in _SOURCES for name in source() if 0 < len(name) <= 60})
