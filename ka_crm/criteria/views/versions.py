"""One version that is or was in force: what it says and changed, publishing it anew, ending a region's."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ka_crm.criteria import operations
from ka_crm.criteria.models import CriteriaVersion
from ka_crm.criteria.operations import PublishedMeanwhile
from ka_crm.criteria.permissions import may_approve, may_publish_criteria
from ka_crm.criteria.queries import published_criteria, values_of, version_numbered, versions_newest_first
from ka_crm.criteria.rules.settings import InvalidSettings
from ka_crm.criteria.views.pages import known_scope, questions_of
from ka_crm.criteria.wording import changes_between
from ka_crm.people.viewer import viewer_of
from ka_crm.records.forms_once import sent_once


@require_GET
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show one version of the company, or of the region ``?scope=``, whatever has followed it."""
    scope = known_scope(request.GET.get("scope", ""))
    return _page(request, _found(number, scope))


@require_POST
@sent_once
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Roll back: send the settings of this version for approval anew, with the reason."""
    viewer = viewer_of(request)
    if not may_publish_criteria(viewer):
        raise PermissionDenied
    scope, reason = known_scope(request.POST.get("scope", "")), request.POST.get("reason", "")
    found = _found(number, scope)
    try:
        draft = operations.send_for_approval(values=values_of(found), reason=reason, by=viewer, scope=scope)
    except InvalidSettings as error:
        return _page(request, found, errors=error.errors, reason=reason)
    if may_approve(viewer, draft):
        return redirect("criteria:publish", pk=draft.pk)
    messages.success(request, _("Sent for approval: somebody else publishes it."))
    return redirect("criteria:draft", pk=draft.pk)


@require_POST
@sent_once
def end(request: HttpRequest) -> HttpResponse:
    """End the criteria of a region: its accounts follow the company's again."""
    viewer = viewer_of(request)
    if not may_publish_criteria(viewer):
        raise PermissionDenied
    scope = known_scope(request.POST.get("scope", ""))
    back = f"{reverse('criteria:current')}?{urlencode({'scope': scope})}"
    try:
        operations.retire_scope(scope=scope, reason=request.POST.get("reason", ""), by=viewer)
    except InvalidSettings as error:
        messages.error(request, " ".join(error.errors.values()))
    except (ValueError, PublishedMeanwhile):
        messages.error(request, _("This region has no criteria of its own now."))
    else:
        messages.success(request, _("%(region)s follows the company's criteria again.") % {"region": scope})
    return redirect(back)


def _found(number: int, scope: str) -> CriteriaVersion:
    found = version_numbered(number, scope)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, found: CriteriaVersion, errors: dict[str, str] | None = None, reason: str = ""
) -> HttpResponse:
    versions = versions_newest_first(found.scope)
    before = next((one for one in versions if one.number < found.number), None)
    base = published_criteria(found.scope)
    values = values_of(found)
    context = {
        "version": found,
        "before": before,
        "changes": changes_between(values_of(before), values) if before else [],
        "base": base,
        "back": changes_between(values_of(base), values) if base and base != found else [],
        "others": [one for one in versions if one != found],
        "questions": questions_of(values, found.scope),
        "may_edit": may_publish_criteria(viewer_of(request)),
        "errors": errors or {},
        "reason": reason,
    }
    return render(request, "criteria/version.html", context, status=422 if errors else 200)
