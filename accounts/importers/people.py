"""From a customer and a name or mail address to a person; what the importers of people and chains share."""

from collections import defaultdict
from collections.abc import Hashable

from accounts.importers.lookup import AccountLookup
from accounts.models import Contact
from ka_crm.imports.importer import Context
from ka_crm.imports.master import Pending, Values
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.lines import Line


class PeopleByName:
    """People of all customers by mail address, and by name in whatever letters; those in use come first."""

    def __init__(self) -> None:
        self._by_mail: dict[tuple[str, str], Hashable] = {}
        self._by_name: dict[tuple[str, str], list[Hashable]] = defaultdict(list)
        self._mails: dict[Hashable, str] = {}
        rows = Contact.objects.order_by("pk").values_list(
            "pk", "customer__code", "name", "email", "archived_at"
        )
        away = []
        for pk, code, name, mail, archived_at in rows.iterator(chunk_size=5000):
            if archived_at is None:
                self.add(pk, code, name, mail)
            else:
                away.append((pk, code, name, mail))
        for pk, code, name, mail in away:
            if not self.matching(code, name, mail):
                self.add(pk, code, name, mail)

    def add(self, key: Hashable, code: str, name: str, mail: str = "") -> None:
        """Make a person known under ``key``."""
        if mail:
            self._by_mail.setdefault((code, mail.casefold()), key)
        self._mails[key] = mail
        if key not in self._by_name[(code, name.casefold())]:
            self._by_name[(code, name.casefold())].append(key)

    def matching(self, code: str, name: str, mail: str) -> list[Hashable]:
        """Return whom a line is about: by mail where both have one, else by name."""
        if mail and (code, mail.casefold()) in self._by_mail:
            return [self._by_mail[(code, mail.casefold())]]
        namesakes = self._by_name.get((code, name.casefold()), [])
        return [key for key in namesakes if not mail or not self._mails[key]]

    def called(self, code: str, text: str) -> list[Hashable]:
        """Return who is meant by a name or a mail address."""
        if (code, text.casefold()) in self._by_mail:
            return [self._by_mail[(code, text.casefold())]]
        return self._by_name.get((code, text.casefold()), [])

    def problem(self, code: str, text: str) -> str:
        """Return why a text does not name one person; empty where it does."""
        found = self.called(code, text)
        return "" if len(found) == 1 else reasons.SEVERAL_PEOPLE if found else reasons.UNKNOWN_PERSON


class CustomerOfLine:
    """The customer that a line names, if the person may see it or may have it made."""

    def __init__(self, context: Context) -> None:
        self._plan = context.plan
        self._accounts = AccountLookup(context)

    def set(self, line: Line, code: str, values: Values) -> None:
        """Put the customer into ``values``, or reject the line."""
        accounts = self._accounts
        if code not in accounts.customers and not accounts.may_make_customer(code):
            self._plan.reject(line, "customer_code", reasons.UNKNOWN_CUSTOMER)
        elif not line.problems:
            found = accounts.customer(code)
            values["customer_id"] = found if found > 0 else Pending("customer", str(found))

    def made(self) -> dict[str, int]:
        """Return how many customers arise on the way."""
        return self._accounts.made()

    def make(self, batch: ImportBatch) -> None:
        """Store the new customers."""
        self._accounts.make(batch)

    def resolved(self, values: Values) -> Values:
        """Return the values with the id of a customer made on the way."""
        owner = values.get("customer_id")
        if isinstance(owner, Pending):
            return {**values, "customer_id": self._accounts.real_customer(int(owner.key))}
        return dict(values)
