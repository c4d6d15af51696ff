"""The texts of the help page about where an account stands."""

from django.utils.translation import gettext as _

from ka_crm.pages.help_topic import Topic


def standing_topics() -> list[Topic]:
    """Return what is told of where an account stands."""
    return [
        Topic(
            "buying",
            _("Active, late, at risk, lost"),
            _(
                "Measured by the account's own rhythm: the usual gap between its order days. A fixed limit, "
                "say 60 days for all, would call nearly every quarterly buyer lost. Days count until the "
                "newest day with known sales; a season that was as quiet last year excuses."
            ),
            "late ≥ 1.5 × usual gap,  at risk ≥ 2 ×,  lost ≥ 3 ×",
            _("Usually every 30 days: late from day 45, at risk from 60, lost from 90."),
            _(
                "own-cadence practice; behind it a gamma model of the gaps, pooled with the segment: late, "
                "at risk and lost where only 20, 5 and 1 of 100 gaps are longer"
            ),
        ),
        Topic(
            "shrinking",
            _("Shrinking"),
            _("The last three whole months brought less than 70 % of the same three months a year before."),
            "Σ last 3 months ÷ Σ same 3 months last year < 0.70",
        ),
        Topic(
            "dossier-score",
            _("Dossier score"),
            _(
                "How much of what we should know about an account is written down and still fresh. What is "
                "old counts half, what is twice as old not at all. Every missing piece says what it brings."
            ),
            "Σ weight · filled · freshness: what it is 20, people and who decides 25, history 20, "
            "competitors 15, plan 20",
            _("Everything but the plan, with old notes on people and half of the competitors: 57.5."),
            _("weighted completeness with freshness; weights are our own choice"),
        ),
        Topic(
            "on-time-in-full",
            _("On time in full"),
            _(
                "Order lines of the last 90 days that arrived complete, at most one day early and never "
                "late, by the day we confirmed or else the day they asked for. What the customer cancelled "
                "and what is not due yet does not count."
            ),
            "lines with delivered inside the window ≥ ordered ÷ lines judged",
        ),
    ]
