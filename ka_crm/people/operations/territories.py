"""The tree of territories: grown, renamed, moved, pruned."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from ka_crm.lib.audit import write_change
from ka_crm.lib.locks import hold_until_commit
from ka_crm.people.models import Role, Territory, User
from ka_crm.people.queries import territory_ids_below

_TREE = "people.territories"


class TerritoryInUse(Exception):
    """Something still belongs to the territory."""


@transaction.atomic
def add_territory(*, by: User | None, name: str, parent: Territory | None = None) -> Territory:
    """Add a territory below ``parent``, or at the top. Raises ``ValidationError`` for a name already used."""
    _check_admin(by)
    territory = Territory(name=_checked_name(name), parent=parent)
    territory.save()
    write_change(
        by=by, action="create", record=territory, after={"name": territory.name, "parent": _name(parent)}
    )
    return territory


@transaction.atomic
def rename_territory(*, by: User | None, territory: Territory, name: str) -> Territory:
    """Give a territory another name. Raises ``ValidationError`` for a name already used."""
    _check_admin(by)
    before, after = territory.name, _checked_name(name, besides=territory)
    if before != after:
        territory.name = after
        territory.save(update_fields=["name"])
        write_change(by=by, action="rename", record=territory, before={"name": before}, after={"name": after})
    return territory


@transaction.atomic
def move_territory(*, by: User | None, territory: Territory, parent: Territory | None) -> Territory:
    """Hang a territory below another one, or at the top. Raises ``ValidationError`` for a circle."""
    _check_admin(by)
    hold_until_commit(_TREE)
    territory = Territory.objects.get(pk=territory.pk)
    if parent is not None and parent.pk in territory_ids_below(territory.pk):
        raise ValidationError(_("A territory cannot lie below itself."))
    before = territory.parent
    if before != parent:
        territory.parent = parent
        territory.save(update_fields=["parent"])
        write_change(
            by=by,
            action="move",
            record=territory,
            before={"parent": _name(before)},
            after={"parent": _name(parent)},
        )
    return territory


@transaction.atomic
def delete_territory(*, by: User | None, territory: Territory) -> None:
    """Delete a territory that nothing belongs to. Raises ``TerritoryInUse``."""
    _check_admin(by)
    hold_until_commit(_TREE)
    if Territory.objects.filter(parent=territory.pk).exists():
        raise TerritoryInUse
    write_change(
        by=by,
        action="delete",
        record=territory,
        before={"name": territory.name, "parent": _name(territory.parent)},
    )
    try:
        territory.delete()
    except ProtectedError as error:
        raise TerritoryInUse from error


def _checked_name(name: str, besides: Territory | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise ValidationError({"name": _("Give it a name of at most 120 characters.")})
    others = Territory.objects.filter(name__iexact=name)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise ValidationError({"name": _("There is a territory of this name already.")})
    return name


def _name(territory: Territory | None) -> str:
    return territory.name if territory else ""


def _check_admin(by: User | None) -> None:
    if by is not None and by.role != Role.ADMIN:
        raise PermissionDenied
