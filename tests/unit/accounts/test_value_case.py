"""What a year with us brings the customer."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.value_case import gain


@pytest.mark.parametrize(
    ("values", "margin", "total", "is_partial"),
    [
        (("2400000", "0.28", "0.25", "18000"), "72000.00", "90000.00", False),
        (("2400000", "0.28", "0.25", None), "72000.00", "72000.00", True),
        (("2400000", "0.28", None, "18000"), None, "18000.00", True),
        ((None, "0.28", "0.25", None), None, None, False),
        (("1000", "0.20", "0.25", "0"), "-50.00", "-50.00", False),
        (("0", "0.20", "0.25", None), "0.00", "0.00", True),
        (("100.10", "0.2855", "0.25", None), "3.55", "3.55", True),
    ],
)
def test_they_gain_the_margin_above_the_category_and_what_they_save(values, margin, total, is_partial):
    found = gain(*(None if value is None else Decimal(value) for value in values))
    assert found.margin == (None if margin is None else Decimal(margin))
    assert found.total == (None if total is None else Decimal(total))
    assert found.is_partial == is_partial


_share = st.decimals(0, 1, places=4)


@given(st.decimals(0, 10**9, places=2), _share, st.decimals(0, 10**9, places=2))
def test_at_the_margin_of_the_category_only_savings_are_gained(turnover, share, savings):
    assert gain(turnover, share, share, savings).total == savings
