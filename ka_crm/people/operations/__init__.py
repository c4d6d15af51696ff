"""Every write about people: users, territories, tokens, tries of passwords.

``by`` is who does it; ``None`` stands for the command line and the first set-up.
"""

from ka_crm.people.operations.password_checks import release_password_check, take_password_check
from ka_crm.people.operations.territories import (
    TerritoryInUse,
    add_territory,
    delete_territory,
    move_territory,
    rename_territory,
)
from ka_crm.people.operations.tokens import create_token, revoke_token
from ka_crm.people.operations.users import (
    create_first_admin,
    create_user,
    deactivate_user,
    invite_user,
    reactivate_user,
    record_own_change,
    reset_second_factor,
    update_profile,
    update_user,
)

__all__ = [
    "TerritoryInUse",
    "add_territory",
    "create_first_admin",
    "create_token",
    "create_user",
    "deactivate_user",
    "delete_territory",
    "invite_user",
    "move_territory",
    "reactivate_user",
    "record_own_change",
    "release_password_check",
    "rename_territory",
    "reset_second_factor",
    "revoke_token",
    "take_password_check",
    "update_profile",
    "update_user",
]
