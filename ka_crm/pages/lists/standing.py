"""Columns, filters and ready-made views of the list of accounts that come from where accounts stand."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import BuyingState, RfmSegment
from accounts.rules.dossier_score import AMBER_BELOW, RED_BELOW
from accounts.rules.needs_now import SILENT_DAYS
from ka_crm.lib.listing import Column, Filter, Preset, choice_filter, flag_filter
from ka_crm.lib.listing.page import ShownRow
from ka_crm.pages.lists import words

_S = "standing__"
_CELLS = "accounts/cells/"
BUYING = {state.value: state.label for state in BuyingState}
RFM = {segment.value: segment.label for segment in RfmSegment}

SHOWN = (
    Column(
        "buying", _("Buying"), f"{_S}buying_state", also=(f"{_S}is_shrinking", "code"), words=BUYING,
        cell=_CELLS + "buying.html",
    ),
    Column(
        "last_contact", _("Last"), f"{_S}last_contact_on", _("contact"), "date",
        cell=_CELLS + "last_contact.html", export_label=_("Last contact"),
    ),
    Column(
        "next_talks", _("Next"), f"{_S}next_talks_on", _("talks"), "date", cell=_CELLS + "next_talks.html",
        total="talks", export_label=_("Next talks"),
    ),
)  # fmt: skip
HIDDEN = (
    Column(
        "key_account", _("Key account"), f"{_S}ka_from_on", _("since"), "date",
        (f"{_S}ka_until_on", f"{_S}ka_types", "code"), cell=_CELLS + "key_account.html", shown=False,
        export_label=_("Key account since"),
    ),
    Column("dossier", _("Dossier"), f"{_S}score", _("of 100"), "count", shown=False),
    Column(
        "overdue", _("Overdue,"), f"{_S}overdue_amount", words.SIGN, "money",
        (f"{_S}overdue_over_60_amount",), cell=_CELLS + "overdue.html", falling=True, shown=False,
        total="overdue",
    ),
    Column(
        "otif", _("On time"), f"{_S}otif_share", _("in full"), "percent", shown=False,
    ),
    Column(
        "target", _("Target this year,"), f"{_S}target_amount", words.SIGN, "money", falling=True,
        shown=False, total="target",
    ),
    Column("people_met", _("People"), f"{_S}people_met", _("met in 90 days"), "count", shown=False),
    Column(
        "rfm", _("RFM"), f"{_S}rfm_segment", _("segment"), "term",
        (f"{_S}rfm_recency", f"{_S}rfm_frequency", f"{_S}rfm_money"), cell=_CELLS + "rfm.html", shown=False,
        words=RFM, export_label=_("RFM segment"),
    ),
)  # fmt: skip
#: What rows are read with beside their columns: the phone's card tells talks or silence.
PATHS = (f"{_S}last_contact_on", f"{_S}next_talks_on")


def standing_filters(today: dt.date) -> tuple[Filter, ...]:
    """Return the filters by where accounts stand on a day."""
    silent_since = today - dt.timedelta(days=SILENT_DAYS)
    never, old = Q(standing__last_contact_on__isnull=True), Q(standing__last_contact_on__lt=silent_since)
    ahead = Q(standing__next_talks_on__gte=today)
    red, amber = Q(standing__score__lt=RED_BELOW), Q(standing__score__lt=AMBER_BELOW)
    unknown = Q(standing__isnull=True)
    # Spelled out so that unknown days are no key accounts, also where it is turned round.
    ends = Q(standing__ka_until_on__isnull=True) | Q(standing__ka_until_on__gt=today)
    is_key = Q(standing__ka_from_on__isnull=False, standing__ka_from_on__lte=today) & ends
    return (
        choice_filter("buying", _("Buying"), f"{_S}buying_state", BUYING),
        flag_filter(
            "ka",
            _("Key account"),
            {"1": _("yes"), "0": _("no"), "coming": _("from a later day on")},
            {"1": is_key, "0": ~is_key, "coming": Q(standing__ka_from_on__gt=today)},
        ),
        choice_filter("rfm", _("RFM segment"), f"{_S}rfm_segment", RFM),
        flag_filter(
            "contact",
            _("Contact"),
            {
                "silent": _("none for 90 days"),
                "never": _("never"),
                "recent": _("in the last 90 days"),
            },
            {"silent": old | never, "never": never, "recent": ~never & ~old},
        ),
        flag_filter(
            "talks",
            _("Next talks"),
            {"week": _("within 7 days"), "month": _("within 30 days"), "none": _("none planned")},
            {
                "week": ahead & Q(standing__next_talks_on__lte=today + dt.timedelta(days=7)),
                "month": ahead & Q(standing__next_talks_on__lte=today + dt.timedelta(days=30)),
                "none": Q(standing__next_talks_on__isnull=True) | Q(standing__next_talks_on__lt=today),
            },
        ),
        flag_filter(
            "dossier",
            _("Dossier"),
            {"red": _("under 50"), "amber": _("50 to 79"), "full": _("80 and more")},
            {"red": red | unknown, "amber": amber & ~red, "full": ~amber & ~unknown},
        ),
        flag_filter(
            "overdue",
            _("Overdue"),
            {"some": _("something"), "long": _("over 60 days")},
            {"some": Q(standing__overdue_amount__gt=0), "long": Q(standing__overdue_over_60_amount__gt=0)},
        ),
        flag_filter(
            "promise",
            _("Our promises"),
            {"late": _("late")},
            {"late": Q(standing__oldest_promise_due_on__lt=today)},
        ),
    )


def standing_presets() -> tuple[Preset, ...]:
    """Return the ready-made views."""
    return (
        Preset("touch", _("Losing touch"), "contact=silent"),
        Preset("risk", _("At risk"), "buying=at_risk"),
        Preset("incomplete", _("Incomplete dossiers"), "dossier=red"),
    )


def tell_days(rows: Iterable[ShownRow], today: dt.date) -> None:
    """Put beside each row how long nobody was in contact, and whether talks lie ahead."""
    for row in rows:
        data: Any = row.data
        last, talks = data.get(f"{_S}last_contact_on"), data.get(f"{_S}next_talks_on")
        data["silent_days"] = (today - last).days if last else None
        data["is_silent"] = last is None or data["silent_days"] > SILENT_DAYS
        data["talks_on"] = talks if talks and talks >= today else None
        until = data.get(f"{_S}ka_until_on")
        data["is_past_key"] = until is not None and until <= today
        data["is_coming_key"] = (data.get(f"{_S}ka_from_on") or today) > today
