"""The notice of thin data, for every page that shows a run."""

from typing import Any

from django import template
from django.core.cache import cache

from segmentation import access
from segmentation.models import SegmentationRun
from segmentation.queries import current_run, stamp_of
from segmentation.queries.sufficiency import known_in_all
from segmentation.rules.sufficiency import Known, thinness
from segmentation.views.sufficiency_words import thin_texts

register = template.Library()
#: Seconds; a run never changes, who sees what of it seldom does. Whoever sees everything shares one answer.
_KEPT = 900


@register.inclusion_tag("segmentation/_thin_notice.html", takes_context=True)
def thin_notice(context: dict[str, Any], run: SegmentationRun | None = None) -> dict[str, Any]:
    """Say what is thin about the data behind a run, as the viewer sees it; nothing where nothing is.

    Without ``run`` it is the page's own (``run`` in its context), else the current one.
    """
    viewer = getattr(context.get("request"), "user", None)
    if viewer is None or not viewer.is_authenticated or not access.reads_results(viewer):
        return {}
    if run is None:
        found = context.get("run")
        run = found if isinstance(found, SegmentationRun) else current_run()
    if run is None:
        return {}
    whose = "all" if viewer.role in access.SEE_ALL else f"{viewer.pk}:{viewer.version}"
    key = f"thin:{stamp_of(run)}:{whose}"
    known: Known | None = cache.get(key)
    if known is None:
        known = known_in_all(run, viewer)
        cache.set(key, known, _KEPT)
    return {"texts": thin_texts(known, thinness(known))}
