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
            LotShipmentImporter,
            MarketShareImporter,
            ObservationImporter,
            ShelfPriceImporter,
        )
        from visits.timeline import SOURCES

        register(
            CategoryTotalImporter,
            ObservationImporter,
            MarketShareImporter,
            EstimateImporter,
            BrandCountImporter,
            ShelfPriceImporter,
            LotShipmentImporter,
        )
        register_timeline(*SOURCES, *FLAG_SOURCES)
