from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    name = "purchases"

    def ready(self) -> None:
        # Models must be loaded before importers can be.
        from accounts.timeline import register_timeline
        from ka_crm.imports.registry import register
        from purchases.importers import (
            AccountCostImporter,
            DeliveryImporter,
            PriceTermImporter,
            ProductImporter,
            ReceivableImporter,
            SalesImporter,
            TargetImporter,
        )
        from purchases.timeline import SOURCES

        register(
            ProductImporter,
            SalesImporter,
            TargetImporter,
            ReceivableImporter,
            DeliveryImporter,
            PriceTermImporter,
            AccountCostImporter,
        )
        register_timeline(*SOURCES)
