from django.apps import AppConfig


class CriteriaConfig(AppConfig):
    name = "ka_crm.criteria"
    label = "criteria"
