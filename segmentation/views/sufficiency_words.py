"""How well accounts are known, in sentences: what is thin, what to do, and the whole in one line."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ka_crm.lib import shown
from segmentation.rules import sufficiency as rules
from segmentation.rules.sufficiency import Known


def thin_texts(known: Known, keys: tuple[str, ...]) -> list[str]:
    """Return what is thin, each in words that can follow "Thin data:"."""
    texts = {
        rules.NOTHING_KNOWN: _("nobody knows what these accounts buy in all"),
        rules.LITTLE_MEASURED: _("only %(part)s of what they buy was counted, the rest is estimated")
        % {"part": shown.percent_text(known.counted_part, 0)},
        rules.MUCH_UNKNOWN: ngettext(
            "what %(n)s account buys is unknown, and it takes %(part)s of our sales",
            "what %(n)s accounts buy is unknown, and they take %(part)s of our sales",
            known.unknown_accounts,
        )
        % {
            "n": shown.number_text(known.unknown_accounts),
            "part": shown.percent_text(known.unknown_own_part, 0),
        },
        rules.FEW_STORES: ngettext(
            "only %(n)s of %(all)s stores was counted",
            "only %(n)s of %(all)s stores were counted",
            known.counted_stores,
        )
        % {"n": shown.number_text(known.counted_stores), "all": shown.number_text(known.stores)},
    }
    return [texts[key] for key in keys]


def sentence(known: Known) -> str:
    """Return the whole in one sentence."""
    if known.total <= 0:
        return _("Nobody knows yet what these accounts buy in all.")
    parts = [
        _("%(part)s of the %(total)s that they buy was counted often enough")
        % {
            "part": shown.percent_text(known.measured_part, 0),
            "total": shown.money_short_text(known.total),
        }
    ]
    if known.early:
        parts.append(_("%(part)s too rarely to tell") % {"part": shown.percent_text(known.early_part, 0)})
    if known.estimated:
        parts.append(_("%(part)s is estimated") % {"part": shown.percent_text(known.estimated_part, 0)})
    text = ", ".join(parts)
    if known.unknown_accounts:
        nothing = ngettext(
            "of %(n)s account nothing is known.",
            "of %(n)s accounts nothing is known.",
            known.unknown_accounts,
        )
        return f"{text}; {nothing % {'n': shown.number_text(known.unknown_accounts)}}"
    return text + "."


def advice(known: Known) -> str:
    """Return what to do about a territory, in a few words."""
    uncounted = known.stores - known.counted_stores
    if known.total <= 0 and known.stores:
        return _("count the largest stores once")
    if known.early >= max(known.estimated, known.unknown_own) and known.early:
        return _("visit the same stores again")
    if known.estimated > known.unknown_own and uncounted:
        return ngettext(
            "%(n)s store was never counted", "%(n)s stores were never counted", uncounted
        ) % {"n": shown.number_text(uncounted)}  # fmt: skip
    if known.unknown_own:
        return _("ask the accounts what they buy")
    return _("known well enough")
