"""Forms of products and categories."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.editing import VersionedForm
from purchases.models import Category, Product


def _code(text: str) -> str:
    text = text.strip()
    if "/" in text or not text.isprintable():
        raise forms.ValidationError(_("A code contains no slash and no control characters."))
    return text


class ProductForm(VersionedForm):
    """All facts of a product."""

    sections = (
        (_("Which product"), ("code", "name", "category", "brand")),
        (_("Prices"), ("list_price", "unit_cost")),
    )

    class Meta:
        model = Product
        fields = ("code", "name", "category", "brand", "list_price", "unit_cost")
        help_texts = {
            "code": _("As in your other systems; it cannot be changed later."),
            "unit_cost": _("Where every sales line has a cost, accounts can be ranked by gross profit."),
        }
        error_messages = {"code": {"unique": _("This code is taken.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("list_price", "unit_cost"):
            self.fields[name].widget.attrs["min"] = "0"
        if self.instance.pk:
            del self.fields["code"]

    def clean_code(self) -> str:
        return _code(self.cleaned_data["code"])


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """Code and name of a category."""

    class Meta:
        model = Category
        fields = ("code", "name")
        error_messages = {"code": {"unique": _("This code is taken.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]

    def clean_code(self) -> str:
        return _code(self.cleaned_data["code"])
