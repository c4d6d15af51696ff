from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_merges")]

    operations = [
        migrations.AddField(
            model_name="accountstanding",
            name="rfm_recency",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="accountstanding",
            name="rfm_frequency",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="accountstanding",
            name="rfm_money",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="accountstanding",
            name="rfm_segment",
            field=models.CharField(
                blank=True,
                choices=[
                    ("champion", "Champion"),
                    ("regular", "Regular"),
                    ("new", "New"),
                    ("at_risk", "Good, but quiet"),
                    ("lapsed", "Lapsed"),
                ],
                default="",
                max_length=8,
                verbose_name="RFM segment",
            ),
            preserve_default=False,
        ),
    ]
