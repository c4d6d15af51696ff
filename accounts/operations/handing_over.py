"""Several customers handed over in one act, all or none, and who is told of it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.operations.customers import hand_over_customer
from accounts.queries.customers import people_who_may_own
from ka_crm.lib.versions import StaleVersion
from ka_crm.people.models import User


@dataclass(frozen=True)
class Handover:
    """One customer on its way; ``from_kam`` is who answered for it when this was decided."""

    customer: Customer
    from_kam: User | None
    to_kam: User


class HandedOverMeanwhile(Exception):
    """Somebody else handed some of the customers over first; ``customers`` are as they are stored now."""

    def __init__(self, customers: Sequence[Customer]) -> None:
        super().__init__(", ".join(customer.code for customer in customers))
        self.customers = list(customers)


def check_unmoved(handovers: Iterable[Handover]) -> dict[int, Customer]:
    """Lock the customers of handovers and return them by id, in a transaction of the caller.

    Raises ``HandedOverMeanwhile``, and ``ValidationError`` where somebody can no longer answer for any.
    """
    wanted = {one.customer.pk: one for one in handovers}
    rows = Customer.objects.select_for_update(of=("self",)).select_related("kam").order_by("pk")
    stored = {row.pk: row for row in rows.filter(pk__in=wanted, archived_at__isnull=True)}
    moved = [
        stored.get(pk, one.customer)
        for pk, one in wanted.items()
        if pk not in stored or stored[pk].kam_id != (one.from_kam.pk if one.from_kam else None)
    ]
    if moved:
        raise HandedOverMeanwhile(moved)
    able = set(
        people_who_may_own()
        .filter(pk__in={one.to_kam.pk for one in wanted.values()})
        .values_list("pk", flat=True)
    )
    for one in wanted.values():
        if one.to_kam.pk not in able:
            raise ValidationError(_("%(name)s cannot answer for customers.") % {"name": one.to_kam})
    return stored


@transaction.atomic
def hand_over_customers(
    *, by: User, handovers: Sequence[Handover], from_on: dt.date, reason: str
) -> list[Customer]:
    """Hand several customers over from a day on, today at the latest; all of them or none.

    Both managers are told by mail. Raises as ``check_unmoved`` and ``hand_over_customer``.
    """
    stored = check_unmoved(handovers)
    changed = []
    for one in handovers:
        customer = stored[one.customer.pk]
        try:
            changed.append(
                hand_over_customer(
                    by=by,
                    customer=customer,
                    version=customer.version,
                    kam=one.to_kam,
                    from_on=from_on,
                    reason=reason,
                )
            )
        except StaleVersion as error:  # between the look and the write, where a database cannot lock rows
            raise HandedOverMeanwhile([customer]) from error
    tell_managers(by=by, handovers=handovers, from_on=from_on, reason=reason)
    return changed


def tell_managers(
    *, by: User, handovers: Iterable[Handover], from_on: dt.date, reason: str, is_cancelled: bool = False
) -> None:
    """Write one mail to everybody who gives or gets customers, after the commit."""
    people: dict[int, User] = {}
    given: dict[int, list[str]] = {}
    got: dict[int, list[str]] = {}
    for one in handovers:
        before = {"customer": one.customer, "name": one.from_kam or _("nobody")}
        people[one.to_kam.pk] = one.to_kam
        got.setdefault(one.to_kam.pk, []).append(_("%(customer)s (until then %(name)s)") % before)
        if one.from_kam is not None:
            after = {"customer": one.customer, "name": one.to_kam}
            people[one.from_kam.pk] = one.from_kam
            given.setdefault(one.from_kam.pk, []).append(_("%(customer)s (then %(name)s)") % after)
    for pk, person in people.items():
        if person.is_active and person.pk != by.pk:
            _tell(person, by, given.get(pk, []), got.get(pk, []), from_on, reason, is_cancelled)


def _tell(
    person: User,
    by: User,
    given: list[str],
    got: list[str],
    from_on: dt.date,
    reason: str,
    is_cancelled: bool,
) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        context = {
            "person": person, "by": by, "given": given, "got": got, "from_on": from_on, "reason": reason,
            "is_cancelled": is_cancelled,
        }  # fmt: skip
        text = render_to_string("accounts/mail/handover.txt", context)
        words = _("Handover cancelled: %(day)s") if is_cancelled else _("Handover from %(day)s")
        subject = words % {"day": date_format(from_on, "j F Y")}
    transaction.on_commit(lambda: send_mail(subject, text, None, [person.email], fail_silently=True))
