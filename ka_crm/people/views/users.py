"""Users: the list, one user, what an administrator does to them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ka_crm.lib.conflict import conflict_page
from ka_crm.lib.keyset import BadCursor, keyset_page
from ka_crm.lib.versions import StaleVersion
from ka_crm.people import operations, queries
from ka_crm.people.forms import NewUserForm, TokenForm, UserForm, initial_of
from ka_crm.people.invitations import mail_is_set_up, set_password_url
from ka_crm.people.models import ApiToken, Role, User
from ka_crm.people.views.access import add_errors, administrators_only, expected_version, user_of

PAGE_SIZE = 50


@require_GET
@administrators_only
def user_list(request: HttpRequest) -> HttpResponse:
    """Everybody who may log in, and those who no longer may."""
    filters = {name: request.GET.get(name, "").strip() for name in ("text", "role", "state")}
    rows = queries.users_matching(**filters)
    cursors = {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}
    try:
        page = keyset_page(rows, order=["name"], size=PAGE_SIZE, **cursors)
    except BadCursor:
        page = keyset_page(rows, order=["name"], size=PAGE_SIZE)
    ids = [user.pk for user in page.rows]
    context = {
        "page": page,
        "filters": filters,
        "has_filters": any(filters.values()),
        "roles": Role.choices,
        "secured": queries.user_ids_with_second_factor(ids),
    }
    return render(request, "people/users.html", context)


@require_http_methods(["GET", "POST"])
@administrators_only
def user_new(request: HttpRequest) -> HttpResponse:
    """Create a user and send the invitation."""
    form = NewUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = operations.create_user(by=user_of(request), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _invited(request, user)
    status = 422 if form.is_bound else 200
    return render(request, "people/user_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@administrators_only
def user_detail(request: HttpRequest, user_id: int) -> HttpResponse:
    """One user: change, tokens, what happened."""
    user = get_object_or_404(User.objects.select_related("territory"), pk=user_id)
    form = UserForm(request.POST or None, initial=initial_of(user))
    if request.method == "POST" and form.is_valid():
        try:
            operations.update_user(
                by=user_of(request), user=user, version=expected_version(request), **form.cleaned_data
            )
        except StaleVersion as conflict:
            return conflict_page(request, conflict, record_url=reverse("people:user", args=[user_id]))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:user", user_id)
    return _user_page(request, user, form, status=422 if form.is_bound else 200)


@require_POST
@administrators_only
def user_act(request: HttpRequest, user_id: int, act: str) -> HttpResponse:
    """Let in, keep out, invite again, or take a lost second factor away."""
    user = get_object_or_404(User, pk=user_id)
    try:
        if act == "deactivate":
            operations.deactivate_user(by=user_of(request), user=user)
            messages.success(request, _("%(name)s can no longer log in.") % {"name": user})
        elif act == "reactivate":
            operations.reactivate_user(by=user_of(request), user=user)
            messages.success(request, _("%(name)s can log in again.") % {"name": user})
        elif act == "reset-second-factor":
            operations.reset_second_factor(by=user_of(request), user=user)
            messages.success(request, _("The second factor was taken away."))
        else:
            return _invited(request, user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("people:user", user_id)


@require_POST
@administrators_only
def token_new(request: HttpRequest, user_id: int) -> HttpResponse:
    """Create a token for a user and show it once."""
    user = get_object_or_404(User, pk=user_id)
    form = TokenForm(request.POST)
    if form.is_valid():
        name, days = form.cleaned_data["name"], form.cleaned_data["days"] or None
        try:
            token, secret = operations.create_token(by=user_of(request), user=user, name=name, days=days)
        except ValidationError as error:
            add_errors(form, error)
        else:
            context = {"token": token, "secret": secret, "back_url": reverse("people:user", args=[user_id])}
            return render(request, "people/token_created.html", context)
    return _user_page(request, user, UserForm(initial=initial_of(user)), token_form=form, status=422)


@require_POST
@administrators_only
def token_revoke(request: HttpRequest, user_id: int, token_id: int) -> HttpResponse:
    """End a token."""
    token = get_object_or_404(ApiToken.objects.select_related("user"), pk=token_id, user=user_id)
    operations.revoke_token(by=user_of(request), token=token)
    messages.success(request, _("The token no longer works."))
    return redirect("people:user", user_id)


def _user_page(
    request: HttpRequest,
    user: User,
    form: UserForm,
    *,
    token_form: TokenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "person": user,
        "form": form,
        "token_form": token_form or TokenForm(),
        "tokens": queries.tokens_of(user),
        "token_url": reverse("people:user_token_new", args=[user.pk]),
        "has_second_factor": queries.has_second_factor(user),
    }
    return render(request, "people/user.html", context, status=status)


def _invited(request: HttpRequest, user: User) -> HttpResponse:
    """Send the invitation; where this machine sends no mail, show the link to hand over."""
    site_url = f"{request.scheme}://{request.get_host()}"
    operations.invite_user(by=user_of(request), user=user, site_url=site_url)
    if not mail_is_set_up():
        context = {"person": user, "url": set_password_url(user, site_url)}
        return render(request, "people/invitation_link.html", context)
    messages.success(request, _("The invitation went to %(email)s.") % {"email": user.email})
    return redirect("people:user", user.pk)
