"""What sales lines say against undoing a merge of customers."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.merge_rules import add_undo_check, name_rows
from accounts.models import MergedReference, RecordMerge
from ka_crm.imports.models import BatchState
from purchases.models import SalesLine


def register_merge_rules() -> None:
    """Tell accounts about the tables of this room."""
    name_rows("purchases.monthlysales", gettext_lazy("monthly sums"))
    name_rows("purchases.orderday", gettext_lazy("order days"))
    add_undo_check(lines_replaced_since)


def lines_replaced_since(merge: RecordMerge) -> str | None:
    """A load that replaced moved lines took their amounts from the kept customer; moving the lines back would
    leave the sums of both wrong, so that load has to go first."""
    for number, step in enumerate(merge.moved):
        if step["model"] != SalesLine._meta.label_lower or step["field"] != "customer":
            continue
        moved = MergedReference.objects.filter(merge=merge, step=number).values("record_id")
        replaced = SalesLine.objects.filter(pk__in=moved, superseded_by__committed_at__gt=merge.at)
        later = replaced.filter(superseded_by__state=BatchState.COMMITTED).order_by()
        batch = later.values_list("superseded_by", flat=True).first()
        if batch is not None:
            return _("Import %(number)s has replaced sales lines since; take that one back first.") % {
                "number": batch
            }
    return None
