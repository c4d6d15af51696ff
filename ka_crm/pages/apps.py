from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "ka_crm.pages"
    label = "pages"
