"""How the visits of a day are planned, as an administrator set it."""

from typing import Any

from ka_crm.records.queries import system_setting
from visits.rules.route import WORTH, DayCapacity, RouteRules

#: Name of the system setting; its value holds only what was ever set.
ROUTE = "visit_route"
_OF_DAY = ("minutes", "minutes_a_visit", "km_an_hour")
REASONS = tuple(WORTH)


def route_values() -> dict[str, float]:
    """Return the settings as flat values: minutes, minutes_a_visit, km_an_hour, stale_days, and
    ``worth_<reason>``; what was never set has its usual value."""
    stored: dict[str, Any] = system_setting(ROUTE, {})
    usual = DayCapacity()
    values: dict[str, float] = {name: float(getattr(usual, name)) for name in _OF_DAY}
    values["stale_days"] = RouteRules().stale_days
    values |= {f"worth_{reason}": WORTH[reason] for reason in REASONS}
    return {name: float(stored.get(name, value)) for name, value in values.items()}


def route_rules() -> RouteRules:
    """Return the settings as the planner takes them; one query."""
    values = route_values()
    return RouteRules(
        capacity=DayCapacity(**{name: values[name] for name in _OF_DAY}),
        worth={reason: values[f"worth_{reason}"] for reason in REASONS},
        stale_days=int(values["stale_days"]),
    )
