from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "ka_crm.imports"
    label = "imports"
