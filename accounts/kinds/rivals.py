"""Part 4: competitors at the customer."""

from django.utils.translation import gettext_lazy as _

from accounts.dossier_records import RecordKind
from accounts.forms.rivals import RivalForm, RivalMoveForm
from accounts.models import Rival, RivalMove
from accounts.operations.rivals import add_rival, add_rival_move, change_rival, change_rival_move

KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "rival",
        Rival,
        RivalForm,
        "competitors",
        _("New competitor here"),
        create=add_rival,
        change=change_rival,
    ),
    RecordKind(
        "rival-move",
        RivalMove,
        RivalMoveForm,
        "competitors",
        _("What a competitor did"),
        create=add_rival_move,
        change=change_rival_move,
    ),
)
