from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Models must be loaded before importers can be.
        from accounts.dossier_records import register_records
        from accounts.importers import (
            ChainImporter,
            ContactImporter,
            CustomerImporter,
            InteractionImporter,
            StoreImporter,
        )
        from accounts.kinds import assessments, general, people, plans, rivals, talks
        from accounts.models import Region
        from accounts.timeline import register_timeline
        from accounts.timeline_sources import SOURCES
        from ka_crm.criteria.scopes import register_scopes
        from ka_crm.imports.registry import register

        register_scopes(lambda: Region.objects.values_list("name", flat=True))
        register(CustomerImporter, StoreImporter, ContactImporter, ChainImporter, InteractionImporter)
        for part in (assessments, general, people, plans, rivals, talks):
            register_records(*part.KINDS)
        register_timeline(*SOURCES)
