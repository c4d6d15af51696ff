"""How long the list of key accounts may be, and how many of them by nomination."""

from decimal import ROUND_FLOOR

from ka_crm.criteria.rules.settings import CriteriaSettings


def list_length(settings: CriteriaSettings, kams: int | None) -> int | None:
    """Return the most accounts that the list may hold; ``None`` = no limit is known."""
    if settings.list_cap is not None:
        return settings.list_cap
    return settings.cap_per_kam * kams if kams else None


def nominations_allowed(settings: CriteriaSettings, others: int, length: int | None) -> int:
    """Return how many nominated accounts keep within their part of the list that they end up on."""
    share = settings.nomination_share
    by_others = (share * others / (1 - share)).to_integral_value(ROUND_FLOOR)
    by_length = by_others if length is None else (share * length).to_integral_value(ROUND_FLOOR)
    return int(min(by_others, by_length))
