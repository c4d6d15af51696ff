"""Sentences behind the keys of this package, marked for translation; pages translate and fill them."""


def gettext_noop(text: str) -> str:
    """Mark a text for translation without translating it here."""
    return text


CELL_NOTES = {
    "plan_together_and_reserve_stock": gettext_noop("Plan and forecast together; reserve stock."),
    "plan_around_seasons_and_promote_together": gettext_noop(
        "Plan around their seasons and projects; share one promotion calendar."
    ),
    "find_why_irregular_and_call_first": gettext_noop(
        "Find out why orders are irregular; call before the next one is due; no blanket terms."
    ),
    "automate_reorders_and_cross_sell": gettext_noop("Automate reorders; grow by cross-selling."),
    "promote_to_target_and_watch_the_trend": gettext_noop("Use targeted promotions; watch the trend."),
    "follow_chances_and_check_share_of_wallet": gettext_noop(
        "Follow single chances; check what they buy elsewhere."
    ),
    "serve_at_low_cost": gettext_noop("Serve at low cost: distributor or self-service."),
    "serve_by_phone_and_bundle_orders": gettext_noop("Serve by phone; bundle orders."),
    "prepay_or_distributor": gettext_noop(
        "Payment in advance or through a distributor; a candidate to drop unless its potential is large."
    ),
    "onboard_and_rate_later": gettext_noop("New: help them start; rate again after six months."),
}

TREATMENT_ACTIONS = {
    "find_who_blocks": gettext_noop("Find out who blocks us."),
    "map_competitors": gettext_noop("Map the competitors in the account."),
    "service": gettext_noop("Keep the service excellent."),
    "deliver_on_time_in_full": gettext_noop("Deliver on time and in full."),
    "sponsor": gettext_noop("Give the account a sponsor on our board."),
    "keep_prices_steady": gettext_noop("Keep prices steady."),
    "measure_12_days_in_6_weeks": gettext_noop("Measure its total on 12 days within 6 weeks."),
    "low_cost_service": gettext_noop("Keep what we have at low cost."),
    "serve_by_distributor": gettext_noop("Serve through a distributor."),
}

ASK_FIRST_REASONS = {
    "large_own_sales": gettext_noop("buys much from us"),
    "large_by_estimate": gettext_noop("probably buys much"),
    "no_total": gettext_noop("nobody knows its total"),
    "old_total": gettext_noop("its total is old"),
    "uncertain_total": gettext_noop("its total is uncertain"),
    "near_class_line": gettext_noop("could change class"),
}

ABC_PLACED = gettext_noop(
    "%(cls)s: %(value)s of %(measure)s in the window, number %(rank)s of %(accounts)s and %(share)s of the "
    "total. The accounts before it hold %(before)s; class %(line_class)s ends at %(line)s."
)
ABC_LAST = gettext_noop(
    "C: %(value)s of %(measure)s in the window, number %(rank)s of %(accounts)s and %(share)s of the total. "
    "The accounts before it hold %(before)s."
)
ABC_OUTSIDE_ZERO = gettext_noop("C: nothing was bought in the window, so the account is outside the total.")
ABC_OUTSIDE_NEGATIVE = gettext_noop(
    "C: more was returned than bought (%(value)s), so the account is outside the total."
)
ABC_NEXT = gettext_noop("%(more)s more would be enough for class %(next_class)s.")

XYZ_REGULAR = gettext_noop(
    "%(cls)s: monthly purchases vary by %(cv)s around a mean of %(mean)s, over %(months)s months "
    "(%(active)s with a purchase)."
)
XYZ_STEADY = gettext_noop(
    "X: the months look irregular, but orders of similar size come every %(gap_mean)s days, "
    "give or take %(gap_sd)s."
)
XYZ_NEW = gettext_noop(
    "N: only %(months)s complete months since the first purchase; rated from %(min_periods)s on."
)
XYZ_NOTHING = gettext_noop(
    "Z: the purchases of the window add up to nothing, so there is no pattern to rate."
)
XYZ_NEXT = gettext_noop("Class %(next_class)s begins at a variation of %(limit)s.")

SHARE_INSUFFICIENT = gettext_noop(
    "Too early to tell: %(clusters)s counts and %(total)s seen; it takes at least %(min_clusters)s "
    "counts and %(min_total)s."
)
SHARE_NO_MARKET = gettext_noop(
    "Our share is %(share)s (%(own)s of %(total)s), but no market share is known to compare it with."
)
SHARE_OK = gettext_noop(
    "At or above market share: %(share)s (%(own)s of %(total)s in %(clusters)s counts) against "
    "%(market_share)s."
)
SHARE_WATCH = gettext_noop(
    "Probably below market share: %(share)s against %(market_share)s, but %(clusters)s counts cannot rule "
    "out chance (up to %(high)s)."
)
SHARE_CONFIRMED = gettext_noop(
    "Surely below market share: %(share)s (%(own)s of %(total)s in %(clusters)s counts) against "
    "%(market_share)s; even the upper limit %(high)s is below."
)
SHARE_GAP = gettext_noop("The gap to market share is about %(gap)s a month.")
SHARE_MORE_DAYS = gettext_noop("About %(days)s more counts like these would make it sure.")

QUADRANT_MEASURED = gettext_noop(
    "Buys %(potential)s in all (class %(potential_class)s); our share is %(share)s against a market share of "
    "%(market_share)s, an index of %(index)s."
)
QUADRANT_UNMEASURED = gettext_noop(
    "Buys %(potential)s in all (class %(potential_class)s); our share is not known yet."
)
QUADRANT_UNKNOWN = gettext_noop("Nobody knows yet what it buys in all.")
QUADRANT_HELD = gettext_noop("Stays where it was while it is close to the line.")
QUADRANT_UP = gettext_noop(
    "Turns to %(target)s when it buys about %(amount)s more from us instead of others."
)
QUADRANT_DOWN = gettext_noop("Turns to %(target)s when it buys about %(amount)s less from us.")
QUADRANT_LARGE = gettext_noop("Counts as a large buyer from %(cut)s on, %(amount)s more than now.")
QUADRANT_MEASURE = gettext_noop("Measure its total to learn whether to attack or to defend.")
