"""The texts of the help page, in the order in which somebody new meets the numbers."""

from django.utils.translation import gettext as _

from ka_crm.pages.help_standing import standing_topics
from ka_crm.pages.help_topic import Topic


def help_topics() -> list[tuple[str, list[Topic]]]:
    """Return the topics in groups, in the viewer's language."""
    return [
        (_("What they buy from us"), _ours()),
        (_("What they buy at all"), _everybody()),
        (_("Our share"), _share()),
        (_("What follows from it"), _conclusions()),
        (_("Where an account stands"), standing_topics()),
        (_("Control"), _control()),
    ]


def topic_named(key: str) -> Topic | None:
    """Return one topic by its key."""
    return next((topic for _title, topics in help_topics() for topic in topics if topic.key == key), None)


def _ours() -> list[Topic]:
    return [
        Topic(
            "window",
            _("The window"),
            _(
                "All figures are of the whole months before the as-of date, usually twelve. The month that "
                "is "
                "still open never counts, so that nobody looks weak because the month is young."
            ),
        ),
        Topic(
            "abc",
            _("Class A, B, C"),
            _(
                "Accounts are ranked by value, the largest first. Class A are those that make the first 80 "
                "% of "
                "the total, B the next 15 %, C the rest. The account that crosses the line still belongs "
                "to the "
                "better class. The value is our gross profit; where not every line has a cost it is net "
                "sales."
            ),
            "A while Σ earlier ÷ total < 0.80; B while < 0.95; else C",
            _(
                "Sales of 400, 200, 120, 80, 70, 50, 40, 25 and 15: the first four are A, because the "
                "accounts "
                "before the fourth make 72 %."
            ),
            _("usual practice of ABC analysis; the lines are a setting"),
        ),
        Topic(
            "xyz",
            _("Class X, Y, Z and N"),
            _(
                "How regularly an account buys. The monthly purchases since its first one are compared "
                "with their "
                "mean: X hardly varies, Y varies, Z is irregular. N is too new to rate. Somebody who "
                "orders in an "
                "even rhythm, say every quarter, counts as X although single months look empty."
            ),
            "CV = standard deviation ÷ mean;  X ≤ 0.50,  Y ≤ 1.00,  else Z",
            _("Six equal months and six empty ones have a CV of exactly 1: class Y."),
            _("XYZ analysis; the lines are wider than in textbooks, because monthly data vary more"),
        ),
        Topic(
            "ninebox",
            _("The nine-box"),
            _(
                "Value in rows, regularity in columns. It decides how much service an account gets: how "
                "often we "
                "meet the buyer, whether somebody of the board looks after it. Each cell opens the list "
                "behind it."
            ),
        ),
        Topic(
            "load",
            _("Load of an account manager"),
            _(
                "Key accounts weighted by what they ask for; about nine are one person's work, 6 to 11 are "
                "workable. Beside it stand the hours: meetings that cells and quadrants ask for, times the "
                "minutes of a meeting. Where they do not fit, the accounts with the smallest gap to market "
                "share go down to the least service first."
            ),
            "1.25 × attack + 1 × defend + 1 × explore + 0.5 × maintain + 0.25 × monitor",
            _("4 attack, 3 defend, 4 maintain and 2 monitor make 10.5: workable."),
        ),
        Topic(
            "concentration",
            _("Concentration"),
            _(
                "How much the largest accounts make together. The steeper the start of the curve, the more "
                "hangs on a few."
            ),
            "part(n) = Σ of the n largest ÷ Σ of all",
        ),
    ]


def _everybody() -> list[Topic]:
    return [
        Topic(
            "potential",
            _("Buys at all (purchase potential)"),
            _(
                "What a store or account buys of the category from everybody, us included. Best are full "
                "counts: "
                "scanner, distributor or market-research data. Visits on single days are projected with "
                "the pattern "
                "of weekdays and seasons. Estimates (a declared budget, headcount) fill the gap, with less "
                "weight. "
                "Every estimate says “about” and has an interval."
            ),
            "total = μ · X,  μ = Σ counted ÷ Σ day weights,  X = Σ day weights of the period",
            _(
                "Ten visits in March with 42.5 on an average day, 29.3 weighted days: about 1,244 (1,195 "
                "to 1,293)."
            ),
            _("ratio estimator of sampling theory; sources combined by inverse variance"),
        ),
        Topic(
            "grade",
            _("Grade of the evidence"),
            _("A is a full count or as good as one, B good, C fair, D rough. It goes by the relative error."),
            "A ≤ 10 %,  B ≤ 20 %,  C ≤ 35 %,  D above",
        ),
        Topic(
            "ask-first",
            _("Ask these stores first"),
            _(
                "Where a total is unknown or old, asking teaches most at large stores near a class line. A "
                "visit with "
                "two numbers, all brands and ours, is enough for a start."
            ),
            "score = 100 · size · ignorance · (1 + nearness) ÷ 2, each part 0 to 1",
            source=_("our own choice"),
        ),
    ]


