"""Who looks at a page that needs a login."""

from typing import cast

from django.http import HttpRequest

from ka_crm.people.models import User


def viewer_of(request: HttpRequest) -> User:
    """Return the user of a page that needs a login; the middleware has sent everybody else away."""
    return cast(User, request.user)
