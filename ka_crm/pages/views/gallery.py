"""``/gallery/``: every component with sample data, for those who build pages (development only)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ka_crm.pages.views import gallery_samples as samples


def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components; not found outside development."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "gallery/page.html", samples.everything())
