from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "ka_crm.jobs"
    label = "jobs"
