"""Counts kept aside because they are far above the usual: confirmed they count, dropped they never do."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Store
from ka_crm.people.models import User
from ka_crm.records.operations import record_change
from purchases.models import Category
from visits.evaluation import evaluate_stores
from visits.models import Observation, Visit
from visits.models.observation import ObservationKind
from visits.permissions import COUNT_FOR_OTHERS


def confirm_count(*, by: User, visit: Visit, category: Category, reason: str) -> Observation:
    """Say that a count kept aside is right, and why: it counts from now on.

    A count that counts already stays as it is. Raises ``PermissionDenied`` and ``ValidationError``.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > 200:
        raise ValidationError({"reason": _("Say why it is right, in at most 200 characters.")})
    with transaction.atomic():
        count = _kept(by, visit, category)
        if count.is_confirmed:
            return count
        count.is_confirmed = True
        count.save(update_fields=["is_confirmed"])
        record_change(
            by=by,
            action="confirm_count",
            record=count,
            before={"is_confirmed": False},
            after={"is_confirmed": True},
            reason=reason,
        )
    if count.kind == ObservationKind.ROUTINE:
        evaluate_stores([count.store_id])
    return count


def drop_count(*, by: User, visit: Visit, category: Category) -> Observation:
    """Say that a count kept aside is wrong: it stays to be seen and never counts. Where it had replaced an
    earlier count of the same day, that one counts again. Raises ``PermissionDenied`` and
    ``ValidationError``.
    """
    with transaction.atomic():
        count = _kept(by, visit, category)
        if count.is_confirmed:
            raise ValidationError(_("This count counts already; correct it by another count of the day."))
        count.is_live = False
        count.save(update_fields=["is_live"])
        earlier = (
            Observation.objects.select_for_update()
            .filter(
                store=count.store_id,
                category=category,
                date=count.date,
                kind=count.kind,
                version=count.version - 1,
                is_confirmed=True,
                superseded_by__isnull=True,
            )
            .order_by("-pk")
            .first()
        )
        if earlier is not None:
            earlier.is_live = True
            earlier.save(update_fields=["is_live"])
        record_change(
            by=by,
            action="drop_count",
            record=count,
            before={"is_live": True},
            after={"is_live": False, "counts_again": earlier.pk if earlier else None},
        )
    if earlier is not None and count.kind == ObservationKind.ROUTINE:
        evaluate_stores([count.store_id])
    return count


def _kept(by: User, visit: Visit, category: Category) -> Observation:
    """The visit's live count of a category, locked; only its author and those above may settle it."""
    visits_it = Store.objects.visited_by(by).filter(pk=visit.store_id).exists()
    if not visits_it or (visit.by_id != by.pk and by.role not in COUNT_FOR_OTHERS):
        raise PermissionDenied
    found = Observation.objects.select_for_update().filter(visit=visit, category=category, is_live=True)
    count = found.first()
    if count is None:
        raise ValidationError({"category": _("This visit has no count in this category that can count.")})
    return count
