"""Which code a kind of job runs. Rooms register theirs; nothing here knows them."""

from collections.abc import Callable
from typing import Any

from ka_crm.jobs.context import JobContext

Body = Callable[[JobContext], dict[str, Any]]
_BODIES: dict[str, Body] = {}


def job_body(kind: str) -> Callable[[Body], Body]:
    """Register a function as the body of jobs of ``kind``. It must be idempotent: a job whose process
    died is run again from the start. What it returns is kept as the job's result."""

    def register(body: Body) -> Body:
        _BODIES[kind] = body
        return body

    return register


def body_of(kind: str) -> Body:
    """Return the body of a kind; ``KeyError`` where none is registered."""
    return _BODIES[kind]


def known_kinds() -> list[str]:
    """Return all registered kinds, sorted."""
    return sorted(_BODIES)
