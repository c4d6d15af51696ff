"""Scores of accounts against each other, written into their standings; all at once, since ranks are."""

import datetime as dt

import numpy as np
import numpy.typing as npt

from accounts.models import Customer
from accounts.operations.standing import set_standing
from ka_crm.lib.bulk import chunked
from ka_crm.lib.periods import Window
from ka_crm.records.operations import set_system_setting
from purchases.queries.rfm import bought_between
from purchases.rules.rfm import rfm

#: What the scores were taken from: {accounts, classes, measure, first, last}.
RFM_SCALE = "rfm_scale"
_WRITE = 500
_NOTHING = {"rfm_recency": None, "rfm_frequency": None, "rfm_money": None, "rfm_segment": ""}


def score_accounts(
    *, customers: npt.NDArray[np.int64], last_day: npt.NDArray[np.float64], until: dt.date, end: dt.date
) -> int:
    """Score every customer that ordered in the last three years; return how many.

    Args:
        customers: sorted ids of all customers, archived ones too: those are not ranked.
        last_day: day number of each one's last order, nan without one.
        until: day until which sales are known. end: first day after the last whole month.
    """
    window = Window(end, 12)
    archived = Customer.objects.filter(archived_at__isnull=False).order_by().values_list("pk", flat=True)
    ranked = ~np.isnan(last_day) & ~np.isin(customers, np.array(list(archived), dtype=np.int64))
    bought = bought_between(customers, window.first_month, window.end)
    since = until.toordinal() - last_day[ranked]
    found = rfm(since, bought.order_days[ranked], bought.money[ranked])
    scores = zip(
        customers[ranked].tolist(),
        found.recency.tolist(),
        found.frequency.tolist(),
        found.money.tolist(),
        found.segment.tolist(),
        strict=True,
    )
    values = {pk: dict(_NOTHING) for pk in customers.tolist()}
    for pk, *row in scores:
        values[pk] = dict(zip(_NOTHING, row, strict=True))
    for part in chunked(customers.tolist(), _WRITE):
        set_standing(values={pk: values[pk] for pk in part})
    scale = {
        "accounts": int(ranked.sum()),
        "classes": found.classes,
        "measure": bought.measure,
        "first": window.first_month.isoformat(),
        "last": window.last_day.isoformat(),
    }
    set_system_setting(name=RFM_SCALE, value=scale)
    return int(ranked.sum())