def _share() -> list[Topic]:
    return [
        Topic(
            "share",
            _("Our share"),
            _("What is ours of everything counted in a store or account."),
            "share = Σ ours ÷ Σ all",
            _("56 of 338 bottles in twelve visits: 16.6 %."),
        ),
        Topic(
            "market-share",
            _("Market share"),
            _(
                "What our share is compared with: the share somebody set for the category and region, else "
                "what we "
                "hold in all counted stores together. A store is left out of the market it is compared "
                "with."
            ),
            "m = Σ all · share ÷ Σ all, over the other stores",
        ),
        Topic(
            "certainty",
            _("Surely below, probably below, too early to tell"),
            _(
                "A low share on few days can be chance. “Surely below” means that even the upper limit of "
                "our share "
                "is under the market's; “probably below” that the share is lower but the limit is not; "
                "“too early” that "
                "there are fewer than five visit days and 30 units, or fewer than six months. The bar "
                "draws the 90 % "
                "interval: clear of the line is surely below."
            ),
            "Wilson limit on an effective number of units; days (or months) are the unit of evidence",
            _("16.6 % with an upper limit of 20.8 % against a market of 24 %: surely below."),
            _("intervals for proportions in clustered samples, after Korn and Graubard"),
        ),
        Topic(
            "gap",
            _("Gap to market share"),
            _(
                "The money we would sell more if we held our market share there. It is a yardstick to rank "
                "by, not a "
                "forecast."
            ),
            "gap = (market share − share) · what it buys",
            _("(30.4 % − 10.7 %) × $229,376 = about $45,300."),
        ),
    ]


def _conclusions() -> list[Topic]:
    return [
        Topic(
            "quadrants",
            _("Attack, defend, explore, maintain, monitor"),
            _(
                "Large buyers (class A by all they buy) below market share are to attack, at or above it "
                "to defend, and "
                "to explore where our share is not measured. Smaller ones are to maintain at or above "
                "market share, and "
                "otherwise to monitor."
            ),
            "share ÷ market share < 1 or ≥ 1, and potential class",
            source=_("attack and defend after Lanchester practice, with total demand in place of own sales"),
        ),
        Topic(
            "comparison",
            _("Kept, missed, misfiled"),
            _(
                "Two lists of the same length: by what they buy from us, and by what they buy at all. Kept "
                "is on both, "
                "missed only on the second, misfiled only on the first. Whoever ranks by own sales alone "
                "never sees the "
                "missed ones, because they buy from others."
            ),
        ),
        Topic(
            "telling",
            _("The most telling name"),
            _(
                "Among large buyers that are surely below market share, the one where gap and ranks "
                "climbed are largest together."
            ),
            "gap · (rank by our sales − rank by all they buy)",
            source=_("our own choice"),
        ),
        Topic(
            "key-account",
            _("Key account"),
            _(
                "Chosen once a year: a reason (profit, potential, budget, image, expert), every gate passed "
                "(need, solvency, decision power; margin; size), and a place on the list. Its page of why "
                "says how far it is from every line. Assessments count for twelve months; what nobody knows "
                "passes or fails as the criteria say."
            ),
            source=_("the company's own criteria"),
        ),
        Topic(
            "movement",
            _("What moved"),
            _(
                "Two runs compared. Somebody can cross the market share because our share moved or because "
                "the market's "
                "did, so both are shown."
            ),
        ),
    ]


def _control() -> list[Topic]:
    return [
        Topic(
            "control",
            _("What control is for"),
            _(
                "Monitoring of agreed terms and promotions, nothing else. In many countries it "
                "is unlawful to "
                "dictate a dealer's selling price or to forbid selling to whoever asks from "
                "elsewhere: minimum "
                "resale prices are presumed unlawful in China, and the EU restricts them and bans on passive "
                "sales. Nothing follows from a result by itself, there are no penalties here, and a person "
                "closes every case. Ask a lawyer before you act on a result."
            ),
        ),
        Topic(
            "price-floor",
            _("Below the floor"),
            _(
                "The floor in force is the customer's own line of the price list, else its "
                "region's, else the "
                "general one; an approved promotion lowers it. One sighting is to be verified; a second day "
                "within 30 days, or a photo, confirms it."
            ),
            "(floor − price) ÷ floor > 1 %",
            _("95.00 seen, floor 100.00: 5 % below."),
        ),
        Topic(
            "stockpiling",
            _("Stockpiling index"),
            _(
                "What a customer bought in promotions against what its own stores are expected to sell: last "
                "year's same days with the growth of the 90 days before, else the mean day of those 90."
            ),
            "units bought in promotions ÷ own-store forecast, flagged above 1.3",
            _("5,200 bought, 3,600 expected: 1.44."),
            _("our own choice of the forecast"),
        ),
        Topic(
            "otif",
            _("On time in full"),
            _(
                "A line is good when all of it came on the due day or the day before, an order when all its "
                "lines are. The due day is the one requested, or the one we confirmed. Cancelled "
                "lines do not "
                "count, and what is not due yet is not judged."
            ),
        ),
        Topic(
            "margin-lost",
            _("Margin lost along a supply route"),
            _(
                "What all levels between us and a store keep together; a level without a stated margin is "
                "counted and not taken for zero."
            ),
            "1 − Π (1 − margin of a level)",
            _("10 %, 20 % and 25 %: 46 %."),
        ),
    ]
