from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("visits", "0007_check_points")]
    operations = [
        migrations.AddIndex(
            model_name="observation",
            index=models.Index(fields=["client_uuid"], name="observation_client_uuid"),
        )
    ]
