"""``/help/``: what each number means, with its formula and where it comes from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ka_crm.pages.help_texts import help_topics


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Show all topics on one page; every number's "?" leads to its anchor."""
    return render(request, "pages/help.html", {"groups": help_topics()})
