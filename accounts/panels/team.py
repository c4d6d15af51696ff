"""The tab "Team": who of us works for the customer, who stands opposite whom, what was asked of others."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, RequestAnswer, ResourceRequest, TeamMember
from accounts.panel import Opened, Panel
from accounts.queries.team import mirrors_of, requests_of, team_of
from ka_crm.people.models import User
from ka_crm.records.queries import business_today

REQUESTS_SHOWN = 30


def context(opened: Opened) -> dict[str, Any]:
    """Members with the sponsor first, mirrored functions, requests with their answers."""
    team = team_of(opened.customer)
    requests = requests_of(opened.customer, REQUESTS_SHOWN)
    return {
        "members": [member for member in team if not member.is_sponsor],
        "executive": next((member for member in team if member.is_sponsor), None),
        "mirrors": mirrors_of(opened.customer),
        "requests": requests,
        "open_requests": sum(row.answer == RequestAnswer.OPEN for row in requests),
        "today": business_today(),
    }


def counted(customer: Customer, viewer: User) -> list["QuerySet[Any]"]:
    """Members, and requests without an answer."""
    return [
        TeamMember.objects.kept().filter(customer=customer),
        ResourceRequest.objects.kept().filter(customer=customer, answer=RequestAnswer.OPEN),
    ]


PANEL = Panel("team", _("Team"), "dossier/team.html", context, counted)
