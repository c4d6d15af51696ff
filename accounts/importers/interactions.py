"""Importing contacts with customers that were logged elsewhere."""

import uuid
from collections import defaultdict
from collections.abc import Hashable
from typing import ClassVar, cast

from accounts.importers.lookup import AccountLookup
from accounts.importers.owners import Owners
from accounts.models import Contact, ContactChannel, Interaction, InteractionContact, Purpose, Source
from accounts.operations.standing import refresh_standing
from ka_crm.imports.changes import remember_created
from ka_crm.imports.importer import Context
from ka_crm.imports.master import MasterImporter, Values
from ka_crm.imports.models import ImportBatch, ImportChange
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record
from ka_crm.lib import clock
from ka_crm.lib.bulk import chunked, load_rows

_YES = ("yes", "no")
_PART = 500
_People = dict[int, bool]  # contact → gave information


class InteractionImporter(MasterImporter):
    """Contacts that were held. A line equal in customer, day, channel and subject is the same contact."""

    kind: ClassVar[str] = "interactions"
    label: ClassVar[str] = "Contacts with customers"
    model = Interaction
    compared: ClassVar[tuple[str, ...]] = ("text", "purpose", "owner_id")
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "customer_code",
            FieldType.CODE,
            "Customer code",
            required=True,
            example="C-1001",
            synonyms=("customer", "customer_id", "account", "客户编码"),
        ),
        Field(
            "date",
            FieldType.DATE,
            "Day",
            required=True,
            example="2022-10-31",
            synonyms=("day", "held on", "contact date", "日期"),
        ),
        Field(
            "channel",
            FieldType.CHOICE,
            "Channel",
            required=True,
            example="phone",
            choices=tuple(ContactChannel.values),
            synonyms=("type", "kind", "how", "渠道"),
        ),
        Field(
            "subject",
            FieldType.TEXT,
            "Subject",
            required=True,
            longest=200,
            example="Price of the autumn order",
            synonyms=("topic", "title", "about", "主题"),
        ),
        Field(
            "text",
            FieldType.TEXT,
            "What was said",
            longest=10_000,
            example="",
            synonyms=("note", "notes", "description", "内容"),
        ),
        Field(
            "contact",
            FieldType.TEXT,
            "Person (name or mail)",
            longest=300,
            example="Elena Ruiz",
            synonyms=("person", "contact name", "with", "联系人"),
        ),
        Field(
            "owner_email",
            FieldType.EMAIL,
            "Who of us (mail)",
            example="",
            synonyms=("owner", "user", "logged by"),
        ),
        Field("purpose", FieldType.CHOICE, "Purpose", example="routine", choices=tuple(Purpose.values)),
        Field(
            "gave_information",
            FieldType.CHOICE,
            "Gave us inside information",
            example="no",
            choices=_YES,
            synonyms=("insider",),
        ),
    )

    def __init__(self, context: Context) -> None:
        self._accounts = AccountLookup(context)
        self._owners = Owners()
        self._people: dict[Hashable, _People] = {}
        self._known = self._known_people()
        self._present: dict[int, set[int]] = defaultdict(set)
        super().__init__(context)

    def existing(self) -> dict[Hashable, Values]:
        rows = Interaction.objects.filter(archived_at__isnull=True).order_by("pk")
        names = ("id", "customer_id", "on", "channel", "subject", *self.compared)
        found: dict[Hashable, Values] = {}
        for row in rows.values(*names).iterator():
            found[tuple(row.pop(name) for name in names[1:5])] = row
        pairs = InteractionContact.objects.order_by().values_list("interaction_id", "contact_id")
        for interaction, contact in pairs.iterator():
            self._present[interaction].add(contact)
        return found

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        reject, accounts = self.context.plan.reject, self._accounts
        code = record["customer_code"]
        values: Values = {name: record[name] for name in ("text", "purpose") if name in record}
        if code not in accounts.customers:
            reject(line, "customer_code", reasons.UNKNOWN_CUSTOMER)
        if "owner_email" in record:
            values["owner_id"] = self._owners.id_of(record["owner_email"])
            if values["owner_id"] is None:
                reject(line, "owner_email", reasons.UNKNOWN_USER)
        if line.problems:
            return None
        customer = accounts.customers[code]
        people = self._people_in(customer, record)
        if people is None:
            reject(line, "contact", reasons.UNKNOWN_CONTACT)
            return None
        key = (customer, record["date"], record["channel"], record["subject"])
        self._people.setdefault(key, {}).update(people)
        return key, values

    def _people_in(self, customer: int, record: Record) -> _People | None:
        """Return who took part; ``None`` where one of the names is nobody's, or of several people."""
        told = record.get("gave_information") == "yes"
        names = [part.strip().lower() for part in record.get("contact", "").split(";") if part.strip()]
        found = [self._known.get((customer, name)) for name in names]
        return None if None in found else {cast("int", pk): told for pk in found}

    def _known_people(self) -> dict[tuple[int, str], int | None]:
        rows = Contact.objects.filter(archived_at__isnull=True).order_by()
        known: dict[tuple[int, str], int | None] = {}
        for pk, customer, *texts in rows.values_list("pk", "customer_id", "name", "email"):
            for text in {one.strip().lower() for one in texts if one.strip()}:
                known[customer, text] = None if (customer, text) in known else pk
        return known

    def _fate(self, key: Hashable, values: Values) -> str:
        fate = super()._fate(key, values)
        if fate == "unchanged" and key in self._existing:
            is_new = set(self._people.get(key, ())) - self._present[self._existing[key]["id"]]
            return "updated" if is_new else fate
        return fate

    def columns_of(self, key: Hashable, values: Values) -> Values:
        customer, on, channel, subject = cast("tuple[int, object, str, str]", key)
        return {
            "customer_id": customer,
            "on": on,
            "channel": channel,
            "subject": subject,
            "source": Source.IMPORTED.value,
            "client_uuid": uuid.uuid4().hex,
            "owner_id": self.context.by.pk if self.context.by else None,
            "created_by_id": self.context.by.pk if self.context.by else None,
            **values,
        }

    def after_write(self, batch: ImportBatch) -> None:
        """Add who took part, as far as they do not stand there yet."""
        wanted = {key: people for key, people in self._people.items() if people and key in self._now}
        if not wanted:
            return
        ids = self._ids_of(batch, wanted)
        rows = [
            (ids[key], contact, told)
            for key, people in wanted.items()
            for contact, told in people.items()
            if contact not in self._present[ids[key]]
        ]
        newest = InteractionContact.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        load_rows(InteractionContact, ("interaction_id", "contact_id", "gave_information"), rows)
        made = InteractionContact.objects.filter(pk__gt=newest)
        remember_created(batch, InteractionContact, made.values_list("pk", flat=True))

    def _ids_of(self, batch: ImportBatch, wanted: dict[Hashable, _People]) -> dict[Hashable, int]:
        ids = {key: self._existing[key]["id"] for key in wanted if key in self._existing}
        made: dict[Hashable, int] = {
            tuple(row): pk
            for pk, *row in _made_by(batch).values_list("pk", "customer_id", "on", "channel", "subject")
        }
        return ids | {key: made[key] for key in wanted if key not in ids}

    @classmethod
    def unpublish(cls, batch: ImportBatch) -> dict[str, int]:
        """Hide what the file brought at once; it is deleted afterwards."""
        return {"contacts": _made_by(batch).update(archived_at=clock.now())}

    @classmethod
    def follow_up(cls, batch: ImportBatch) -> None:
        name = Interaction._meta.label_lower
        touched = ImportChange.objects.filter(batch=batch, record_type=name).values("record_id")
        customers = (
            Interaction.objects.filter(pk__in=touched).order_by().values_list("customer_id", flat=True)
        )
        for part in chunked(customers.distinct(), _PART):
            refresh_standing(customers=part)


def _made_by(batch: ImportBatch):  # type: ignore[no-untyped-def]
    changes = ImportChange.objects.filter(
        batch=batch, record_type=Interaction._meta.label_lower, before__isnull=True
    )
    return Interaction.objects.filter(pk__in=changes.values("record_id"))
