"""Tags of forms and audit rows."""

import uuid
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ka_crm.records.models import AuditRow

register = template.Library()

ACTIONS = {
    "create": _("created"),
    "update": _("changed"),
    "delete": _("deleted"),
    "archive": _("archived"),
    "restore": _("brought back"),
    "merge": _("made one with another"),
    "undo merge": _("made two again"),
    "not the same": _("said that another is not the same"),
    "perhaps the same": _("took back that another is not the same"),
    "publish": _("published"),
    "invite": _("sent an invitation"),
    "deactivate": _("switched off"),
    "reactivate": _("switched on again"),
    "rename": _("renamed"),
    "move": _("moved"),
    "share": _("shared"),
    "create_token": _("made a token"),
    "revoke_token": _("revoked a token"),
    "reset_second_factor": _("took the second factor away"),
    "change_password": _("changed the password"),
    "reset_password": _("set a new password by mail"),
    "add_second_factor": _("set up a second factor"),
    "remove_second_factor": _("removed the second factor"),
    "agree": _("agreed"),
    "revise": _("made a draft again"),
    "close": _("closed"),
    "reopen": _("opened again"),
    "tick": _("done"),
    "untick": _("not done after all"),
    "answer": _("answered"),
    "hand_over": _("handed over"),
    "plan_handover": _("planned to hand over"),
    "cancel": _("cancelled"),
    "publish_strategies": _("published"),
    "renew_recovery_codes": _("made new recovery codes"),
}


@register.simple_tag
def form_key() -> SafeString:
    """A hidden field that makes a form's second sending harmless (with ``sent_once``)."""
    return format_html('<input type="hidden" name="form_key" value="{}">', uuid.uuid4())


@register.filter
def action_word(action: str) -> str:
    """The act of an audit row in words."""
    return str(ACTIONS.get(action, action.replace("_", " ")))


@register.filter
def changes(row: AuditRow) -> list[dict[str, Any]]:
    """Fields of an audit row: ``field``, ``before``, ``after``; of something new only what is known."""
    names = dict.fromkeys([*row.before, *row.after])
    found = [
        {"field": name.replace("_", " "), "before": row.before.get(name), "after": row.after.get(name)}
        for name in names
    ]
    return [item for item in found if row.before or item["after"] not in (None, "", [], {})]
