"""What purchases say about where accounts stand, written into their standings (``accounts``)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np

from accounts.models import BuyingState, Customer
from accounts.operations.standing import set_standing
from ka_crm.lib.bulk import chunked
from ka_crm.records.operations import set_system_setting
from ka_crm.records.queries import business_today, system_setting
from purchases.queries import customer_targets, is_ledger_known, overdue_by_customer
from purchases.queries.standing import (
    FloatArray,
    IntArray,
    gaps_of,
    months_bought,
    on_time_in_full,
    sales_known_until,
    whole_months_end,
)
from purchases.rules.cadence import DEFAULT_PRIOR, SegmentPrior, segment_prior, simple_cadence
from purchases.rules.order_gaps import OrderGaps
from purchases.rules.season import quiet_season, shrinking

#: The kind of job that brings all standings up to date (``purchases.job_bodies``).
STANDINGS = "standings"
_READ = 20_000
_WRITE = 500
#: Where the usual rhythm of every segment is kept between nights: {segment: [days, variation]}.
RHYTHMS = "order_rhythms"


def refresh_all_purchase_standings() -> int:
    """Learn what is usual in each segment, then bring every customer up to date; return how many."""
    today = business_today()
    until = sales_known_until(today)
    pks, segments = _everybody()
    gaps = _joined([gaps_of(part, until) for part in _parts(pks)])
    names, place = np.unique(segments, return_inverse=True)
    prior = segment_prior(gaps, place.astype(np.int64))
    first = np.unique(place, return_index=True)[1]
    usual = {
        str(names[number]): [
            round(float(value[row]), 4) for value in (_array(prior.mean_gap), _array(prior.cv))
        ]
        for number, row in enumerate(first.tolist())
    }
    set_system_setting(name=RHYTHMS, value=usual)
    refresh_purchase_standing(customers=pks.tolist())
    return len(pks)


def refresh_purchase_standing(*, customers: Iterable[int]) -> None:
    """Bring what purchases say about these customers up to date, in short transactions."""
    wanted = sorted(set(customers))
    if not wanted:
        return
    today = business_today()
    until = sales_known_until(today)
    usual = system_setting(RHYTHMS, {})
    is_ledger = is_ledger_known()
    for part in chunked(wanted, _READ):
        pks = np.array(part, dtype=np.int64)
        buying = _buying(pks, usual, until, today)
        for few in chunked(part, _WRITE):
            money = _money(few, today, is_ledger)
            set_standing(values={pk: {**buying[pk], **money[pk]} for pk in few})


def prior_of(segments: list[str], usual: dict[str, list[float]]) -> SegmentPrior:
    """Return what is usual for customers of these segments; the default where nothing was learned."""
    default = [DEFAULT_PRIOR.mean_gap, DEFAULT_PRIOR.cv]
    known = np.array([usual.get(segment, default) for segment in segments], dtype=np.float64).reshape(-1, 2)
    return SegmentPrior(known[:, 0], known[:, 1])


def segment_name(format_id: int | None, channel_id: int | None) -> str:
    """Return the segment whose rhythm a customer shares until its own is known: format, else channel."""
    return f"format {format_id}" if format_id else f"channel {channel_id}" if channel_id else "others"


def _everybody() -> tuple[IntArray, "np.ndarray[Any, Any]"]:
    rows = Customer.objects.order_by("pk").values_list("pk", "format_id", "channel_id")
    found = [(pk, segment_name(form, channel)) for pk, form, channel in rows.iterator(_READ)]
    return (
        np.array([pk for pk, _ in found], dtype=np.int64),
        np.array([segment for _, segment in found], dtype=np.str_),
    )


def _parts(pks: IntArray) -> list[IntArray]:
    return [pks[start : start + _READ] for start in range(0, len(pks), _READ)] or [pks]


def _joined(parts: list[OrderGaps]) -> OrderGaps:
    names = OrderGaps.__dataclass_fields__
    return OrderGaps(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _array(value: FloatArray | float) -> FloatArray:
    return np.asarray(value, dtype=np.float64)


def _buying(
    pks: IntArray, usual: dict[str, list[float]], until: dt.date, today: dt.date
) -> dict[int, dict[str, Any]]:
    """State by the account's own rhythm, last order and usual gap, for sorted ids."""
    rows = Customer.objects.filter(pk__gte=int(pks[0]), pk__lte=int(pks[-1])).order_by()
    segment = {
        pk: segment_name(form, channel)
        for pk, form, channel in rows.values_list("pk", "format_id", "channel_id")
    }
    months = months_bought(pks, whole_months_end(today, until))
    gaps = gaps_of(pks, until)
    prior = prior_of([segment.get(pk, "") for pk in pks.tolist()], usual)
    known = not np.isnan(months).any()
    quiet = quiet_season(months > 0) if known else None
    cadence = simple_cadence(gaps, until.toordinal(), prior, quiet_season=quiet)
    shrinks = shrinking(months[:, -3:].sum(axis=1), months[:, -15:-12].sum(axis=1)).shrinking
    last = gaps.last_day
    return {
        pk: {
            "buying_state": BuyingState(str(cadence.state[row])),
            "last_order_on": None if np.isnan(last[row]) else dt.date.fromordinal(int(last[row])),
            "usual_gap_days": None if np.isnan(cadence.usual_gap[row]) else float(cadence.usual_gap[row]),
            "is_shrinking": bool(shrinks[row]),
        }
        for row, pk in enumerate(pks.tolist())
    }


def _money(pks: list[int], today: dt.date, is_ledger: bool) -> dict[int, dict[str, Any]]:
    """What is overdue, how deliveries arrived, what is aimed at this year until the last whole month."""
    end = today.replace(day=1)
    year = (end - dt.timedelta(days=1)).year
    owed = overdue_by_customer(pks, on=today)
    arrived = on_time_in_full(pks, today)
    targets = customer_targets(pks, year=year, end=end)
    found = {}
    for pk in pks:
        overdue, otif = owed.get(pk), arrived.get(pk)
        nothing = 0 if is_ledger else None
        found[pk] = {
            "overdue_amount": overdue.amount if overdue else nothing,
            "overdue_over_60_amount": overdue.long_amount if overdue else nothing,
            "overdue_documents": overdue.invoices if overdue else 0,
            "oldest_overdue_on": today - dt.timedelta(days=overdue.oldest_days)
            if overdue and overdue.oldest_days
            else None,
            "delivery_lines": otif.lines if otif else 0,
            "otif_share": otif.share if otif else None,
            "target_amount": targets[pk].whole_year,
            "target_to_date_amount": targets[pk].to_date,
        }
    return found
