"""The list of stores: master data with the results of the current run in one category."""

from django.db.models import Count, F, FilteredRelation, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import Format, Region, Store
from accounts.queries import kams_seen_by, store_text, territories_seen_by
from ka_crm.lib.listing import Column, Listing, Preset, flag_filter, record_filter
from ka_crm.lib.listing.definition import Filter
from ka_crm.pages.lists import words
from ka_crm.pages.lists.accounts import share_sums, subtrees
from ka_crm.pages.lists.store_map import place_filter
from ka_crm.people.models import User
from purchases.models import Category
from segmentation.models import SegmentationRun, StoreResult

HIDDEN = Q(archived_at__isnull=False) | Q(customer__archived_at__isnull=False)
NO_PLACE = Q(latitude__isnull=True) | Q(longitude__isnull=True)
_R = "result__"
_SHARE = (f"{_R}share_low", f"{_R}share_high", f"{_R}market_share", f"{_R}quadrant", f"{_R}status")

COLUMNS = (
    Column(
        "name", _("Store"), "name", fixed=True, cell="stores/cells/store.html",
        also=("code", "city", "customer__name", "archived_at"),
    ),
    Column("code", _("Code"), "code", shown=False),
    Column(
        "customer", _("Customer"), "customer__name", cell="stores/cells/customer.html",
        also=("customer__code",),
    ),
    Column("customer_code", _("Customer"), "customer__code", _("code"), shown=False),
    Column("quadrant", _("Quadrant"), f"{_R}quadrant", kind="quadrant", words=words.QUADRANTS),
    Column("potential", _("Buys,"), f"{_R}potential", words.A_YEAR, "money", falling=True, total="potential"),
    Column("ours", _("From us,"), "ours_amount", words.A_YEAR, "money", falling=True, total="ours"),
    Column(
        "share", _("Our share"), f"{_R}share", _("against market"), "share", _SHARE,
        cell="listing/cells/share.html", falling=True, total="share",
    ),
    Column(
        "gap", _("Gap to market"), f"{_R}gap_amount", words.SHARE_MONEY, "money",
        (f"{_R}status", f"{_R}share"), cell="listing/cells/gap.html", falling=True, total="gap",
    ),
    Column("status", _("Against market"), f"{_R}status", kind="certainty", words=words.STATUSES, shown=False),
    Column(
        "rank", _("Rank: buys /"), f"{_R}rank_potential", _("from us"), "count", (f"{_R}rank_own",),
        cell="listing/cells/ranks.html", export_label=_("Rank by what it buys"),
    ),
    Column("rank_own", _("Rank"), f"{_R}rank_own", _("by own sales"), "count", shown=False),
    Column("seen", _("Last"), f"{_R}last_seen_on", _("seen"), "date", falling=True),
    Column(
        "kam", _("KAM"), "customer__kam__name", kind="person", cell="listing/cells/person.html",
        shown=False,
    ),
    Column("city", _("City"), "city", shown=False),
    Column("address", _("Address"), "address", shown=False),
    Column("territory", _("Territory"), "territory__name", shown=False),
    Column("region", _("Region"), "region__name", shown=False),
    Column("format", _("Format"), "format__name", shown=False),
    Column("potential_class", _("Potential"), f"{_R}potential_class", _("class"), shown=False),
    Column("mark", _("Lists"), f"{_R}list_mark", kind="term", words=words.MARKS, shown=False),
    Column("grade", _("Certainty"), f"{_R}grade", _("of the potential"), shown=False),
    Column("market", _("Market"), f"{_R}market_share", _("share"), "percent", falling=True, shown=False),
    Column("delivery", _("Delivery"), "delivery_mode", shown=False),
)  # fmt: skip


def store_rows(viewer: User, run: SegmentationRun | None, category_id: int | None) -> "QuerySet[Store]":
    """Return the stores that ``viewer`` may see, each with its result in one category as ``result``."""
    condition = Q(results__run=run.pk if run else 0, results__category=category_id or 0)
    ours = Cast(F("result__share") * F("result__potential"), FloatField())
    return (
        Store.objects.visible_to(viewer)
        .annotate(result=FilteredRelation("results", condition=condition))
        .annotate(ours_amount=ours)
    )


def categories_with_results(run: SegmentationRun | None) -> list[Category]:
    """Return the categories of a run's stores, the one with most stores first."""
    if run is None:
        return []
    counted = StoreResult.objects.filter(run=run).values("category").annotate(rows=Count("pk"))
    order = {row["category"]: row["rows"] for row in counted}
    return sorted(Category.objects.filter(pk__in=order), key=lambda one: (-order[one.pk], one.code))


def chosen_category(run: SegmentationRun | None, wanted: str) -> tuple[list[Category], Category | None]:
    """Return the categories with results, and the one that a URL asks for, else the first."""
    categories = categories_with_results(run)
    first = categories[0] if categories else None
    return categories, next((one for one in categories if one.code == wanted), first)


def store_listing(viewer: User) -> Listing:
    """Return the list of stores for ``viewer``."""
    return Listing(
        key="stores",
        title=_("Stores"),
        columns=COLUMNS,
        filters=(
            *(words.status_filter(_R) if one.key == "status" else one for one in words.result_filters(_R)),
            chain_filter(),
            record_filter(
                "kam", _("KAM"), "customer__kam", lambda: kams_seen_by(viewer), without=_("nobody")
            ),
            record_filter(
                "territory", _("Territory"), "territory", lambda: territories_seen_by(viewer),
                without=_("none"), widen=subtrees,
            ),
            record_filter("format", _("Format"), "format", Format.objects.all, without=_("none")),
            record_filter("region", _("Region"), "region", Region.objects.all, without=_("none")),
            place_filter(),
            flag_filter(
                "place", _("Coordinates"), {"known": _("known"), "none": _("unknown")},
                {"known": ~NO_PLACE, "none": NO_PLACE},
            ),
            words.archived_filter(also=Q(customer__archived_at__isnull=False)),
        ),
        sort="-gap",
        search=store_text,
        sums={
            "potential": lambda wanted: Sum(f"{_R}potential", filter=wanted),
            "ours": lambda wanted: Sum("ours_amount", filter=wanted),
            "gap": lambda wanted: Sum(f"{_R}gap_amount", filter=wanted),
            **share_sums(_R),
        },
        presets=(
            Preset("attack", _("Attack"), "quadrant=attack"),
            Preset("surely", _("Surely below"), "status=below_confirmed"),
            Preset("explore", _("Explore"), "quadrant=explore"),
            Preset("missed", _("Missed by the sales list"), "mark=missed"),
            Preset("all", _("All"), ""),
        ),
        extra_paths=("code", "customer__name", "city", f"{_R}potential", f"{_R}gap_amount", *_SHARE),
        keep=("category",),
    )  # fmt: skip


def chain_filter() -> Filter:
    """Return the filter by customers, told by their codes."""
    return Filter(
        key="chain",
        label=_("Customer"),
        clean=lambda values: [value.replace("\x00", "")[:60] for value in values if value.strip()],
        condition=lambda values: Q(customer__code__in=list(values)),
        choices=lambda: [],
        labels=lambda values: {value: value for value in values},
    )
