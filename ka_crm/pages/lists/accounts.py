"""The list of accounts: master data with the results of the current run."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db.models import Count, F, FilteredRelation, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel, Customer, Format, Region
from accounts.queries import customer_text, kams_seen_by, territories_seen_by
from ka_crm.lib.listing import Column, Listing, Preset, choice_filter, flag_filter, record_filter
from ka_crm.pages.lists import standing, words
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below
from segmentation.models import SegmentationRun

HIDDEN = Q(archived_at__isnull=False)
_R = "result__"
_SHARE = (f"{_R}share_low", f"{_R}share_high", f"{_R}market_share", f"{_R}quadrant", f"{_R}status")
_CELLS = "accounts/cells/"

COLUMNS = (
    Column(
        "name", _("Account"), "name", fixed=True, cell=_CELLS + "account.html",
        also=("code", "channel__name", "format__name", f"{_R}stores", "archived_at", "region__name"),
    ),
    Column("code", _("Code"), "code", shown=False),
    Column(
        "quadrant", _("Quadrant"), f"{_R}quadrant", kind="quadrant", words=words.QUADRANTS,
        cell=_CELLS + "quadrant.html", shown=False,
    ),
    Column(
        "potential", _("They buy,"), f"{_R}potential", words.A_YEAR, "money", falling=True,
        total="potential",
    ),
    Column("sales", _("From us,"), f"{_R}net_sales", words.A_YEAR, "money", falling=True, total="sales"),
    Column(
        "share", _("Our share"), f"{_R}share", _("against market"), "share", _SHARE,
        cell="listing/cells/share.html", falling=True, total="share",
    ),
    Column(
        "gap", _("Gap to market"), f"{_R}gap_amount", words.SHARE_MONEY, "money",
        (f"{_R}status", f"{_R}share"), cell="listing/cells/gap.html", falling=True, total="gap",
    ),
    Column(
        "below", _("Stores"), f"{_R}stores_below", _("surely below"), "count", (f"{_R}stores",),
        cell=_CELLS + "below.html", falling=True, total="below",
    ),
    Column(
        "rank", _("Rank: buys /"), f"{_R}rank_potential", _("from us"), "count", (f"{_R}rank_own",),
        cell="listing/cells/ranks.html", export_label=_("Rank by what they buy"),
    ),
    Column("rank_own", _("Rank"), f"{_R}rank_own", _("by own sales"), "count", shown=False),
    Column("cell", _("Class"), f"{_R}cell", also=("code",), cell=_CELLS + "cell.html", shown=False),
    *standing.SHOWN,
    Column("kam", _("KAM"), "kam__name", kind="person", cell="listing/cells/person.html"),
    *standing.HIDDEN,
    Column("potential_class", _("Potential"), f"{_R}potential_class", _("class"), shown=False),
    Column("status", _("Against market"), f"{_R}status", kind="certainty", words=words.STATUSES, shown=False),
    Column("mark", _("Lists"), f"{_R}list_mark", kind="term", words=words.MARKS, shown=False),
    Column(
        "profit", _("Gross profit,"), f"{_R}gross_profit", words.A_YEAR, "money", falling=True, shown=False,
        total="profit",
    ),
    Column("market", _("Market"), f"{_R}market_share", _("share"), "percent", falling=True, shown=False),
    Column("cv", _("Variation"), f"{_R}cv", _("of months"), "number", shown=False),
    Column("months", _("Months"), f"{_R}months_active", _("with sales"), "count", falling=True, shown=False),
    Column("territory", _("Territory"), "territory__name", shown=False),
    Column("region", _("Region"), "region__name", shown=False),
    Column("channel", _("Channel"), "channel__name", shown=False),
    Column("format", _("Format"), "format__name", shown=False),
    Column("headcount", _("Headcount"), "headcount", kind="count", falling=True, shown=False),
)  # fmt: skip


def account_rows(viewer: User, run: SegmentationRun | None) -> "QuerySet[Customer]":
    """Return the customers that ``viewer`` may see, each with its result of ``run`` as ``result``."""
    relation = FilteredRelation("results", condition=Q(results__run=run.pk if run else 0))
    return Customer.objects.visible_to(viewer).annotate(result=relation)


def account_listing(viewer: User, today: dt.date) -> Listing:
    """Return the list of accounts for ``viewer`` on a day: what may be chosen depends on what they see."""
    return Listing(
        key="accounts",
        title=_("Accounts"),
        columns=columns_for(viewer),
        filters=(
            *words.result_filters(_R),
            *standing.standing_filters(today),
            choice_filter("cell", _("Class"), f"{_R}cell", words.CELLS),
            choice_filter("abc", "ABC", f"{_R}abc", words.ABC),
            choice_filter("xyz", "XYZ", f"{_R}xyz", words.XYZ),
            flag_filter(
                "never",
                _("Sales"),
                {"1": _("none in the window"), "0": _("some in the window")},
                {"1": Q(result__has_sales=False), "0": Q(result__has_sales=True)},
            ),
            record_filter("kam", _("KAM"), "kam", lambda: kams_seen_by(viewer), without=_("nobody")),
            record_filter(
                "territory", _("Territory"), "territory", lambda: territories_seen_by(viewer),
                without=_("none"), widen=subtrees,
            ),
            record_filter("channel", _("Channel"), "channel", Channel.objects.all, without=_("none")),
            record_filter("format", _("Format"), "format", Format.objects.all, without=_("none")),
            record_filter("region", _("Region"), "region", Region.objects.all, without=_("none")),
            words.archived_filter(),
        ),
        sort="-gap",
        search=customer_text,
        sums={
            "potential": lambda wanted: Sum(f"{_R}potential", filter=wanted),
            "sales": lambda wanted: Sum(f"{_R}net_sales", filter=wanted),
            "gap": lambda wanted: Sum(f"{_R}gap_amount", filter=wanted),
            "profit": lambda wanted: Sum(f"{_R}gross_profit", filter=wanted),
            "below": lambda wanted: Sum(f"{_R}stores_below", filter=wanted),
            "stores": lambda wanted: Sum(f"{_R}stores", filter=wanted),
            "overdue": lambda wanted: Sum("standing__overdue_amount", filter=wanted),
            "target": lambda wanted: Sum("standing__target_amount", filter=wanted),
            "talks": lambda wanted: Count("pk", filter=wanted & Q(standing__next_talks_on__gte=today)),
            **share_sums(_R),
        },
        presets=account_presets(viewer),
        extra_paths=("code", "kam__name", f"{_R}potential", f"{_R}gap_amount", f"{_R}share", *_SHARE,
            *standing.PATHS),
    )  # fmt: skip


def columns_for(viewer: User) -> tuple[Column, ...]:
    """Return the columns; who answers for an account needs no telling where all are one's own."""
    if viewer.role != Role.KAM:
        return COLUMNS
    return tuple(replace(column, shown=False) if column.key == "kam" else column for column in COLUMNS)


