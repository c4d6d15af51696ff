"""``/search/?q=``: a page, and the list below the search box while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ka_crm.pages.finding import find_records
from segmentation.views.shared import asks_for_part, viewer_of

ON_PAGE, BELOW_BOX = 50, 6


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show what the question finds among what the viewer may see."""
    is_part = asks_for_part(request)
    limit = BELOW_BOX if is_part else ON_PAGE
    found = find_records(viewer_of(request), request.GET.get("q", ""), limit)
    template = "pages/_search_results.html" if is_part else "pages/search.html"
    return render(request, template, {"found": found, "is_part": is_part})
