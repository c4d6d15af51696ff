from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "ka_crm.records"
    label = "records"
