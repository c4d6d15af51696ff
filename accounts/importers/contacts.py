"""Importing people at customers."""

from collections.abc import Hashable
from typing import Any, ClassVar

from django.db import transaction

from accounts.importers.people import CustomerOfLine, PeopleByName
from accounts.models import Attitude, Consent, Contact, PreferredChannel
from accounts.operations.standing import refresh_standing
from ka_crm.imports.importer import Context
from ka_crm.imports.master import MasterImporter, Pending, Values
from ka_crm.imports.models import ImportBatch, ImportChange
from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record

_PLAIN = ("title", "department", "phone", "email", "preferred_channel", "language", "consent")
_ATTITUDES = {str(item.label).lower(): item.value for item in Attitude} | {
    item.name.lower(): item.value for item in Attitude
}


class ContactImporter(MasterImporter):
    """People by customer and mail address, else by customer and name; a boss may stand further down."""

    kind: ClassVar[str] = "contacts"
    label: ClassVar[str] = "People at customers"
    model = Contact
    prepares_in_steps: ClassVar[bool] = True
    compared: ClassVar[tuple[str, ...]] = (
        "customer_id",
        "name",
        "reports_to_id",
        "influence",
        "attitude",
        *_PLAIN,
    )
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "customer_code", FieldType.CODE, "Customer code", required=True, example="C-1001",
            synonyms=("customer", "customer_id", "customer no", "account", "客户编码"),
        ),
        Field(
            "name", FieldType.TEXT, "Name", required=True, longest=120, example="Elena Ruiz",
            synonyms=("contact", "contact name", "person", "full name", "姓名", "联系人"),
        ),
        Field(
            "title", FieldType.TEXT, "Title", longest=120, example="Category manager",
            synonyms=("position", "job title", "职务"),
        ),
        Field(
            "department", FieldType.TEXT, "Department", longest=120, example="Purchasing",
            synonyms=("部门",),
        ),
        Field(
            "reports_to", FieldType.TEXT, "Reports to (name or mail)", longest=254,
            example="paul@alpha.example", synonyms=("boss", "manager", "superior", "上级"),
        ),
        Field(
            "phone", FieldType.TEXT, "Phone", longest=60, example="+1 515 555 0100",
            synonyms=("telephone", "mobile", "电话"),
        ),
        Field(
            "email", FieldType.EMAIL, "Mail address", example="elena@alpha.example",
            synonyms=("mail", "e-mail", "邮箱"),
        ),
        Field("influence", FieldType.INT, "Influence, 1 to 5", example="4", synonyms=("影响力",)),
        Field(
            "attitude", FieldType.TEXT, "Attitude, -2 to 2 or in words", example="for us",
            synonyms=("态度",),
        ),
        Field(
            "preferred_channel", FieldType.CHOICE, "Preferred channel", example="phone",
            choices=tuple(PreferredChannel.values),
        ),
        Field("language", FieldType.TEXT, "Language", longest=40, example="English", synonyms=("语言",)),
        Field("consent", FieldType.CHOICE, "Consent", example="given", choices=tuple(Consent.values)),
    )  # fmt: skip
    defaults: ClassVar[Values] = {
        **dict.fromkeys(_PLAIN, ""),
        "consent": Consent.UNKNOWN.value,
        "reports_to_id": None,
    }

    def __init__(self, context: Context) -> None:
        self._customers = CustomerOfLine(context)
        self._people = PeopleByName()
        self._bosses: dict[Hashable, Hashable] = {}
        self._codes: dict[Hashable, str] = {}
        self._refused: dict[int, str] = {}
        self._late: list[Line] = []
        super().__init__(context)

    def existing(self) -> dict[Hashable, Values]:
        rows = Contact.objects.order_by().values("id", *self.compared)
        found: dict[Hashable, Values] = {row["id"]: row for row in rows.iterator(chunk_size=5000)}
        self._bosses = {key: row["reports_to_id"] for key, row in found.items()}
        return found

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        plan = self.context.plan
        code, name, mail = record["customer_code"], record["name"], record.get("email", "")
        values: Values = {"name": name, **{item: record[item] for item in _PLAIN if item in record}}
        self._customers.set(line, code, values)
        if "influence" in record:
            values["influence"] = record["influence"]
            if not 1 <= record["influence"] <= 5:
                plan.reject(line, "influence", reasons.OUT_OF_RANGE)
        if "attitude" in record:
            values["attitude"] = attitude_in(record["attitude"])
            if values["attitude"] is None:
                plan.reject(line, "attitude", reasons.NOT_A_CHOICE)
        if "reports_to" in record:
            values["reports_to_id"] = Pending("boss", record["reports_to"])
        if line.problems:
            return None
        matching = self._people.matching(code, name, mail)
        if len(matching) > 1:
            plan.reject(line, "name", reasons.SEVERAL_PEOPLE)
            return None
        key: Hashable = matching[0] if matching else (code, (mail or name).casefold())
        self._people.add(key, code, name, mail)
        self._codes[key] = code
        return key, values

    def finish(self) -> None:
        self._find_bosses()
        super().finish()

    def _find_bosses(self) -> None:
        """Turn names of bosses into people, and note the lines that name nobody or close a circle.

        A line without its boss may have been what others report to: looked at until nothing is left.
        """
        for _line, key, values in self._lines:
            boss = values.get("reports_to_id")
            if not isinstance(boss, Pending):
                continue
            problem = self._people.problem(self._codes[key], boss.key)
            if problem:
                self._refused[id(values)] = problem
                continue
            found = self._people.called(self._codes[key], boss.key)[0]
            self._bosses[key] = found
            values["reports_to_id"] = found if isinstance(found, int) else Pending("person", repr(found))
        for _line, key, values in self._lines:
            if values.get("reports_to_id") is not None and self._is_in_circle(key):
                self._refused.setdefault(id(values), reasons.REPORTING_CIRCLE)
        while self._refuse_reports_of_nobody():
            pass

    def _refuse_reports_of_nobody(self) -> bool:
        good = {key for _line, key, values in self._lines if id(values) not in self._refused}
        found = False
        for _line, key, values in self._lines:
            is_new = isinstance(values.get("reports_to_id"), Pending)
            if is_new and id(values) not in self._refused and self._bosses.get(key) not in good:
                self._refused[id(values)] = reasons.UNKNOWN_PERSON
                found = True
        return found

    def _is_in_circle(self, key: Hashable) -> bool:
        step, seen = self._bosses.get(key), {key}
        while step is not None and step not in seen:
            seen.add(step)
            step = self._bosses.get(step)
        return step == key

    def settle(self, line: Line, key: Hashable, values: Values) -> bool:
        reason = self._refused.get(id(values))
        if not reason:
            return True
        self.context.plan.reject(line, "reports_to", reason)
        self._late.append(line)
        return False

    def _rejected_late(self) -> list[Line]:
        return self._late

    def made(self) -> dict[str, int]:
        return self._customers.made()

    def resolve_pending(self, batch: ImportBatch) -> None:
        self._customers.make(batch)

    def resolved(self, values: Values) -> Values:
        known = self._customers.resolved(values)
        if isinstance(known.get("reports_to_id"), Pending):
            known["reports_to_id"] = None  # linked once everybody is there
        return known

    def columns_of(self, key: Hashable, values: Values) -> Values:
        by = self.context.by
        return {**values, "created_by_id": by.pk if by else None, "source": "import"}

    def after_write(self, batch: ImportBatch) -> None:
        waiting = [
            key for key, values in self._now.items() if isinstance(values.get("reports_to_id"), Pending)
        ]
        if not waiting:
            return
        ids = self._ids_made(batch)
        with transaction.atomic():
            for key in waiting:
                pk = key if isinstance(key, int) else ids[key]
                boss: Any = self._bosses[key]
                Contact.objects.filter(pk=pk).update(reports_to=boss if isinstance(boss, int) else ids[boss])

    def _ids_made(self, batch: ImportBatch) -> dict[Hashable, int]:
        """The numbers of the people that this batch made, by key."""
        made = ImportChange.objects.filter(
            batch=batch, record_type=Contact._meta.label_lower, before__isnull=True
        ).values("record_id")
        rows = (
            Contact.objects.filter(pk__in=made)
            .order_by()
            .values_list("pk", "customer__code", "name", "email")
        )
        ids: dict[Hashable, int] = {}
        for pk, code, name, mail in rows:
            ids[(code, name.casefold())] = pk
            if mail:
                ids[(code, mail.casefold())] = pk
        return ids

    @classmethod
    def follow_up(cls, batch: ImportBatch) -> None:
        touched = ImportChange.objects.filter(batch=batch, record_type=Contact._meta.label_lower)
        people = Contact.objects.filter(pk__in=touched.values("record_id")).order_by()
        refresh_standing(customers=people.values_list("customer", flat=True).distinct())


def attitude_in(text: str) -> int | None:
    """Return the attitude that a cell states, as a number or in words; None where it is neither.

    >>> attitude_in("-1"), attitude_in("For us"), attitude_in("strongly_for_us"), attitude_in("nice")
    (-1, 1, 2, None)
    """
    plain = text.strip().lower().removesuffix(".0").replace("−", "-")
    if plain.lstrip("+-") in ("0", "1", "2"):
        return int(plain)
    return _ATTITUDES.get(plain, _ATTITUDES.get(plain.replace(" ", "_")))
