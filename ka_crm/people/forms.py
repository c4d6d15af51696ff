"""Forms about people."""

import zoneinfo
from functools import lru_cache
from typing import Any

from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ka_crm.people import operations, queries
from ka_crm.people.backends import password_is_right
from ka_crm.people.models import Role, Territory, User
from ka_crm.people.rules.roles import needs_territory


@lru_cache(maxsize=1)
def _time_zones() -> list[tuple[str, str]]:
    names = [name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")]
    return [(name, name.replace("_", " ")) for name in sorted(names)]


def _zone_choices() -> list[tuple[str, Any]]:
    return [
        ("", _("Like the company (%(zone)s)") % {"zone": settings.TIME_ZONE}),
        ("UTC", "UTC"),
        *_time_zones(),
    ]


def _language_choices() -> list[tuple[str, Any]]:
    return [("", _("Like the browser")), *settings.LANGUAGES]


class TerritoryField(forms.ModelChoiceField):
    """Territories as a tree, children indented."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Territory.objects.with_tree_fields(), **options)

    def label_from_instance(self, obj: Any) -> str:
        return "\u2003" * obj.tree_depth + obj.name


class ProfileForm(forms.Form):
    """What everybody decides about themselves."""

    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=_language_choices, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zone_choices, required=False)


class UserForm(ProfileForm):
    """What an administrator decides about a user."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    territory = TerritoryField(
        label=_("Territory"),
        required=False,
        help_text=_("A supervisor sees the accounts and stores of this territory and of all below it."),
    )
    field_order = ("name", "email", "role", "territory", "language", "time_zone")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (
            needs_territory(data.get("role", ""))
            and not data.get("territory")
            and "territory" not in self.errors
        ):
            self.add_error("territory", _("A supervisor sees the subtree of a territory: choose one."))
        return data


class NewUserForm(UserForm):
    """A user to be invited."""

    email = forms.EmailField(
        label=_("Mail address"), help_text=_("The invitation goes there; it is also the login.")
    )


class TokenForm(forms.Form):
    """A token for another system."""

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    days = forms.TypedChoiceField(
        label=_("Expires"),
        coerce=int,
        initial=365,
        choices=[(30, _("in 30 days")), (90, _("in 90 days")), (365, _("in a year")), (0, _("never"))],
    )


class TerritoryForm(forms.Form):
    """Name and place of a territory."""

    name = forms.CharField(label=_("Name"), max_length=120)
    parent = TerritoryField(label=_("Lies in"), required=False, empty_label=_("At the top"))


class MoveTerritoryForm(forms.Form):
    """The new place of a territory: anywhere but below itself."""

    parent = TerritoryField(label=_("Lies in"), required=False, empty_label=_("At the top"))

    def __init__(self, *args: Any, territory: Territory, **options: Any) -> None:
        super().__init__(*args, **options)
        below = queries.territory_ids_below(territory.pk)
        places = self.fields["parent"]
        places.queryset = Territory.objects.with_tree_fields().exclude(pk__in=below)  # type: ignore[attr-defined]


class SetUpForm(forms.Form):
    """The first administrator."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(label=_("Mail address"), widget=forms.EmailInput({"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least ten characters; not a common word."),
    )


class CountedChangePasswordForm(ChangePasswordForm):
    """A change of password whose tries of the old one are counted like logins."""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data.get("oldpassword", "")
        if not password_is_right(context.request, self.user, password):
            raise ValidationError(_("Please type your current password."))
        return password


class _CountedCode:
    """Codes of the second factor are counted like passwords, in the database and per user."""

    user: User

    def clean_code(self) -> str:
        check_id = operations.take_password_check(email=f"second factor of {self.user.pk}")
        if check_id is None:
            raise ValidationError(_("Too many tries. Wait 15 minutes."))
        code: str = super().clean_code()  # type: ignore[misc]
        operations.release_password_check(check_id=check_id)
        return code


class CountedAuthenticateForm(_CountedCode, AuthenticateForm):
    """The second step of a login."""


class CountedReauthenticateForm(_CountedCode, ReauthenticateForm):
    """A code asked for again before something delicate."""


def initial_of(user: User) -> dict[str, Any]:
    """Return what the forms show of a user."""
    return {
        "name": user.name,
        "role": user.role,
        "territory": user.territory_id,
        "language": user.language,
        "time_zone": user.time_zone,
    }
