"""The room of classes, quadrants and the comparison of the two lists."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SegmentationConfig(AppConfig):
    name = "segmentation"

    def ready(self) -> None:
        import_module("segmentation.operations.recomputing")  # registers the body of its job

        # Models must be loaded before sources can be.
        from accounts.timeline import register_timeline
        from segmentation import timeline, timeline_register

        register_timeline(*timeline.SOURCES, *timeline_register.SOURCES)
        merge_rules = import_module("accounts.merge_rules")
        merge_rules.name_rows("segmentation.customerresult", _("results"))
        merge_rules.keep_with_merged(
            "segmentation.customerresult",
            _("results of former computations stay with the old record; the next one counts both together"),
        )
        for label in ("keyaccountterm", "proposal", "veto", "nomination"):
            merge_rules.keep_with_merged(
                f"segmentation.{label}",
                _("who was a key account, and why, stays with the old record; the next selection decides"),
            )
