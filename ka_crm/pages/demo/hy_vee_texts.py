"""Who and what stands in the dossier written by hand; every person and every talk is made up."""

import datetime as dt
from typing import NamedTuple

from accounts.models import ContactChannel, DecisionRole, Purpose, RivalStage
from ka_crm.pages.demo.dossier_people import (
    ASSISTANT,
    BUYER,
    DECIDER,
    HEAD,
    OPERATIONS,
    PRICING,
    STORES,
)
from ka_crm.pages.demo.dossier_stories import day
from ka_crm.pages.demo.dossier_talk_texts import Said

_MEETING, _CALL, _VISIT = ContactChannel.MEETING, ContactChannel.PHONE, ContactChannel.VISIT
_MAIL = ContactChannel.MAIL
_ROUTINE, _REVIEW, _SERVICE = Purpose.ROUTINE, Purpose.REVIEW, Purpose.SERVICE


class Somebody(NamedTuple):
    """One person at the customer; ``attitude`` None is unknown, ``covered_by`` who of us."""

    key: str
    name: str
    title: str
    department: str
    boss: str
    roles: tuple[DecisionRole, ...]
    influence: int
    attitude: int | None
    covered_by: str
    notes: str = ""


PEOPLE = (
    Somebody(DECIDER, "Margaret Osei", "SVP Merchandising", "Merchandising", "", (DecisionRole.DECIDER,), 5,
             None, "sponsor", "Never met. Grace Lin can introduce us."),
    Somebody(HEAD, "Paul Brandt", "VP Wine and Spirits", "Merchandising", DECIDER,
             (DecisionRole.INFLUENCER,), 4, -1, "sponsor", "Measures suppliers by display money per foot."),
    Somebody(PRICING, "Victor Nnamdi", "Pricing and promotion", "Pricing", DECIDER,
             (DecisionRole.INFLUENCER,), 3, -1, ""),
    Somebody(BUYER, "Irene Salcedo", "Category manager, spirits", "Merchandising", HEAD,
             (DecisionRole.BUYER,), 4, 0, "kam", "Wants one price everywhere."),
    Somebody(OPERATIONS, "Grace Lin", "Director store operations", "Operations", HEAD,
             (DecisionRole.COACH, DecisionRole.INFLUENCER), 3, 2, "kam"),
    Somebody(ASSISTANT, "Tom Haverkamp", "Assistant buyer", "Merchandising", BUYER,
             (DecisionRole.GATEKEEPER,), 2, 1, "kam", "Knows where every order is."),
    Somebody(STORES, "Sam Keller", "Store operations, Des Moines", "Operations", OPERATIONS,
             (DecisionRole.USER,), 2, 0, "rep"),
)  # fmt: skip

#: Days ago, with whom, what: the last ten, six of them with the buyer.
TALKS = (
    (6, BUYER, Said(_MEETING, _ROUTINE, "One price for Patrón Silver", "Wants one price for Patrón Silver "
     "750 in all stores before the talks; asks who pays for cold displays.")),
    (11, OPERATIONS, Said(_CALL, _ROUTINE, "Who decides about displays", "Brandt measures suppliers by "
     "display money per foot. She can introduce us to Margaret Osei.", True)),
    (21, ASSISTANT, Said(_CALL, _SERVICE, "Two late orders", "2 of 41 orders came late on 30 September. "
     "Credit note promised.")),
    (27, BUYER, Said(_CALL, _ROUTINE, "Date of the talks", "9 November, ten o'clock. Brandt is invited, "
     "too.")),
    (41, BUYER, Said(_MEETING, _REVIEW, "Figures of the summer", "Silver stands still, reposado grows. Asks "
     "for figures by store.")),
    (55, OPERATIONS, Said(_VISIT, _ROUTINE, "Second facing looked at", "Stands in the first three stores. "
     "Can be done in twenty.")),
    (69, BUYER, Said(_MAIL, _ROUTINE, "Cooler programme handed in again", "Received. The decision is "
     "taken above.")),
    (92, BUYER, Said(_CALL, _ROUTINE, "Cooler programme", "Forty stores are asked for. Offers until "
     "Friday.")),
    (104, BUYER, Said(_MEETING, _REVIEW, "Half-year figures", "Content with sizes, not with deliveries.")),
    (132, STORES, Said(_VISIT, _ROUTINE, "Stores in Des Moines", "Displays stand; labels are missing in "
     "two.")),
)  # fmt: skip
EARLIER = (
    (233, BUYER, Said(_MEETING, _REVIEW, "Assortment of spring", "Two sizes more on trial.")),
    (262, OPERATIONS, Said(_CALL, _ROUTINE, "Plan for the second facing", "Likes it, wants to begin small.")),
    (291, BUYER, Said(_MEETING, Purpose.TALKS, "Terms 2022", "45 days and 2 % for joint display. Agreed.")),
    (333, ASSISTANT, Said(_MAIL, _SERVICE, "Papers for the listing", "Complete.")),
    (372, BUYER, Said(_CALL, _ROUTINE, "Holiday order", "Whole cases, in two parts.")),
    (421, BUYER, Said(_MEETING, _REVIEW, "Figures of the summer 2021", "Our best summer so far.")),
    (470, BUYER, Said(_CALL, _ROUTINE, "375 ml", "Test in a few stores agreed.")),
    (525, BUYER, Said(_MEETING, _ROUTINE, "Range review", "Two of our sizes are listed everywhere.")),
)
#: Competitors: how far, what they hold, when their contract ends as far as we know.
CLAIMS = (
    ("Diageo", RivalStage.NEGOTIATING, "End caps in 60 stores until New Year; the cooler programme.",
     None),
    ("Beam", RivalStage.SUPPLIES, "Lower shelf, large bottles.", dt.date(2022, 12, 31)),
    ("Pernod Ricard", RivalStage.SUPPLIES, "Two facings in most stores.", dt.date(2023, 6, 30)),
    ("Proximo", RivalStage.PRESENTED, "", None),
)  # fmt: skip
#: Days ago, who, whom they met, what was said, papers, heard from whom.
MOVES = (
    (
        11,
        "Diageo",
        HEAD,
        "Don Julio end caps offered in 60 stores until New Year.",
        "Display sketch",
        "Grace Lin",
    ),
    (54, "Diageo", "", "Won the cooler programme in 40 stores.", "", "Irene Salcedo"),
    (61, "Diageo", HEAD, "Lunch with Paul Brandt; cold displays were the subject.", "", "Tom Haverkamp"),
    (83, "Beam", BUYER, "Asked for the price of the 1750 ml to be matched.", "Price sheet", "Irene Salcedo"),
    (97, "Proximo", BUYER, "Showed figures of other states.", "Slides", "Tom Haverkamp"),
)
#: What the plan of 2022 says: who, by when, done when, steps, for which goal. Three of eight are open.
ACTIONS = (
    ("Second facing, 20 worst stores", "rep", dt.date(2022, 11, 18), None, 20, 7, 1),
    ("Meet Margaret Osei", "sponsor", dt.date(2022, 11, 9), None, None, None, 0),
    ("Answer Diageo's displays", "kam", dt.date(2022, 11, 11), None, None, None, 0),
    ("Agree the terms of 2022", "kam", day(290), day(291), None, None, 0),
    ("List the 375 ml everywhere", "kam", day(200), day(206), None, None, 0),
    ("Fixed delivery day for holidays", "kam", day(150), day(150), None, None, 2),
    ("Shelf labels in all stores", "rep", day(120), day(110), 60, 60, 1),
    ("Figures by store for the buyer", "kam", day(100), day(104), None, None, 0),
)
