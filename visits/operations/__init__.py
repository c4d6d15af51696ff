"""Every write of what was measured or stated about stores and markets."""

from visits.evaluation import evaluate_stores
from visits.operations.asides import confirm_count, drop_count
from visits.operations.cadence import keep_visit_cadences
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
from visits.operations.photos import keep_photo
from visits.operations.planning import (
    add_stop,
    move_stop,
    plan_day,
    remove_stop,
    reorder_day,
    resume_stop,
    skip_stop,
)
from visits.operations.samples import cancel_round, draw_round
from visits.operations.seen import BrandSeen, CheckSeen, CountSeen, LotSeen, Seen
from visits.operations.visits import (
    RecordedVisit,
    SentWithOtherContent,
    evaluate_visited,
    record_visit,
)

__all__ = [
    "keep_visit_cadences",
    "add_stop",
    "move_stop",
    "plan_day",
    "remove_stop",
    "reorder_day",
    "resume_stop",
    "skip_stop",
    "BrandSeen",
    "CheckSeen",
    "Count",
    "CountSeen",
    "CountsRefused",
    "Implausible",
    "LotSeen",
    "Recorded",
    "RecordedVisit",
    "Seen",
    "SentWithOtherContent",
    "archive_estimate",
    "archive_market_share",
    "change_estimate",
    "change_market_share",
    "cancel_round",
    "confirm_count",
    "create_estimate",
    "create_market_share",
    "draw_round",
    "drop_count",
    "evaluate_stores",
    "evaluate_visited",
    "keep_photo",
    "record_observation",
    "record_observations",
    "record_visit",
    "restore_estimate",
    "restore_market_share",
]
