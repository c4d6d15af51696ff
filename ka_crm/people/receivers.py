"""Audit rows of what the login library changes: passwords and second factors.

The library tells by signals; these are the only ones the product listens to.
"""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver

from ka_crm.people import operations


@receiver([password_changed, password_set])
def note_changed_password(user: Any, **_details: Any) -> None:
    """Write down that somebody changed their password."""
    operations.record_own_change(user=user, action="change_password")


@receiver(password_reset)
def note_reset_password(user: Any, **_details: Any) -> None:
    """Write down that somebody set a password by the link in a mail."""
    operations.record_own_change(user=user, action="reset_password")


@receiver(authenticator_added)
def note_added_factor(user: Any, authenticator: Authenticator, **_details: Any) -> None:
    """Write down a new second factor; its recovery codes come with it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        operations.record_own_change(user=user, action="add_second_factor")


@receiver(authenticator_removed)
def note_removed_factor(user: Any, authenticator: Authenticator, **_details: Any) -> None:
    """Write down a second factor that somebody took away."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        operations.record_own_change(user=user, action="remove_second_factor")


@receiver(authenticator_reset)
def note_new_recovery_codes(user: Any, **_details: Any) -> None:
    """Write down that new recovery codes were made."""
    operations.record_own_change(user=user, action="renew_recovery_codes")
