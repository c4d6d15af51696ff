from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    name = "purchases"

    def ready(self) -> None:
        # Models must be loaded before importers can be.
        from accounts.timeline import register_timeline
        from ka_crm.imports.registry import register
        from purchases.importers import ProductImporter, SalesImporter
        from purchases.timeline import SOURCES

        register(ProductImporter, SalesImporter)
        register_timeline(*SOURCES)
