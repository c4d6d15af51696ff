from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Models must be loaded before importers can be.
        from accounts.importers import CustomerImporter, StoreImporter
        from ka_crm.imports.registry import register

        register(CustomerImporter, StoreImporter)
