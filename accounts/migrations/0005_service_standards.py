"""Service standards to begin with (own choice; admins change them at /accounts/-/service-standards/)."""

from django.db import migrations

HOURS = {
    "top": {"reception": 4, "talks": 24, "signing": 48, "after_sales": 24},
    "middle": {"reception": 8, "talks": 48, "signing": 72, "after_sales": 48},
    "standard": {"reception": 24, "talks": 120, "signing": 168, "after_sales": 72},
}


def fill(apps, schema_editor):
    standards = apps.get_model("accounts", "ServiceStandard").objects.using(schema_editor.connection.alias)
    for tier, steps in HOURS.items():
        for step, hours in steps.items():
            standards.get_or_create(tier=tier, step=step, defaults={"promised_hours": hours})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_dossier")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
