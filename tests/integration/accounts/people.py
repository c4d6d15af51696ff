"""People for the tests of the decision map: whom to ask, and talks with them."""

import datetime as dt

from accounts.models import Contact, Interaction, InteractionContact
from accounts.operations.people import create_contact
from ka_crm.records.queries import business_today


def person(by, customer, name, boss=None, *, roles=(), **values) -> Contact:
    return create_contact(
        by=by,
        customer=customer,
        values={"name": name, "reports_to": boss, **values},
        roles={None: roles} if roles else None,
    )


def talk(customer, *people, days_ago=10, told=False, **values) -> Interaction:
    on = business_today() - dt.timedelta(days=days_ago)
    entry = Interaction.objects.create(
        customer=customer, channel=values.pop("channel", "phone"), on=on, subject="Talk", **values
    )
    for one in people:
        InteractionContact.objects.create(interaction=entry, contact=one, gave_information=told)
    return entry
