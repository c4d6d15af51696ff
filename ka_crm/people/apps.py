from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "ka_crm.people"
    label = "people"
