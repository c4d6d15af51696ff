"""Which code a kind of job runs. Rooms register theirs; nothing here knows them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from ka_crm.jobs.context import JobContext

Body = Callable[[JobContext], dict[str, Any]]


@dataclass(frozen=True)
class JobKind:
    """One kind of job: its body, what people call it, and its place in the night (``None``: not nightly)."""

    name: str
    body: Body
    label: str | Promise = ""
    nightly: int | None = None
    is_private: bool = False


_KINDS: dict[str, JobKind] = {}


def job_body(
    kind: str, *, label: str | Promise = "", nightly: int | None = None, is_private: bool = False
) -> Callable[[Body], Body]:
    """Register a function as the body of jobs of ``kind``, called ``label`` on the pages.

    The body must be idempotent: a job whose process died is run again from the start. What it returns is
    kept as the job's result. A kind with a ``nightly`` number runs every night, lower numbers first. What a
    private kind is asked and what it returns is for its starter, directors and administrators only.
    """

    def register(body: Body) -> Body:
        _KINDS[kind] = JobKind(kind, body, label, nightly, is_private)
        return body

    return register


def body_of(kind: str) -> Body:
    """Return the body of a kind; ``KeyError`` where none is registered."""
    return _kinds()[kind].body


def known_kinds() -> list[str]:
    """Return all registered kinds, sorted."""
    return sorted(_kinds())


def kind_label(kind: str) -> str:
    """Return what people call a kind of job."""
    found = _kinds().get(kind)
    return str(found.label) if found and found.label else kind.replace("_", " ").capitalize()


def is_private(kind: str) -> bool:
    """Return whether the results of a kind concern its starter only."""
    found = _kinds().get(kind)
    return found is not None and found.is_private


def nightly_kinds() -> list[JobKind]:
    """Return the kinds that run every night, in their order."""
    steps = [kind for kind in _kinds().values() if kind.nightly is not None]
    return sorted(steps, key=lambda kind: (kind.nightly or 0, kind.name))


def _kinds() -> dict[str, JobKind]:
    """All kinds; what rooms register in ``tasks`` or ``job_bodies`` is found here at the latest."""
    _discover()
    return _KINDS


@cache
def _discover() -> None:
    autodiscover_modules("tasks", "job_bodies")
