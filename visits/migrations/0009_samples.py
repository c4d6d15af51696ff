"""Rounds of control and joint visits in stores drawn at random."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0006_flags"),
        ("visits", "0008_observation_client_uuid"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name='SampleRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('control', 'Control visit'), ('joint', 'Joint visit')], default='control', max_length=8, verbose_name='kind')),
                ('seed', models.BigIntegerField(editable=False, verbose_name='seed')),
                ('drawn_on', models.DateField(verbose_name='drawn on')),
                ('first_on', models.DateField(verbose_name='from')),
                ('last_on', models.DateField(verbose_name='until')),
                ('parameters', models.JSONField(default=dict)),
                ('cancelled_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=200, verbose_name='why cancelled')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drawn by')),
                ('visitor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who goes')),
            ],
            options={
                'verbose_name': 'sample round',
                'verbose_name_plural': 'sample rounds',
                'ordering': ['-drawn_on', '-id'],
            },
        ),
        migrations.AddField(
            model_name='visittask',
            name='sample_round',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='visits.sampleround'),
        ),
        migrations.AddConstraint(
            model_name='sampleround',
            constraint=models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='sample_round_days_ok'),
        ),
        migrations.AddConstraint(
            model_name='sampleround',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at__isnull', True), models.Q(('cancel_reason', ''), _negated=True), _connector='OR'), name='sample_round_cancel_has_reason'),
        ),
    ]
