"""Reads of value cases: what a year with us brings the customer."""

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Customer, ValueCase
from accounts.rules.value_case import Gain, gain
from ka_crm.lib.money import to_scaled


@dataclass(frozen=True)
class ValueShown:
    """A value case with its result. Amounts in ten-thousandths; ``None`` is unknown."""

    case: ValueCase
    gain: Gain

    @property
    def turnover(self) -> int | None:
        return _scaled(self.case.their_turnover)

    @property
    def savings(self) -> int | None:
        return _scaled(self.gain.savings)

    @property
    def margin(self) -> int | None:
        """Their extra margin over the category's."""
        return _scaled(self.gain.margin)

    @property
    def total(self) -> int | None:
        return _scaled(self.gain.total)


def value_case_of(customer: Customer, year: int) -> ValueShown | None:
    """Return what ``year`` with us brings the customer, where somebody wrote it down."""
    case = ValueCase.objects.kept().filter(customer=customer, year=year).first()
    return shown_case(case) if case else None


def shown_case(case: ValueCase) -> ValueShown:
    """Return a value case with its result."""
    return ValueShown(
        case, gain(case.their_turnover, case.their_margin_share, case.category_margin_share, case.savings)
    )


def _scaled(amount: Decimal | None) -> int | None:
    return None if amount is None else to_scaled(amount)
