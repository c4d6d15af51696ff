"""The room of classes, quadrants and the comparison of the two lists."""

from importlib import import_module

from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    name = "segmentation"

    def ready(self) -> None:
        import_module("segmentation.operations")  # registers the body of its job

        # Models must be loaded before sources can be.
        from accounts.timeline import register_timeline
        from segmentation.timeline import SOURCES

        register_timeline(*SOURCES)
