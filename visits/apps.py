from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"

    def ready(self) -> None:
        # Models must be loaded before importers can be.
        from accounts.timeline import register_timeline
        from ka_crm.imports.registry import register
        from visits.flag_timeline import FLAG_SOURCES
        from visits.importers import (
            BrandCountImporter,
            CategoryTotalImporter,
            EstimateImporter,
            MarketShareImporter,
            ObservationImporter,
        )
        from visits.timeline import SOURCES

        register(
            CategoryTotalImporter,
            ObservationImporter,
            MarketShareImporter,
            EstimateImporter,
            BrandCountImporter,
        )
        register_timeline(*SOURCES, *FLAG_SOURCES)
