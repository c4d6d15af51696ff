"""What people found out about accounts, for the selection: the register and its assessments fill it in."""

import datetime as dt

from segmentation.inputs import IntArray
from segmentation.rules.ka_candidates import AccountFacts, unknown_facts


def facts_of(customers: IntArray, as_of: dt.date) -> AccountFacts:
    """Return the facts of some customers as of a day; what nobody assessed is unknown."""
    return unknown_facts(len(customers))
