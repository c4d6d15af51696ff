from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"

    def ready(self) -> None:
        # Models must be loaded before importers can be.
        from ka_crm.imports.registry import register
        from visits.importers import (
            CategoryTotalImporter,
            EstimateImporter,
            LotShipmentImporter,
            MarketShareImporter,
            ObservationImporter,
            ShelfPriceImporter,
        )

        register(CategoryTotalImporter, ObservationImporter, MarketShareImporter, EstimateImporter)
        register(ShelfPriceImporter, LotShipmentImporter)
