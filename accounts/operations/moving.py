"""Pointing everything at another record, so that it can be taken back exactly.

A fixed number of statements for each relation, whatever the number of rows: the rows that move are noted by
one INSERT … SELECT and moved by one UPDATE.
"""

from typing import Any

from django.db import connection, models
from django.db.models import F, OuterRef, QuerySet, Subquery, UniqueConstraint

from accounts.merge_rules import CLEARED, references_to, why_it_stays
from accounts.models import MergedReference, RecordMerge
from ka_crm.lib import clock
from ka_crm.records.operations import plain_value

_ARCHIVED = "archived_at"


class Mover:
    """Carries out one merge and remembers every step; ``remember`` writes it into the merge."""

    def __init__(self, merge: RecordMerge) -> None:
        self._merge = merge
        self.steps: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []
        self.dropped: list[dict[str, Any]] = []

    def repoint(self, model: type[models.Model], old: int, new: int) -> None:
        """Point all that refers to the record ``old`` at ``new``; what would stand twice is joined."""
        for other, field in references_to(model):
            if why_it_stays(other) is not None:
                continue
            staying = self._join_twins(other, field, old, new)
            self._move(other, field, old, new, staying)

    def change(self, model: type[models.Model], pk: int, values: dict[str, Any]) -> None:
        """Change attributes of one row, remembering what they were."""
        row = model._base_manager.filter(pk=pk)
        before = row.values(*values).get()
        row.update(**values, **_stamps(model))
        self.note_change(model, pk, before, values)

    def note_change(
        self, model: type[models.Model], pk: int, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Remember a change of one row that somebody else makes."""
        self.changes.append(
            {
                "model": model._meta.label_lower,
                "pk": pk,
                "before": {name: plain_value(value) for name, value in before.items()},
                "after": {name: plain_value(value) for name, value in after.items()},
            }
        )

    def remember(self) -> None:
        """Write the steps into the merge."""
        self._merge.moved = self.steps
        self._merge.dropped = self.dropped
        self._merge.before = {**self._merge.before, "changes": self.changes}
        self._merge.save(update_fields=["moved", "dropped", "before"])

    def _move(
        self,
        model: type[models.Model],
        field: "models.Field[Any, Any]",
        old: int,
        new: int,
        staying: set[int],
    ) -> None:
        rows = model._base_manager.filter(**{field.attname: old}).exclude(pk__in=staying)
        step = len(self.steps)
        count = _note_rows(self._merge, step, rows)
        if not count:
            return
        rows.update(**{field.attname: new}, **_stamps(model))
        label = model._meta.label_lower
        self.steps.append({"model": label, "field": field.name, "from": old, "to": new, "rows": count})

    def _join_twins(
        self, model: type[models.Model], field: "models.Field[Any, Any]", old: int, new: int
    ) -> set[int]:
        """Deal with rows that a unique constraint forbids beside those of the kept record.

        What can be put away is put away, after what hangs on it went to its twin; links that stand twice
        are dropped; what is there once only, archived or not, stays with the merged record.
        Returns what stays.
        """
        staying: set[int] = set()
        for constraint in _unique_constraints(model, field.name):
            for pk, twin in _twins(model, field, constraint, old, new).items():
                if constraint.name in CLEARED:
                    self.change(model, pk, CLEARED[constraint.name])
                elif not _has_field(model, _ARCHIVED):
                    self._drop_link(model, pk, twin)
                elif constraint.condition is not None:
                    self.repoint(model, pk, twin)
                    self.change(model, pk, {_ARCHIVED: clock.now()})
                else:
                    self._fill_gaps(model, pk, twin)
                    staying.add(pk)
        return staying

    def _drop_link(self, model: type[models.Model], pk: int, twin: int) -> None:
        """Drop a link that the kept record has too; a yes of either stays a yes."""
        names = [item.attname for item in model._meta.concrete_fields]
        row = model._base_manager.filter(pk=pk).values(*names).get()
        kept = model._base_manager.filter(pk=twin).values(*names).get()
        said_yes = {name: True for name in names if row[name] is True and kept[name] is False}
        if said_yes:
            self.change(model, twin, said_yes)
        values = {name: plain_value(value) for name, value in row.items()}
        self.dropped.append({"model": model._meta.label_lower, "values": values})
        model._base_manager.filter(pk=pk).delete()

    def _fill_gaps(self, model: type[models.Model], pk: int, twin: int) -> None:
        """What the kept record's row does not say is taken from the other one."""
        names = [
            item.attname
            for item in model._meta.concrete_fields
            if item.editable and not item.unique and not item.is_relation and (item.blank or item.null)
        ]
        row = model._base_manager.filter(pk=pk).values(*names).get()
        kept = model._base_manager.filter(pk=twin).values(*names).get()
        gaps = {name: row[name] for name in names if kept[name] in (None, "") and row[name] not in (None, "")}
        if gaps:
            self.change(model, twin, gaps)


def _note_rows(merge: RecordMerge, step: int, rows: "QuerySet[Any]") -> int:
    quote = connection.ops.quote_name
    sql, params = rows.order_by().annotate(merged_row=F("pk")).values("merged_row").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(MergedReference._meta.db_table)} (merge_id, step, record_id) "
            f"SELECT %s, %s, found.merged_row FROM ({sql}) found",
            [merge.pk, step, *params],
        )
        return int(cursor.rowcount)


def _unique_constraints(model: type[models.Model], name: str) -> list[UniqueConstraint]:
    return [
        item for item in model._meta.constraints if isinstance(item, UniqueConstraint) and name in item.fields
    ]


def _twins(
    model: type[models.Model],
    field: "models.Field[Any, Any]",
    constraint: UniqueConstraint,
    old: int,
    new: int,
) -> dict[int, int]:
    """Rows of the merged record → the kept record's row that the constraint lets be only once."""
    rest = [name for name in constraint.fields if name != field.name]
    mine = model._base_manager.filter(**{field.attname: old})
    theirs = model._base_manager.filter(
        **{field.attname: new}, **{name: OuterRef(name) for name in rest}
    ).order_by("pk")
    if constraint.condition is not None:
        mine, theirs = mine.filter(constraint.condition), theirs.filter(constraint.condition)
    found = mine.annotate(twin=Subquery(theirs.values("pk")[:1])).filter(twin__isnull=False)
    return dict(found.order_by("pk").values_list("pk", "twin"))


def _has_field(model: type[models.Model], name: str) -> bool:
    return any(item.name == name for item in model._meta.concrete_fields)


def _stamps(model: type[models.Model]) -> dict[str, Any]:
    now = clock.now()
    return {item.name: now for item in model._meta.concrete_fields if getattr(item, "auto_now", False)}
