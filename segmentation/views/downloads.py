"""Downloads of what the pages show: the same rows, filters and order, as CSV or XLSX."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ka_crm.lib.exports import csv_response, xlsx_response
from ka_crm.lib.money import from_scaled
from segmentation.models import SegmentationRun
from segmentation.queries import complete_runs, previous_run
from segmentation.queries.asking import stores_to_ask
from segmentation.queries.below import BELOW
from segmentation.queries.channels import channel_sums
from segmentation.queries.groups import NOBODY
from segmentation.queries.home import rows_per_kam
from segmentation.queries.lists import MARKS
from segmentation.queries.load import kam_loads
from segmentation.queries.moves import moved_rows
from segmentation.queries.paging import order_of, ordered_rows
from segmentation.queries.results import (
    Level,
    ResultFilter,
    Row,
    customer_results,
    level_of,
    named_rows,
    results_of,
    store_results,
)
from segmentation.queries.sufficiency import known_by_territory
from segmentation.rules.quadrants import QUADRANTS
from segmentation.views import wording
from segmentation.views.comparison_parts import dimension_of, dimension_words, download_rows
from segmentation.views.movement import by_of, flow_of
from segmentation.views.shared import viewer_of, with_run

Table = tuple[Sequence[str], Iterable[Sequence[Any]]]
_MOST = 200_000
_BELOW_VIEWS: dict[str, tuple[str, ...]] = {
    "all": BELOW,
    "surely": ("below_confirmed",),
    "probably": ("below_watch",),
    "early": ("insufficient",),
}


@require_GET
@with_run
def download(request: HttpRequest, run: SegmentationRun, what: str, kind: str) -> HttpResponseBase:
    """Answer with one of the tables; ``kind`` is csv or xlsx."""
    build = TABLES.get(what)
    if build is None or kind not in ("csv", "xlsx"):
        raise Http404
    header, rows = build(request, run)
    name = f"{what}-run-{run.pk}"
    return csv_response(name, header, rows) if kind == "csv" else xlsx_response(name, header, rows)


def _money(scaled: int | None) -> Any:
    return None if scaled is None else from_scaled(scaled)


def _side_header() -> list[str]:
    return [
        _("quadrant"), _("rank by our sales"), _("rank by all they buy"), _("ours"), _("buys at all"),
        _("our share"), _("limit below"), _("limit above"), _("market share"), _("certainty"),
        _("gap to market share"), _("in the two lists"), _("class by all they buy"), _("class by our sales"),
    ]  # fmt: skip


def _side(row: Row) -> list[Any]:
    return [
        str(wording.QUADRANTS.get(row["quadrant"], row["quadrant"])), row["rank_own"], row["rank_potential"],
        _money(row["our_sales"]), _money(row["potential"]), row["share"], row["share_low"], row["share_high"],
        row["market_share"], row["status"], _money(row["gap_amount"]),
        str(wording.MARKS.get(row["list_mark"], "")), row["potential_class"], row["own_class"],
    ]  # fmt: skip


def _named(rows: Iterable[Row], level: str) -> Table:
    if level == "customers":
        header = [_("code"), _("customer"), _("account manager"), _("cell"), *_side_header()]
        return header, ([row["code"], row["name"], row["kam_name"], row["cell"], *_side(row)] for row in rows)
    header = [
        _("code"), _("store"), _("city"), _("chain"), _("category"), _("account manager"), *_side_header(),
    ]  # fmt: skip
    return header, (
        [
            row["code"],
            row["name"],
            row["city"],
            row["chain"],
            row["category_code"],
            row["kam_name"],
            *_side(row),
        ]  # fmt: skip
        for row in rows
    )


def _results(request: HttpRequest, run: SegmentationRun) -> Table:
    level = level_of(request.GET.get("level"))
    rows = ResultFilter.from_query(request.GET).applied(results_of(level, run, viewer_of(request)), level)
    found = ordered_rows(rows, level, order_of(request.GET.get("sort")))
    return _named(found.iterator(chunk_size=2000), level)


def _comparison(request: HttpRequest, run: SegmentationRun) -> Table:
    default = "stores" if run.settings.get("selection_level") == "store" else "customers"
    level = level_of(request.GET.get("level"), default)  # type: ignore[arg-type]
    by = dimension_of(request.GET.get("by"))
    if by:
        return _comparison_by(results_of(level, run, viewer_of(request)), level, by)
    mark = request.GET.get("mark", "")
    rows = results_of(level, run, viewer_of(request)).filter(list_mark__in=[mark] if mark in MARKS else MARKS)
    return _named(named_rows(rows, level).order_by("rank_potential", "pk").iterator(chunk_size=2000), level)


def _comparison_by(rows: Any, level: Level, by: str) -> Table:
    header = [
        dimension_words()[by], _("stores") if level == "stores" else _("accounts"), _("kept"),
        _("missed, attack"), _("missed, defend"), _("missed, explore"), _("misfiled"), _("buy at all"),
        _("covered by the sales list"), _("covered by the potential list"), _("gap missed"),
    ]  # fmt: skip
    found = download_rows(rows, level, by)
    return header, ([*row[:7], _money(row[7]), *row[8:10], _money(row[10])] for row in found)


def _flags(request: HttpRequest, run: SegmentationRun) -> Table:
    statuses = _BELOW_VIEWS.get(request.GET.get("view", "all"), BELOW)
    rows = ResultFilter.from_query(request.GET).applied(store_results(run, viewer_of(request)), "stores")
    found = named_rows(rows.filter(status__in=statuses), "stores").order_by("-gap_amount", "pk")
    return _named(found.iterator(chunk_size=2000), "stores")


def _movement(request: HttpRequest, run: SegmentationRun) -> Table:
    level = level_of(request.GET.get("level"))
    after = _chosen(request, "to") or run
    before = _chosen(request, "from") or previous_run(after)
    header, rows = [_("quadrant before"), _("share before")], []
    if before is not None:
        by = by_of(request.GET.get("by"))
        flow = flow_of(request.GET.get("flow", ""), by)
        rows = moved_rows(level, before, after, viewer_of(request), flow=flow, limit=_MOST, by=by)
    names, lines = _named(rows, level)
    earlier = ([row["before_quadrant"] or "", row["before_share"]] for row in rows)
    return [*names, *header], ([*line, *more] for line, more in zip(lines, earlier, strict=True))


def _chosen(request: HttpRequest, key: str) -> SegmentationRun | None:
    text = request.GET.get(key, "")
    if not text:
        return None
    run = complete_runs().filter(pk=text).first() if text.isdecimal() and len(text) < 19 else None
    if run is None:
        raise Http404
    return run


def _ask_first(request: HttpRequest, run: SegmentationRun) -> Table:
    header = [
        _("store"),
        _("name"),
        _("city"),
        _("chain"),
        _("ours"),
        _("score"),
        _("why"),
        _("account manager"),
    ]
    rows = stores_to_ask(run, viewer_of(request))
    return header, (
        [
            row["code"],
            row["name"],
            row["city"],
            row["chain"],
            _money(row["our_sales"]),
            round(row["score"], 1),
            ", ".join(wording.reason_texts(row["reasons"])),
            row["kam_name"],
        ]  # fmt: skip
        for row in rows
    )


def _per_kam(request: HttpRequest, run: SegmentationRun) -> Table:
    header = [
        _("account manager"), _("accounts"), _("attack"), _("defend"), _("explore"), _("our sales"),
        _("buy at all"), _("gap to market share"), _("stores surely below"),
    ]  # fmt: skip
    rows = rows_per_kam(customer_results(run, viewer_of(request)))
    return header, (
        [
            row["kam_name"] or _("nobody"),
            row["accounts"],
            row["attack"],
            row["defend"],
            row["explore"],
            _money(row["sales"]),
            _money(row["buys"]),
            _money(row["gap"]),
            row["below"],
        ]  # fmt: skip
        for row in rows
    )


def _loads(request: HttpRequest, run: SegmentationRun) -> Table:
    header = [
        _("account manager"), _("territory"), _("load"), _("of nine"), _("key accounts"),
        *(str(wording.QUADRANTS[name]) for name in QUADRANTS), _("accounts"), _("meetings a month"),
        _("hours needed"), _("hours there"), _("gap to market share"),
    ]  # fmt: skip
    return header, (
        [
            row.kam.name,
            str(row.kam.territory or ""),
            row.load.load,
            round(row.load.utilisation, 4),
            row.load.count,
            *(row.load.by_quadrant.get(name, 0) for name in QUADRANTS),
            row.accounts,
            row.meetings,
            round(row.hours, 2),
            row.available,
            _money(row.key_gap_amount),
        ]  # fmt: skip
        for row in kam_loads(run, viewer_of(request))
    )


def _sufficiency(request: HttpRequest, run: SegmentationRun) -> Table:
    header = [
        _("territory"), _("accounts"), _("buy at all, as known"), _("counted"), _("counted too rarely"),
        _("estimated"), _("unknown accounts"), _("our sales to unknown accounts"), _("stores"),
        _("stores counted"),
    ]  # fmt: skip
    return header, (
        [
            name or _("No territory"),
            known.accounts,
            _money(known.total),
            _money(known.measured),
            _money(known.early),
            _money(known.estimated),
            known.unknown_accounts,
            _money(known.unknown_own),
            known.stores,
            known.counted_stores,
        ]  # fmt: skip
        for _pk, name, known in known_by_territory(run, viewer_of(request))
    )


def _channels(request: HttpRequest, run: SegmentationRun) -> Table:
    region = request.GET.get("region", "")
    if region and not (region == NOBODY or (region.isdecimal() and len(region) < 19)):
        raise Http404
    header = [_("channel"), _("accounts"), _("our sales"), _("buy at all, as known")]
    rows = channel_sums(run, viewer_of(request), region)
    return header, (
        [item.name or _("No channel"), item.accounts, _money(item.own_amount), _money(item.total_amount)]
        for item in rows
    )


TABLES: dict[str, Callable[[HttpRequest, SegmentationRun], Table]] = {
    "results": _results,
    "comparison": _comparison,
    "flags": _flags,
    "movement": _movement,
    "ask-first": _ask_first,
    "channels": _channels,
    "sufficiency": _sufficiency,
    "account-managers": _per_kam,
    "load": _loads,
}