def account_presets(viewer: User) -> tuple[Preset, ...]:
    """Return the ready-made views: what a KAM sees is "mine" already."""
    is_kam = viewer.role == Role.KAM
    mine = Preset("mine", _("Mine"), "" if is_kam else f"kam={viewer.pk}")
    rest = (
        Preset("attack", _("Attack"), "quadrant=attack"),
        Preset("missed", _("Missed by the sales list"), "mark=missed"),
        *standing.standing_presets(),
    )
    return (mine, *rest) if is_kam else (mine, *rest, Preset("all", _("All"), ""))


def share_sums(path: str) -> dict[str, Any]:
    """Return the sums that a weighted share needs: Σ share × potential, market alike, Σ potential."""
    size = Cast(F(f"{path}potential"), FloatField())
    measured = Q(**{f"{path}share__isnull": False, f"{path}potential__isnull": False})
    compared = measured & Q(**{f"{path}market_share__isnull": False})
    return {
        "share_size": lambda wanted: Sum(size, filter=wanted & measured),
        "share_own": lambda wanted: Sum(F(f"{path}share") * size, filter=wanted & measured),
        "market_size": lambda wanted: Sum(size, filter=wanted & compared),
        "market_own": lambda wanted: Sum(F(f"{path}market_share") * size, filter=wanted & compared),
    }


def weighted(sums: dict[str, Any]) -> tuple[float | None, float | None]:
    """Return our share and the market's over all matching rows, weighted by what they buy."""
    ours = sums["share_own"] / sums["share_size"] if sums.get("share_size") else None
    market = sums["market_own"] / sums["market_size"] if sums.get("market_size") else None
    return ours, market


def subtrees(ids: list[int]) -> list[int]:
    """Return the ids of territories and of all below them."""
    return [below for one in ids for below in territory_ids_below(one)]
