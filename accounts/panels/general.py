"""The general part of a dossier: what the customer is, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.panel import Opened, Panel
from accounts.queries.general import general_parts, missing_parts, profile_of


def context(opened: Opened) -> dict[str, Any]:
    """Every field with who changed it last; what is empty, with the points it would bring."""
    profile = profile_of(opened.customer)
    parts = general_parts(opened.customer, profile)
    return {"profile": profile, "parts": parts, "missing": missing_parts(parts)}


PANEL = Panel("general", _("General"), "dossier/general.html", context)
