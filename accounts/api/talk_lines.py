"""Contacts of a bulk request: codes looked up for all of them together, errors named by line."""

from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Contact, Customer, Source
from accounts.operations.many_talks import Talk
from ka_crm.people.models import User
from ka_crm.records.api.problems import Problem

_REASONS = {
    "customer_code": "There is no such customer.",
    "owner_email": "There is no such person.",
    "contacts": "There is no such person at this customer.",
    "informant_ids": "There is no such person at this customer.",
}
_API_NAMES = {"customer": "customer_code", "owner": "owner_email", "informants": "informant_ids"}


def talks(by: User, lines: list[dict[str, Any]]) -> list[Talk]:
    """Return the lines with their customers and people; three queries for all of them."""
    customers = _by(Customer.objects.visible_to(by), "code", {line["customer_code"] for line in lines})
    owners = _by(
        User.objects.filter(is_active=True),
        "email",
        {line["owner_email"] for line in lines if "owner_email" in line},
    )
    wanted = {pk for line in lines for name in ("contacts", "informant_ids") for pk in line.get(name, ())}
    people = _by(Contact.objects.kept().visible_to(by), "pk", wanted)
    talks, errors = [], []
    for number, line in enumerate(lines, start=1):
        values = dict(line)
        customer = customers.get(values.pop("customer_code"))
        if customer is None:
            errors.append(_error(number, "customer_code"))
            continue
        if "owner_email" in values:
            values["owner"] = owners.get(values.pop("owner_email"))
            if values["owner"] is None:
                errors.append(_error(number, "owner_email"))
        found: dict[str, tuple[Contact, ...]] = {}
        for name in ("contacts", "informant_ids"):
            ids = values.pop(name, ())
            found[name] = tuple(people[pk] for pk in ids if pk in people)
            if len(found[name]) != len(ids):
                errors.append(_error(number, name))
        number_of = values.pop("client_uuid")
        talks.append(Talk(customer, values, found["contacts"], found["informant_ids"], number_of, Source.API))
    if errors:
        raise refused(errors)
    return talks


def _by(rows: Any, field: str, wanted: set[Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    keys = sorted(wanted)
    for start in range(0, len(keys), 500):
        part = rows.filter(**{f"{field}__in": keys[start : start + 500]})
        found |= {getattr(row, field): row for row in part}
    return found


def _error(line: int, field: str) -> dict[str, Any]:
    return {"line": line, "field": field, "reason": _REASONS[field]}


def refused(errors: list[dict[str, Any]]) -> Problem:
    """Return the answer to lines of which some cannot be kept."""
    return Problem(400, "Some contacts cannot be accepted; nothing was stored.", errors=errors[:200])


def line_errors(number: int, error: ValidationError) -> list[dict[str, Any]]:
    """Return what an operation refused in a line, by the fields of the API."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return [
        {"line": number, "field": _API_NAMES.get(field, field), "reason": text}
        for field, texts in by_field.items()
        for text in texts
    ]


def shape_errors(errors: Any) -> Any:
    """Name lines by number, from 1; what is wrong with the whole stays by field."""
    lines = errors.get("lines")
    if not isinstance(lines, dict):
        return errors
    return [
        {"line": int(index) + 1, "field": field, "reason": str(text)}
        for index, found in lines.items()
        for field, texts in (found if isinstance(found, dict) else {"": found}).items()
        for text in (texts if isinstance(texts, list) else [texts])
    ][:200]
