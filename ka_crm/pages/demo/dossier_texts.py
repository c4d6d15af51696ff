"""Made-up sentences of the demo company's dossiers: general part, people, promises, offers, services."""

from typing import NamedTuple

from accounts.models import BidReason, Function


class KindTexts(NamedTuple):
    """The general part of one kind of customer."""

    history: tuple[str, ...]
    ownership: tuple[str, ...]
    organisation: tuple[str, ...]
    who_decides: tuple[str, ...]
    delivery: tuple[str, ...]


CHAIN = KindTexts(
    history=(
        "Buys from us for as long as the file goes back. The assortment was reviewed in spring 2021; since "
        "then two of our sizes are listed everywhere.",
        "Began with the 750 ml only; the 375 ml followed in summer 2021 after a test in a few stores.",
        "A change of the category team in 2021 cost us half a year. Talks are regular again since January.",
    ),
    ownership=(
        "Not looked into yet beyond the name. (Made-up dossier.)",
        "One head office answers for all stores in the file.",
    ),
    organisation=(
        "Merchandising decides what is listed, operations what stands where. Finance signs annual terms.",
        "Head office with a small spirits team; area supervisors look after the stores.",
        "Category team for beverages; stores order by themselves within the list.",
    ),
    who_decides=(
        "Head office lists and prices, stores choose facings.",
        "Listing and price at head office; displays are agreed with operations, store by store.",
        "The category team proposes, merchandising decides twice a year, finance signs.",
    ),
    delivery=(
        "Own warehouse; stores are supplied twice a week.",
        "Straight to the stores, Tuesday to Thursday, before 11.",
        "Through the state's warehouse, one fixed day a week for each store.",
    ),
)
SHOP = KindTexts(
    history=(
        "Was visited now and then until 2021; a fixed rhythm since the owner asked for one.",
        "Took the 1750 ml on trial for the holidays of 2021 and kept it.",
        "Moved the tequila shelf beside the till in spring; our sales followed.",
    ),
    ownership=("The owner works in the shop. (Made-up dossier.)", "Run by two partners. (Made-up dossier.)"),
    organisation=(
        "The owner decides, the manager orders every week.",
        "A manager and a handful of people on the floor; books are kept outside.",
    ),
    who_decides=(
        "The owner decides alone, and listens to the manager about what sells.",
        "The manager orders; everything new goes to the owner.",
        "Whoever orders on Monday decides about sizes, the owner about brands.",
    ),
    delivery=(
        "Once a week, Wednesday morning.",
        "Thursday before noon, side entrance.",
        "Every second Friday.",
    ),
)
ENVIRONMENT = (
    "A warehouse club within ten minutes sets the price of the 1750 ml.",
    "Two liquor stores nearby; weekends and holidays bring a third of the month.",
    "University town: September and May are strong, July is quiet.",
    "Convenience grows, the large shop at the weekend shrinks.",
)
MARKET_NOTES = (
    "Agave grows faster here than whiskey. The shelf has not followed yet.",
    "Añejo is bought as a gift; it stands too high to be seen.",
    "Cocktail sizes are asked for and missing.",
    "Celebrity brands took facings last year; repeat sales are weak.",
)
BUYING_HABITS = (
    "Orders every week, stocks up before Cinco de Mayo and Thanksgiving.",
    "Every other Monday, in whole cases.",
    "Small orders, often; large ones only with a promotion.",
    "Monthly, by list; changes until the Thursday before.",
)
CONCERNS = (
    "Out of stock on Fridays.",
    "Theft of 375 ml bottles; asks for locked shelves.",
    "Margin on the 1750 ml.",
    "Too many people of ours call; wants one.",
)
PERSON_NOTES = (
    "Prefers calls before ten.",
    "Answers mail the same day, seldom the phone.",
    "Likes numbers on one page.",
    "Was in the wine team before.",
    "Decides fast when the margin is on the first line.",
)
CHAIN_NOTES = (
    "Reviewed in January and July. Finance signs after merchandising.",
    "The buyer proposes, the head of the category takes it to merchandising.",
)
SHOP_NOTES = ("Said in passing, at the counter. No paper.", "New articles are tried for eight weeks.")

#: What we promise, what they promise.
OURS = (
    "Price list with the new case sizes",
    "Shelf plan for the tequila bay",
    "Two bottle display stands",
    "Credit note for the broken case",
    "Tasting dates until Christmas",
    "Figures of the last promotion",
    "Sample bottles of the añejo",
    "Answer on the longer payment term",
    "Fixed delivery day before holidays",
    "Recipe cards for the shelf edge",
)
THEIRS = (
    "Space for a display at the entrance",
    "Sales by week and size",
    "Date for the review",
    "List of stores for the second facing",
    "Answer on the 375 ml",
    "Payment of the September invoice",
)
#: Offers and tenders: title, and what was learned by the reason why they were decided.
OFFERS = (
    "Second facing, 750 ml",
    "Listing of the 375 ml",
    "Holiday display",
    "Gift boxes for December",
    "Locked shelf for premium bottles",
    "Summer margarita promotion",
    "Añejo listing",
)
LEARNED: dict[str, str] = {
    BidReason.PRICE: "The other offer was lower by the case; nobody asked about display money.",
    BidReason.SERVICE: "Weekly delivery decided it.",
    BidReason.RELATIONSHIP: "Operations spoke for the one they see most often.",
    BidReason.PROMOTION: "Whoever pays for the display gets the end cap.",
    BidReason.TERMS: "Longer payment counted more than price.",
    BidReason.DEADLINE: "We answered a week after the day we had named.",
    BidReason.QUALITY: "The tasting settled it.",
}
TERMS = (
    "45 days; 2 % for a joint display in at least half of the stores.",
    "30 days; price held until the end of the year.",
    "30 days; one promotion a quarter, paid half and half.",
)
SERVICE_CASES = (
    "Broken bottles in a case",
    "Asked for an offer on gift boxes",
    "Invoice with last year's price",
    "New delivery address",
    "Wanted shelf labels in the new size",
    "Question about allergens",
)
REQUESTS = (
    ("Somebody for a tasting on two Saturdays", Function.MARKETING),
    ("A delivery on Friday before the holidays", Function.LOGISTICS),
    ("Longer payment for the December order", Function.FINANCE),
    ("Shelf pictures of the new bay", Function.SERVICE),
)
PROBLEMS = (
    "Fewer empty shelves at the weekend: we count with them every second week.",
    "One contact for price, display and delivery instead of three.",
    "Slow sizes are taken back after a trial.",
)
SAVINGS = (
    "Whole cases on a fixed day save two receipts a month.",
    "Shelf edge and display come ready to stand.",
    "Orders by list instead of by phone.",
)
JOINT = (
    "Review every quarter; one shared sheet of what sells.",
    "A tasting before each holiday; they give the space, we the people.",
)
