from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ka_crm.people"
    label = "people"

    def ready(self) -> None:
        import_module("ka_crm.people.api.schema")  # names our logins in the API description
        import_module("ka_crm.people.receivers")  # audit rows of what the login library changes
