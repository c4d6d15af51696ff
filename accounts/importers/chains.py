"""Importing who does what in which decision."""

from collections.abc import Hashable
from typing import ClassVar, cast

from django.utils.translation import gettext as _

from accounts.importers.people import CustomerOfLine, PeopleByName
from accounts.models import ChainRole, DecisionChain, DecisionRole
from ka_crm.imports.changes import remember_created
from ka_crm.imports.importer import Context, UndoRefused
from ka_crm.imports.master import MasterImporter, Pending, Values
from ka_crm.imports.models import ImportBatch, ImportChange
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.lines import Line, Record


class ChainImporter(MasterImporter):
    """Roles by customer, chain, person and role; a chain that is not there yet is made."""

    kind: ClassVar[str] = "decision_chains"
    label: ClassVar[str] = "Decision chains"
    model = ChainRole
    prepares_in_steps: ClassVar[bool] = True
    compared: ClassVar[tuple[str, ...]] = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "customer_code", FieldType.CODE, "Customer code", required=True, example="C-1001",
            synonyms=("customer", "customer_id", "customer no", "account", "客户编码"),
        ),
        Field(
            "chain", FieldType.TEXT, "Decision chain", required=True, longest=120,
            example="Terms and listing", synonyms=("decision", "purchase", "decision_chain"),
        ),
        Field(
            "contact", FieldType.TEXT, "Person (name or mail)", required=True, longest=254,
            example="elena@alpha.example", synonyms=("name", "person", "email", "mail", "联系人"),
        ),
        Field(
            "role", FieldType.CHOICE, "Role", required=True, example="buyer",
            choices=tuple(DecisionRole.values), synonyms=("角色",),
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        self._customers = CustomerOfLine(context)
        self._people = PeopleByName()
        rows = DecisionChain.objects.kept().order_by().values_list("customer__code", "name", "pk")
        self._chains = {(code, name.casefold()): pk for code, name, pk in rows}
        self._new: dict[tuple[str, str], tuple[int, str]] = {}
        super().__init__(context)

    def existing(self) -> dict[Hashable, Values]:
        rows = ChainRole.objects.order_by().values_list("pk", "chain", "contact", "role")
        return {(chain, contact, role): {"id": pk} for pk, chain, contact, role in rows}

    def read(self, line: Line, record: Record) -> tuple[Hashable, Values] | None:
        code, name = record["customer_code"], record["chain"]
        values: Values = {}
        self._customers.set(line, code, values)
        problem = "" if line.problems else self._people.problem(code, record["contact"])
        if problem:
            self.context.plan.reject(line, "contact", problem)
        if line.problems:
            return None
        contact = self._people.called(code, record["contact"])[0]
        chain: Hashable = self._chains.get((code, name.casefold()))
        if chain is None:
            self._new.setdefault((code, name.casefold()), (values["customer_id"], name))
            chain = Pending("chain", f"{code}\n{name.casefold()}")
        return (chain, contact, record["role"]), {}

    def resolve_pending(self, batch: ImportBatch) -> None:
        by = self.context.by
        made = []
        for key, (customer, name) in self._new.items():
            chain = DecisionChain.objects.create(customer_id=customer, name=name, created_by=by)
            self._chains[key] = chain.pk
            made.append(chain.pk)
        remember_created(batch, DecisionChain, made)

    def columns_of(self, key: Hashable, values: Values) -> Values:
        chain, contact, role = cast("tuple[int | Pending, int, str]", key)
        if isinstance(chain, Pending):
            code, name = chain.key.split("\n")
            chain = self._chains[(code, name)]
        return {"chain_id": chain, "contact_id": contact, "role": role}

    @classmethod
    def check_undo(cls, batch: ImportBatch) -> None:
        """A chain that somebody has added people to since is not taken away with them."""
        own = ImportChange.objects.filter(batch=batch, before__isnull=True)
        chains = own.filter(record_type=DecisionChain._meta.label_lower).values("record_id")
        roles = own.filter(record_type=ChainRole._meta.label_lower).values("record_id")
        later = (
            ChainRole.objects.filter(chain__in=chains).exclude(pk__in=roles).select_related("chain").first()
        )
        if later is not None:
            raise UndoRefused(
                _("Somebody has added people to the decision chain “%(chain)s” since.")
                % {"chain": later.chain}
            )
