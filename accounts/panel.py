"""A panel of the dossier: what a tab shows. Every room brings its own; the shell in ``pages`` lists them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Customer
from ka_crm.people.models import User


class Opened(Protocol):
    """An opened dossier: whose, and who looks at it by which request."""

    request: HttpRequest
    viewer: User
    customer: Customer


@dataclass(frozen=True)
class Panel:
    """One tab: its name in the address, its words, its template and what the template needs.

    ``context`` reads for the template; ``counted`` returns what the number beside the tab counts, all of it
    already narrowed to what the viewer may see (all tabs are counted in one query).
    """

    key: str
    label: Any
    template: str
    context: Callable[[Any], dict[str, Any]]
    counted: Callable[[Customer, User], Sequence[QuerySet[Any]]] | None = None
