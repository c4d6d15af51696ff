"""The mail that lets a new user set a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ka_crm.people.models import User


def set_password_url(user: User, site_url: str) -> str:
    """Return the link by which ``user`` sets a password; good once, and for three days."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    return site_url.rstrip("/") + path


def send_invitation(user: User, site_url: str) -> None:
    """Send the mail, in the user's language."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        text = render_to_string(
            "people/mail/invitation.txt", {"user": user, "url": set_password_url(user, site_url)}
        )
        send_mail(_("Your login for KA CRM"), text, None, [user.email])


def mail_is_set_up() -> bool:
    """Return whether mails leave this machine; if not, the pages show the link instead."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))
