"""Settings to begin with, by kind of business (own choice); what is not named takes the product's default."""

from collections.abc import Mapping
from typing import Any, Final

PRESETS: Final[Mapping[str, Mapping[str, Any]]] = {
    # The classic split: steady means hardly any variation, and everybody is weighed by a score.
    "textbook": {
        "abc_thresholds": [0.80, 0.15],
        "xyz_thresholds": [0.10, 0.25],
        "high_potential_classes": ["A"],
        "ka_rank_by": "score",
        "gate_unknown": "fail",
    },
    # Chains and their stores: units on the shelf, monthly orders that vary.
    "retail": {
        "abc_measure": "gross_profit",
        "xyz_thresholds": [0.50, 1.00],
        "share_measure": "units",
        "market_by_format": True,
        "quadrant_hold": True,
    },
    # Few large orders with long gaps: a longer window, more accounts that count as large.
    "industry": {
        "abc_thresholds": [0.70, 0.20],
        "window_months": 24,
        "high_potential_classes": ["A", "B"],
        "xyz_thresholds": [0.50, 1.00],
        "share_measure": "amount",
        "margin_floor": "company_minus_5pp",
    },
    # Contracts: money is compared, buying is steady, a relation takes two years.
    "services": {
        "abc_thresholds": [0.70, 0.20],
        "xyz_thresholds": [0.25, 0.50],
        "share_measure": "amount",
        "tenure_months": 24,
    },
}
