"""What the forms of new customers and contacts ask: is it one of those that are there already?"""

from django.urls import reverse

from accounts.models import Contact, Customer
from accounts.queries.duplicates import lookalikes
from ka_crm.lib.editing import FormQuestion
from ka_crm.people.models import User


def questions_about(viewer: User, record: Customer | Contact) -> list[FormQuestion]:
    """Return one question for each record that ``viewer`` sees and that a new one may be the same as."""
    return [FormQuestion(_text(one), _url(one)) for one in lookalikes(viewer, record)]


def _text(record: Customer | Contact) -> str:
    told = [record.code, record.website] if isinstance(record, Customer) else [record.title, record.email]
    return " · ".join([record.name, *(text for text in told if text)])


def _url(record: Customer | Contact) -> str:
    if isinstance(record, Customer):
        return reverse("accounts:customer", args=[record.code])
    return reverse("accounts:customer", args=[record.customer.code]) + f"?contact={record.pk}"
