"""Form fields that several rooms use: records by their code, amounts, shares in per cent."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.money import from_scaled, plain, to_scaled


class CodeChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A record told by its code, typed: works with a million records, where a select would not."""

    default_error_messages = {"invalid_choice": _("There is no record with this code.")}

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(queryset, to_field_name="code", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show the code of a record that is known by its id."""
        if isinstance(value, int):
            value = (
                self.queryset.model._base_manager.filter(pk=value).first()
                if self.queryset is not None
                else None
            )
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.strip() if isinstance(value, str) else value)


class ScaledField(forms.DecimalField):
    """An amount or a count, kept as whole ten-thousandths."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 15, "decimal_places": 4, **kwargs})

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else to_scaled(number)

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(from_scaled(initial) if isinstance(initial, int) else initial, data)


class PercentField(forms.DecimalField):
    """A share typed in per cent, kept as a fraction."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"min_value": 0, "max_value": 100, "max_digits": 11, "decimal_places": 8, **kwargs}
        )

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else number / 100

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        text = format(value * 100, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial * 100 if isinstance(initial, Decimal) else initial, data)


class SuggestingInput(forms.TextInput):
    """A text that may be chosen from ``suggestions`` or typed anew."""

    suggestions: Iterable[str] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        listed = f"{name}-suggestions"
        field = super().render(
            name, value, {**(attrs or {}), "list": listed, "autocomplete": "off"}, renderer
        )
        options = format_html_join("", '<option value="{}">', ((text,) for text in self.suggestions))
        return format_html('{}<datalist id="{}">{}</datalist>', field, listed, options)


def date_input() -> forms.DateInput:
    """Return a field in which the browser helps to choose a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
