from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "ka_crm.imports"
    label = "imports"

    def ready(self) -> None:
        # The job's body registers itself; models must be loaded first.
        from ka_crm.imports import tasks  # noqa: F401
