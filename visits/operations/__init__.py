"""Every write of what was measured or stated about stores and markets."""

from visits.evaluation import evaluate_stores
from visits.operations.estimates import (
    archive_estimate,
    change_estimate,
    create_estimate,
    restore_estimate,
)
from visits.operations.many_observations import Count, CountsRefused, record_observations
from visits.operations.market_shares import (
    archive_market_share,
    change_market_share,
    create_market_share,
    restore_market_share,
)
from visits.operations.observations import Implausible, Recorded, record_observation

__all__ = [
    "Count",
    "CountsRefused",
    "Implausible",
    "Recorded",
    "archive_estimate",
    "archive_market_share",
    "change_estimate",
    "change_market_share",
    "create_estimate",
    "create_market_share",
    "evaluate_stores",
    "record_observation",
    "record_observations",
    "restore_estimate",
    "restore_market_share",
]
