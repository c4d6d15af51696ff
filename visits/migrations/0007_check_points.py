"""What is looked at on a visit until an administrator decides otherwise (own choice)."""

from django.db import migrations

POINTS = (
    ("Display stands", "display"),
    ("Second facing", "display"),
    ("Promotion shown", "promotion"),
    ("Price tag right", "price"),
    ("No gap on the shelf", "stock"),
    ("Staff can recommend us", "staff"),
)


def add_points(apps, schema_editor):
    points = apps.get_model("visits", "CheckPoint")
    if not points.objects.exists():
        points.objects.bulk_create(
            points(name=name, part=part, order=place * 10) for place, (name, part) in enumerate(POINTS)
        )


class Migration(migrations.Migration):
    dependencies = [("visits", "0004_visits_and_flags")]
    operations = [migrations.RunPython(add_points, migrations.RunPython.noop)]
