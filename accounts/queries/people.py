"""Reads the people of an account, their bosses, their roles and its decision chains."""

from collections import defaultdict

from django.db.models import Q

from accounts.models import ChainRole, Contact, Customer, DecisionChain, DossierQuerySet
from ka_crm.records.queries import audit_rows_for


def people_of(customer: Customer) -> DossierQuerySet:
    """Return the people of a customer, without those taken out."""
    people: DossierQuerySet = Contact.objects.kept().filter(customer=customer)
    return people


def contact_text(text: str) -> Q:
    """Return the condition for a text within a person's name, title, mail address or phone number."""
    return (
        Q(name__icontains=text)
        | Q(title__icontains=text)
        | Q(email__icontains=text)
        | Q(phone__icontains=text)
    )


def chains_of(customer: Customer) -> list[DecisionChain]:
    """Return the decision chains of a customer, the first one first."""
    return list(DecisionChain.objects.kept().filter(customer=customer))


def bosses_of(customer_id: int) -> dict[int, int | None]:
    """Return who reports to whom at a customer, by number."""
    rows = Contact.objects.kept().filter(customer=customer_id).order_by()
    return dict(rows.values_list("pk", "reports_to"))


def roles_of(contact: Contact) -> dict[int, frozenset[str]]:
    """Return the roles of a person by chain."""
    found: dict[int, set[str]] = defaultdict(set)
    for chain, role in ChainRole.objects.filter(contact=contact).order_by().values_list("chain", "role"):
        found[chain].add(role)
    return {chain: frozenset(names) for chain, names in found.items()}


def removed_reports(contact: Contact) -> list[Contact]:
    """Return who reported to a removed person and was left where the removal put them."""
    last = audit_rows_for(contact).filter(action="archive").order_by("-pk").first()
    ids = last.before.get("reports", []) if last else []
    return list(Contact.objects.filter(pk__in=ids, reports_to=contact.reports_to_id).order_by("pk"))
