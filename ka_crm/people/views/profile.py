"""What everybody decides about themselves."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ka_crm.lib.conflict import conflict_page
from ka_crm.lib.versions import StaleVersion
from ka_crm.people import operations, queries
from ka_crm.people.forms import ProfileForm, TokenForm, initial_of
from ka_crm.people.rules.roles import needs_second_factor
from ka_crm.people.views.access import add_errors, expected_version, user_of


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone, safety, own tokens."""
    form = ProfileForm(request.POST or None, initial=initial_of(user_of(request)))
    if request.method == "POST" and form.is_valid():
        try:
            operations.update_profile(
                by=user_of(request), version=expected_version(request), **form.cleaned_data
            )
        except StaleVersion as conflict:
            return conflict_page(request, conflict, record_url=reverse("people:profile"))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:profile")
    return _page(request, form, status=422 if form.is_bound else 200)


@require_POST
def own_token_new(request: HttpRequest) -> HttpResponse:
    """Create a token for oneself and show it once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, ProfileForm(initial=initial_of(user_of(request))), token_form=form, status=422)
    name, days = form.cleaned_data["name"], form.cleaned_data["days"] or None
    token, secret = operations.create_token(by=user_of(request), user=user_of(request), name=name, days=days)
    context = {"token": token, "secret": secret, "back_url": reverse("people:profile")}
    return render(request, "people/token_created.html", context)


@require_POST
def own_token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = get_object_or_404(user_of(request).api_tokens.select_related("user"), pk=token_id)
    operations.revoke_token(by=user_of(request), token=token)
    messages.success(request, _("The token no longer works."))
    return redirect("people:profile")


def _page(
    request: HttpRequest, form: ProfileForm, *, token_form: TokenForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "person": user_of(request),
        "form": form,
        "token_form": token_form or TokenForm(),
        "tokens": queries.tokens_of(user_of(request)),
        "token_url": reverse("people:own_token_new"),
        "has_second_factor": queries.has_second_factor(user_of(request)),
        "needs_second_factor": needs_second_factor(user_of(request).role),
    }
    return render(request, "people/profile.html", context, status=status)
