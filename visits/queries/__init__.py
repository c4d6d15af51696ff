"""Every read of what was measured, stated and planned about stores."""

from visits.queries.stores import (
    CountedMonth,
    categories_of_store,
    category_totals_seen_by,
    counted_months,
    counts_of,
    estimate_scope,
    estimate_text,
    estimates_seen_by,
    market_share_text,
    market_shares,
    observations_seen_by,
    share_now,
)

__all__ = [
    "CountedMonth",
    "categories_of_store",
    "category_totals_seen_by",
    "counted_months",
    "counts_of",
    "estimate_scope",
    "estimate_text",
    "estimates_seen_by",
    "market_share_text",
    "market_shares",
    "observations_seen_by",
    "share_now",
]
