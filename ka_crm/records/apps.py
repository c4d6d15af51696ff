from importlib import import_module

from django.apps import AppConfig

from ka_crm.lib.audit import use_writer


class RecordsConfig(AppConfig):
    name = "ka_crm.records"
    label = "records"

    def ready(self) -> None:
        use_writer(import_module("ka_crm.records.operations").record_change)
