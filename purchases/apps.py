from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    name = "purchases"

    def ready(self) -> None:
        # Models must be loaded before importers can be.
        from ka_crm.imports.registry import register
        from purchases.importers import ProductImporter, SalesImporter
        from purchases.merging import register_merge_rules

        register(ProductImporter, SalesImporter)
        register_merge_rules()
