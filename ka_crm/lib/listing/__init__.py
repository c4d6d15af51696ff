"""Lists of records: columns, filters in the URL, keyset pages, sums and exports; knows no room.

A room describes a list once (``Listing``); page, phone cards, sums, counts and export all follow from it.
"""

from ka_crm.lib.listing.definition import Column, Filter, Listing, Preset
from ka_crm.lib.listing.filters import choice_filter, flag_filter, record_filter
from ka_crm.lib.listing.page import list_page
from ka_crm.lib.listing.response import list_response
from ka_crm.lib.listing.state import ListState, read_state

__all__ = [
    "Column",
    "Filter",
    "ListState",
    "Listing",
    "Preset",
    "choice_filter",
    "flag_filter",
    "list_page",
    "list_response",
    "read_state",
    "record_filter",
]
