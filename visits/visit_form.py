"""The form of a visit on a page: the same fields that its script reads, as a plain POST without it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.form_fields import ScaledField, date_input
from ka_crm.lib.money import plain
from ka_crm.people.models import User
from ka_crm.records.queries import business_today
from visits.models import CheckPoint, VisitKind
from visits.operations import BrandSeen, CheckSeen, CountSeen, LotSeen, Seen
from visits.permissions import COUNT_FOR_OTHERS
from visits.queries.forms import CategoryToCount, PriceToCheck, StoreForm

YES, NO, NOT_LOOKED = "yes", "no", ""
_STATES = ((NOT_LOOKED, _("not looked at")), (YES, _("in order")), (NO, _("not in order")))


@dataclass(frozen=True)
class CountRow:
    """A category with its two fields and those of rival brands."""

    asked: CategoryToCount
    total: forms.BoundField
    own: forms.BoundField
    brands: list[tuple[str, forms.BoundField]]

    @property
    def usual(self) -> dict[str, str]:
        """What is usual, as plain numbers for the script; nothing where nothing is usual yet."""
        found = self.asked.usual
        return {name: plain(value) for name, value in vars(found).items()} if found else {}


class VisitForm(forms.Form):
    """Two numbers for each category, and what was looked at. Empty fields were not asked."""

    on = forms.DateField(label=_("Day"), widget=date_input())
    kind = forms.ChoiceField(label=_("Kind"), choices=VisitKind.choices, required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    lot = forms.CharField(label=_("Lot number"), required=False, max_length=60)
    supplied_by = forms.CharField(label=_("Supplied by"), required=False, max_length=200)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    task = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)
    began_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, asked: StoreForm, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.fields["on"].initial = business_today()
        self.fields["client_uuid"].initial = uuid.uuid4()
        if viewer.role not in COUNT_FOR_OTHERS:
            del self.fields["kind"]
        for row in asked.categories:
            code = row.category.code
            self.fields[f"total-{code}"] = _number(_("All brands"))
            self.fields[f"own-{code}"] = _number(_("Ours"))
            for place, name in enumerate(asked.competitors):
                self.fields[f"brand-{code}-{place}"] = _number(name)
        for point in asked.points:
            self.fields[f"check-{point.pk}"] = forms.ChoiceField(
                label=point.name, choices=_STATES, required=False
            )
        for price in asked.products:
            self.fields[f"price-{price.product.code}"] = _number(price.product.name)

    def counts(self) -> Iterator[CountRow]:
        """Yield the categories with their fields."""
        for row in self.asked.categories:
            code = row.category.code
            brands = [(name, self[f"brand-{code}-{i}"]) for i, name in enumerate(self.asked.competitors)]
            yield CountRow(row, self[f"total-{code}"], self[f"own-{code}"], brands)

    def checks(self) -> Iterator[tuple[CheckPoint, forms.BoundField]]:
        """Yield the check points with their fields."""
        for point in self.asked.points:
            yield point, self[f"check-{point.pk}"]

    def prices(self) -> Iterator[tuple[PriceToCheck, forms.BoundField]]:
        """Yield the products with their fields."""
        for price in self.asked.products:
            yield price, self[f"price-{price.product.code}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for row in self.asked.categories:
            names = f"total-{row.category.code}", f"own-{row.category.code}"
            missing = [name for name in names if cleaned.get(name) is None and name not in self.errors]
            if len(missing) == 1:
                self.add_error(missing[0], _("Both numbers belong together."))
        return cleaned

    def seen(self) -> Seen:
        """Return what was typed, as operations take it."""
        values = self.cleaned_data
        return Seen(
            client_uuid=values["client_uuid"] or uuid.uuid4(),
            store=self.asked.store,
            on=values["on"],
            kind=values.get("kind") or VisitKind.ROUTINE,
            began_at=values["began_at"],
            note=values["note"],
            counts=[
                CountSeen(
                    row.category,
                    values[f"total-{row.category.code}"],
                    values[f"own-{row.category.code}"],
                    brands=self._brands(row),
                )
                for row in self._counted()
            ],
            checks=[
                CheckSeen(point, values[f"check-{point.pk}"] == YES)
                for point in self.asked.points
                if values[f"check-{point.pk}"] != NOT_LOOKED
            ],
            prices=[
                (row.product, values[f"price-{row.product.code}"])
                for row in self.asked.products
                if values[f"price-{row.product.code}"] is not None
            ],
            lots=[LotSeen(values["lot"], values["supplied_by"])] if values["lot"] else [],
            task=values["task"],
        )

    def field_of(self, path: str) -> str | None:
        """Return the field that an operation's error is about: ``counts.0.own`` → ``own-TEQ``."""
        kind, _dot, rest = path.partition(".")
        if not rest:
            return path if path in self.fields else None
        place, _dot, name = rest.partition(".")
        if kind == "counts":
            code = self._counted()[int(place)].category.code
            return f"own-{code}" if name == "own" else f"total-{code}"
        if kind == "prices":
            known = [
                r for r in self.asked.products if self.cleaned_data[f"price-{r.product.code}"] is not None
            ]
            return f"price-{known[int(place)].product.code}"
        return None

    def _counted(self) -> list[CategoryToCount]:
        return [
            row
            for row in self.asked.categories
            if self.cleaned_data.get(f"total-{row.category.code}") is not None
        ]

    def _brands(self, row: CategoryToCount) -> list[BrandSeen]:
        typed = [
            (name, self.cleaned_data[f"brand-{row.category.code}-{place}"])
            for place, name in enumerate(self.asked.competitors)
        ]
        return [BrandSeen(name, units) for name, units in typed if units is not None]


def _number(label: Any) -> ScaledField:
    return ScaledField(label=label, min_value=0, required=False)
