"""The papers of a dossier."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Document
from accounts.panel import Opened, Panel
from accounts.queries.general import documents_of
from ka_crm.people.models import User
from ka_crm.records.files import LARGEST_FILE

ON_TAB = 200


def context(opened: Opened) -> dict[str, Any]:
    """The newest papers, and how large a new one may be."""
    return {
        "documents": documents_of(opened.customer, opened.viewer)[:ON_TAB],
        "limit": ON_TAB,
        "max_bytes": LARGEST_FILE,
        "max_size": f"{LARGEST_FILE // 1024 // 1024} MB",
    }


def counted(customer: Customer, viewer: User) -> list[QuerySet[Any]]:
    """All papers that were not put away."""
    return [Document.objects.kept().filter(customer=customer)]


PANEL = Panel("documents", _("Documents"), "dossier/documents.html", context, counted)
