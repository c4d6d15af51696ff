"""Writes of part 3 of the dossier: people, their reporting lines, and what they do in a decision chain."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ChainRole, Contact, Customer, DecisionChain, DecisionRole
from accounts.operations.entries import bring_back_entry, check_may_edit, check_references
from accounts.operations.standing import refresh_standing
from accounts.queries.people import bosses_of, removed_reports, roles_of
from ka_crm.lib.versions import Difference, StaleVersion
from ka_crm.people.models import User
from ka_crm.records.editing import archive_record, change_record, create_record

#: Roles of one person by decision chain; ``None`` is the customer's first chain, made where there is none.
Roles = Mapping[int | None, Iterable[str]]
FIRST_CHAIN = gettext_lazy("Terms and listing")


def create_contact(
    *, by: User, customer: Customer, values: Mapping[str, Any], roles: Roles | None = None
) -> Contact:
    """Add a person with their roles. Raises ``ValidationError`` by field."""
    check_may_edit(by, customer)
    check_references(customer, values)
    _refuse_removed(values)
    with transaction.atomic():
        wanted = _named_chains(by, customer, roles or {})
        contact = Contact(customer=customer, created_by=by, **values)
        create_record(contact, by=by, also=_in_words(wanted))
        _write_roles(contact, wanted)
        refresh_standing(customers=[customer.pk])
    return contact


def change_contact(
    *, by: User, contact: Contact, version: int, changes: Mapping[str, Any], roles: Roles | None = None
) -> Contact:
    """Change a person that still has ``version``, and their roles in the chains that ``roles`` names.

    Raises ``StaleVersion``, and ``ValidationError`` by field (a circle of reporting lines too).
    """
    check_may_edit(by, contact.customer)
    check_references(contact.customer, changes)
    _refuse_removed(changes)
    if changes.get("introduced_by") == contact:
        raise ValidationError({"introduced_by": _("Nobody introduces us to themselves.")})
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=contact.customer_id)  # one line is moved at a time
        wanted = _named_chains(by, contact.customer, roles or {})
        now = roles_of(contact)
        different = {chain: new for chain, new in wanted.items() if new != now.get(chain.pk, frozenset())}
        also = ({chain.name: _words(now.get(chain.pk, ())) for chain in different}, _in_words(different))
        if "reports_to" in changes:
            _refuse_circle(contact, changes["reports_to"])
        try:
            changed = change_record(contact, by=by, version=version, changes=changes, also=also)
        except StaleVersion as stale:
            more = [
                Difference("roles", chain.name, also[0][chain.name], also[1][chain.name])
                for chain in different
            ]
            raise StaleVersion(stale.record, [*stale.differences, *more]) from None
        _write_roles(changed, different)
        refresh_standing(customers=[contact.customer_id])
    return changed


def set_roles(*, by: User, contact: Contact, version: int, roles: Roles) -> Contact:
    """Say what a person does in some chains. Raises ``StaleVersion`` and ``ValidationError``."""
    return change_contact(by=by, contact=contact, version=version, changes={}, roles=roles)


def move_contact(*, by: User, contact: Contact, version: int, boss: Contact | None) -> Contact:
    """Let a person report to somebody else, or to nobody.

    Raises ``StaleVersion``, and ``ValidationError`` for circles and people of other customers.
    """
    return change_contact(by=by, contact=contact, version=version, changes={"reports_to": boss})


def remove_contact(*, by: User, contact: Contact, reason: str = "") -> None:
    """Take a person out of the map; who reported to them reports to their boss from now on."""
    check_may_edit(by, contact.customer)
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=contact.customer_id)
        reports = list(Contact.objects.filter(reports_to=contact).order_by("pk"))
        names = {"reports": [report.pk for report in reports]} if reports else {}
        archive_record(contact, by=by, reason=reason, also=(names, {}))
        _report_to(reports, contact.reports_to)
        refresh_standing(customers=[contact.customer_id])


def restore_contact(*, by: User, contact: Contact) -> None:
    """Bring a person back, and with them those reports that nobody has moved elsewhere meanwhile."""
    check_may_edit(by, contact.customer)
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=contact.customer_id)
        reports = removed_reports(contact)
        bring_back_entry(by=by, entry=contact)
        _report_to(reports, contact)


def _report_to(reports: Iterable[Contact], boss: Contact | None) -> None:
    """Move reports along with their boss; part of the boss's own act, so without audit rows of their own."""
    for report in reports:
        report.reports_to = boss
        report.version += 1
        report.save(update_fields=["reports_to", "version", "updated_at"])


def _refuse_removed(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, Contact) and value.archived_at is not None:
            raise ValidationError({name: _("There is no such record.")})


def _refuse_circle(contact: Contact, boss: Contact | None) -> None:
    """Refuse a boss who reports, however far below, to the person themselves."""
    bosses = bosses_of(contact.customer_id)
    step, seen = boss.pk if boss else None, set[int]()
    while step is not None and step not in seen:
        if step == contact.pk:
            text = (
                _("Nobody reports to themselves.")
                if boss and boss.pk == contact.pk
                else _circle(contact, boss)
            )
            raise ValidationError({"reports_to": text})
        seen.add(step)
        step = bosses.get(step)


def _circle(contact: Contact, boss: Contact | None) -> str:
    return _("%(boss)s reports to %(person)s, directly or further up; first give %(boss)s another boss.") % {
        "boss": boss,
        "person": contact,
    }


def _named_chains(by: User, customer: Customer, roles: Roles) -> dict[DecisionChain, frozenset[str]]:
    """Return the chains by themselves; the first one of a customer is made here when a role needs it."""
    known = {chain.pk: chain for chain in DecisionChain.objects.kept().filter(customer=customer)}
    wanted: dict[DecisionChain, frozenset[str]] = {}
    for key, names in roles.items():
        chosen = frozenset(names)
        if not chosen <= set(DecisionRole.values):
            raise ValidationError({"roles": _("There is no such role.")})
        if key is not None and key not in known:
            raise ValidationError({"roles": _("There is no such record.")})
        chain = known[key] if key is not None else next(iter(known.values()), None)
        if chain is None and not chosen:
            continue
        if chain is None:
            chain = DecisionChain(customer=customer, created_by=by, name=str(FIRST_CHAIN))
            chain.full_clean()
            chain.save(force_insert=True)
            known[chain.pk] = chain
        wanted[chain] = chosen
    return wanted


def _write_roles(contact: Contact, wanted: Mapping[DecisionChain, frozenset[str]]) -> None:
    for chain, names in wanted.items():
        own = ChainRole.objects.filter(chain=chain, contact=contact)
        own.exclude(role__in=names).delete()
        missing = names - set(own.values_list("role", flat=True))
        ChainRole.objects.bulk_create(
            ChainRole(chain=chain, contact=contact, role=name) for name in sorted(missing)
        )


def _in_words(wanted: Mapping[DecisionChain, frozenset[str]]) -> dict[str, str]:
    return {chain.name: _words(names) for chain, names in wanted.items()}


def _words(names: Iterable[str]) -> str:
    chosen = set(names)
    return ", ".join(str(role.label) for role in DecisionRole if role.value in chosen)
