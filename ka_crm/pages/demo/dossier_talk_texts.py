"""What was said in the made-up talks of the demo company, by the post of whom we talked to."""

from typing import NamedTuple

from accounts.models import ContactChannel, Purpose
from ka_crm.pages.demo.dossier_people import (
    APPROVER,
    ASSISTANT,
    BUYER,
    DECIDER,
    HEAD,
    OPERATIONS,
    PRICING,
    STORES,
)

MEETING, VISIT, CALL = ContactChannel.MEETING, ContactChannel.VISIT, ContactChannel.PHONE
MAIL, EVENT = ContactChannel.MAIL, ContactChannel.EVENT
ROUTINE, TALKS, REVIEW, SERVICE = Purpose.ROUTINE, Purpose.TALKS, Purpose.REVIEW, Purpose.SERVICE


class Said(NamedTuple):
    """One talk: how, what for, about what, and what was said; ``is_inside`` is not said to everybody."""

    channel: ContactChannel
    purpose: Purpose
    subject: str
    text: str
    is_inside: bool = False


_BUYER = (
    Said(MEETING, REVIEW, "Figures of the quarter", "Reposado grows, silver stands still. Wants the 1750 ml "
         "cheaper or gone."),
    Said(CALL, ROUTINE, "Order for the weekend", "Added four cases of 750 ml. Asks when the new labels "
     "come."),
    Said(MAIL, ROUTINE, "Price list sent", "Confirmed; will compare it with the other offers this week."),
    Said(VISIT, ROUTINE, "Shelf looked at together", "Our facings are right, the price tag of the añejo is "
         "missing. Will be put up."),
    Said(MEETING, TALKS, "Terms of the next half year", "One price for all sizes is wanted. We offered "
         "display money instead; no answer yet."),
    Said(CALL, SERVICE, "Two bottles broken", "Credit note promised. No harm done."),
    Said(MEETING, ROUTINE, "Holiday display", "Two weeks at the entrance are possible if we bring the "
     "stand."),
    Said(CALL, ROUTINE, "Out of stock on Friday", "The small size was sold out by noon. Orders more from "
     "now on."),
    Said(MAIL, ROUTINE, "Dates for tastings", "Two Saturdays are fine, the third is taken by {rival}."),
    Said(CALL, REVIEW, "After the promotion", "Sold as planned. Would do it again before Easter, not in "
     "summer."),
)  # fmt: skip
_DECIDER = (
    Said(MEETING, REVIEW, "Half-year review", "Content with delivery. Wants to see margin per foot of shelf, "
         "not per bottle."),
    Said(MEETING, TALKS, "What next year may bring", "Is open to a joint plan if it fits on one page."),
    Said(VISIT, ROUTINE, "A walk through the shelves", "Likes the new bay. Asks why {rival} has the end "
     "cap."),
    Said(CALL, ROUTINE, "Short call about the display", "Agreed. The rest with the people who do it."),
    Said(EVENT, ROUTINE, "Met at the trade evening", "Ten friendly minutes; asked for the figures of the "
     "state."),
)  # fmt: skip
_APPROVER = (
    Said(CALL, SERVICE, "Open invoices gone through", "All but one are on their way; that one lacks a "
         "delivery note."),
    Said(MEETING, TALKS, "Payment terms", "Longer payment only against a fixed yearly amount."),
    Said(MAIL, ROUTINE, "Statement of account", "Confirmed without remarks."),
)  # fmt: skip
_OPERATIONS = (
    Said(CALL, ROUTINE, "Who decides about displays", "Display money per foot is what counts in the end. "
         "Said that {rival} asked for the same space.", True),
    Said(VISIT, ROUTINE, "Bay checked", "Second facing stands. People on the floor like the new labels."),
    Said(MEETING, ROUTINE, "Plan for the holidays", "Stands may come two weeks before."),
    Said(CALL, ROUTINE, "What {rival} offered", "An end cap until New Year, paid in advance. Nothing is "
     "signed.",
         True),
    Said(CALL, SERVICE, "Late delivery", "The truck came at two. Nobody was there to receive it."),
)  # fmt: skip
_HEAD = (
    Said(MEETING, REVIEW, "Category review", "Agave gets two feet more. How they are shared is open."),
    Said(EVENT, ROUTINE, "Met at the trade show", "Knows our brands, doubts our delivery."),
    Said(CALL, ROUTINE, "About the review", "Moved by two weeks. Wants figures before, not during."),
)
_PRICING = (
    Said(MAIL, ROUTINE, "Promotion calendar", "Two slots left: one in December, one before Cinco de Mayo."),
    Said(CALL, ROUTINE, "Price tags", "New prices are in the system from Monday."),
    Said(MEETING, REVIEW, "What promotions brought", "Will not repeat those that only moved bottles around."),
)
_ASSISTANT = (
    Said(CALL, ROUTINE, "Appointment arranged", "The buyer has time on Thursday."),
    Said(
        MAIL, SERVICE, "Papers for the listing", "Complete, except for the pallet sheet. Sent the same day."
    ),
    Said(CALL, ROUTINE, "Whereabouts of an order", "It was keyed in twice. Cancelled one."),
)
_STORES = (
    Said(VISIT, ROUTINE, "Store visit", "Display stands in the wrong aisle; moved together."),
    Said(VISIT, SERVICE, "Shelf labels", "Brought new ones. Three of the old ones showed last year's price."),
    Said(CALL, ROUTINE, "Stock before the weekend", "Enough of all sizes but the smallest."),
)
BY_POST: dict[str, tuple[Said, ...]] = {
    BUYER: _BUYER, DECIDER: _DECIDER, APPROVER: _APPROVER, OPERATIONS: _OPERATIONS, HEAD: _HEAD,
    PRICING: _PRICING, ASSISTANT: _ASSISTANT, STORES: _STORES,
}  # fmt: skip
NOTES = (
    ("Shelf photo looked at", "The rival's neck hangers are still there. Ask at the next visit."),
    ("Before the talks", "Bring the figures by size; last time they were asked for twice."),
    ("Heard in the shop", "A tasting of another brand is planned for December."),
)
COMING = (
    Said(CALL, ROUTINE, "Order before Thanksgiving", ""),
    Said(VISIT, ROUTINE, "Shelf and display check", ""),
    Said(MEETING, REVIEW, "Figures of October", ""),
    Said(CALL, SERVICE, "Ask whether the credit note arrived", ""),
)
