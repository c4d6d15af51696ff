"""Values as the API writes them: codes instead of ids, amounts as decimals in currency units."""

import math
import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ka_crm.lib.money import plain, to_scaled

_NUMBER = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,2})?\Z", re.ASCII | re.IGNORECASE)
_SCHEMA = {
    "type": "string",
    "format": "decimal",
    "pattern": r"^-?\d{1,11}(\.\d{1,4})?$",
    "example": "617760.74",
}


@extend_schema_field(_SCHEMA)
class ScaledField(serializers.Field):
    """Whole ten-thousandths inside, a decimal in currency units (or pieces) as text outside.

    Numbers are understood too; more than four places are rounded half up. ``lowest`` bounds the number.
    """

    default_error_messages = {
        "invalid": _("A decimal number, such as 1234.5."),
        "too_large": _("This number is too large."),
        "too_small": _("At least {lowest}."),
    }

    def __init__(self, *, lowest: int | None = None, **kwargs: Any) -> None:
        self.lowest = lowest
        super().__init__(**kwargs)

    def to_representation(self, value: int) -> str:
        return plain(value)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        text = str(data).strip()
        if not _NUMBER.match(text):
            self.fail("invalid")
        try:
            scaled = to_scaled(Decimal(text))
        except OverflowError:
            self.fail("too_large")
        if self.lowest is not None and scaled < to_scaled(self.lowest):
            self.fail("too_small", lowest=self.lowest)
        return scaled


@extend_schema_field({"type": "number", "minimum": 0, "maximum": 1, "example": 0.1774})
class ShareField(serializers.DecimalField):
    """A fraction from 0 to 1, as a JSON number."""

    def __init__(self, **kwargs: Any) -> None:
        bounds = {"max_digits": 12, "decimal_places": 10, "min_value": Decimal(0), "max_value": Decimal(1)}
        super().__init__(**{**bounds, **kwargs})

    def to_representation(self, value: Any) -> Any:
        return float(value)


class FiniteField(serializers.FloatField):
    """A number that is one: neither infinite nor NaN."""

    def to_internal_value(self, data: Any) -> float:
        number = super().to_internal_value(data)
        if isinstance(data, bool) or not math.isfinite(number):
            self.fail("invalid")
        return number


class RelatedByCode(serializers.SlugRelatedField):
    """Another record, named by its code (or ``slug_field``). What the caller may not see does not exist."""

    default_error_messages = {
        "does_not_exist": _("There is none called {value}."),
        "invalid": _("A text is expected."),
    }

    def __init__(self, slug_field: str = "code", **kwargs: Any) -> None:
        super().__init__(slug_field=slug_field, **kwargs)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        request = self.context.get("request")
        if request is not None and hasattr(rows, "visible_to"):
            return rows.visible_to(request.user)  # type: ignore[union-attr]
        return rows

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, int) and not isinstance(data, bool):
            data = str(data)
        if not isinstance(data, str):
            self.fail("invalid")
        text = data.strip()
        if not text.isprintable() or len(text) > 200:
            self.fail("does_not_exist", value=ascii(text[:60]))
        found = self.get_queryset().filter(**{self.slug_field: text}).first()
        if found is None:
            self.fail("does_not_exist", value=text)
        return found


class VersionField(serializers.IntegerField):
    """The version that was read; an update sends it back."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", "Send the version that you read with every PUT and PATCH.")
        super().__init__(**kwargs)


def set_once(serializer: serializers.BaseSerializer[Any], name: str, value: Any) -> Any:
    """Return a value that is stated on creating only; for another one later, raise ``ValidationError``."""
    instance = serializer.instance
    if instance is not None and getattr(instance, name) != value:
        raise serializers.ValidationError(_("It cannot be changed later."))
    return value
