"""What the nine-box says of service: the strategy in every cell, and whether the hours allow it."""

import numpy as np
from django.utils.translation import gettext as _

from ka_crm.people.models import User
from segmentation.queries.load import hours_of_team, meetings_of
from segmentation.queries.overview import Box
from segmentation.rules.strategy_set import StrategySet
from segmentation.views import wording
from segmentation.views.capacity import team_sentence


def box_sentence(box: Box, viewer: User, strategies: StrategySet) -> str:
    """Return meetings needed against the hours of the viewer's team; nothing where it has nobody."""
    people, hours = hours_of_team(viewer, strategies)
    each = meetings_of([cell for cell, _name in box.pairs], [name for _cell, name in box.pairs], strategies)
    needed = float((each * np.array(list(box.pairs.values()))).sum()) if box.pairs else 0.0
    return team_sentence(needed, people, hours, strategies.minutes_a_meeting) if people else ""


def treatment(cell: str, strategies: StrategySet, *, is_short: bool) -> str:
    """Return the service of a cell in a few words; ``is_short`` where the cell is narrow."""
    strategy = strategies.cells.get(cell)
    if strategy is None:
        return ""
    visits = strategy.visits_per_month
    text = _("%(n)s a month") % {"n": f"{visits:g}"} if is_short else wording.visits_text(visits)
    return f"{text}, {_('sponsor')}" if strategy.has_sponsor else text
